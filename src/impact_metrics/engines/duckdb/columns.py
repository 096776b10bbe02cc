"""Columns read as fields: which column holds which field, as which type, and what is wrong with a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.engines.duckdb.faults import Fault, faults_of
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

    from impact_metrics.engines.duckdb.database import DuckDB
    from impact_metrics.engines.duckdb.relations import Relation
    from impact_metrics.model import Record

_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
SEPARATOR = ";"
"""What stands between the members of a set in a CSV file."""
PLACES = 9
"""How many decimal places a number in a CSV file may have."""


@attrs.frozen
class Column:
    """How one field is read: ``given`` is the column as it is, ``read`` the value of the field."""

    spec: FieldSpec
    given: str
    read: str
    faults: tuple[Fault, ...]


def columns(record: type[Record], relation: Relation, mapping: Mapping[str, str], database: DuckDB) -> list[Column]:
    """Find the column of each field; as everywhere in DuckDB, upper and lower case are not told apart.

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
        _absent(spec, relation, mapping)
        if (name := found[spec.name]) is None
        else _column(spec, relation, name, database)
        for spec in fields.values()
    ]


def _absent(spec: FieldSpec, relation: Relation, mapping: Mapping[str, str]) -> Column:
    """Read a field that may be missing, and has no column, as missing in every row."""
    if not spec.optional:
        raise StreamError(
            f"there is no column {mapping.get(spec.name, spec.name)!r}, which holds {spec.doc} ({column_type(spec)})",
            where=relation.label,
            hint=f"{nearest(spec.name, relation.columns)}; name another in columns={{{relation.name!r}: ...}}",
        )
    return Column(spec, "NULL", f"CAST(NULL AS {column_type(spec)})", ())


def _column(spec: FieldSpec, relation: Relation, name: str, database: DuckDB) -> Column:
    dialect = database.dialect
    given = dialect.quoted(name)
    read = (_from_text if relation.texts else _from_type)(spec, given, relation.columns[name])
    if not read and _holds_nothing(given, relation, database):
        # Frames give columns in which everything is missing any type.
        return Column(spec, "NULL", f"CAST(NULL AS {column_type(spec)})", ())
    if not read:
        raise StreamError(
            f"the column {name!r} is {relation.columns[name]}, and the field {spec.name!r} holds {spec}",
            where=relation.label,
            hint=f"make it {column_type(spec)}",
        )
    return Column(spec, given, read, faults_of(spec, given, read, dialect, texts=relation.texts))


def _holds_nothing(given: str, relation: Relation, database: DuckDB) -> bool:
    ((number,),) = database.rows(Statement(f"SELECT count({given}) FROM {relation.source}"))
    return not number


def _from_type(spec: FieldSpec, given: str, kind: str) -> str:
    """Write a typed column as its field; the empty string where its type cannot fit."""
    if spec.many:
        if not kind.endswith("[]"):
            return ""
        each = _from_type(attrs.evolve(spec, many=False), "item", kind.removesuffix("[]"))
        if not each:
            return ""
        return given if each == "item" else f"list_transform({given}, lambda item: {each})"
    match spec.kind:
        case IdKind() | CodeKind() | TextKind():
            if kind == "VARCHAR":
                return given
            return f"CAST({given} AS VARCHAR)" if kind.startswith("ENUM") else ""
        case FlagKind() | DateKind():
            return given if kind == column_type(spec) else ""
        case TimestampKind():
            return _moment(given, kind)
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


def _moment(given: str, kind: str) -> str:
    """Write a moment; one without time zone is read as UTC."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return given
    return f"(CAST({given} AS TIMESTAMP) AT TIME ZONE 'UTC')" if kind.startswith("TIMESTAMP") else ""


def _from_text(spec: FieldSpec, given: str, _: str) -> str:
    """Write a column of text as its field; what is no value of the field becomes NULL."""
    if spec.many:
        each = _text_as(attrs.evolve(spec, many=False), "item")
        items = f"list_filter(string_split({given}, '{SEPARATOR}'), lambda item: item <> '')"
        held = items if each == "item" else f"list_transform({items}, lambda item: {each})"
        return held if spec.optional else f"coalesce({held}, [])"
    return _text_as(spec, given)


def _text_as(spec: FieldSpec, given: str) -> str:
    match spec.kind:
        case IdKind() | CodeKind() | TextKind():
            return given
        case FlagKind():
            return f"TRY_CAST({given} AS BOOLEAN)"
        case DateKind():
            # A cast would take a moment as well, and forget its time.
            plain = f"regexp_full_match({given}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
            return f"CASE WHEN {plain} THEN TRY_CAST({given} AS DATE) END"
        case TimestampKind():
            # A text with an offset is a moment; one without is read as UTC, whatever the zone of the machine.
            zoned = f"regexp_matches({given}, '([zZ]|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$') AND contains({given}, ':')"
            return (
                f"CASE WHEN {zoned} THEN TRY_CAST({given} AS TIMESTAMPTZ) "
                f"ELSE TRY_CAST({given} AS TIMESTAMP) AT TIME ZONE 'UTC' END"
            )
        case NumberKind(decimal=True):
            # A cast would round what has more places.
            plain = f"regexp_full_match({given}, '[+-]?[0-9]+([.][0-9]{{1,{PLACES}}})?')"
            return f"CASE WHEN {plain} THEN TRY_CAST({given} AS DECIMAL(38, {PLACES})) END"
        case NumberKind():
            return f"CASE WHEN regexp_full_match({given}, '-?[0-9]+') THEN TRY_CAST({given} AS BIGINT) END"
        case _:
            assert_never(spec.kind)
