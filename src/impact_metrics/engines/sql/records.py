"""Records out of relations, and the types of the columns that hold their fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.engines.sql.query import Statement, where
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
    from collections.abc import Callable, Iterator, Sequence

    from impact_metrics.engines.sql.database import Database
    from impact_metrics.engines.sql.dialect import Dialect
    from impact_metrics.model import Record

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def column_type(spec: FieldSpec) -> str:
    """Give the type of the column that holds a field; decimals have the width and places of their data."""
    match spec.kind:
        case IdKind() | CodeKind() | TextKind():
            name = "VARCHAR"
        case FlagKind():
            name = "BOOLEAN"
        case DateKind():
            name = "DATE"
        case TimestampKind():
            name = "TIMESTAMP WITH TIME ZONE"
        case NumberKind(decimal):
            name = "DECIMAL" if decimal else "BIGINT"
        case _:
            assert_never(spec.kind)
    return f"{name}[]" if spec.many else name


def columns_of(record: type[Record], dialect: Dialect) -> str:
    """Write the columns of a record type as they are read into Python."""
    return ", ".join(_as_read(spec, dialect) for spec in record.__record__.fields)


def _as_read(spec: FieldSpec, dialect: Dialect) -> str:
    """Write the column of a field; moments are read as numbers, which mean the same in every time zone."""
    column = dialect.quoted(spec.name)
    if not isinstance(spec.kind, TimestampKind):
        return column
    return dialect.mapped(column, "each", dialect.micros("each")) if spec.many else dialect.micros(column)


def fetch(
    database: Database,
    record: type[Record],
    relation: str,
    conditions: Sequence[str] = (),
    finish: Callable[[str], Statement] = Statement,
) -> Iterator[Any]:
    """Read the records of a relation that satisfy conditions, in the order of their ids.

    ``finish`` makes the statement of its body, where conditions read the parts of a query.
    """
    dialect = database.dialect
    text = f"SELECT {columns_of(record, dialect)} FROM {relation}{where(conditions)}\nORDER BY {dialect.quoted('id')}"
    names = [spec.name for spec in record.__record__.fields]
    reads = [reader(spec) for spec in record.__record__.fields]
    for row in database.rows(finish(text)):
        values = {name: read(value) for name, read, value in zip(names, reads, row, strict=True)}
        yield record(**values)


def reader(spec: FieldSpec) -> Callable[[Any], Any]:
    """Build the function that turns what a database gives into the value of a field."""
    convert = _converter(spec)
    if spec.many:
        return lambda held: None if held is None else frozenset(map(convert, held))
    return lambda value: None if value is None else convert(value)


def _converter(spec: FieldSpec) -> Callable[[Any], Any]:
    match spec.kind:
        case CodeKind(codes):
            return codes
        case TimestampKind():
            return lambda micros: _EPOCH + timedelta(microseconds=micros)
        case IdKind() | TextKind() | FlagKind() | DateKind() | NumberKind():
            return lambda value: value
        case _:
            assert_never(spec.kind)
