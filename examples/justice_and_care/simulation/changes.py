"""Systemic change: the five examples of a published page, with stages and dates that are made up.

What changed, where, and whose practice or policy it is stand on the "Impact" page of Justice and Care (public web
page), in our words here. The page gives neither dates nor stages: these, and at which level a change counts, are
synthetic. An institution that the page does not name is left open, and no change is said to have come further than the
page suggests.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from impact_metrics.anti_trafficking import ChangeId, ChangeKind, ChangeLevel, ChangeStage, SystemicChange
from simulation.world import World

if TYPE_CHECKING:
    from impact_metrics.streams.versions import AnyRecord

EVIDENCE = 'named on the page "Impact" of Justice and Care; stage, level and date are synthetic'

CHANGES = (
    (
        ChangeKind.PRACTICE,
        ChangeLevel.NATIONAL,
        "BD",
        None,
        "A new procedure for repatriated victims to be interviewed by videoconference in a trauma-informed way",
        (ChangeStage.PROPOSED, ChangeStage.PILOTED, ChangeStage.ADOPTED),
    ),
    (
        ChangeKind.POLICY,
        ChangeLevel.NATIONAL,
        "BD",
        "Government of Bangladesh",
        "A review of the backlog of trafficking cases, with recommendations",
        (ChangeStage.PROPOSED,),
    ),
    (
        ChangeKind.POLICY,
        ChangeLevel.NATIONAL,
        "GB",
        "Home Office",
        "An analysis of the extent of modern slavery in the UK from police data: about ten times previous estimates",
        (ChangeStage.PROPOSED,),
    ),
    (
        ChangeKind.PRACTICE,
        ChangeLevel.LOCAL,
        "GB",
        "Border Force UK, Port of Dover",
        "A new procedure at the port",
        (ChangeStage.PROPOSED, ChangeStage.PILOTED, ChangeStage.ADOPTED),
    ),
    (
        ChangeKind.PRACTICE,
        ChangeLevel.REGIONAL,
        "IN",
        "Shelter homes of the State of Karnataka",
        "A Foundation Skills Course for victims, soon to be rolled out in shelter homes across the state",
        (ChangeStage.PROPOSED, ChangeStage.PILOTED),
    ),
)


def change_systems(seed: int) -> list[AnyRecord]:
    """Record the systemic changes through their stages, by dice of their own: what else happens does not move them."""
    world = World(seed)
    for kind, level, country, institution, summary, stages in CHANGES:
        change = ChangeId(world.number("CG"))
        day = world.day(date(2018, 1, 1), date(2021, 12, 31))
        for stage in stages:
            world.add(
                SystemicChange(
                    id=world.event_id("SC"),
                    occurred_on=day,
                    recorded_at=world.recorded(day),
                    change=change,
                    kind=kind,
                    stage=stage,
                    level=level,
                    institution=institution,
                    country=country,
                    summary=summary,
                    evidence=EVIDENCE,
                )
            )
            day = world.after(day, 120, 400)
    return world.records
