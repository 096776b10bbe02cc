"""Court cases: charges, trials, verdicts per charge, appeals, and support to victims and prosecutors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from impact_metrics import CaseId, PersonId
from impact_metrics.anti_trafficking import (
    EXPLOITATION_OFFENCES,
    Appeal,
    AppealResult,
    Charge,
    ChargeId,
    LegalSupport,
    LegalSupportRecipient,
    Offence,
    Outcome,
    Trial,
    Verdict,
)
from simulation.world import LAST

if TYPE_CHECKING:
    from simulation.operations import Suspects
    from simulation.world import World

OTHER_OFFENCES = tuple(offence for offence in Offence if offence not in EXPLOITATION_OFFENCES.values)
COUNTED_RECIPIENTS = (LegalSupportRecipient.VICTIM, LegalSupportRecipient.PROSECUTOR)
COURTS_CLOSED = 2020
"""The year in which hardly a trial began, while verdicts in older cases went on."""


@attrs.frozen
class Defendant:
    """A person on trial in a case, with the charges brought."""

    person: PersonId
    case: CaseId
    tried: date
    charges: tuple[tuple[ChargeId, Offence], ...]


class Docket:
    """The cases of the simulation."""

    def __init__(self, world: World) -> None:
        self._world = world

    def open_cases(self, count: int, *, supported: bool) -> list[CaseId]:
        """Open cases in which our teams supported a victim or the prosecutor, or in which they did not."""
        cases = [CaseId(self._world.number("C")) for _ in range(count)]
        for case in cases:
            if supported:
                self._support(case, COUNTED_RECIPIENTS)
                if self._world.dice.chance(0.4):
                    self._support(case, COUNTED_RECIPIENTS)
            elif self._world.dice.chance(0.3):
                self._support(case, (LegalSupportRecipient.COURT, LegalSupportRecipient.OTHER_WITNESS))
        return cases

    def _support(self, case: CaseId, recipients: tuple[LegalSupportRecipient, ...]) -> None:
        # Early in the life of the simulation, so that support never comes long after the trial it was given for.
        day = self._world.day(date(2013, 1, 7), date(2016, 12, 31))
        self._world.records.append(
            LegalSupport(
                id=self._world.event_id("L"),
                occurred_on=day,
                recorded_at=self._world.recorded(day),
                case=case,
                recipients=frozenset({self._world.dice.pick(recipients)}),
            )
        )

    def try_person(
        self, person: PersonId, case: CaseId, arrested: date | None, offences: tuple[Offence, ...]
    ) -> Defendant:
        """Charge a person and bring the case to trial."""
        world = self._world
        day = world.after(arrested, 60, 700) if arrested else world.day(date(2014, 1, 6))
        if day.year == COURTS_CLOSED and not world.dice.chance(0.06):
            day = day.replace(year=COURTS_CLOSED + 1, day=min(day.day, 28))
        charges = tuple((ChargeId(world.number("CH")), offence) for offence in offences)
        for charge, offence in charges:
            charged = max(day - timedelta(days=world.dice.between(10, 60)), arrested or date(2012, 1, 1))
            world.records.append(
                Charge(
                    id=world.event_id("G"),
                    occurred_on=charged,
                    recorded_at=world.recorded(charged),
                    accused=person,
                    case=case,
                    charge=charge,
                    offence=offence,
                )
            )
        world.records.append(
            Trial(
                id=world.event_id("T"),
                occurred_on=day,
                recorded_at=world.recorded(day),
                defendant=person,
                case=case,
                charges=frozenset(offences),
            )
        )
        return Defendant(person, case, day, charges)

    def decide(self, defendant: Defendant, charge: ChargeId, offence: Offence, outcome: Outcome, day: date) -> Verdict:
        """Record the verdict on one charge."""
        made = Verdict(
            id=self._world.event_id("J"),
            occurred_on=day,
            recorded_at=self._world.recorded(day),
            defendant=defendant.person,
            case=defendant.case,
            charge=charge,
            offence=offence,
            outcome=outcome,
        )
        self._world.records.append(made)
        return made

    def appeal(self, verdict: Verdict, result: AppealResult, substituted: Offence | None = None) -> date:
        """Record what a higher court decided, and give the day."""
        day = self._world.after(verdict.occurred_on, 60, 400)
        self._world.records.append(
            Appeal(
                id=self._world.event_id("AP"),
                occurred_on=day,
                recorded_at=self._world.recorded(day),
                defendant=verdict.defendant,
                case=verdict.case,
                charge=verdict.charge,
                result=result,
                substituted_offence=substituted,
            )
        )
        return day

    def exploitation(self) -> tuple[Offence, ...]:
        """Give charges of which at least one relates to exploitation."""
        charges = [self._world.dice.pick(EXPLOITATION_OFFENCES.members)]
        if self._world.dice.chance(0.4):
            charges.append(self._world.dice.pick(EXPLOITATION_OFFENCES.members))
        if self._world.dice.chance(0.3):
            charges.append(self._world.dice.pick(OTHER_OFFENCES))
        return tuple(dict.fromkeys(charges))


def bring_to_court(world: World, suspects: Suspects, prosecuted: int, convicted: int) -> None:
    """Try so many people in a way that counts and convict so many of these; and many others in ways that do not."""
    docket = Docket(world)
    backed = docket.open_cases(420, supported=True)
    unbacked = docket.open_cases(260, supported=False)
    arrested = list(suspects.supported)
    unsupported = list(suspects.unsupported)
    after_arrest, despite_arrest = int(prosecuted * 0.7), int(prosecuted * 0.1)
    never_arrested = world.persons("S", prosecuted - after_arrest - despite_arrest)

    counted: list[Defendant] = []
    for person in arrested[:after_arrest]:
        case = world.dice.pick(backed if world.dice.chance(0.5) else unbacked)
        counted.append(docket.try_person(person, case, suspects.supported[person], docket.exploitation()))
    for person in unsupported[:despite_arrest]:
        case = world.dice.pick(backed)
        counted.append(docket.try_person(person, case, suspects.unsupported[person], docket.exploitation()))
    counted.extend(
        docket.try_person(person, world.dice.pick(backed), None, docket.exploitation()) for person in never_arrested
    )
    _decide_counted(world, docket, world.dice.sample(counted, len(counted)), convicted)

    # From here on nobody adds to a figure.
    strangers = [*unsupported[despite_arrest : despite_arrest + 60], *world.persons("S", 40)]
    for person in strangers:
        day = suspects.unsupported.get(person)
        defendant = docket.try_person(person, world.dice.pick(unbacked), day, docket.exploitation())
        if world.dice.chance(0.3):
            charge, offence = defendant.charges[0]
            docket.decide(defendant, charge, offence, Outcome.CONVICTED, world.after(defendant.tried, 30, 900))
    for person in arrested[after_arrest : after_arrest + 70]:
        offences = tuple(dict.fromkeys(world.dice.pick(OTHER_OFFENCES) for _ in range(2)))
        case = world.dice.pick(backed)
        defendant = docket.try_person(person, case, suspects.supported[person], offences)
        charge, offence = defendant.charges[0]
        docket.decide(defendant, charge, offence, Outcome.CONVICTED, world.after(defendant.tried, 30, 900))
    for defendant in world.dice.sample(counted, 35):  # the same people in a second case
        docket.try_person(defendant.person, world.dice.pick(unbacked), defendant.tried, docket.exploitation())


def _decide_counted(world: World, docket: Docket, defendants: list[Defendant], convicted: int) -> None:
    """Convict the first so many of an offence related to exploitation; others of nothing, or of something lesser."""
    verdicts = [_convict(world, docket, defendant) for defendant in defendants[:convicted]]
    for defendant in defendants[convicted:]:
        for charge, offence in defendant.charges:
            if world.dice.chance(0.45):
                continue  # no verdict yet
            day = world.after(defendant.tried, 30, 900)
            if world.dice.chance(0.15):  # tried for exploitation, convicted of something lesser
                docket.decide(defendant, charge, world.dice.pick(OTHER_OFFENCES), Outcome.CONVICTED, day)
            elif offence in EXPLOITATION_OFFENCES.values:
                outcome = world.dice.pick((Outcome.ACQUITTED, Outcome.DISCONTINUED))
                docket.decide(defendant, charge, offence, outcome, day)
            else:
                docket.decide(defendant, charge, offence, Outcome.CONVICTED, day)
    _appeal(world, docket, verdicts)


def _convict(world: World, docket: Docket, defendant: Defendant) -> Verdict:
    related = [pair for pair in defendant.charges if pair[1] in EXPLOITATION_OFFENCES.values]
    first, *others = related
    day = world.after(defendant.tried, 30, 900)
    made = docket.decide(defendant, *first, Outcome.CONVICTED, day)
    for charge, offence in others:  # verdicts are mixed per charge
        docket.decide(defendant, charge, offence, world.dice.pick((Outcome.ACQUITTED, Outcome.DISCONTINUED)), day)
    return made


def _appeal(world: World, docket: Docket, verdicts: list[Verdict]) -> None:
    """Decide appeals: most are upheld; some convictions fall, some come back in a retrial, some are replaced."""
    early = [verdict for verdict in verdicts if (LAST - verdict.occurred_on).days > 900]  # noqa: PLR2004 - time to appeal
    for number, verdict in enumerate(early[:36]):
        if number < 9:  # noqa: PLR2004 - nine are quashed, and so on below
            docket.appeal(verdict, AppealResult.QUASHED)
        elif number < 13:  # noqa: PLR2004
            day = docket.appeal(verdict, AppealResult.RETRIAL)
            if number % 2:
                again = Defendant(verdict.defendant, verdict.case, day, ())
                docket.decide(again, verdict.charge, verdict.offence, Outcome.CONVICTED, world.after(day, 90, 300))
        elif number < 18:  # noqa: PLR2004
            docket.appeal(verdict, AppealResult.SUBSTITUTED, world.dice.pick(EXPLOITATION_OFFENCES.members))
        elif number < 21:  # noqa: PLR2004
            docket.appeal(verdict, AppealResult.SUBSTITUTED, world.dice.pick(OTHER_OFFENCES))
        else:
            docket.appeal(verdict, AppealResult.UPHELD)
    _change_of_charge(world, docket, early[36])


def _change_of_charge(world: World, docket: Docket, verdict: Verdict) -> None:
    """Record an earlier trial of the same person in the same case on other charges only: the charge was changed."""
    day = world.after(verdict.occurred_on, -30, -1)
    trial = Defendant(verdict.defendant, verdict.case, day, ())
    world.records.append(
        Trial(
            id=world.event_id("T"),
            occurred_on=day,
            recorded_at=world.recorded(day),
            defendant=trial.person,
            case=trial.case,
            charges=frozenset({Offence.IMMIGRATION}),
        )
    )
    docket.decide(trial, ChargeId(world.number("CH")), Offence.IMMIGRATION, Outcome.DISCONTINUED, day)
