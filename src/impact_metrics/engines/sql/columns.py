"""Columns read as fields: which column holds which field, as which type, and what is wrong with a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.engines.sql.faults import Fault, faults_of
from impact_metrics.engines.sql.query import Statement
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

    from impact_metrics.engines.sql.database import Database
    from impact_metrics.engines.sql.dialect import Dialect
    from impact_metrics.engines.sql.relation import Relation
    from impact_metrics.model import Record

_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
_BINARY = frozenset({"FLOAT", "DOUBLE"})


@attrs.frozen
class Column:
    """How one field is read: ``given`` is the column as it is, ``read`` the value of the field."""

    spec: FieldSpec
    given: str
    read: str
    faults: tuple[Fault, ...]


def columns(record: type[Record], relation: Relation, mapping: Mapping[str, str], database: Database) -> list[Column]:
    """Find the column of each field; as everywhere in databases, upper and lower case are not told apart.

    Raises ``StreamError`` for a column that is missing, or of a type that cannot fit.
    """
    fields = record.__record__.by_name
    known = {name.lower(): name for name in relation.columns}
    for field, column in mapping.items():
        if field not in fields:
            raise MappingError(f"{relation.name} has no field {field!r}", where="columns", hint=nearest(field, fields))
        if column.lower() not in known:
            raise StreamError(
                f"there is no column {column!r}", where=relation.label, hint=nearest(column, known.values())
            )
    found = {name: known.get(mapping.get(name, name).lower()) for name in fields}
    return [
        _absent(spec, relation, mapping, database.dialect)
        if (name := found[spec.name]) is None
        else _column(spec, relation, name, database)
        for spec in fields.values()
    ]


def _absent(spec: FieldSpec, relation: Relation, mapping: Mapping[str, str], dialect: Dialect) -> Column:
    """Read a field that may be missing, and has no column, as missing in every row."""
    if not spec.optional:
        raise StreamError(
            f"there is no column {mapping.get(spec.name, spec.name)!r}, which holds {spec.doc} ({column_type(spec)})",
            where=relation.label,
            hint=f"{nearest(spec.name, relation.columns)}; name another in columns={{{relation.name!r}: ...}}",
        )
    return Column(spec, "NULL", dialect.cast("NULL", column_type(spec)), ())


def _column(spec: FieldSpec, relation: Relation, name: str, database: Database) -> Column:
    dialect = database.dialect
    given = dialect.quoted(name)
    texts = relation.from_text is not None
    read = (
        _from_type(spec, given, relation.columns[name], dialect)
        if relation.from_text is None
        else relation.from_text(spec, given)
    )
    if not read and _holds_nothing(given, relation, database):
        # Frames give columns in which everything is missing any type.
        return Column(spec, "NULL", dialect.cast("NULL", column_type(spec)), ())
    if not read:
        raise StreamError(
            f"the column {name!r} is {relation.columns[name]}, and the field {spec.name!r} holds {spec}",
            where=relation.label,
            hint=f"make it {column_type(spec)}",
        )
    return Column(spec, given, read, faults_of(spec, given, read, dialect, texts=texts))


def _holds_nothing(given: str, relation: Relation, database: Database) -> bool:
    ((number,),) = database.rows(Statement(f"SELECT count({given}) FROM {relation.source}"))
    return not number


def _from_type(spec: FieldSpec, given: str, kind: str, dialect: Dialect) -> str:
    """Write a typed column as its field; the empty string where its type cannot fit."""
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
        case FlagKind():
            return given if kind == column_type(spec) else ""
        case DateKind():
            return _date(given, kind, dialect)
        case TimestampKind():
            return _moment(given, kind, dialect)
        case NumberKind(decimal):
            return _number(given, kind, dialect, decimal=decimal)
        case _:
            assert_never(spec.kind)


def _date(given: str, kind: str, dialect: Dialect) -> str:
    """Write a date; frames of pandas hold it as the moment at which it begins, and any other moment is none."""
    if kind == "DATE":
        return given
    if not kind.startswith("TIMESTAMP") or "ZONE" in kind:
        return ""
    day = dialect.cast(given, "DATE")
    return f"CASE WHEN {given} = {day} THEN {day} END"


def _number(given: str, kind: str, dialect: Dialect, *, decimal: bool) -> str:
    """Write a number; what needs more than 64 bits is no whole number, and a binary fraction is no decimal.

    Frames of pandas hold whole numbers of which some are missing as binary fractions, which tell each apart as far as
    2 to the power of 53.
    """
    if decimal and kind.startswith("DECIMAL"):
        return given
    if kind in _BINARY and not decimal:
        # One test inside the other: what is too large has no floor in every database.
        whole = f"CASE WHEN {given} = floor({given}) THEN {dialect.cast(given, 'BIGINT')} END"
        return f"CASE WHEN abs({given}) <= {2**53} THEN {whole} END"
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
