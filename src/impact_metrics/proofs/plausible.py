"""Plausible streams: of all the smallest that the solver could give, one that a reader takes in at a glance.

Days fall into the last two years of a fixed calendar, on different days; values are known; things that need not be the
same are different; sets are small and codes come from the top of their list. None of this decides anything: a wish that
cannot be had is dropped.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

import z3

from impact_metrics.proofs.figures import WINDOW
from impact_metrics.proofs.logic import opposite, some
from impact_metrics.proofs.terms import codes_of
from impact_metrics.values import CodeKind, IdKind, NumberKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from impact_metrics.proofs.logic import Term, Truth
    from impact_metrics.proofs.terms import Slot
    from impact_metrics.proofs.universe import Universe, World
    from impact_metrics.values import FieldSpec

Wishes: TypeAlias = "Iterator[Truth]"
Stage: TypeAlias = "Callable[[Setting], Wishes]"

YEAR_START, YEAR_END = date(2024, 1, 1), date(2024, 12, 31)
YEAR_BEFORE = date(2023, 1, 1)
_FIRST_EVENT = date(2024, 2, 15)
_APART = timedelta(days=30)


class Setting:
    """What is there to wish for: a universe, its streams, and the model that grants all wishes so far."""

    def __init__(self, universe: Universe, worlds: Sequence[World], model: Term, order: Sequence[str] = ()) -> None:
        """Keep them. ``order`` names event types as one usually comes after another."""
        self.universe = universe
        self.worlds = worlds
        self.model = model
        self.order = order

    @property
    def families(self) -> list[str]:
        """The families of streams, each with values of its own."""
        return list(dict.fromkeys(world.family for world in self.worlds))

    def present(self) -> list[Slot]:
        """Give the first place of each event that is in one of the streams."""
        kept: dict[str, Slot] = {}
        for slot in self.universe.all_slots:
            if any(self.says(world.has(slot)) for world in self.worlds):
                kept.setdefault(str(self.model.eval(slot.term, model_completion=True)), slot)
        return list(kept.values())

    def says(self, truth: Truth) -> bool:
        """Tell whether something is so in the model."""
        return truth if isinstance(truth, bool) else z3.is_true(self.model.eval(truth, model_completion=True))

    def fields(self) -> Iterator[tuple[str, Slot, FieldSpec]]:
        """Give every field that was read of an event in one of the streams."""
        for family, slot in itertools.product(self.families, self.present()):
            for spec in self.fields_read(family, slot):
                yield family, slot, spec

    def fields_read(self, family: str, slot: Slot) -> list[FieldSpec]:
        """Give the fields of an event that the question has read, in whichever of the places that hold the event."""
        places = [other for other in self.universe.slots(slot.record) if self.says(other.term == slot.term)]
        read = {spec.name for place in places for spec in self.universe.terms.fields_read(family, place)}
        return [spec for spec in slot.record.fields if spec.name in read]

    def day(self, family: str, slot: Slot) -> Term:
        """Give the day of an event."""
        return self.universe.terms.occurred_on(family, slot)


def settled(setting: Setting) -> Wishes:
    """Which events are there, and which of them are one, stays as it is."""
    slots = setting.universe.all_slots
    for world, slot in itertools.product(setting.worlds, slots):
        yield _as_it_is(world.has(slot), setting)
    for one, other in itertools.combinations(slots, 2):
        if one.record == other.record:
            yield _as_it_is(one.term == other.term, setting)


def _as_it_is(truth: Truth, setting: Setting) -> Truth:
    return truth if setting.says(truth) else opposite(truth)


def in_a_year(setting: Setting) -> Wishes:
    """The period is a calendar year, and things happen in it or in the year before, on different days."""
    yield WINDOW.closing.day == YEAR_END.toordinal()
    yield WINDOW.start == YEAR_START.toordinal()
    days = [setting.day(family, slot) for family in setting.families for slot in setting.present()]
    for first in (YEAR_BEFORE, YEAR_START):
        for day in days:
            yield z3.And(day >= first.toordinal(), day <= YEAR_END.toordinal())
    for family in setting.families:
        for one, other in itertools.combinations(setting.present(), 2):
            yield setting.day(family, one) != setting.day(family, other)


def in_order(setting: Setting) -> Wishes:
    """Events of one type come after those of the types that are named before it."""
    ranks = {name: rank for rank, name in enumerate(setting.order)}
    for family in setting.families:
        for one, other in itertools.permutations(setting.present(), 2):
            if ranks.get(one.record.name, 0) < ranks.get(other.record.name, 0):
                yield setting.day(family, one) < setting.day(family, other)


def spread_out(setting: Setting) -> Wishes:
    """Events are some weeks apart, in the order that they have."""
    for family in setting.families:
        found = sorted(
            setting.present(),
            key=lambda slot: setting.model.eval(setting.day(family, slot), model_completion=True).as_long(),
        )
        for position, slot in enumerate(found):
            day = _FIRST_EVENT + position * _APART
            before = day.replace(year=day.year - 1) if day.year == YEAR_START.year else day
            term = setting.day(family, slot)
            yield z3.Or(term == day.toordinal(), term == before.toordinal())


def known(setting: Setting) -> Wishes:
    """What may be missing is known."""
    for family, slot, spec in setting.fields():
        yield setting.universe.terms.known(family, slot, spec)


def different(setting: Setting) -> Wishes:
    """Ids that need not be the same are different."""
    terms = setting.universe.terms
    kinds = dict.fromkeys(spec.kind for _, _, spec in setting.fields() if isinstance(spec.kind, IdKind))
    present = {slot.name for slot in setting.present()}
    for kind in kinds:
        ids = [term for term, slot in terms.ids(kind) if slot is None or slot.name in present]
        for one, other in itertools.combinations(ids, 2):
            if not one.eq(other):
                yield one != other


def small_sets(setting: Setting) -> Wishes:
    """Sets have one member, from the top of its list."""
    terms = setting.universe.terms
    for family, slot, spec in setting.fields():
        if spec.many:
            members = [
                terms.holds_member(family, slot, spec.name, member)
                for member in candidates(slot, spec, setting.universe)
            ]
            yield some(members)
            yield from (opposite(member) for member in reversed(members))


def candidates(slot: Slot, spec: FieldSpec, universe: Universe) -> list[Term]:
    """Give the terms that may be members of a set-valued field, as far as a question can tell members apart."""
    if isinstance(spec.kind, CodeKind):
        return list(codes_of(spec.kind).values())
    return list(universe.terms.members_asked_for(slot.record, spec.name))


def ordinary(setting: Setting) -> Wishes:
    """Codes come from the top of their list, and numbers are small."""
    terms = setting.universe.terms
    for family, slot, spec in setting.fields():
        if spec.many:
            continue
        if isinstance(spec.kind, CodeKind):
            members = list(codes_of(spec.kind).values())
            value = terms.field(family, slot, spec.name).term
            for top in (4, 2, 1):
                yield some(value == member for member in members[:top])
        if isinstance(spec.kind, NumberKind):
            value = terms.field(family, slot, spec.name).term
            yield z3.And(value >= 0, value <= 100)  # noqa: PLR2004 - what a reader takes in at a glance
            yield value == 1


STAGES: tuple[Stage, ...] = (settled, in_a_year, in_order, spread_out, known, different, small_sets, ordinary)
"""What is wished for, the most telling first; each stage sees the model that grants those before it."""
