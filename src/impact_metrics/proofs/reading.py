"""Reading a model of the solver back as streams of events."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, assert_never

from impact_metrics.proofs.figures import WINDOW
from impact_metrics.proofs.plausible import Setting, candidates
from impact_metrics.proofs.questions import subject_of
from impact_metrics.proofs.terms import codes_of
from impact_metrics.values import (
    CodeKind,
    DateKind,
    EventId,
    FieldSpec,
    FlagKind,
    IdKind,
    NumberKind,
    TextKind,
    TimestampKind,
)
from impact_metrics.values.kinds import MAX_DIGITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import z3

    from impact_metrics.model import Event, Model
    from impact_metrics.proofs.figures import Counted
    from impact_metrics.proofs.logic import Term
    from impact_metrics.proofs.solving import Possible
    from impact_metrics.proofs.terms import Slot
    from impact_metrics.proofs.universe import World

EVENT_IDS = IdKind("EventId")


class Reader:
    """Gives names to what the solver only tells apart, and makes events of it."""

    def __init__(self, found: Possible, model: Model, worlds: Sequence[World]) -> None:
        """Read the events that are there; those without a name in the rules are named by type, in the order of time."""
        self._setting = Setting(found.universe, worlds, found.model)
        self._terms = found.universe.terms
        self._model = model
        self._names: dict[IdKind, dict[str, str]] = {}
        self._unread: dict[tuple[str, str], Any] = {}
        self._counts: Counter[str] = Counter()
        family = self._setting.families[0]
        self._slots = sorted(self._setting.present(), key=lambda slot: (self._day(family, slot), slot.name))
        self._ids = {slot.name: self._event_name(slot) for slot in self._slots}

    @property
    def window(self) -> tuple[date, date]:
        """The first and the last day of the period; the last is the date of what is as at a date."""
        return self._date(WINDOW.start), self._date(WINDOW.closing.day)

    def subject(self, counted: Counted) -> str:
        """Give the name of the subject that a question asks for: its id, or the id of the row's event."""
        subject = subject_of(counted, self._setting.universe)
        if counted.kind is not None:
            return self._id(counted.kind, subject)
        alike = (slot for slot in self._slots if slot.record == subject.record)
        same = (slot for slot in alike if self._setting.says(slot.term == subject.term))
        return self._ids[next(same).name]

    def events(self, world: World) -> tuple[Event, ...]:
        """Give the events of one stream, in the order of time."""
        present = (slot for slot in self._slots if self._setting.says(world.has(slot)))
        return tuple(self._event(slot, world.family) for slot in present)

    def _event(self, slot: Slot, family: str) -> Event:
        made: Any = self._model.by_name[slot.record.name]
        read = {spec.name for spec in self._setting.fields_read(family, slot)}
        values = {
            spec.name: self._read(slot, family, spec) if spec.name in read else self._unread_value(slot, spec)
            for spec in slot.record.fields
            if spec.name not in {"id", "recorded_at"}
        }
        return made(id=EventId(self._ids[slot.name]), **values)  # type: ignore[no-any-return]  # a class of the model

    # --- values that the question read

    def _read(self, slot: Slot, family: str, spec: FieldSpec) -> Any:  # noqa: ANN401 - a value of any kind
        if not self._setting.says(self._terms.known(family, slot, spec)):
            return None
        if spec.many:
            members = candidates(slot, spec, self._setting.universe)
            held = (m for m in members if self._setting.says(self._terms.holds_member(family, slot, spec.name, m)))
            return frozenset(self._value_of(member, spec) for member in held)
        return self._value_of(self._terms.field(family, slot, spec.name).term, spec)

    def _value_of(self, term: Term, spec: FieldSpec) -> Any:  # noqa: ANN401 - a value of any kind
        match spec.kind:
            case IdKind():
                return self._id(spec.kind, term)
            case CodeKind():
                found = self._value(term)
                return next(code for code, its in codes_of(spec.kind).items() if its.eq(found))
            case FlagKind():
                return self._setting.says(term)
            case DateKind():
                return self._date(term)
            case NumberKind(decimal):
                number = self._value(term)
                return _decimal(number) if decimal else number.as_long()
            case TextKind() | TimestampKind():
                return "something"
            case _:
                assert_never(spec.kind)

    def _value(self, term: Term) -> Term:
        return self._setting.model.eval(term, model_completion=True)

    def _date(self, term: Term) -> date:
        return date.fromordinal(self._value(term).as_long())

    def _day(self, family: str, slot: Slot) -> date:
        return self._date(self._setting.day(family, slot))

    # --- names

    def _id(self, kind: IdKind, term: Term) -> str:
        names = self._names_of(kind)
        value = str(self._value(term))
        if value not in names:
            names[value] = self._new_name(kebab(kind.name.removesuffix("Id")), set(names.values()))
        return names[value]

    def _names_of(self, kind: IdKind) -> dict[str, str]:
        if kind not in self._names:
            named = self._terms.named_ids(kind)
            self._names[kind] = {str(self._value(term)): name for name, term in named.items()}
        return self._names[kind]

    def _new_name(self, noun: str, taken: set[str]) -> str:
        while True:
            self._counts[noun] += 1
            name = f"{noun}-{self._counts[noun]}"
            if name not in taken:
                return name

    def _event_name(self, slot: Slot) -> str:
        names = self._names_of(EVENT_IDS)
        noun = kebab(slot.record.name)
        read = (spec.name for family in self._setting.families for spec in self._setting.fields_read(family, slot))
        if "id" not in read:
            return self._new_name(noun, set(names.values()))
        value = str(self._value(self._terms.field("", slot, "id").term))
        if value not in names:
            names[value] = self._new_name(noun, set(names.values()))
        return names[value]

    # --- values that nothing depends on

    def _unread_value(self, slot: Slot, spec: FieldSpec) -> Any:  # noqa: ANN401 - a value of any kind
        """Give the same value in every stream."""
        if (slot.name, spec.name) not in self._unread:
            self._unread[slot.name, spec.name] = self._plain(spec, slot)
        return self._unread[slot.name, spec.name]

    def _plain(self, spec: FieldSpec, slot: Slot) -> Any:  # noqa: ANN401 - a value of any kind
        """Give the plainest value of a field that the question never read."""
        if spec.optional:
            return None
        if spec.many:
            return frozenset()
        match spec.kind:
            case IdKind(name):
                return self._new_name(kebab(name.removesuffix("Id")), set(self._names_of(spec.kind).values()))
            case CodeKind(codes):
                return next(iter(codes))
            case FlagKind():
                return False
            case DateKind():
                return self._day(self._setting.families[0], slot)
            case NumberKind(decimal):
                return Decimal(1) if decimal else 1
            case TextKind() | TimestampKind():
                return "something"
            case _:
                assert_never(spec.kind)


def kebab(name: str) -> str:
    """Turn the name of a type into the first part of a name: ``LegalSupport`` into ``legal-support``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _decimal(number: z3.RatNumRef) -> Decimal:
    """Give a decimal for a fraction: the same where it has one, else the nearest with as many digits as fields take."""
    with localcontext(prec=2 * MAX_DIGITS + 1):
        exact = Decimal(number.numerator_as_long()) / Decimal(number.denominator_as_long())
        rounded = round(exact, MAX_DIGITS)
        return rounded.normalize() if rounded % 1 else rounded.quantize(Decimal(1))
