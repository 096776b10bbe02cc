"""Columns read as fields: which column holds which field, as which type, and what is wrong with a row."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.engines.sql.dialect import MAX_DECIMAL
from impact_metrics.engines.sql.faults import Fault, faults_of
from impact_metrics.engines.sql.query import Statement
from impact_metrics.engines.sql.records import column_type
from impact_metrics.engines.sql.relation import FILE
from impact_metrics.errors import MappingError, StreamError, nearest
from impact_metrics.model.records import default_of, has_default
from impact_metrics.streams.headers import meant
from impact_metrics.values import (
    Code,
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
    from impact_metrics.engines.sql.relation import Part, Relation
    from impact_metrics.model import Record

_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
_PLACES = re.compile(r", *([0-9]+)[)]")
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

    Raises ``StreamError`` for a column that is missing, or of a type that cannot fit, in any of the files.
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
    for _, part in relation.files:
        _check(record, relation, part, found, mapping)
    return [_column(record, spec, relation, found[spec.name], database) for spec in fields.values()]


def told(record: type[Record], part: Part, mapping: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Give the columns of a file that are not read, with what each may be meant for, and fields without a column."""
    wanted = {mapping.get(name, name).lower(): name for name in record.__record__.by_name}
    held = {name.lower() for name in part.columns}
    lacking = {name: f"{record.__name__}.{name}" for column, name in wanted.items() if column not in held}
    return meant((name for name in part.columns if name.lower() not in wanted), lacking), list(lacking.values())


def _check(
    record: type[Record], relation: Relation, part: Part, found: Mapping[str, str | None], mapping: Mapping[str, str]
) -> None:
    """Refuse a file that lacks a column which it must have."""
    held = {name.lower() for name in part.columns}
    for spec in record.__record__.fields:
        if (found[spec.name] or "").lower() not in held and not has_default(record, spec.name):
            wanted = mapping.get(spec.name, spec.name)
            raise StreamError(
                f"there is no column {wanted!r}, which holds {spec.doc} ({column_type(spec)})",
                where=part.label,
                hint=f"{nearest(wanted, part.columns)}; name another in columns={{{relation.name!r}: ...}}",
            )


def _column(record: type[Record], spec: FieldSpec, relation: Relation, name: str | None, database: Database) -> Column:
    """Read a field from its column; where that says nothing, or is not there, the field has its default."""
    dialect = database.dialect
    default = default_of(record, spec.name)
    nothing = dialect.cast("NULL", column_type(spec))
    otherwise = nothing if default in {None, attrs.NOTHING} else _literal(spec, default, dialect)
    given = "NULL" if name is None else dialect.quoted(name)
    least = max(map(_places, default if spec.many else [default])) if otherwise is not nothing and default else 0
    read = nothing if name is None else _read(spec, name, relation, least, database) or nothing
    faults = faults_of(spec, given, read, dialect, required=default is attrs.NOTHING)
    if otherwise is not nothing:
        read = (
            f"coalesce({read}, {otherwise})"
            if spec.many
            else f"CASE WHEN {given} IS NULL THEN {otherwise} ELSE {read} END"
        )
    return Column(spec, given, read, faults)


def _read(spec: FieldSpec, name: str, relation: Relation, least: int, database: Database) -> str:
    """Write what a column says of a field; nothing where it says nothing at all: frames give it any type then."""
    given = database.dialect.quoted(name)
    if relation.from_text is not None:
        return relation.from_text(spec, given, least)
    read = _from_type(spec, given, relation.columns[name], database.dialect)
    files = [(file, part, {held.lower(): kind for held, kind in part.columns.items()}) for file, part in relation.files]
    for file, part, kinds in files:
        kind = kinds.get(name.lower())
        if kind is None or (read and _from_type(spec, given, kind, database.dialect)):
            continue
        if not _holds_nothing(given, relation, file, database):
            raise StreamError(
                f"the column {name!r} is {kind}, and the field {spec.name!r} holds {spec}",
                where=part.label,
                hint=f"make it {column_type(spec)}",
            )
    if (
        spec.kind == NumberKind(decimal=True)
        and read
        and least > int((_PLACES.search(relation.columns[name]) or "00")[1])
    ):
        # What holds the default as well would have no more places than the column, and round it.
        return database.dialect.cast(read, f"DECIMAL({MAX_DECIMAL}, {least}){'[]' * spec.many}")
    return read


def _places(value: object) -> int:
    """Count the digits behind the point of a decimal."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _holds_nothing(given: str, relation: Relation, file: str, database: Database) -> bool:
    dialect = database.dialect
    where = f" WHERE {dialect.quoted(FILE)} = {dialect.literal(file)}" if relation.parts else ""
    text = f"SELECT count({given}) FROM {relation.numbered(dialect)}{where}"
    ((number,),) = database.rows(Statement(text))
    return not number


def _literal(spec: FieldSpec, value: Any, dialect: Dialect) -> str:  # noqa: ANN401 - the value of any field
    """Write a value of a field."""
    if not spec.many:
        return dialect.literal(value.value if isinstance(value, Code) else value)
    members = [dialect.literal(member.value if isinstance(member, Code) else member) for member in value]
    return dialect.list_of(members) if members else dialect.cast(dialect.list_of([]), column_type(spec))


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
