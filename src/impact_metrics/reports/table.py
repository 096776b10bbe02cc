"""Tables: results with a documented schema, as plain dicts, CSV, Arrow, text and HTML."""

from __future__ import annotations

import csv
import io
import re
from abc import ABC, abstractmethod
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs

from impact_metrics.errors import missing_extra
from impact_metrics.replacing import replace_text

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from pathlib import Path

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(f"(^|[;,|\t\r\n])(?=[\\s]*[{_SIGNS}]|[\t\r])")
"""Where spreadsheets begin a formula: with a cell, and a cell begins, by the locale, at other marks than commas too."""
_CHANGED = re.compile(r"0[0-9]+|[0-9]{16,}|[0-9.]+[eE][0-9]+|[0-9]+[-/.:][0-9]+([-/.:][0-9]+)?")
"""Ids that spreadsheets take for numbers, dates or times, and show as others: 007, 1E5, 3-4."""

Kind: TypeAlias = Literal["text", "integer", "decimal", "date", "timestamp", "flag"]


@attrs.frozen
class Column:
    """A column of a table: its name, the kind of its values, and what they mean. Any value may be missing."""

    name: str
    kind: Kind
    doc: str


@attrs.frozen
class Table:
    """Rows under documented columns.

    ``to_dicts`` and ``to_csv`` need nothing; libraries that take Arrow data (pandas, polars, DuckDB) take a table as it
    is, through the Arrow PyCapsule protocol, when the extra ``arrow`` is installed.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def without(self, names: Container[str]) -> Table:
        """Give the table without some columns, and without those that have no value."""
        kept = [
            position
            for position, column in enumerate(self.columns)
            if column.name not in names and any(row[position] is not None for row in self.rows)
        ]
        return Table(
            tuple(self.columns[position] for position in kept),
            tuple(tuple(row[position] for position in kept) for row in self.rows),
        )

    def to_dicts(self) -> list[dict[str, Any]]:
        """Give one dict a row, keyed by column."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]

    def to_csv(self, path: Path | None = None, *, spreadsheet: bool = False) -> str:
        """Give the table as CSV (RFC 4180, a header line, missing values empty), and write it where a path is given.

        With ``spreadsheet`` a text gets an apostrophe before what a spreadsheet takes for a formula, which in other
        locales may begin behind a semicolon or tab; and so does a text that it would take for a number or date, and
        change, such as ``007``, ``1E5`` and ``3-4``. The texts are then no longer exact.
        Raises ``ImpactMetricsError`` where the disk does not let it; an old file is then as it was.
        """
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.names)
        cell = _harmless if spreadsheet else _as_it_is
        writer.writerows(tuple(map(cell, row)) for row in self.rows)
        text = out.getvalue()
        if path is not None:
            replace_text(path, text)
        return text

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the table as an Arrow stream capsule. Raises ``MissingExtraError`` without the extra ``arrow``."""
        try:
            import pyarrow as pa  # noqa: PLC0415 - an optional dependency
        except ImportError:
            raise missing_extra("handing tables over as Arrow data", "pyarrow", "arrow") from None
        types = {
            "text": pa.string(),
            "integer": pa.int64(),
            "date": pa.date32(),
            "timestamp": pa.timestamp("us", tz="UTC"),
            "flag": pa.bool_(),
        }
        fields, arrays = [], []
        for position, column in enumerate(self.columns):
            values = [row[position] for row in self.rows]
            kind = pa.decimal128(38, _places(values)) if column.kind == "decimal" else types[column.kind]
            fields.append(pa.field(column.name, kind, metadata={"doc": column.doc}))
            arrays.append(pa.array(values, type=kind))
        table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
        return table.__arrow_c_stream__(requested_schema)

    def __str__(self) -> str:
        """Lay the table out for a terminal."""
        right = frozenset(
            position for position, column in enumerate(self.columns) if column.kind in {"integer", "decimal"}
        )
        return layout([self.names, *(tuple(map(shown, row)) for row in self.rows)], right)

    def _repr_html_(self) -> str:
        """Lay the table out for a notebook. Every text is escaped."""
        head = "".join(
            f'<th scope="col" title="{escape(column.doc)}">{escape(column.name)}</th>' for column in self.columns
        )
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(shown(value))}</td>" for value in row) + "</tr>" for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


class Tabular(ABC):
    """A result that is a table: it hands itself over as plain dicts, CSV, HTML and Arrow data, as its table does."""

    @property
    @abstractmethod
    def table(self) -> Table:
        """The result as a table, with its columns documented."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """Give one dict a row, keyed by column."""
        return self.table.to_dicts()

    def to_csv(self, path: Path | None = None, *, spreadsheet: bool = False) -> str:
        """Give the table as CSV, and write it where a path is given; see ``Table.to_csv``."""
        return self.table.to_csv(path, spreadsheet=spreadsheet)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the table as an Arrow stream capsule. Raises ``MissingExtraError`` without the extra ``arrow``."""
        return self.table.__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        """Show the table in a notebook."""
        return self.table._repr_html_()


def exactly(column: Column, values: Iterable[object]) -> Column:
    """Give the column as it is for whole numbers, and as one of decimals where one of the values is no whole number."""
    return attrs.evolve(column, kind="decimal") if any(isinstance(value, Decimal) for value in values) else column


def _as_it_is(value: object) -> object:
    return "" if value is None else value


def _harmless(value: object) -> object:
    if not isinstance(value, str):
        return _as_it_is(value)
    return f"'{value}" if _CHANGED.fullmatch(value) else _FORMULA.sub(r"\1'", value)


def _places(values: Iterable[Decimal | int | None]) -> int:
    """Give how many decimal places hold every value exactly."""
    exponents = [value.as_tuple().exponent for value in values if isinstance(value, Decimal)]
    return max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)


def shown(value: object) -> str:
    """Print a value of a cell; a missing one is empty."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def layout(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Lay out rows in columns, the first row as headings; the columns named in ``right`` end flush."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if position in right else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
