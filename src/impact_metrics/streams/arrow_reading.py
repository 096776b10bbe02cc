"""From tables to records, a column at a time: each distinct value is converted once, and checked as any reader does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import attrs

from impact_metrics.errors import StreamError, nearest
from impact_metrics.model.records import default_of
from impact_metrics.streams.about import KEY, parsed
from impact_metrics.streams.arrow_types import CHUNK, arrow, check_columns
from impact_metrics.streams.converters import ValueFaultError, read_code, read_flag, read_integer, shown
from impact_metrics.streams.headers import meant
from impact_metrics.streams.reading import Findings, Intake, Reading, SetAside
from impact_metrics.values import (
    CodeKind,
    DateKind,
    FieldSpec,
    FlagKind,
    IdKind,
    Kind,
    NumberKind,
    TextKind,
    TimestampKind,
)
from impact_metrics.values.kinds import is_exact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from impact_metrics.model import Model, Record

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(1970, 1, 1).toordinal()
_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def from_arrow(tables: Mapping[str, Any], model: Model, *, strict: bool = False, findings: Findings = None) -> Reading:
    """Read tables, by the names of their record types, into one stream; a type may be left out.

    A table is a ``pyarrow.Table`` or anything else that hands itself over as Arrow data, as those of pandas, polars
    and DuckDB do. Every row is in the stream or set aside with its row (counted from 1), field, value, reason and
    hint; ``strict`` raises ``StreamError`` at the first that would be set aside, and ``findings`` is called with every
    one as it is met. Raises ``StreamError`` for a table or a column that the model does not have, that is of another
    type, or that is not there.
    """
    pa = arrow()
    intake = Intake(strict=strict, findings=findings)
    for name, given in tables.items():
        record = record_named(name, model, name)
        try:
            table = pa.table(given)
        except (TypeError, ValueError) as error:
            problem = f"this cannot be read as a table: {error}"
            raise StreamError(problem, where=name, hint="pass a table, in which a column holds one type") from None
        note(table.schema, name, intake)
        take_batches(pa, table.schema, table.to_batches(max_chunksize=CHUNK), record, name, intake)
    return intake.close()


def record_named(name: str, model: Model, where: str) -> type[Record]:
    """Find the record type that a table is named after, or raise ``StreamError`` with the nearest right name."""
    try:
        return model.by_name[name]
    except KeyError:
        hint = nearest(name, model.by_name)
        raise StreamError(f"the model {model.name!r} has no type {name!r}", where=where, hint=hint) from None


def note(schema: Any, file: str, intake: Intake) -> None:  # noqa: ANN401 - of pyarrow
    """Keep what a table says that its data are."""
    text = (schema.metadata or {}).get(KEY)
    if text is None:
        return
    intake.about[file] = parsed(text, file)


def take_batches(  # noqa: PLR0913, PLR0917 - a table in its parts
    pa: Any,  # noqa: ANN401 - of pyarrow
    schema: Any,  # noqa: ANN401 - of pyarrow
    batches: Iterable[Any],
    record: type[Record],
    file: str,
    intake: Intake,
) -> None:
    """Take the rows of a table, or set them aside."""
    positions = check_columns(pa, schema, record, file)
    lacking = {
        spec.name: f"{record.__name__}.{spec.name}" for spec in record.__record__.fields if spec.name not in positions
    }
    unread = (name for position, name in enumerate(schema.names) if position not in positions.values())
    intake.notes.leave_unread(file, meant(unread, lacking))
    intake.notes.lack(file, list(lacking.values()))
    start = 1
    for batch in batches:
        _take_batch(pa, batch, record, positions, file, start, intake)
        start += batch.num_rows


@attrs.frozen
class _Unfit:
    """Stands among the values of a column for one that the field does not hold, and says why."""

    value: str
    reason: str
    hint: str


_Values: TypeAlias = "tuple[list[Any], bool]"
"""Values, and whether any of them is ``_Unfit``."""


def _take_batch(  # noqa: PLR0913, PLR0917 - a batch and its place
    pa: Any,  # noqa: ANN401 - of pyarrow
    batch: Any,  # noqa: ANN401 - of pyarrow
    record: type[Record],
    positions: Mapping[str, int],
    file: str,
    start: int,
    intake: Intake,
) -> None:
    make: Any = record  # every class of a model is a record
    specs = [spec for spec in record.__record__.fields if spec.name in positions]
    names = [spec.name for spec in specs]
    columns: list[list[Any]] = []
    wrong: set[int] = set()
    for spec in specs:
        values, unfit = _field_values(pa, batch.column(positions[spec.name]), spec, record)
        columns.append(values)
        if unfit:
            wrong.update(place for place, value in enumerate(values) if type(value) is _Unfit)
    rows = zip(*columns, strict=True)
    if not wrong:
        intake.take_all([make(**dict(zip(names, row, strict=True))) for row in rows], file, start)
        return
    for number, row in enumerate(rows, start):
        if number - start in wrong:
            intake.refuse(_finding(row, specs, record, file, number))
        else:
            intake.take(make(**dict(zip(names, row, strict=True))), file, number)


def _finding(
    row: tuple[Any, ...], specs: Iterable[FieldSpec], record: type[Record], file: str, number: int
) -> SetAside:
    """Say everything that is wrong with a row, the first fault in its fields."""
    faults = [(spec.name, value) for spec, value in zip(specs, row, strict=True) if type(value) is _Unfit]
    (field, first), *others = faults
    return SetAside(
        file=file,
        row=number,
        type=record.__name__,
        field=field,
        value=first.value,
        reason=first.reason + "".join(f"; also {name} {fault.reason}" for name, fault in others),
        hint=first.hint,
    )


def _field_values(pa: Any, column: Any, spec: FieldSpec, record: type[Record]) -> _Values:  # noqa: ANN401 - of pyarrow
    absent = default_of(record, spec.name)
    if absent is attrs.NOTHING:
        absent = _Unfit("", "is missing", f"every {record.__name__} gives {spec.doc}")
    if pa.types.is_null(column.type):
        return [absent] * len(column), type(absent) is _Unfit
    return _sets(pa, column, spec.kind, absent) if spec.many else _values(pa, column, spec.kind, absent)


def _sets(pa: Any, column: Any, kind: Kind, absent: Any) -> _Values:  # noqa: ANN401 - of pyarrow
    no_member = _Unfit("None", "has a member that is missing", "leave it out of the list")
    flat = column.flatten()
    null = pa.types.is_null(flat.type)
    members, unfit = ([no_member] * len(flat), True) if null else _values(pa, flat, kind, no_member)
    left = iter(members)
    sets: list[Any] = []
    for length in pa.compute.list_value_length(column).to_pylist():
        if length is None:
            sets.append(absent)
            continue
        found = list(islice(left, length))
        wrong = next((member for member in found if type(member) is _Unfit), None) if unfit else None
        sets.append(frozenset(found) if wrong is None else wrong)
    return sets, unfit or (type(absent) is _Unfit and column.null_count > 0)


def _values(pa: Any, column: Any, kind: Kind, absent: Any) -> _Values:  # noqa: ANN401 - of pyarrow
    """Give the values of a column; each distinct one is converted once, and then shared."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string_view(column.type):
        column = pa.array(column.to_pylist(), pa.large_string())  # not every version encodes views, or casts them
    encoded = column.dictionary_encode()
    plain, convert = _conversion(pa, encoded.dictionary, kind)
    distinct: list[Any] = []
    for value in plain:
        try:
            distinct.append(convert(value))
        except ValueFaultError as fault:
            distinct.append(_Unfit(_told(value), fault.reason, fault.hint))
    unfit = any(type(value) is _Unfit for value in distinct) or (type(absent) is _Unfit and column.null_count > 0)
    distinct.append(absent)  # where index -1 finds it
    return [distinct[index] for index in encoded.indices.fill_null(-1).to_pylist()], unfit


def _told(value: object) -> str:
    return shown(value.decode("utf-8", "replace") if isinstance(value, bytes) else value)


def _conversion(pa: Any, distinct: Any, kind: Kind) -> tuple[list[Any], Callable[[Any], Any]]:  # noqa: ANN401 - of pyarrow
    """Give the values in a plain form that can hold anything a column can, and the function that reads that form."""
    match kind:
        case IdKind() | TextKind():
            return _as_bytes(pa, distinct), _text
        case CodeKind(codes):
            return _as_bytes(pa, distinct), lambda value: read_code(_text(value), codes)
        case FlagKind():
            return distinct.to_pylist(), read_flag
        case DateKind() if pa.types.is_timestamp(distinct.type):
            day = 86_400 * _A_SECOND[distinct.type.unit]
            return distinct.cast(pa.int64()).to_pylist(), lambda value: _begun(value, day)
        case DateKind():
            return distinct.cast(pa.int32()).to_pylist(), _day
        case TimestampKind():
            ticks = _A_SECOND[distinct.type.unit]
            return distinct.cast(pa.int64()).to_pylist(), lambda value: _moment(value, ticks)
        case NumberKind(decimal=True):
            return distinct.to_pylist(), _decimal
        case NumberKind():
            return distinct.to_pylist(), _whole if pa.types.is_floating(distinct.type) else read_integer
        case _:
            assert_never(kind)


def _as_bytes(pa: Any, strings: Any) -> list[Any]:  # noqa: ANN401 - of pyarrow
    held: list[Any] = strings.cast(
        pa.large_binary() if pa.types.is_large_string(strings.type) else pa.binary()
    ).to_pylist()
    return held


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise ValueFaultError(f"is not UTF-8 at its byte {wrong.start + 1}", "write texts in UTF-8") from None


def _day(number: int) -> date:
    try:
        return date.fromordinal(_FIRST_DAY + number)
    except (OverflowError, ValueError):
        raise ValueFaultError("lies outside the years 1 to 9999 (days since 1970)", "a slip of the year?") from None


def _begun(number: int, day: int) -> date:
    """Read a day from the moment at which it begins, of which there are so many ticks a day."""
    days, rest = divmod(number, day)
    if rest:
        raise ValueFaultError("is no date: it has a time (since 1970)", "write the day alone")
    return _day(days)


def _whole(number: float) -> int:
    """Read a whole number from one with a point; beyond 2 to the power of 53 these do not tell each apart."""
    if abs(number) <= 2**53 and number.is_integer():
        return int(number)
    raise ValueFaultError("is no whole number", "write digits alone")


def _moment(number: int, ticks: int) -> datetime:
    """Read a moment from its ticks since 1970, of which there are so many a second; without a time zone it is UTC."""
    micros, finer = divmod(number * 10**6, ticks)
    if finer:
        raise ValueFaultError("is finer than a microsecond (since 1970)", "round it to microseconds")
    try:
        return _EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        raise ValueFaultError("lies outside the years 1 to 9999 (ticks since 1970)", "a slip of the year?") from None


def _decimal(value: Decimal | int) -> Decimal:
    number = Decimal(value)
    if is_exact(number):
        return number
    raise ValueFaultError("is no exact decimal number", "write at most 38 digits before the point, and 38 after it")
