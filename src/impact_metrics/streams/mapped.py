"""Reading exports through a mapping: each row gives records, or is set aside or left out with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from impact_metrics.errors import StreamError
from impact_metrics.streams.cells import Columns
from impact_metrics.streams.csv_rows import inside, misfit, rows_of
from impact_metrics.streams.headers import meant
from impact_metrics.streams.making import Making, making
from impact_metrics.streams.reading import Findings, Intake, Reading, SetAside

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from collections.abc import Mapping as Names

    from impact_metrics.model import Model
    from impact_metrics.streams.mapping import Mapping


def read_mapped(  # noqa: PLR0913 - how files are read
    mapping: Mapping,
    model: Model,
    folder: str | os.PathLike[str],
    *,
    strict: bool = False,
    progress: Callable[[int], None] | None = None,
    findings: Findings = None,
) -> Reading:
    """Read the files of a folder through a mapping into one stream.

    For each row and each record it should give, the record is in the stream, left out by the mapping with its reason,
    or set aside with file, row, field, value, reason and hint; ``strict`` raises ``StreamError`` at the first that
    would be set aside. ``findings`` is called with every finding as it is met. ``progress`` is called with the number
    of bytes read since it was last called. The notes of the reading tell of columns that nothing reads, of values that
    the mapping takes as missing, and of rows that match no part of it. Raises ``MappingError`` for a mapping that does
    not fit the model or the files, and ``StreamError`` for a file that cannot be read.
    """
    intake = Intake(strict=strict, findings=findings)
    for number, file in enumerate(mapping.files):
        path = inside(Path(folder), file.path, f"files[{number}].path")
        columns: Columns | None = None
        makers: list[Making] = []
        for row, cells, whole in rows_of(path, file, progress):
            if columns is None:
                columns = Columns(cells, file, mapping, file.path)
                makers = [
                    making(record, columns, model, f"files[{number}].records[{position}]")
                    for position, record in enumerate(file.records)
                ]
                continue
            intake.notes.rows[file.path] += 1
            if fault := misfit(cells, columns.names, whole=whole):
                reason, hint = fault
                for maker in makers:
                    intake.refuse(SetAside(file=file.path, row=row, type=maker.type, reason=reason, hint=hint))
                continue
            said = [maker.make(cells, row, file.path, intake) for maker in makers]
            if said and all(said):
                intake.notes.match_none(file.path, ", ".join(dict.fromkeys(filter(None, said))))
        if columns is None:
            raise StreamError("the file is empty", where=file.path, hint="check that this is the right file")
        intake.notes.leave_unread(file.path, _unread(columns, makers))
    return intake.close()


def _unread(columns: Columns, makers: list[Making]) -> Names[str, str]:
    """Give the columns that nothing reads, each with the field without a column that it may have been meant for."""
    open_fields = {name: told for maker in makers for name, told in maker.without_source.items()}
    return meant(columns.unread, open_fields)
