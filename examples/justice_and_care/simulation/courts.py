"""Court cases: charges, trials and verdicts per charge, and support to victims and prosecutors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from impact_metrics import CaseId, PersonId
from impact_metrics.anti_trafficking import (
    EXPLOITATION_OFFENCES,
    Charge,
    ChargeId,
    LegalSupport,
    LegalSupportRecipient,
    Offence,
    Outcome,
    StatementKind,
    StatementToLawEnforcement,
    Trial,
    Verdict,
)
from simulation.world import LAST

if TYPE_CHECKING:
    from simulation.world import World

OTHER_OFFENCES = tuple(offence for offence in Offence if offence not in EXPLOITATION_OFFENCES.values)
COURTS_CLOSED = 2020
"""The year in which hardly a trial began, while verdicts in older cases went on."""


@attrs.frozen
class Case:
    """A court case: when it was opened and when its trial begins, which may not have come yet."""

    id: CaseId
    opened: date
    tried: date
    victims: tuple[PersonId, ...]

    @property
    def reached_trial(self) -> bool:
        """Whether the trial has begun by the last day of the simulation."""
        return self.tried <= LAST


@attrs.frozen
class Defendant:
    """A person on trial in a case, with the charges brought."""

    person: PersonId
    case: CaseId
    tried: date
    charges: tuple[tuple[ChargeId, Offence], ...]


class Docket:
    """The cases of the simulation, and what happens in each."""

    def __init__(self, world: World) -> None:
        self._world = world

    def open_case(self, begin: date, victims: tuple[PersonId, ...] = (), *, backed: bool) -> Case:
        """Open a case some time after a day; our teams back the victim or the prosecutor in it, or they do not."""
        world = self._world
        opened = world.after(begin, 20, 150)
        tried = world.after(opened, 60, 500)
        if tried.year == COURTS_CLOSED and not world.dice.chance(0.01):
            tried = tried.replace(year=COURTS_CLOSED + 1, day=min(tried.day, 28))
        case = Case(CaseId(world.number("C")), opened, tried, victims)
        if backed:
            self._back(case)
        elif world.dice.chance(0.3):
            recipient = world.dice.pick((LegalSupportRecipient.COURT, LegalSupportRecipient.OTHER_WITNESS))
            self._support(case, recipient, opened, None)
        return case

    def _back(self, case: Case) -> None:
        """Support the victim or the prosecutor before the trial, and often again after it has begun."""
        world = self._world
        day = case.opened
        for _ in range(1 + world.dice.chance(0.5)):
            recipient = world.dice.pick((LegalSupportRecipient.VICTIM, LegalSupportRecipient.PROSECUTOR))
            survivor = None
            if recipient is LegalSupportRecipient.VICTIM and case.victims:
                survivor = world.dice.pick(case.victims)
                self._testify(case, survivor)
            self._support(case, recipient, day, survivor)
            day = world.after(case.tried, 0, 300)

    def _support(self, case: Case, recipient: LegalSupportRecipient, day: date, survivor: PersonId | None) -> None:
        self._world.add(
            LegalSupport(
                id=self._world.event_id("L"),
                occurred_on=day,
                recorded_at=self._world.recorded(day),
                case=case.id,
                recipients=frozenset({recipient}),
                survivor=survivor,
            )
        )

    def _testify(self, case: Case, survivor: PersonId) -> None:
        world = self._world
        for kind, day in ((StatementKind.STATEMENT, case.opened), (StatementKind.TESTIMONY, case.tried)):
            if world.dice.chance(0.5):
                world.add(
                    StatementToLawEnforcement(
                        id=world.event_id("ST"),
                        occurred_on=day,
                        recorded_at=world.recorded(day),
                        survivor=survivor,
                        kind=kind,
                        case=case.id,
                    )
                )

    def charge(self, person: PersonId, case: Case, offences: tuple[Offence, ...]) -> Defendant:
        """Charge a person, and try the person when the trial of the case begins."""
        world = self._world
        charges = tuple((ChargeId(world.number("CH")), offence) for offence in offences)
        for charge, offence in charges:
            world.add(
                Charge(
                    id=world.event_id("G"),
                    occurred_on=case.opened,
                    recorded_at=world.recorded(case.opened),
                    accused=person,
                    case=case.id,
                    charge=charge,
                    offence=offence,
                )
            )
        defendant = Defendant(person, case.id, case.tried, charges)
        self.hear(defendant, case.tried, frozenset(offences))
        return defendant

    def hear(self, defendant: Defendant, day: date, offences: frozenset[Offence]) -> None:
        """Record a trial. Court records come promptly."""
        self._world.add(
            Trial(
                id=self._world.event_id("T"),
                occurred_on=day,
                recorded_at=self._world.recorded(day, prompt=True),
                defendant=defendant.person,
                case=defendant.case,
                charges=offences,
            )
        )

    def decide(self, defendant: Defendant, charge: ChargeId, offence: Offence, outcome: Outcome, day: date) -> Verdict:
        """Record the verdict on one charge."""
        made = Verdict(
            id=self._world.event_id("J"),
            occurred_on=day,
            recorded_at=self._world.recorded(day, prompt=True),
            defendant=defendant.person,
            case=defendant.case,
            charge=charge,
            offence=offence,
            outcome=outcome,
        )
        self._world.add(made)
        return made

    def change_charge(self, defendant: Defendant) -> None:
        """Record an earlier trial of the person in the case, on another offence only: the charge was changed then."""
        day = defendant.tried - timedelta(days=self._world.dice.between(1, 20))
        self.hear(defendant, day, frozenset({Offence.IMMIGRATION}))
        first = ChargeId(self._world.number("CH"))
        self.decide(defendant, first, Offence.IMMIGRATION, Outcome.DISCONTINUED, defendant.tried)

    def exploitation(self) -> tuple[Offence, ...]:
        """Give charges of which at least one relates to exploitation."""
        charges = [self._world.dice.pick(EXPLOITATION_OFFENCES.members)]
        if self._world.dice.chance(0.4):
            charges.append(self._world.dice.pick(EXPLOITATION_OFFENCES.members))
        if self._world.dice.chance(0.3):
            charges.append(self._world.dice.pick(OTHER_OFFENCES))
        return tuple(dict.fromkeys(charges))

    def others(self) -> tuple[Offence, ...]:
        """Give charges of which none relates to exploitation."""
        return tuple(dict.fromkeys(self._world.dice.pick(OTHER_OFFENCES) for _ in range(2)))
