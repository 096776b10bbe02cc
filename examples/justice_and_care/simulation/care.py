"""The care of survivors: sessions, assessments, statements, returns, and being exploited again."""

from __future__ import annotations

from datetime import date, timedelta
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

if TYPE_CHECKING:
    from impact_metrics import PersonId
    from simulation.world import World


class Care:
    """The records of care."""

    def __init__(self, world: World) -> None:
        self._world = world

    def session(self, survivor: PersonId, day: date, provider: Provider, *, specialist: bool | None) -> None:
        """Record one session."""
        self._world.records.append(
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
        self._world.records.append(
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

    def send_home(self, survivor: PersonId, *, supported: bool | None, safe: bool | None) -> None:
        """Record one return."""
        day = self._world.day(date(2014, 1, 1))
        self._world.records.append(
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


def support(world: World, survivors: list[PersonId], others: list[PersonId]) -> None:
    """Give each survivor at least two specialist sessions by our teams, and the others what does not amount to that."""
    care = Care(world)
    for survivor in survivors:
        day = world.day(date(2013, 1, 1), date(2024, 6, 30))
        for number in range(world.dice.between(2, 4)):
            care.session(survivor, day, Provider.OUR_TEAMS, specialist=True)
            if number or not world.dice.chance(0.1):  # one in ten has the first two on one day
                day = world.after(day, 7, 120)
        if world.dice.chance(0.3):
            care.session(survivor, day, Provider.PARTNER, specialist=world.dice.pick((True, False, None)))
        _reintegrate(world, care, survivor, day)
    for number, person in enumerate(others):
        _near_miss(world, care, person, number)


def _near_miss(world: World, care: Care, person: PersonId, number: int) -> None:
    """Support a person in a way that is no 'multiple instances of specialist support from our teams'."""
    day = world.day(date(2013, 1, 1))
    if number % 4 == 0:  # a single specialist session
        care.session(person, day, Provider.OUR_TEAMS, specialist=True)
    elif number % 4 == 1:  # several sessions, none specialist
        for _ in range(3):
            care.session(person, day, Provider.OUR_TEAMS, specialist=False)
            day = world.after(day, 7, 60)
    elif number % 4 == 2:  # specialist, by a partner  # noqa: PLR2004 - the third of four ways
        for _ in range(2):
            care.session(person, day, Provider.PARTNER, specialist=True)
            day = world.after(day, 7, 60)
    else:  # one specialist session, and others of which it is not known
        care.session(person, day, Provider.OUR_TEAMS, specialist=True)
        care.session(person, world.after(day, 7, 60), Provider.OUR_TEAMS, specialist=None)
        care.assess(person, world.after(day, 90, 400), stable=True, independent=True)  # stable, but not cared for


def _reintegrate(world: World, care: Care, survivor: PersonId, day: date) -> None:
    """Assess some survivors; some come to a stable point, and some lose it again."""
    if world.dice.chance(0.55):
        return
    for _ in range(world.dice.between(1, 3)):
        day = world.after(day, 60, 300)
        stable = world.dice.pick((True, True, False, None))
        care.assess(survivor, day, stable=stable, independent=bool(stable) and world.dice.chance(0.7))
    if world.dice.chance(0.03):  # two assessments on one day that disagree
        day = world.after(day, 30, 90)
        care.assess(survivor, day, stable=True, independent=True)
        care.assess(survivor, day, stable=False, independent=True)
    if world.dice.chance(0.3):
        _tell(world, survivor, day)
    if world.dice.chance(0.05):
        day = world.after(day, 30, 700)
        found = world.dice.sample(list(Exploitation), 1)
        world.records.append(
            ReExploitation(
                id=world.event_id("X"),
                occurred_on=day,
                recorded_at=world.recorded(day),
                survivor=survivor,
                exploitation=frozenset(found),
            )
        )


def _tell(world: World, survivor: PersonId, day: date) -> None:
    day = max(day - timedelta(days=world.dice.between(1, 60)), date(2013, 1, 1))
    world.records.append(
        StatementToLawEnforcement(
            id=world.event_id("ST"),
            occurred_on=day,
            recorded_at=world.recorded(day),
            survivor=survivor,
            kind=world.dice.pick(list(StatementKind)),
        )
    )


def bring_home(world: World, people: list[PersonId], returned: int) -> None:
    """Return so many people safely and with our support, a few of them twice; and others without one or the other."""
    care = Care(world)
    for number, survivor in enumerate(people[:returned]):
        care.send_home(survivor, supported=True, safe=True)
        if number % 40 == 0:
            care.send_home(survivor, supported=True, safe=True)
    flags = ((False, True), (True, False), (True, None), (None, True), (False, False))
    for number, survivor in enumerate(people[returned : returned + 75]):
        supported, safe = flags[number % len(flags)]
        care.send_home(survivor, supported=supported, safe=safe)
