"""Who is brought to court: so many in a way that counts, many others in ways that do not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from impact_metrics.anti_trafficking import Outcome
from simulation.courts import Defendant, Docket
from simulation.operations import SUSPECT_AGES
from simulation.verdicts import give_verdicts
from simulation.world import LAST

if TYPE_CHECKING:
    from simulation.operations import Gang
    from simulation.world import World


def bring_to_court(
    world: World, supported: list[Gang], unsupported: list[Gang], *, prosecuted: int, convicted: int
) -> None:
    """Try so many people in a way that counts and convict so many of these.

    Most of them were arrested with our support; the others count because the victim or the prosecutor was supported,
    although they were arrested without us or never arrested.
    """
    docket = Docket(world)
    after_arrest, despite_arrest = int(prosecuted * 0.72), int(prosecuted * 0.15)
    never_arrested = prosecuted - after_arrest - despite_arrest
    supported = world.dice.sample(supported, len(supported))
    unsupported = world.dice.sample(unsupported, len(unsupported))
    counted = [
        *_try_gangs(docket, world, supported, after_arrest, backed=0.6),
        *_try_gangs(docket, world, unsupported, despite_arrest, backed=1),
        *_try_strangers(docket, world, never_arrested, backed=True),
    ]
    give_verdicts(world, docket, world.dice.sample(counted, len(counted)), convicted)

    # From here on nobody adds to a figure: the trials are without support, or for other offences.
    watched = [
        *_try_gangs(docket, world, unsupported, 60, backed=0),
        *_try_strangers(docket, world, 40, backed=False),
    ]
    for defendant in watched[::3]:
        _convict_first(docket, world, defendant)
    _try_for_other_offences(docket, world, supported, 70)
    for gang in supported[::2]:  # charged late, and not tried yet
        case = docket.open_case(max(gang.last_arrest, date(2024, 11, 1)), backed=True)
        for person in gang.arrested:
            docket.charge(person, case, docket.exploitation())
    for defendant in world.dice.sample(counted, 35):  # the same people in a second case, after the first
        case = docket.open_case(defendant.tried, backed=False)
        docket.charge(defendant.person, case, docket.exploitation())


def _try_gangs(docket: Docket, world: World, gangs: list[Gang], count: int, *, backed: float) -> list[Defendant]:
    """Try so many of the people arrested, gang by gang, for exploitation; gangs that were looked at are taken out."""
    tried: list[Defendant] = []
    while len(tried) < count:
        gang = gangs.pop()
        case = docket.open_case(gang.last_arrest, gang.operation.victims, backed=world.dice.chance(backed))
        accused = list(gang.arrested)[: count - len(tried)]
        defendants = [docket.charge(person, case, docket.exploitation()) for person in accused]
        if case.reached_trial:
            tried.extend(defendants)
    return tried


def _try_strangers(docket: Docket, world: World, count: int, *, backed: bool) -> list[Defendant]:
    """Try so many people who were never arrested, one to three in a case."""
    tried: list[Defendant] = []
    while len(tried) < count:
        case = docket.open_case(world.day(last=date(2023, 2, 1)), backed=backed)
        people = world.persons("S", case.opened, SUSPECT_AGES, min(count - len(tried), world.dice.between(1, 3)))
        tried.extend(docket.charge(person, case, docket.exploitation()) for person in people)
    return tried


def _try_for_other_offences(docket: Docket, world: World, gangs: list[Gang], count: int) -> None:
    """Try so many people whose arrest our teams supported, for offences that are unrelated to exploitation."""
    while count:
        gang = gangs.pop()
        case = docket.open_case(gang.last_arrest, backed=True)
        for person in list(gang.arrested)[:count]:
            count -= 1
            _convict_first(docket, world, docket.charge(person, case, docket.others()))


def _convict_first(docket: Docket, world: World, defendant: Defendant) -> None:
    charge, offence = defendant.charges[0]
    if defendant.tried <= LAST:
        docket.decide(defendant, charge, offence, Outcome.CONVICTED, world.after(defendant.tried, 30, 900))
