"""One command for all of it: ``python -m benchmarks``, or ``--sizes 10000 100000`` and ``--json FILE``.

``python -m benchmarks scale`` measures on Parquet files instead; see ``benchmarks.scale``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import memory, work
from benchmarks.machine import machine
from benchmarks.timing import exponent, table

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = (10_000, 100_000, 1_000_000)
MANY = 500_000
"""From this size on three repeats are made instead of seven."""
MEMORY_SIZE = 100_000

MOST_TIMES = {"evaluate": 3.0, "first": 3.0, "read": 3.0, "closings": 2.0, "cells": 2.0}
"""How many times as long as what it is compared with each may take."""

MOST_GROWTH = 1.1

TITLES = {
    "loops": "eight figures, loops by hand",
    "evaluate": "eight figures, evaluate()",
    "view": "known view, needed once a stream",
    "first": "first evaluate(), with known view",
    "stream": "Stream(objects), checked",
    "bare": "JSON Lines, decoded by hand",
    "read": "JSON Lines, read_json_lines()",
    "plain": "eight figures again",
    "closings": "and twelve monthly closings of each",
    "cells": "and a breakdown of each by three dimensions",
}
COMPARED = (("evaluate", "loops"), ("first", "loops"), ("read", "bare"), ("closings", "plain"), ("cells", "plain"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print tables, and write the numbers to a file where one is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="EVENTS", help="how many events")
    parser.add_argument("--repeats", type=int, help="how often each is measured [default: 7, for large sizes 3]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there as well")
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] == ["scale"]:
        from benchmarks.scale.command import main as at_scale  # noqa: PLC0415 - needs what only it needs

        at_scale(words[1:])
        return
    given = parser.parse_args(words)
    seconds = {size: _measure(size, given.repeats or (3 if size >= MANY else 7)) for size in given.sizes}
    found: dict[str, Any] = {
        "machine": machine("attrs", "cattrs", "orjson"),
        "seconds": seconds,
        "ratios": {
            f"{ours}/{hand}": {size: spent[ours] / spent[hand] for size, spent in seconds.items()}
            for ours, hand in COMPARED
        },
        "exponents": growth(seconds),
        "bytes_per_event": memory.in_own_process(min(MEMORY_SIZE, max(given.sizes))),
    }
    sys.stdout.write(shown(found))
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _measure(size: int, repeats: int) -> dict[str, float]:
    sys.stderr.write(f"measuring {size:,} events, {repeats} times\n")
    return {**work.evaluating(size, repeats), **work.reading(size, repeats), **work.bookkeeping(size, repeats)}


def growth(seconds: dict[int, dict[str, float]]) -> dict[str, float]:
    """Fit how the time of each grows with the size; nothing is said from fewer than two sizes."""
    if len(seconds) < 2:  # noqa: PLR2004 - a line needs two points
        return {}
    return {name: exponent({size: spent[name] for size, spent in seconds.items()}) for name in TITLES}


def shown(found: dict[str, Any]) -> str:
    """Lay out the numbers as tables."""
    seconds, exponents = found["seconds"], found["exponents"]
    head = ["CPU microseconds an event", *(f"{size:,} events" for size in seconds), "exponent"]
    rows = [head]
    for name, title in TITLES.items():
        spent = [f"{seconds[size][name] / size * 1e6:.2f}" for size in seconds]
        rows.append([title, *spent, f"{exponents[name]:.2f}" if exponents else "-"])
    ratios = [["times as long", *head[1:-1], "aim: at most", ""]]
    for name, by_size in found["ratios"].items():
        ours, other = name.split("/")
        met = all(ratio <= MOST_TIMES[ours] for ratio in by_size.values())
        title = f"{TITLES[ours]}, over {TITLES[other]}"
        spent = (f"{by_size[size]:.2f}" for size in by_size)
        ratios.append([title, *spent, f"{MOST_TIMES[ours]:.0f}", _verdict(met=met)])
    grown = {name: exponents[name] for name in ("evaluate", "first") if exponents}
    lines = [
        ", ".join(f"{name} {value}" for name, value in found["machine"].items()),
        "",
        table(rows),
        "",
        table(ratios),
        "",
        *(f"growth of {TITLES[name]}: {value:.2f}, aim at most {MOST_GROWTH}" for name, value in grown.items()),
        "bytes an event: " + ", ".join(f"{name} {size:.0f}" for name, size in found["bytes_per_event"].items()),
    ]
    return "\n".join(lines) + "\n"


def _verdict(*, met: bool) -> str:
    return "met" if met else "missed"


if __name__ == "__main__":
    main()
