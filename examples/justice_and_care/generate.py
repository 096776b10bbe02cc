"""Write the synthetic stream of this example: the same records every time, on every supported Python.

Run it from the root of the repository: ``python examples/justice_and_care/generate.py [FILE]``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from impact_metrics.streams import write_json_lines
from simulation.bookkeeping import keep_books
from simulation.care import LAST_ARRIVAL, bring_home, nearly_support, relapse, support
from simulation.changes import change_systems
from simulation.justice import bring_to_court
from simulation.measurement import measure
from simulation.operations import VICTIM_AGES, Operation, arrest_suspects, rescue
from simulation.outreach import prevent, train
from simulation.world import World

if TYPE_CHECKING:
    from datetime import date

    from impact_metrics import PersonId

HERE = Path(__file__).parent
ABOUT = {
    "title": "Synthetic example",
    "note": "Synthetic data about no real person, case or organisation, made so that the eight headline figures equal "
    "those published by Justice and Care; the five systemic changes are named on its page, their stages and dates are "
    "synthetic",
    "generator": "examples/justice_and_care/generate.py",
}


def simulate(seed: int = 20241231) -> World:
    """Simulate the organisation's years; the numbers are how many people each process reaches in a way that counts."""
    world = World(seed)
    supported = rescue(world, 5014, supported=True)
    unsupported = rescue(world, 640, supported=False)
    gangs = arrest_suspects(world, supported, 1334, supported=True)
    others = arrest_suspects(world, [*unsupported, *supported], 420, supported=False)
    bring_to_court(world, gangs, others, prosecuted=1275, convicted=153)
    cared_for = _cared_for(world, supported, rescued=3888, referred=700)
    until = support(world, cared_for)
    nearly_support(world, _days(unsupported))
    relapse(world, until, _days(supported), 0.05)
    bring_home(world, until, returned=251, nearly=75)
    train(world, total=51164)
    prevent(world, total=176013)
    keep_books(world)
    measure(world, until, list(_days(unsupported)))
    world.records += change_systems(seed)
    return world


def _days(operations: list[Operation]) -> dict[PersonId, date]:
    """Give each victim with the day of the rescue."""
    return {victim: operation.day for operation in operations for victim in operation.victims}


def _cared_for(world: World, operations: list[Operation], *, rescued: int, referred: int) -> dict[PersonId, date]:
    """Choose who comes into care, and when: victims after their rescue, and people referred by others."""
    days = _days(operations)
    ready = [victim for victim, day in days.items() if day <= LAST_ARRIVAL]
    arrivals = {victim: days[victim] for victim in world.dice.sample(ready, rescued)}
    for _ in range(referred):
        day = world.day(last=LAST_ARRIVAL)
        arrivals[world.person("V", day, VICTIM_AGES)] = day
    return arrivals


def main() -> None:
    """Write the stream to the file named on the command line, or to the one that ships with the example."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "stream.jsonl.gz"
    write_json_lines(simulate().records, target, about=ABOUT)


if __name__ == "__main__":
    main()
