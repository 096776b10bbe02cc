"""The kinds of value that a field can have: a closed union that every reader of the model knows.

Floating-point numbers are left out on purpose: their sums depend on the order of the rows, so two engines could publish
two figures. Text is stored and shown but cannot be compared in a rule.
"""

from __future__ import annotations

import types
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NewType, TypeAlias, Union, assert_never, get_args, get_origin

import attrs

from impact_metrics.errors import ModelError
from impact_metrics.values.codes import Code


@attrs.frozen
class IdKind:
    """An id of the named type, such as ``PersonId``."""

    name: str

    def __str__(self) -> str:
        """Print the name of the id type."""
        return self.name


@attrs.frozen
class CodeKind:
    """A code of one code list."""

    codes: type[Code]

    def __str__(self) -> str:
        """Print the name of the code list."""
        return self.codes.__name__


@attrs.frozen
class FlagKind:
    """True or false."""

    def __str__(self) -> str:
        """Print the Python name."""
        return "bool"


@attrs.frozen
class DateKind:
    """A day, without a time."""

    def __str__(self) -> str:
        """Print the Python name."""
        return "date"


@attrs.frozen
class TimestampKind:
    """A moment, with its time zone. It orders records, and rules do not read it."""

    def __str__(self) -> str:
        """Print the Python name."""
        return "datetime"


@attrs.frozen
class NumberKind:
    """A whole number, or an exact decimal."""

    decimal: bool = False

    def __str__(self) -> str:
        """Print the Python name."""
        return "Decimal" if self.decimal else "int"


@attrs.frozen
class TextKind:
    """Free text: carried along, never compared by a rule."""

    def __str__(self) -> str:
        """Print the Python name."""
        return "str"


Kind: TypeAlias = IdKind | CodeKind | FlagKind | DateKind | TimestampKind | NumberKind | TextKind

_PLAIN: dict[Any, Kind] = {
    bool: FlagKind(),
    date: DateKind(),
    datetime: TimestampKind(),
    int: NumberKind(),
    Decimal: NumberKind(decimal=True),
    str: TextKind(),
}

_ALLOWED = "an id (NewType over str), a Code list, bool, date, int, Decimal, str, a frozenset of these, or one '| None'"


def kind_of_type(annotation: Any, where: str) -> tuple[Kind, bool, bool]:  # noqa: ANN401 - annotations are any object
    """Read a type annotation as (kind, whether a set of them, whether it may be missing).

    Raises ``ModelError`` for a type that no engine could hold exactly.
    """
    optional = False
    if get_origin(annotation) in {Union, types.UnionType}:
        rest = [arg for arg in get_args(annotation) if arg is not types.NoneType]
        optional = len(rest) < len(get_args(annotation))
        if len(rest) != 1:
            raise ModelError(f"a field cannot be {annotation}", where=where, hint=f"use {_ALLOWED}")
        annotation = rest[0]
    many = get_origin(annotation) is frozenset
    if many:
        annotation = get_args(annotation)[0]
    return _kind_of_plain_type(annotation, where), many, optional


def _kind_of_plain_type(annotation: Any, where: str) -> Kind:  # noqa: ANN401 - annotations are any object
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, NewType) and annotation.__supertype__ is str:
        return IdKind(annotation.__name__)
    if isinstance(annotation, type) and issubclass(annotation, Code):
        return CodeKind(annotation)
    hint = "use Decimal: sums of floats depend on the order of rows" if annotation is float else f"use {_ALLOWED}"
    raise ModelError(f"a field cannot be of type {getattr(annotation, '__name__', annotation)}", where=where, hint=hint)


MAX_DIGITS = 38
"""How many digits a decimal may have before the point, and how many after it."""


def is_exact(number: Decimal) -> bool:
    """Tell whether a decimal is a number, and short enough that every sum of such numbers is exact.

    Infinity and "not a number" are none; ``1E+999999999`` would fill the memory when something is added to it.
    """
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MAX_DIGITS and number.adjusted() < MAX_DIGITS


def fits(kind: Kind, value: object) -> bool:
    """Tell whether a Python value is of the kind, exactly: ``True`` is no number and a ``datetime`` is no date."""
    match kind:
        case IdKind() | TextKind():
            return isinstance(value, str) and not isinstance(value, Code)
        case CodeKind(codes):
            return isinstance(value, codes)
        case FlagKind():
            return isinstance(value, bool)
        case DateKind():
            return isinstance(value, date) and not isinstance(value, datetime)
        case TimestampKind():
            return isinstance(value, datetime)
        case NumberKind(decimal=True):
            return isinstance(value, Decimal) and is_exact(value)
        case NumberKind():
            return isinstance(value, int) and not isinstance(value, bool)
        case _:
            assert_never(kind)
