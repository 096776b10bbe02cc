"""Terms: what the solver knows of the values that events may have.

An event is a constant of the sort of its type, and a field is a function from that sort to the sort of its values. So
two witnesses that are one event have the same values, without a word being said. A field that may be missing has a
second function, which says whether it is known; a set-valued one is a relation between events and members. Ids are
values of which only equality is known, codes are those of their list, days are numbers between the first and the last
day of the calendar.
"""

from __future__ import annotations

import itertools
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, assert_never

import attrs
import z3

from impact_metrics.expressions import Constant, FieldRef, Shifted
from impact_metrics.lazy import cached_property
from impact_metrics.proofs.logic import Term, Truth
from impact_metrics.values import (
    Code,
    CodeKind,
    DateKind,
    FieldSpec,
    FlagKind,
    IdKind,
    Kind,
    NumberKind,
    RecordType,
    TextKind,
    TimestampKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FIRST_DAY = date.min.toordinal()
LAST_DAY = date.max.toordinal()

_numbers = itertools.count()


@cache
def _code_sort(codes: type[Code]) -> tuple[Term, Mapping[Code, Term]]:
    # The solver keeps sorts by name, and two lists of one name are two lists.
    name = f"codes {next(_numbers)} {codes.__name__}"
    members = list(codes)
    sort, terms = z3.EnumSort(name, [f"{name} {number}" for number in range(len(members))])
    return sort, dict(zip(members, terms, strict=True))


def event_sort(record: RecordType) -> Term:
    """Give the sort of the events of a type."""
    return z3.DeclareSort(f"event {record.name}")


def sort_of(kind: Kind) -> Term:
    """Give the sort of the values of a kind. Of text, which no rule reads, only whether it is known matters."""
    match kind:
        case IdKind(name):
            return z3.DeclareSort(f"id {name}")
        case CodeKind(codes):
            return _code_sort(codes)[0]
        case FlagKind():
            return z3.BoolSort()
        case DateKind():
            return z3.IntSort()
        case NumberKind(decimal):
            return z3.RealSort() if decimal else z3.IntSort()
        case TextKind() | TimestampKind():
            return z3.BoolSort()
        case _:
            assert_never(kind)


def codes_of(kind: CodeKind) -> Mapping[Code, Term]:
    """Give the term of each code of a list."""
    return _code_sort(kind.codes)[1]


@attrs.frozen(eq=False, slots=False)
class Slot:
    """A place for an event of a type. Two slots of one type may turn out to be the same event.

    ``level`` tells how many steps of 'for every event there is another' it took to ask for it.
    """

    record: RecordType
    number: int
    level: int

    @cached_property
    def name(self) -> str:
        """What tells it from other slots."""
        return f"{self.record.name}#{self.number}"

    @cached_property
    def term(self) -> Term:
        """The event, as a term."""
        return z3.Const(self.name, event_sort(self.record))


@attrs.frozen
class Value:
    """The value of an operand: whether it is known, and the term of what it is."""

    known: Truth
    term: Term


class Terms:
    """Makes terms, and remembers which it made: what the solver has to be told of them, and what can be read back."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._ids: dict[IdKind, dict[str, Term]] = {}
        self._subjects: dict[IdKind, list[Term]] = {}
        self._values: dict[tuple[str, str, str], Value] = {}
        self._relations: dict[tuple[str, str, str], Term] = {}
        self._members: dict[tuple[str, str], dict[int, Term]] = {}
        self._fields: dict[tuple[str, str, str], tuple[Slot, FieldSpec]] = {}

    # --- fields of events

    def field(self, family: str, slot: Slot, name: str) -> Value:
        """Give the value of a single-valued field of an event, in one family of streams."""
        key = (family, slot.name, name)
        if key not in self._values:
            spec = self._noted(family, slot, name)
            value = _function(family, slot, spec, "", sort_of(spec.kind))(slot.term)
            self._values[key] = Value(self.known(family, slot, spec), value)
        return self._values[key]

    def occurred_on(self, family: str, slot: Slot) -> Term:
        """Give the day of an event."""
        return self.field(family, slot, "occurred_on").term

    def holds_member(self, family: str, slot: Slot, name: str, member: Term) -> Truth:
        """Tell whether the set in a field of an event has a member. What is missing has none."""
        spec = self._noted(family, slot, name)
        asked = self._members.setdefault((slot.record.name, name), {})
        asked.setdefault(member.get_id(), member)
        if (family, slot.record.name, name) not in self._relations:
            self._relations[family, slot.record.name, name] = z3.Function(
                f"{family} {slot.record.name} {name} has", event_sort(slot.record), sort_of(spec.kind), z3.BoolSort()
            )
        return self._relations[family, slot.record.name, name](slot.term, member)

    def members_asked_for(self, record: RecordType, name: str) -> Sequence[Term]:
        """Give the terms that were asked about as members of a set-valued field."""
        return tuple(self._members.get((record.name, name), {}).values())

    def known(self, family: str, slot: Slot, spec: FieldSpec) -> Truth:
        """Tell whether a field of an event is known."""
        self._noted(family, slot, spec.name)
        return _function(family, slot, spec, " known", z3.BoolSort())(slot.term) if spec.optional else True

    def _noted(self, family: str, slot: Slot, name: str) -> FieldSpec:
        spec = slot.record.field(name)
        self._fields[family, slot.name, name] = (slot, spec)
        return spec

    def fields_read(self, family: str, slot: Slot) -> list[FieldSpec]:
        """Give the fields of an event that the question has read in one family, in the order of its type."""
        return [spec for spec in slot.record.fields if (family, slot.name, spec.name) in self._fields]

    # --- constants and subjects

    def constant(self, kind: Kind, value: Any) -> Term:  # noqa: ANN401 - any value of the kind
        """Give the term of a fixed value."""
        match kind:
            case IdKind():
                return self._ids.setdefault(kind, {}).setdefault(value, z3.Const(f"{kind} = {value}", sort_of(kind)))
            case CodeKind():
                return codes_of(kind)[value]
            case FlagKind():
                return z3.BoolVal(value)
            case DateKind():
                return z3.IntVal(value.toordinal())
            case NumberKind(decimal=True):
                return z3.RealVal(f"{value:f}")
            case NumberKind():
                return z3.IntVal(value)
            case TextKind() | TimestampKind():
                raise AssertionError(kind)  # no rule reads them
            case _:
                assert_never(kind)

    def subject(self, kind: IdKind, number: int = 0) -> Term:
        """Give the term of a subject that a question speaks of."""
        term = z3.Const(f"subject {kind} {number}", sort_of(kind))
        known = self._subjects.setdefault(kind, [])
        if not any(term.eq(other) for other in known):
            known.append(term)
        return term

    def operand(self, operand: FieldRef | Shifted | Constant, kind: Kind, family: str, slot: Slot | None) -> Value:
        """Give the value of an operand; ``slot`` is the event to which its row is bound."""
        match operand:
            case Constant(value):
                return Value(known=True, term=self.constant(kind, value))
            case FieldRef(name=name):
                assert slot is not None  # noqa: S101 - a field has a row
                return self.field(family, slot, name)
            case Shifted(field, days):
                assert slot is not None  # noqa: S101 - a field has a row
                day = self.field(family, slot, field.name)
                return Value(day.known, moved(day.term, days))
            case _:
                assert_never(operand)

    def named_ids(self, kind: IdKind) -> Mapping[str, Term]:
        """Give the constants of a kind of id that rules name."""
        return self._ids.get(kind, {})

    def ids(self, kind: IdKind) -> list[tuple[Term, Slot | None]]:
        """Give every term for an id of a kind, with the event in which it stands, if it stands in one."""
        found: list[tuple[Term, Slot | None]] = [(term, None) for term in self.named_ids(kind).values()]
        found.extend((term, None) for term in self._subjects.get(kind, ()))
        for (family, _, name), (slot, spec) in list(self._fields.items()):
            if spec.kind == kind and not spec.many:
                found.append((self.field(family, slot, name).term, slot))
        return found

    def all_ids(self) -> list[Term]:
        """Give every term for an id, of whatever kind."""
        kinds = {spec.kind for _, spec in self._fields.values() if isinstance(spec.kind, IdKind)}
        return [term for kind in {*kinds, *self._ids, *self._subjects} for term, _ in self.ids(kind)]

    # --- what is true of terms by their nature

    def facts(self) -> Iterator[Term]:
        """Give what the solver has to be told: days are in the calendar, named ids differ, ids belong to one event."""
        for named in self._ids.values():
            if len(named) > 1:
                yield z3.Distinct(list(named.values()))
        own_ids: list[tuple[Slot, Term]] = []
        for (family, _, name), (slot, spec) in list(self._fields.items()):
            if isinstance(spec.kind, DateKind) and not spec.many:
                day = self.field(family, slot, name).term
                yield z3.And(day >= FIRST_DAY, day <= LAST_DAY)
            if name == "id":
                own_ids.append((slot, self.field(family, slot, name).term))
        for (one, its_id), (other, other_id) in itertools.combinations(own_ids, 2):
            same = one.term == other.term if one.record == other.record else z3.BoolVal(val=False)
            yield same == (its_id == other_id)


def _function(family: str, slot: Slot, spec: FieldSpec, suffix: str, sort: Term) -> Term:
    # Whatever the stream says of it, an event has one id.
    name = f"{'' if spec.name == 'id' else family} {slot.record.name} {spec.name}{suffix}"
    return z3.Function(name, event_sort(slot.record), sort)


def moved(day: Term, days: int) -> Term:
    """Move a day, stopping at the first and the last that there is."""
    if days == 0:
        return day
    if days > 0:
        return z3.If(day > LAST_DAY - days, LAST_DAY, day + days)
    return z3.If(day < FIRST_DAY - days, FIRST_DAY, day + days)
