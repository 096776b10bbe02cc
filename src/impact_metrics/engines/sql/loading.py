"""Streams put into tables of a database, column by column."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.sql.records import column_type
from impact_metrics.engines.sql.relation import Relation
from impact_metrics.errors import StreamError
from impact_metrics.values import CodeKind, NumberKind, TimestampKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from impact_metrics.engines.sql.database import Database
    from impact_metrics.model import Model
    from impact_metrics.streams.versions import AnyRecord
    from impact_metrics.values import FieldSpec


def load(database: Database, model: Model, records: Iterable[AnyRecord]) -> dict[str, Relation]:
    """Put records into temporary tables, one for each record type that there is.

    Raises ``StreamError`` for a number that a column cannot hold.
    """
    by_type: dict[str, list[AnyRecord]] = {}
    for record in records:
        by_type.setdefault(type(record).__name__, []).append(record)
    tables: dict[str, Relation] = {}
    for name, held in by_type.items():
        columns = {
            spec.name: _column(spec, [getattr(record, spec.name) for record in held], name)
            for spec in model.by_name[name].__record__.fields
        }
        kinds = {column: kind for column, (kind, _) in columns.items()}
        tables[name] = Relation(name, "the stream", database.small_table(name, columns), kinds, size=len(held))
    return tables


def _column(spec: FieldSpec, values: Sequence[Any], name: str) -> tuple[str, Sequence[Any]]:
    kind = column_type(spec)
    if isinstance(spec.kind, NumberKind) and spec.kind.decimal:
        kind = kind.replace("DECIMAL", _decimal_type(spec, values, name))
    if spec.many:
        return kind, [None if held is None else [_plain(spec, value) for value in held] for held in values]
    return kind, [None if value is None else _plain(spec, value) for value in values]


def _plain(spec: FieldSpec, value: Any) -> Any:  # noqa: ANN401 - the value of any field
    if isinstance(spec.kind, CodeKind):
        return value.value
    if isinstance(spec.kind, TimestampKind):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def _decimal_type(spec: FieldSpec, values: Sequence[Any], name: str) -> str:
    """Give the narrowest type that holds all the decimals of a field."""
    numbers = [number for held in values if held is not None for number in (held if spec.many else (held,))]
    exponents = [number.as_tuple().exponent for number in numbers]
    places = max((-exponent for exponent in exponents), default=0)
    whole = max((number.adjusted() + 1 for number in numbers if number), default=1)
    places = max(places, 0)
    if max(whole, 0) + places > 38:  # noqa: PLR2004 - what a decimal of a database holds
        raise StreamError(
            f"the numbers need {max(whole, 0)} digits before the point and {places} after it, and a column holds 38",
            where=f"{name}.{spec.name}",
            hint='evaluate the stream with engine="reference"',
        )
    return f"DECIMAL({max(whole + places, 1)}, {places})"
