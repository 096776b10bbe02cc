"""The layout of columns: one table a record type, named as the type, with one column a field, named as the field.

Ids, codes and text are strings, flags booleans, dates ``date32``, moments ``timestamp[us, UTC]``, whole numbers
``int64``, decimals ``decimal128`` with as many places as the values need (``decimal256`` where their digits are too
many), and sets sorted lists. A missing value is null, and an empty set is an empty list. Nothing is rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.errors import StreamError, missing_extra, nearest
from impact_metrics.model.records import has_default
from impact_metrics.streams.headers import check_header
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

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from impact_metrics.model import Record

CHUNK = 2**17
"""How many rows are turned into columns, or columns into rows, at a time."""

_NARROW = 38
"""The digits that ``decimal128`` holds."""
_WIDE = 76
"""The digits that ``decimal256`` holds, which are those of any exact decimal (see ``is_exact``)."""


def arrow() -> Any:  # noqa: ANN401 - a module without types
    """Give the package pyarrow. Raises ``MissingExtraError`` without the extra ``arrow``."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional dependency
        import pyarrow.compute  # noqa: PLC0415 - the same
        import pyarrow.dataset  # noqa: PLC0415 - the same
        import pyarrow.parquet  # noqa: PLC0415 - the same
    except ImportError:
        raise missing_extra("reading and writing columns", "pyarrow", "arrow") from None
    return pa


def column_type(pa: Any, spec: FieldSpec, decimals: Iterable[Decimal] = ()) -> Any:  # noqa: ANN401 - a type of pyarrow
    """Give the type of a field's column; one of decimals has room for all of ``decimals``."""
    member = kind_type(pa, spec.kind, decimals)
    return pa.list_(member) if spec.many else member


def kind_type(pa: Any, kind: Kind, decimals: Iterable[Decimal]) -> Any:  # noqa: ANN401 - a type of pyarrow
    """Give the type of a column of single values of a kind; one of decimals has room for all of ``decimals``."""
    match kind:
        case IdKind() | CodeKind() | TextKind():
            return pa.string()
        case FlagKind():
            return pa.bool_()
        case DateKind():
            return pa.date32()
        case TimestampKind():
            return pa.timestamp("us", tz="UTC")
        case NumberKind(decimal=True):
            return _decimal_type(pa, decimals)
        case NumberKind():
            return pa.int64()
        case _:
            assert_never(kind)


def _decimal_type(pa: Any, decimals: Iterable[Decimal]) -> Any:  # noqa: ANN401 - a type of pyarrow
    before, after = 1, 0
    for number in decimals:
        exponent = number.as_tuple().exponent
        after = max(after, -exponent if isinstance(exponent, int) else 0)
        before = max(before, number.adjusted() + 1 if number else 1)
    return pa.decimal128(_NARROW, after) if before + after <= _NARROW else pa.decimal256(_WIDE, after)


def check_columns(pa: Any, schema: Any, record: type[Record], where: str) -> dict[str, int]:  # noqa: ANN401 - of pyarrow
    """Give the position of each field's column. Upper and lower case are not told apart, as in databases.

    Raises ``StreamError`` for a field that must be there and has no column, for one of another type, and for a column
    that is doubled. A column may be of any type that holds the values of its field, such as large strings or short
    integers; frames hold days as moments, and whole numbers of which some are missing as floating-point numbers.
    """
    check_header(schema.names, where)
    positions = {name.lower(): position for position, name in enumerate(schema.names)}
    found: dict[str, int] = {}
    for spec in record.__record__.fields:
        position = positions.get(spec.name.lower())
        if position is not None:
            held = schema.types[position]
            if not _holds(pa, held, spec):
                place = f"{where}, column {schema.names[position]!r}"
                hint = f"write it as {column_type(pa, spec)}"
                raise StreamError(f"the column is of type {held}", where=place, hint=hint)
            found[spec.name] = position
        elif not has_default(record, spec.name):
            raise StreamError(
                f"there is no column {spec.name!r}, and every {record.__name__} gives {spec.doc}",
                where=where,
                hint=nearest(spec.name, schema.names),
            )
    return found


def _holds(pa: Any, held: Any, spec: FieldSpec) -> bool:  # noqa: ANN401 - types of pyarrow
    """Tell whether values of the field can be read from a column, all of them and exactly."""
    if pa.types.is_null(held):
        return True
    if not spec.many:
        return _holds_one(pa, held, spec.kind)
    listed = pa.types.is_list(held) or pa.types.is_large_list(held) or pa.types.is_fixed_size_list(held)
    return listed and (pa.types.is_null(held.value_type) or _holds_one(pa, held.value_type, spec.kind))


def _holds_one(pa: Any, held: Any, kind: Kind) -> bool:  # noqa: ANN401 - types of pyarrow
    types = pa.types
    if types.is_dictionary(held):
        held = held.value_type
    match kind:
        case IdKind() | CodeKind() | TextKind():
            return bool(types.is_string(held) or types.is_large_string(held) or types.is_string_view(held))
        case FlagKind():
            return bool(types.is_boolean(held))
        case DateKind():
            return bool(types.is_date32(held) or (types.is_timestamp(held) and held.tz is None))
        case TimestampKind():
            return bool(types.is_timestamp(held))
        case NumberKind(decimal=True):
            return bool(types.is_decimal(held) or types.is_integer(held))
        case NumberKind():
            return bool(types.is_integer(held) or types.is_floating(held))
        case _:
            assert_never(kind)
