"""The rows of subject tables: in memory, and as Parquet of any size, on request with pseudonyms in the place of ids."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import RuleError, StreamError
from impact_metrics.replacing import replaced_file
from impact_metrics.reports.lists import kind_of_column
from impact_metrics.reports.table import Column, Table
from impact_metrics.rules.measures.columns import kind_of
from impact_metrics.rules.measures.subject_table import SUBJECT
from impact_metrics.rules.populations import subject_kind
from impact_metrics.streams.arrow_types import arrow
from impact_metrics.values import IdKind, TextKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from os import PathLike

    from impact_metrics.engines import Engine
    from impact_metrics.rules import SubjectTable


def subject_rows(measure: SubjectTable, found: Mapping[str, tuple[Any, ...]]) -> Table:
    """Give the rows as a table, in the order of their subjects; codes are told by their texts."""
    columns = (
        Column(item.name, kind_of_column(kind_of(item.pick.column)), f"{item.pick.how.replace('_', ' ')}")
        for item in measure.columns
    )
    rows = (
        (subject, *(str(value) if isinstance(value, str) else value for value in found[subject]))
        for subject in sorted(found)
    )
    return Table((Column(SUBJECT, "text", "who or what the row is of"), *columns), tuple(rows))


def write_rows(
    engine: Engine,
    measure: SubjectTable,
    day: date,
    path: str | PathLike[str],
    pseudonyms: Callable[[str, str], str] | None,
) -> None:
    """Write the rows to a Parquet file."""
    if pseudonyms is None:
        engine.write_states(measure.rows, day, path)
        return
    ids = dict(_ids(measure))
    with tempfile.TemporaryDirectory() as folder, replaced_file(path, StreamError) as new:
        whole = Path(folder) / "rows.parquet"
        engine.write_states(measure.rows, day, whole)
        _under_pseudonyms(whole, new, ids, pseudonyms)


def _ids(measure: SubjectTable) -> Iterator[tuple[str, str]]:
    """Give the columns that hold ids, each with the type of its ids. Raises ``RuleError`` for one of free text."""
    yield SUBJECT, subject_kind(measure.population).name
    for item in measure.columns:
        kind = kind_of(item.pick.column)
        if isinstance(kind, TextKind):
            raise RuleError(
                "free text may name somebody, and has no pseudonym",
                where=f"column {item.name!r}",
                hint="leave the column out",
            )
        if isinstance(kind, IdKind):
            yield item.name, kind.name


def _under_pseudonyms(whole: Path, new: Path, ids: Mapping[str, str], pseudonyms: Callable[[str, str], str]) -> None:
    """Write a file, or the files of a folder, again, a part at a time, with every id replaced."""
    pa = arrow()
    rows = pa.dataset.dataset(whole, format="parquet")
    with pa.parquet.ParquetWriter(new, rows.schema) as writer:
        for batch in rows.to_batches():
            columns = {
                name: pa.array(
                    [None if held is None else pseudonyms(ids[name], held) for held in column.to_pylist()], pa.string()
                )
                if name in ids
                else column
                for name, column in zip(batch.schema.names, batch.columns, strict=True)
            }
            writer.write_table(pa.table(columns, schema=rows.schema))
