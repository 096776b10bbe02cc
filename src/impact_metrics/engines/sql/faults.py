"""What can be wrong with a value in a table: each fault is a test in SQL, with its reason and what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.streams.versions import ALWAYS_KNOWN
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
    from impact_metrics.engines.sql.dialect import Dialect


_LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The last whole second that Python can tell."""


@attrs.frozen
class Fault:
    """A row is set aside where ``test`` is TRUE; ``value`` is what the finding shows."""

    field: str
    test: str
    value: str
    reason: str
    hint: str


def faults_of(spec: FieldSpec, given: str, read: str, dialect: Dialect, *, required: bool) -> tuple[Fault, ...]:
    """Give what can be wrong with a field, in the order in which it is looked for."""
    value = dialect.text(given)
    found: list[Fault] = []
    if required:
        missing = f"{read if spec.many else given} IS NULL"
        found.append(Fault(spec.name, missing, "''", "is missing", f"give {spec.doc}"))
    if spec.many:
        item = attrs.evolve(spec, many=False)
        found.append(Fault(spec.name, dialect.has_gaps(read), value, f"holds what is {_no(item)}", _hint(item)))
        wrong = _wrong(item, "member", dialect)
        if wrong:
            test = dialect.some(read, "member", wrong)
            found.append(Fault(spec.name, test, value, f"holds what is {_no(item)}", _hint(item)))
        return tuple(found)
    if read != given:
        found.append(Fault(spec.name, f"{given} IS NOT NULL AND {read} IS NULL", value, f"is {_no(spec)}", _hint(spec)))
    wrong = _wrong(spec, read, dialect)
    if wrong:
        found.append(Fault(spec.name, wrong, value, f"is {_no(spec)}", _hint(spec)))
    return tuple(found)


def _wrong(spec: FieldSpec, read: str, dialect: Dialect) -> str:
    """Write the test for values that a column can hold and the field cannot; empty where there are none."""
    match spec.kind:
        case CodeKind(codes):
            return f"{read} NOT IN ({', '.join(dialect.literal(code.value) for code in codes)})"
        case DateKind():
            return f"({read} < {dialect.literal(date.min)} OR {read} > {dialect.literal(date.max)})"
        case TimestampKind():
            first, last = dialect.literal(ALWAYS_KNOWN), dialect.literal(_LAST)
            return f"({read} < {first} OR {read} > {last})"
        case IdKind() | TextKind() | FlagKind() | NumberKind():
            return ""
        case _:
            assert_never(spec.kind)


def _no(spec: FieldSpec) -> str:
    match spec.kind:
        case CodeKind(codes):
            return f"no {codes.__name__}"
        case FlagKind():
            return "neither true nor false"
        case DateKind():
            return "no date of the calendar"
        case TimestampKind():
            return "no moment"
        case NumberKind(decimal):
            return "no decimal" if decimal else "no whole number"
        case IdKind() | TextKind():
            return "no text"
        case _:
            assert_never(spec.kind)


def _hint(spec: FieldSpec) -> str:
    match spec.kind:
        case CodeKind(codes):
            return "known codes are: " + ", ".join(code.value for code in codes)
        case FlagKind():
            return "write true or false"
        case DateKind():
            return "write YYYY-MM-DD, from 0001-01-01 to 9999-12-31"
        case TimestampKind():
            return "write YYYY-MM-DD HH:MM:SS, with an offset such as +00:00"
        case NumberKind(decimal):
            return (
                "write digits, with a point, of which a column has room for 38"
                if decimal
                else "write digits alone, up to 64 bits"
            )
        case IdKind() | TextKind():
            return "leave out members that are missing"
        case _:
            assert_never(spec.kind)
