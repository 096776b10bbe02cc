"""From plain values to records, through cattrs: strictly, so that nothing is quietly turned into something else.

A fast converter takes what is right; only records that fail go through the detailed one, which says which field it was.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError

from impact_metrics.errors import nearest
from impact_metrics.values import Code, written
from impact_metrics.values.kinds import is_exact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from impact_metrics.model import Record


_EXACT_FLOAT = 2**53
"""From here on a float may stand for more than one whole number."""


class ValueFaultError(ValueError):
    """A value is not what its field holds; ``hint`` says what to write."""

    def __init__(self, reason: str, hint: str = "") -> None:
        """Keep the reason and the hint."""
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def read_text(value: object, _: object = None) -> str:
    """Take a string, and nothing that could be made one."""
    if type(value) is str:
        return value
    raise ValueFaultError("is no text", "write it in quotes")


def read_flag(value: object, _: object = None) -> bool:
    """Take true or false, and neither words nor numbers for them."""
    if type(value) is bool:
        return value
    raise ValueFaultError("is neither true nor false", "write true or false, without quotes")


def read_integer(value: object, _: object = None) -> int:
    """Take a whole number of at most 64 bits; true is none, and 12.0, as tools write that fill gaps, is 12."""
    if type(value) is float and value.is_integer() and abs(value) <= _EXACT_FLOAT:
        return int(value)
    if type(value) is int and written.is_64_bits(value):
        return value
    raise ValueFaultError("is no whole number", "write at most 18 digits, without quotes")


def read_decimal(value: object, _: object = None) -> Decimal:
    """Take an exact decimal, in quotes or a whole number: a JSON number with a point is binary, and inexact."""
    if type(value) is int and is_exact(number := Decimal(value)):
        return number
    if type(value) is str and (read := written.decimal(value)) is not None:
        return read
    raise ValueFaultError("is no exact decimal number", 'write it in quotes, as "12.50", with at most 38 digits')


def read_date(value: object, _: object = None) -> date:
    """Take a date written as YYYY-MM-DD."""
    if type(value) is str and (found := written.day(value)) is not None:
        return found
    raise ValueFaultError("is no date that exists", "write it as YYYY-MM-DD")


def read_moment(value: object, _: object = None) -> datetime:
    """Take a day with a time; without an offset it is read as UTC."""
    moment = read_clock(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def read_clock(value: object) -> datetime:
    """Take a day with a time, as it is written: without an offset, it has no zone."""
    if type(value) is str:
        found = written.moment(value)
        if found is not None:
            return found
        if written.is_finer(value):
            raise ValueFaultError("is finer than a microsecond", "round it to microseconds")
    raise ValueFaultError("is no moment that exists", "write it as YYYY-MM-DDTHH:MM:SS+00:00")


@cache
def _members(codes: type[Code]) -> dict[object, Code]:
    return {str(member.value): member for member in codes}


def read_code(value: object, codes: type[Code]) -> Code:
    """Take a code of one list."""
    members = _members(codes)
    if type(value) is str and value in members:
        return members[value]
    hint = nearest(value, map(str, codes)) if isinstance(value, str) else "write the code in quotes"
    raise ValueFaultError(f"is no code of {codes.__name__}", hint)


def _is_set(python_type: object) -> bool:
    return get_origin(python_type) is frozenset


def record_converter(*, detailed: bool) -> Converter:
    """Make the converter; ``detailed`` collects what is wrong with each field instead of stopping at the first."""
    converter = Converter(detailed_validation=detailed, forbid_extra_keys=True)
    readers = ((str, read_text), (bool, read_flag), (int, read_integer), (Decimal, read_decimal))
    for python_type, read in (*readers, (date, read_date), (datetime, read_moment)):
        converter.register_structure_hook(python_type, read)
    converter.register_structure_hook(Code, read_code)

    def set_reader(python_type: Any) -> Callable[[object, object], frozenset[Any]]:  # noqa: ANN401 - frozenset[...]
        (member_type,) = get_args(python_type)
        read_member = converter.get_structure_hook(member_type)

        def read_set(values: object, _: object = None) -> frozenset[Any]:
            if type(values) is not list:
                raise ValueFaultError("is no list", "write the members of a set as a list, in square brackets")
            return frozenset([read_member(value, member_type) for value in values])

        return read_set

    converter.register_structure_hook_factory(_is_set, set_reader)
    return converter


def faults(detailed: Converter, plain: dict[str, Any], record: type[Record]) -> Iterator[tuple[str, str, str, str]]:
    """Give field, value, reason and hint for everything that the detailed converter finds wrong with a record."""
    try:
        detailed.structure(plain, record)
    except ClassValidationError as error:
        yield from _explained(error, plain, record)


def _explained(
    error: ClassValidationError, plain: dict[str, Any], record: type[Record]
) -> Iterator[tuple[str, str, str, str]]:
    with_notes, without = error.group_exceptions()
    for fault, note in with_notes:
        field = note.name
        spec = record.__record__.field(field)
        if field not in plain:
            yield field, "", "is missing", f"every {record.__name__} gives {spec.doc}"
        else:
            assert isinstance(fault, ValueFaultError)  # noqa: S101 - every kind of field has a reader of its own
            yield field, shown(plain[field]), fault.reason, fault.hint
    for fault in without:
        assert isinstance(fault, ForbiddenExtraKeysError)  # noqa: S101 - nothing else comes without a field
        for name in sorted(fault.extra_fields):
            yield name, shown(plain[name]), "is no field of it", nearest(name, record.__record__.by_name)


def shown(value: object) -> str:
    """Print a value for a finding, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - about a line
