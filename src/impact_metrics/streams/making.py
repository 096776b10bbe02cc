"""Making records from the rows of an export: of one type, or of the type that a column names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import attrs

from impact_metrics.errors import MappingError, nearest
from impact_metrics.model.records import has_default
from impact_metrics.streams.cells import CellFaultError, Cells, Columns, Value, field_value, template
from impact_metrics.streams.converters import ValueFaultError
from impact_metrics.streams.reading import Intake, SetAside
from impact_metrics.values import FieldSpec, Purpose, TextKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as Names

    from impact_metrics.model import Model, Record
    from impact_metrics.streams.mapping import FieldFrom, LeaveOut, RecordFrom

_LeftOut: TypeAlias = "Callable[[Cells], bool]"

_TYPE = FieldSpec("type", Purpose.FIELD, TextKind(), many=False, optional=False, doc="its type")


class Making(Protocol):
    """Makes a record of each row, or says why there is none."""

    @property
    def type(self) -> str:
        """The type of the records, empty where a column names it."""
        ...

    @property
    def without_source(self) -> Names[str, str]:
        """The fields that the mapping says nothing of, each as it is told."""
        ...

    def make(self, cells: Cells, row: int, file: str, intake: Intake) -> str | None:
        """Make the record of a row, set it aside, or leave it out; say what a row has that is not picked at all."""
        ...


def making(source: RecordFrom, columns: Columns, model: Model, path: str) -> Making:
    """Build what makes a record of each row. Raises ``MappingError`` where the mapping does not fit."""
    if not isinstance(source.type, str):
        return _OfAnyType(source, source.type, columns, model, path)
    _check_fields(source, [_record_class(source.type, model, f"{path}.type")], path)
    return _OfOneType(source, source.type, columns, model, path)


def _record_class(name: str, model: Model, where: str) -> type[Record]:
    try:
        return model.by_name[name]
    except KeyError:
        raise MappingError(f"the model has no type {name!r}", where=where, hint=nearest(name, model.by_name)) from None


def _check_fields(source: RecordFrom, classes: Sequence[type[Record]], path: str) -> None:
    """Refuse a field that none of the types has."""
    known = {name for found in classes for name in found.__record__.by_name} - {"id"}
    types = " or ".join(found.__name__ for found in classes)
    for name in source.fields:
        if name not in known:
            raise MappingError(f"{types} has no field {name!r}", where=f"{path}.fields", hint=nearest(name, known))


class _OfOneType:
    """Makes records of one type."""

    def __init__(self, source: RecordFrom, name: str, columns: Columns, model: Model, path: str) -> None:
        self.type = name
        self._class = model.by_name[name]
        self._columns = columns
        self._leave_out = [
            (_left_out(rule, columns, f"{path}.leave_out[{number}]"), rule)
            for number, rule in enumerate(source.leave_out)
        ]
        self._id = template(source.id, columns, f"{path}.id")
        self._values: list[tuple[FieldSpec, bool, Value]] = []
        self.without_source: dict[str, str] = {}
        for spec in self._class.__record__.fields:
            where = f"{path}.fields.{spec.name}"
            may_be_absent = has_default(self._class, spec.name)
            if spec.name in source.fields:
                read = field_value(spec, source.fields[spec.name], columns, where)
                self._values.append((spec, may_be_absent, read))
            elif may_be_absent:
                self.without_source[spec.name] = f"{name}.{spec.name}"
            elif spec.name != "id":
                raise MappingError(
                    f"{name} needs {spec.name!r}: {spec.doc}", where=where, hint="say where it comes from"
                )

    def make(self, cells: Cells, row: int, file: str, intake: Intake) -> str | None:
        """Make the record of a row, or say why there is none."""
        for is_left_out, rule in self._leave_out:
            if is_left_out(cells):
                intake.leave_out(file, self.type, rule.because)
                return self._columns.told(rule.column, cells) if rule.not_in else None
        self._columns.lost.clear()
        values: dict[str, Any] = {"id": self._id(cells, row)}
        if values["id"] is None:
            intake.refuse(self._finding(file, row, "id", "is made from a column that is missing here"))
            return None
        for spec, may_be_absent, read in self._values:
            try:
                value = read(cells, row)
            except CellFaultError as fault:
                finding = self._finding(file, row, spec.name, fault.reason)
                intake.refuse(attrs.evolve(finding, value=repr(fault.value), hint=fault.hint))
                return None
            if value is not None:
                values[spec.name] = value
            elif not may_be_absent:
                finding = self._finding(file, row, spec.name, "is missing")
                intake.refuse(attrs.evolve(finding, hint=f"every {self.type} gives {spec.doc}"))
                return None
        for field, text in self._columns.lost:
            intake.notes.lose(file, f"{self.type}.{field}", text)
        intake.take(self._class(**values), file, row)  # type: ignore[arg-type]  # every class of a model is a record
        return None

    def _finding(self, file: str, row: int, field: str, reason: str) -> SetAside:
        return SetAside(file=file, row=row, type=self.type, field=field, reason=reason)


class _OfAnyType:
    """Makes of each row a record of the type that a column names."""

    type = ""

    def __init__(self, source: RecordFrom, names: FieldFrom, columns: Columns, model: Model, path: str) -> None:
        self._source, self._columns, self._model, self._path = source, columns, model, path
        self._name = field_value(_TYPE, names, columns, f"{path}.type")
        self._shown = " or ".join(names.sources)
        mapped = dict.fromkeys(map(str, (names.values or {}).values()))
        _check_fields(
            source, [_record_class(name, model, f"{path}.type") for name in mapped] or model.record_types, path
        )
        self._makers = {name: _OfOneType(source, name, columns, model, path) for name in mapped}

    @property
    def without_source(self) -> Names[str, str]:
        """The fields that the mapping says nothing of, of the types that were met."""
        return {name: told for maker in self._makers.values() for name, told in maker.without_source.items()}

    def make(self, cells: Cells, row: int, file: str, intake: Intake) -> str | None:
        """Make the record of a row, or say why there is none."""
        self._columns.lost.clear()
        try:
            name = self._name(cells, row)
            if name is not None and name not in self._model.by_name:
                hint = nearest(name, self._model.by_name)
                raise CellFaultError(name, ValueFaultError("the model has no such type", hint))
        except CellFaultError as fault:
            told = {"value": repr(fault.value), "reason": fault.reason, "hint": fault.hint}
            intake.refuse(SetAside(file=file, row=row, field="type", **told))
            return None
        if self._columns.lost:
            intake.leave_out(file, "", "of no type that the mapping names")
            return ", ".join(f"{self._shown} {text!r}" for _, text in self._columns.lost)
        if name is None:
            intake.refuse(SetAside(file=file, row=row, field="type", reason="is missing", hint="every record has one"))
            return None
        if name not in self._makers:
            self._makers[name] = _OfOneType(self._source, name, self._columns, self._model, self._path)
        return self._makers[name].make(cells, row, file, intake)


def _left_out(rule: LeaveOut, columns: Columns, path: str) -> _LeftOut:
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
