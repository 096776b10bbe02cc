"""From records to tables, a column at a time."""

from __future__ import annotations

from datetime import UTC
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import StreamError, nearest
from impact_metrics.streams.about import KEY
from impact_metrics.streams.arrow_types import CHUNK, arrow, column_type
from impact_metrics.streams.converters import shown
from impact_metrics.streams.json_text import dumps
from impact_metrics.values import NumberKind, TimestampKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from impact_metrics.model import Model
    from impact_metrics.streams.versions import AnyRecord
    from impact_metrics.values import FieldSpec


def to_arrow(records: Iterable[AnyRecord], model: Model, *, about: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give records, such as a stream, as one ``pyarrow.Table`` a record type of the model, by the name of the type.

    A type without records has a table without rows. ``about``, which says what the data are, goes into the metadata
    of each table. Raises ``StreamError`` for a record whose type the model does not have, and for a value that no
    column holds exactly: half of a character, a number of more than 64 bits, a moment after the year 9999 in UTC.
    """
    return dict(tables(records, model, about))


def tables(records: Iterable[AnyRecord], model: Model, about: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    """Give the tables one after the other."""
    pa = arrow()
    by_type: dict[str, list[AnyRecord]] = {name: [] for name in model.by_name}
    for record in records:
        name = type(record).__name__
        if model.by_name.get(name) is not type(record):
            hint = nearest(name, model.by_name)
            raise StreamError(f"the model {model.name!r} has no such type", where=f"{name} {record.id!r}", hint=hint)
        by_type[name].append(record)
    metadata = None if about is None else {KEY: dumps(dict(about)).encode()}
    for name, found in by_type.items():
        fields, columns = [], []
        for spec in model.by_name[name].__record__.fields:
            column = _column(pa, found, spec)
            fields.append(pa.field(spec.name, column.type, nullable=spec.optional, metadata={"doc": spec.doc}))
            columns.append(column)
        yield name, pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata=metadata))


def _column(pa: Any, records: Sequence[AnyRecord], spec: FieldSpec) -> Any:  # noqa: ANN401 - of pyarrow
    values = list(map(attrgetter(spec.name), records))
    decimals: Iterable[Any] = ()
    if spec.kind == NumberKind(decimal=True):
        given = [value for value in values if value is not None]
        decimals = chain.from_iterable(given) if spec.many else given
    held = column_type(pa, spec, decimals)
    try:
        chunks = [
            pa.array(_prepared(values[start : start + CHUNK], spec), type=held)
            for start in range(0, len(values), CHUNK)
        ]
    except (ArithmeticError, TypeError, ValueError):  # whatever it is, the record that is at fault says it better
        raise _unfit(pa, records, spec, held) from None
    return pa.chunked_array(chunks, type=held)


def _prepared(values: Sequence[Any], spec: FieldSpec) -> Sequence[Any]:
    """Sort sets, so that equal records give equal files, and bring moments to UTC, whose years may end earlier."""
    if spec.kind == TimestampKind():
        in_utc = _set_in_utc if spec.many else _in_utc
        values = [None if value is None else in_utc(value) for value in values]
    return [None if value is None else sorted(value) for value in values] if spec.many else values


def _set_in_utc(moments: Iterable[datetime]) -> list[datetime]:
    return list(map(_in_utc, moments))


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("it has no time zone, and would come back as a moment in UTC")
    return moment.astimezone(UTC)


def _unfit(pa: Any, records: Iterable[AnyRecord], spec: FieldSpec, held: Any) -> StreamError:  # noqa: ANN401 - of pyarrow
    """Build the error for the first record whose value the column cannot hold."""
    values = ((record, getattr(record, spec.name)) for record in records)
    record, value, why = next(
        (record, value, why) for record, value in values if (why := _refusal(pa, value, spec, held))
    )
    return StreamError(
        f"a column of {held} cannot hold {shown(value)}: {why}",
        where=f"{type(record).__name__} {record.id!r}, field {spec.name!r}",
        hint=f"the field holds {spec.doc}",
    )


def _refusal(pa: Any, value: object, spec: FieldSpec, held: Any) -> str:  # noqa: ANN401 - of pyarrow
    """Say why the column cannot hold a value; nothing where it can."""
    try:
        pa.array(_prepared([value], spec), type=held)
    except (ArithmeticError, TypeError, ValueError) as error:
        return str(error)
    return ""
