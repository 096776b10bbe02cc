"""Write the synthetic stream of this example: the same bytes every time, on every supported Python.

Run it from the root of the repository: ``python examples/justice_and_care/generate.py [FILE]``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from impact_metrics.streams import write_json_lines
from simulation.bookkeeping import keep_books
from simulation.care import bring_home, support
from simulation.courts import bring_to_court
from simulation.operations import arrest_suspects, intervene, rescue
from simulation.outreach import change_systems, prevent, train
from simulation.world import World

HERE = Path(__file__).parent
ABOUT = {
    "title": "Synthetic example",
    "note": "simulated data about no real person, case or organisation, made so that the eight headline figures equal "
    "those published by Justice and Care",
    "generator": "examples/justice_and_care/generate.py",
}


def simulate(seed: int = 20241231) -> World:
    """Simulate the organisation's years; the numbers are how many people each process reaches in a way that counts."""
    world = World(seed)
    rescued = world.persons("V", 5014)
    rescue(world, rescued, supported=True)
    unsupported = world.persons("V", 640)
    rescue(world, unsupported, supported=False)
    for _ in range(45):  # some are rescued twice
        intervene(world, world.dice.sample(rescued, 2), supported=True)
    suspects = arrest_suspects(world, supported=1334, unsupported=240)
    bring_to_court(world, suspects, prosecuted=1275, convicted=153)
    referred = world.persons("V", 700)
    survivors = [*world.dice.sample(rescued, 3888), *referred]
    support(world, survivors, [*unsupported[:400], *world.persons("V", 200)])
    bring_home(world, world.dice.sample(survivors, 330), returned=251)
    train(world, total=51164)
    prevent(world, total=176013)
    change_systems(world)
    keep_books(world, suspects)
    return world


def main() -> None:
    """Write the stream to the file named on the command line, or to the one that ships with the example."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "stream.jsonl.gz"
    write_json_lines(simulate().records, target, about=ABOUT)


if __name__ == "__main__":
    main()
