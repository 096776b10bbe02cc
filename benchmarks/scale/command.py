"""The command ``python -m benchmarks scale``: what is measured on each size, and the tables that come of it."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.machine import machine
from benchmarks.scale import data, memory
from benchmarks.scale.tables import shown
from benchmarks.scale.ways import DUCKDB, by_hand
from benchmarks.timing import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = (100_000, 1_000_000, 10_000_000)
REPEATS = {10**5: 7, 10**6: 5}
"""How often each is measured, up to a size; beyond these three times."""
PACKAGES = ("duckdb", "polars", "pandas", "pyarrow")


def main(arguments: Sequence[str]) -> None:
    """Measure, print tables, and write the numbers to a file where one is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scale", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=SIZES, metavar="EVENTS", help="how many events")
    parser.add_argument("--repeats", type=int, help="how often each is measured [default: 7, 5, for large sizes 3]")
    parser.add_argument("--by-hand", action="store_true", help="leave the library out")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the data there, and use what is there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there as well")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        home = given.keep or Path(scratch)
        found: dict[str, Any] = {
            "machine": machine(*PACKAGES),
            "sizes": {
                size: _measured(size, home, Path(scratch), given.repeats, by_hand_only=given.by_hand)
                for size in given.events
            },
        }
    sys.stdout.write(shown(found))
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _measured(size: int, home: Path, scratch: Path, repeats: int | None, *, by_hand_only: bool) -> dict[str, Any]:
    """Measure everything on one size, in turns; figures that differ end the run."""
    folder = home / f"events-{size}"
    if not folder.exists():
        sys.stderr.write(f"making {size:,} events\n")
        data.write(folder, size)
    times = repeats or next((times for most, times in REPEATS.items() if size <= most), 3)
    sys.stderr.write(f"measuring {size:,} events, {times} times\n")
    watch = Stopwatch()
    works: dict[str, Any] = by_hand(folder, size, scratch, watch)
    if not by_hand_only:
        from benchmarks.scale.library import measures  # noqa: PLC0415 - left out when it is not measured

        works |= measures(folder, size)
    expected = works[DUCKDB[0]]()
    for _ in range(times):
        for name, work in works.items():
            result = watch.time(name, work)
            if result is not None and result != expected:
                raise AssertionError(f"{name} says {result}, SQL by hand says {expected}")
    seconds = watch.medians()
    best = min(DUCKDB, key=seconds.__getitem__)
    held = {"by hand": memory.in_own_process(best.removeprefix("DuckDB, "), folder)}
    if not by_hand_only:
        held["library"] = memory.in_own_process(memory.LIBRARY, folder)
    return {"repeats": times, "best": best, "cpu": seconds, "clock": watch.on_the_clock(), "bytes": held}
