"""Reading exports through a mapping: each row gives records, or is set aside or left out with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from impact_metrics.errors import MappingError, StreamError, nearest
from impact_metrics.model.records import has_default
from impact_metrics.streams.cells import CellFaultError, Cells, Columns, Value, field_value, template
from impact_metrics.streams.csv_rows import inside, rows_of
from impact_metrics.streams.reading import Findings, Intake, Reading, SetAside

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from impact_metrics.model import Model, Record
    from impact_metrics.streams.mapping import LeaveOut, Mapping, RecordFrom
    from impact_metrics.values import FieldSpec

LeftOut: TypeAlias = "Callable[[Cells], bool]"


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
    would be set aside. ``findings`` is called with every
    finding as it is met. ``progress`` is called with the number of bytes read since it was last called. Raises
    ``MappingError`` for a mapping that does not fit the model or the files, and ``StreamError`` for a file that cannot
    be read.
    """
    intake = Intake(strict=strict, findings=findings)
    for number, file in enumerate(mapping.files):
        path = inside(Path(folder), file.path, f"files[{number}].path")
        makers: list[_Maker] = []
        columns = 0
        for row, cells, whole in rows_of(path, file, progress):
            if row == 1:
                header = Columns(cells, file, mapping, file.path)
                columns = len(cells)
                makers = [
                    _Maker(record, header, model, f"files[{number}].records[{position}]")
                    for position, record in enumerate(file.records)
                ]
                continue
            for maker in makers:
                if len(cells) != columns:
                    reason = f"the row has {len(cells)} cells, and the header has {columns}"
                    hint = "check delimiters and quotes in the row"
                    if not whole:
                        reason = f"the last row is incomplete: {reason}; the file may still be written, or is cut"
                        hint = "read the file again when it is whole"
                    intake.refuse(SetAside(file=file.path, row=row, type=maker.type, reason=reason, hint=hint))
                else:
                    maker.make(cells, row, file.path, intake)
        if not columns:
            raise StreamError("the file is empty", where=file.path, hint="check that this is the right file")
    return intake.close()


class _Maker:
    """Makes one type of record from the rows of one file."""

    def __init__(self, source: RecordFrom, columns: Columns, model: Model, path: str) -> None:
        self.type = source.type
        self._class = _record_class(source, model, path)
        self._leave_out = [
            (_left_out(rule, columns, f"{path}.leave_out[{number}]"), rule.because)
            for number, rule in enumerate(source.leave_out)
        ]
        self._id = template(source.id, columns, f"{path}.id")
        self._values = self._fields(source, columns, path)

    def _fields(self, source: RecordFrom, columns: Columns, path: str) -> list[tuple[FieldSpec, bool, Value]]:
        record = self._class.__record__
        for name in source.fields:
            if name not in record.by_name or name == "id":
                others = set(record.by_name) - {"id"}
                raise MappingError(
                    f"{record.name} has no field {name!r}", where=f"{path}.fields", hint=nearest(name, others)
                )
        fields: list[tuple[FieldSpec, bool, Value]] = []
        for spec in record.fields:
            where = f"{path}.fields.{spec.name}"
            may_be_absent = has_default(self._class, spec.name)
            if spec.name in source.fields:
                fields.append((spec, may_be_absent, field_value(spec, source.fields[spec.name], columns, where)))
            elif not may_be_absent and spec.name != "id":
                raise MappingError(
                    f"{record.name} needs {spec.name!r}: {spec.doc}", where=where, hint="say where it comes from"
                )
        return fields

    def make(self, cells: Cells, row: int, file: str, intake: Intake) -> None:
        """Make the record of one row, or say why there is none."""
        for left_out, because in self._leave_out:
            if left_out(cells):
                intake.leave_out(file, self.type, because)
                return
        values: dict[str, Any] = {"id": self._id(cells, row)}
        if values["id"] is None:
            intake.refuse(self._finding(file, row, "id", "is made from a column that is missing here"))
            return
        for spec, may_be_absent, read in self._values:
            name = spec.name
            try:
                value = read(cells, row)
            except CellFaultError as fault:
                told = repr(fault.value)
                intake.refuse(attrs.evolve(self._finding(file, row, name, fault.reason), value=told, hint=fault.hint))
                return
            if value is not None:
                values[name] = value
            elif not may_be_absent:
                hint = f"every {self.type} gives {spec.doc}"
                intake.refuse(attrs.evolve(self._finding(file, row, name, "is missing"), hint=hint))
                return
        intake.take(self._class(**values), file, row)  # type: ignore[arg-type]  # every class of a model is a record

    def _finding(self, file: str, row: int, field: str, reason: str) -> SetAside:
        return SetAside(file=file, row=row, type=self.type, field=field, reason=reason)


def _record_class(source: RecordFrom, model: Model, path: str) -> type[Record]:
    try:
        return model.by_name[source.type]
    except KeyError:
        hint = nearest(source.type, model.by_name)
        raise MappingError(f"the model has no type {source.type!r}", where=f"{path}.type", hint=hint) from None


def _left_out(rule: LeaveOut, columns: Columns, path: str) -> LeftOut:
    read = columns.cell(rule.column, path)
    if [rule.missing, bool(rule.in_), bool(rule.not_in)].count(True) != 1:
        raise MappingError("exactly one of missing = true, in and not_in is needed", where=path)
    if rule.missing:
        return lambda cells: read(cells) is None
    if rule.in_:
        chosen = frozenset(rule.in_)
        return lambda cells: read(cells) in chosen
    others = frozenset(rule.not_in)
    return lambda cells: read(cells) not in others
