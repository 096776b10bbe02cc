"""The care of survivors: sessions, assessments, returns, and being exploited again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from impact_metrics import CaseId
from impact_metrics.anti_trafficking import (
    Assessment,
    AssessmentDomain,
    Exploitation,
    Provider,
    ReExploitation,
    SafeReturn,
    StatementKind,
    StatementToLawEnforcement,
    SupportKind,
    SupportSession,
)
from simulation.operations import intervene
from simulation.world import LAST

if TYPE_CHECKING:
    from collections.abc import Collection

    from impact_metrics import PersonId
    from simulation.world import World

LAST_ARRIVAL = date(2024, 7, 31)
"""Whoever comes into care by then can have had a second session by the end."""


class Care:
    """The records of care."""

    def __init__(self, world: World) -> None:
        self._world = world

    def session(self, survivor: PersonId, day: date, provider: Provider, *, specialist: bool | None) -> None:
        """Record one session."""
        self._world.add(
            SupportSession(
                id=self._world.event_id("SS"),
                occurred_on=day,
                recorded_at=self._world.recorded(day),
                survivor=survivor,
                kind=self._world.dice.pick(list(SupportKind)),
                provider=provider,
                specialist=specialist,
                case=CaseId(f"F-{survivor}"),
            )
        )

    def assess(self, survivor: PersonId, day: date, *, stable: bool | None, independent: bool | None) -> None:
        """Record one assessment."""
        met = self._world.dice.sample(list(AssessmentDomain), self._world.dice.between(2, 7))
        self._world.add(
            Assessment(
                id=self._world.event_id("AS"),
                occurred_on=day,
                recorded_at=self._world.recorded(day),
                survivor=survivor,
                stable=stable,
                independent=independent,
                domains_met=frozenset(met) if self._world.dice.chance(0.8) else None,
            )
        )

    def send_home(self, survivor: PersonId, day: date, *, supported: bool | None, safe: bool | None) -> None:
        """Record one return."""
        self._world.add(
            SafeReturn(
                id=self._world.event_id("R"),
                occurred_on=day,
                recorded_at=self._world.recorded(day),
                survivor=survivor,
                supported=supported,
                assessed_safe=safe,
                from_country=self._world.dice.pick(("IN", "GB", "AE")),
                to_country=self._world.dice.pick(("BD", "RO", "IN", None)),
            )
        )

    def tell(self, survivor: PersonId, day: date) -> None:
        """Record that a survivor gave information to law enforcement, in no court case yet."""
        self._world.add(
            StatementToLawEnforcement(
                id=self._world.event_id("ST"),
                occurred_on=day,
                recorded_at=self._world.recorded(day),
                survivor=survivor,
                kind=StatementKind.INFORMATION,
            )
        )


def support(world: World, arrivals: dict[PersonId, date]) -> dict[PersonId, date]:
    """Give each at least two specialist sessions by our teams, counted from the arrival; give the last day of care."""
    care = Care(world)
    until: dict[PersonId, date] = {}
    for survivor, arrival in arrivals.items():
        day = world.after(arrival, 0, 45)
        for number in range(2 + world.dice.below(3) + (world.dice.below(6) if world.dice.chance(0.2) else 0)):
            if number > 1 or (number == 1 and not world.dice.chance(0.1)):  # one in ten has the first two on one day
                day = world.after(day, 7, 90)
            care.session(survivor, day, Provider.OUR_TEAMS, specialist=True)
        if world.dice.chance(0.3):
            care.session(survivor, day, Provider.PARTNER, specialist=world.dice.pick((True, False, None)))
        if world.dice.chance(0.15):
            care.tell(survivor, arrival)
        until[survivor] = _reintegrate(world, care, survivor, day)
    return until


def nearly_support(world: World, people: dict[PersonId, date]) -> None:
    """Support people in four ways that are no 'multiple instances of specialist support from our teams'."""
    care = Care(world)
    for number, (person, arrival) in enumerate(people.items()):
        first, second, third = (world.after(arrival, 30 * step, 30 * step + 25) for step in range(3))
        match number % 4:
            case 0:  # a single specialist session
                care.session(person, first, Provider.OUR_TEAMS, specialist=True)
            case 1:  # several sessions, none specialist
                for day in (first, second, third):
                    care.session(person, day, Provider.OUR_TEAMS, specialist=False)
            case 2:  # specialist, by a partner
                for day in (first, second):
                    care.session(person, day, Provider.PARTNER, specialist=True)
            case _:  # one specialist session, and one of which it is not known; stable later, but not cared for
                care.session(person, first, Provider.OUR_TEAMS, specialist=True)
                care.session(person, second, Provider.OUR_TEAMS, specialist=None)
                care.assess(person, world.after(third, 90, 400), stable=True, independent=True)


def _reintegrate(world: World, care: Care, survivor: PersonId, day: date) -> date:
    """Assess some survivors; some come to a stable point, and some lose it again. Give the day of the last."""
    if world.dice.chance(0.35):
        return day
    progress = 0
    for _ in range(world.dice.between(1, 5)):
        day = world.after(day, 60, 240)
        progress = max(progress + world.dice.pick((1, 1, 1, 0, -1)), 0)
        unknown = world.dice.chance(0.08)
        care.assess(survivor, day, stable=None if unknown else progress > 0, independent=progress > 1)
    if progress > 1 and world.dice.chance(0.03):  # another assessment on that day disagrees
        care.assess(survivor, day, stable=False, independent=True)
    return day


def relapse(world: World, until: dict[PersonId, date], rescued: Collection[PersonId], probability: float) -> None:
    """Some survivors are exploited again after care; of these, some who were rescued before are rescued again."""
    for survivor, day in until.items():
        if not world.dice.chance(probability):
            continue
        again = world.after(day, 30, 1200)
        world.add(
            ReExploitation(
                id=world.event_id("X"),
                occurred_on=again,
                recorded_at=world.recorded(again),
                survivor=survivor,
                exploitation=frozenset({world.dice.pick(list(Exploitation))}),
            )
        )
        if world.dice.chance(0.5) and survivor in rescued:
            intervene(world, [survivor], world.after(again, 1, 200), supported=True)


def bring_home(world: World, until: dict[PersonId, date], *, returned: int, nearly: int) -> None:
    """Return so many people safely and with our support, a few of them twice; and others without one or the other."""
    care = Care(world)
    ready = [person for person, day in until.items() if (LAST - day).days > 200]  # noqa: PLR2004 - the longest wait
    people = world.dice.sample(ready, returned + nearly)
    for number, survivor in enumerate(people[:returned]):
        day = world.after(until[survivor], 5, 200)
        care.send_home(survivor, day, supported=True, safe=True)
        if number % 30 == 0:
            care.send_home(survivor, world.after(day, 90, 500), supported=True, safe=True)
    flags = ((False, True), (True, False), (True, None), (None, True), (False, False))
    for number, survivor in enumerate(people[returned:]):
        supported, safe = flags[number % len(flags)]
        care.send_home(survivor, world.after(until[survivor], 5, 200), supported=supported, safe=safe)
