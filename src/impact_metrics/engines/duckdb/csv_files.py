"""CSV files put into a table, by the one reader of CSV: no database guesses how they are written."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from impact_metrics.engines.duckdb.texts import DECIMAL, from_text
from impact_metrics.engines.sql.query import Statement
from impact_metrics.engines.sql.relation import FILE, ROW, Part, Relation
from impact_metrics.errors import MappingError, StreamError
from impact_metrics.streams.csv_rows import misfit, rows_of
from impact_metrics.streams.headers import check_header
from impact_metrics.streams.mapping import FileFrom
from impact_metrics.streams.reading import LISTED, SetAside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from impact_metrics.engines.duckdb.database import DuckDB

_TEXT = "VARCHAR"
_AT_ONCE = 2**22
"""About how many characters are handed over at a time."""
_FORM = "a folder of tables is read as UTF-8, with commas and double quotes; read other CSV through a mapping"


def csv(database: DuckDB, name: str, label: str, paths: Sequence[Path]) -> Relation:
    """Put the rows of CSV files into a table, each file by its own header.

    A row with more or fewer cells than its header is set aside. Raises ``StreamError`` for a file that is no CSV, and
    for one that changes while it is read.
    """
    for path in paths:
        database.steady.watch(path)
    headers = [_header(path) for path in paths]
    columns = {name.lower(): name for header in reversed(headers) for name in header if name}
    kinds = {FILE: _TEXT, ROW: "BIGINT"} | dict.fromkeys(columns.values(), _TEXT)
    table = database.small_table(name, {column: (kind, ()) for column, kind in kinds.items()})
    parts: dict[str, Part] = {}
    unfit = _Unfit(name)
    for number, (path, header) in enumerate(zip(paths, headers, strict=True)):
        held = [(place, columns[named.lower()]) for place, named in enumerate(header, 2) if named]
        into = ", ".join(map(database.dialect.quoted, [FILE, ROW, *(column for _, column in held)]))
        cells = ", ".join(f"nullif(cells[{place}], '')" for place, _ in held)
        # One text for many rows is handed over several times as fast as a value for each cell.
        fill = (
            f"INSERT INTO {table} ({into}) SELECT $file, CAST(cells[1] AS BIGINT), {cells} FROM "
            "(SELECT string_split(unnest(string_split($rows, $end)), $between) AS cells)"
        )
        size = 0
        for rows in _chunks(unfit.sound(_rows(path), header, str(path))):
            plain = "".join(map("".join, rows))
            between, end = islice((sign for sign in map(chr, range(0xE000, 0x110000)) if sign not in plain), 2)
            text = end.join(map(between.join, rows))
            database.insert(fill, {"file": str(number), "rows": text, "end": end, "between": between})
            size += len(rows)
        parts[str(number)] = Part(str(path), {named: _TEXT for named in header if named}, size)
        database.steady.release(path)

    def places(texts: str) -> int:
        digits = "length(rtrim(split_part(text, '.', 2), '0'))"
        decimals = f"SELECT max({digits}) FROM ({texts} FROM {table}) WHERE regexp_full_match(text, '{DECIMAL}')"
        ((most,),) = database.rows(Statement(decimals))
        return most or 0

    return Relation(
        name,
        label,
        table,
        dict.fromkeys(columns.values(), _TEXT),
        partial(from_text, places=places),
        rows=f"SELECT * FROM {table}",
        parts=parts,
        unfit=unfit.findings,
        refused=unfit.count,
    )


def _header(path: Path) -> list[str]:
    """Give the names of the columns of a file, without the spaces around them."""
    found = next(_rows(path), None)
    if found is None:
        raise StreamError("the file is empty", where=str(path), hint="remove it where there are no rows")
    _, cells, _ = found
    if len(cells) == 1 and any(sign in cells[0] for sign in ";\t|"):
        raise StreamError(f"the header is one column, {cells[0]!r}", where=str(path), hint=_FORM)
    header = [cell.strip() for cell in cells]
    check_header(filter(None, header), str(path))
    return header


def _rows(path: Path) -> Iterator[tuple[int, Sequence[str], bool]]:
    try:
        yield from rows_of(path, FileFrom(path=str(path), records=()), None)
    except (MappingError, StreamError) as error:
        raise StreamError(error.problem, where=str(path), hint=_FORM) from None


class _Unfit:
    """Gathers the rows that do not fit their headers."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.findings: list[SetAside] = []
        self.count = 0

    def sound(
        self, rows: Iterator[tuple[int, Sequence[str], bool]], header: Sequence[str], file: str
    ) -> Iterator[list[str]]:
        """Give the cells of the other rows, without the spaces around them, behind the number of the row."""
        next(rows)
        for row, cells, whole in rows:
            if fault := misfit(cells, header, whole=whole):
                self.count += 1
                if len(self.findings) < LISTED:
                    reason, hint = fault
                    self.findings.append(SetAside(file=file, row=row, type=self._name, reason=reason, hint=hint))
                continue
            yield [str(row), *map(str.strip, cells)]


def _chunks(rows: Iterable[list[str]]) -> Iterator[list[list[str]]]:
    """Gather rows until they are long enough to be worth a statement."""
    chunk: list[list[str]] = []
    length = 0
    for row in rows:
        chunk.append(row)
        length += sum(map(len, row))
        if length >= _AT_ONCE:
            yield chunk
            chunk, length = [], 0
    if chunk:
        yield chunk
