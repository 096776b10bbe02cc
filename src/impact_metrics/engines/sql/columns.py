"""Columns read as fields: which column holds which field, as which type, and what is wrong with a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.engines.sql.faults import Fault, faults_of
from impact_metrics.engines.sql.records import column_type
from impact_metrics.errors import MappingError, StreamError, nearest
from impact_metrics.values import (
    CodeKind,
    DateKind,
    FieldSpec,
    FlagKind,
    IdKind,
    NumberKind,
    TextKind,
    TimestampKind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impact_metrics.engines.sql.dialect import Dialect
    from impact_metrics.engines.sql.relation import Relation
    from impact_metrics.model import Record

_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")


@attrs.frozen
class Column:
    """How one field is read: ``given`` is the column as it is, ``read`` the value of the field."""

    spec: FieldSpec
    given: str
    read: str
    faults: tuple[Fault, ...]


def columns(record: type[Record], relation: Relation, mapping: Mapping[str, str], dialect: Dialect) -> list[Column]:
    """Find the column of each field. Raises ``StreamError`` for one that is missing, or of a type that cannot fit."""
    fields = record.__record__.by_name
    for name, column in mapping.items():
        if name not in fields:
            raise MappingError(f"{relation.name} has no field {name!r}", where="columns", hint=nearest(name, fields))
        if column not in relation.columns:
            raise StreamError(
                f"there is no column {column!r}", where=f"{relation.label}", hint=nearest(column, relation.columns)
            )
    return [_column(spec, relation, mapping.get(spec.name, spec.name), dialect) for spec in fields.values()]


def _column(spec: FieldSpec, relation: Relation, name: str, dialect: Dialect) -> Column:
    if name not in relation.columns:
        if not spec.optional:
            raise StreamError(
                f"there is no column {name!r}, which holds {spec.doc} ({column_type(spec)})",
                where=relation.label,
                hint=f"{nearest(name, relation.columns)}; name another in columns={{{relation.name!r}: ...}}",
            )
        return Column(spec, "NULL", dialect.cast("NULL", column_type(spec)), ())
    given = dialect.quoted(name)
    if relation.from_text is not None:
        read = relation.from_text(spec, given)
    else:
        read = _from_type(spec, given, relation.columns[name], dialect)
        if not read:
            raise StreamError(
                f"the column {name!r} is {relation.columns[name]}, and the field {spec.name!r} holds {spec}",
                where=relation.label,
                hint=f"make it {column_type(spec)}",
            )
    return Column(spec, given, read, faults_of(spec, given, read, dialect, texts=relation.from_text is not None))


def _from_type(spec: FieldSpec, given: str, kind: str, dialect: Dialect) -> str:
    """Write a typed column as its field; the empty string where its type cannot fit."""
    if kind == '"NULL"':
        return dialect.cast(given, column_type(spec))
    if spec.many:
        if not kind.endswith("[]"):
            return ""
        each = _from_type(attrs.evolve(spec, many=False), "item", kind.removesuffix("[]"), dialect)
        if not each:
            return ""
        return given if each == "item" else dialect.mapped(given, "item", each)
    match spec.kind:
        case IdKind() | CodeKind() | TextKind():
            if kind == "VARCHAR":
                return given
            return dialect.text(given) if kind.startswith("ENUM") else ""
        case FlagKind() | DateKind():
            return given if kind == column_type(spec) else ""
        case TimestampKind():
            return _moment(given, kind, dialect)
        case NumberKind(decimal):
            return _number(given, kind, decimal=decimal)
        case _:
            assert_never(spec.kind)


def _number(given: str, kind: str, *, decimal: bool) -> str:
    """Write a number; what needs more than 64 bits is no whole number, and a binary fraction is no decimal."""
    if decimal and kind.startswith("DECIMAL"):
        return given
    if not _WHOLE.fullmatch(kind):
        return ""
    if decimal:
        return f"CAST({given} AS DECIMAL(38, 0))"
    return given if kind == "BIGINT" else f"TRY_CAST({given} AS BIGINT)"


def _moment(given: str, kind: str, dialect: Dialect) -> str:
    """Write a moment; one without time zone is read as UTC."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return given
    return dialect.in_utc(given) if kind.startswith("TIMESTAMP") else ""
