"""Verdicts in the cases that count: so many convictions, mixed outcomes, something lesser; and appeals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.anti_trafficking import EXPLOITATION_OFFENCES, Appeal, AppealResult, Offence, Outcome, Verdict
from simulation.courts import OTHER_OFFENCES, Defendant, Docket
from simulation.world import LAST

if TYPE_CHECKING:
    from datetime import date

    from simulation.world import World

TIME_TO_APPEAL = 720
"""Days within which an appeal and a retrial come to their end."""

APPEALS = (
    *[AppealResult.QUASHED] * 9,
    *[AppealResult.RETRIAL] * 4,
    *[AppealResult.SUBSTITUTED] * 8,
    *[AppealResult.UPHELD] * 15,
)
SUBSTITUTED_OUTSIDE = 3
"""So many substituted convictions become convictions for an offence unrelated to exploitation."""


def give_verdicts(world: World, docket: Docket, defendants: list[Defendant], convicted: int) -> None:
    """Convict so many of an offence related to exploitation; others of nothing, or of something lesser."""
    verdicts: list[Verdict] = []
    for defendant in defendants:
        day = world.after(defendant.tried, 30, 900)
        if day <= LAST and len(verdicts) < convicted:
            verdicts.append(_convict(world, docket, defendant, day))
            if len(verdicts) % 30 == 0:
                docket.change_charge(defendant)
        elif day <= LAST:
            _do_not_convict(world, docket, defendant, day)
    _appeal(world, docket, [verdict for verdict in verdicts if (LAST - verdict.occurred_on).days > TIME_TO_APPEAL])


def _convict(world: World, docket: Docket, defendant: Defendant, day: date) -> Verdict:
    """Convict on one charge related to exploitation, as charged or of another such offence; others end otherwise."""
    (charge, offence), *others = [pair for pair in defendant.charges if pair[1] in EXPLOITATION_OFFENCES.values]
    found = world.dice.pick(EXPLOITATION_OFFENCES.members) if world.dice.chance(0.2) else offence
    made = docket.decide(defendant, charge, found, Outcome.CONVICTED, day)
    for other, related in others:
        docket.decide(defendant, other, related, world.dice.pick(list(Outcome)), day)
    return made


def _do_not_convict(world: World, docket: Docket, defendant: Defendant, day: date) -> None:
    for charge, offence in defendant.charges:
        if world.dice.chance(0.45):
            continue  # no verdict yet
        if world.dice.chance(0.15):  # tried for exploitation, convicted of something lesser
            docket.decide(defendant, charge, world.dice.pick(OTHER_OFFENCES), Outcome.CONVICTED, day)
        elif offence in EXPLOITATION_OFFENCES.values:
            outcome = world.dice.pick((Outcome.ACQUITTED, Outcome.DISCONTINUED))
            docket.decide(defendant, charge, offence, outcome, day)
        else:
            docket.decide(defendant, charge, offence, Outcome.CONVICTED, day)


def _appeal(world: World, docket: Docket, verdicts: list[Verdict]) -> None:
    """Decide appeals: most are upheld; some convictions fall, some come back in a retrial, some are replaced."""
    outside = SUBSTITUTED_OUTSIDE
    for number, (verdict, result) in enumerate(zip(verdicts, APPEALS, strict=False)):
        offence = None
        if result is AppealResult.SUBSTITUTED:
            offence = world.dice.pick(OTHER_OFFENCES if outside > 0 else EXPLOITATION_OFFENCES.members)
            outside -= 1
        day = world.after(verdict.occurred_on, 60, 400)
        _decide_appeal(world, verdict, result, offence, day)
        if result is AppealResult.RETRIAL and number % 2:
            again = Defendant(verdict.defendant, verdict.case, day, ())
            convicted_again = world.after(day, 90, 300)
            docket.decide(again, verdict.charge, verdict.offence, Outcome.CONVICTED, convicted_again)


def _decide_appeal(world: World, verdict: Verdict, result: AppealResult, offence: Offence | None, day: date) -> None:
    world.add(
        Appeal(
            id=world.event_id("AP"),
            occurred_on=day,
            recorded_at=world.recorded(day, prompt=True),
            defendant=verdict.defendant,
            case=verdict.case,
            charge=verdict.charge,
            result=result,
            substituted_offence=offence,
        )
    )
