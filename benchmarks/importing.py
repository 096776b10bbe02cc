"""How long an import takes, in processes of their own: ``python -m benchmarks.importing``, or ``--repeats 20``.

Each statement runs in a new interpreter, all of them in turns, so that a busy moment meets all alike. The least is what
the work takes where nothing disturbs it; it is given beside the median, and compared with an interpreter that does
nothing and with one that imports what the library is built on. It needs the core dependencies only, and says most of an
environment that has only these: every package with a ``.pth`` file makes each interpreter start later.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.machine import machine
from benchmarks.timing import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOTHING = "pass"
BUILT_ON = "import attrs, cattrs"
STATEMENTS = (
    NOTHING,
    BUILT_ON,
    "import impact_metrics",
    "import impact_metrics.anti_trafficking",
    "from impact_metrics import evaluate",
)
MOST = {"import impact_metrics": 0.150}
"""The seconds on the clock that a statement may take beyond an interpreter that does nothing."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print a table, and write the numbers to a file where one is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.importing", description=__doc__)
    parser.add_argument("--repeats", type=int, default=15, help="how often each is measured [default: 15]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there as well")
    given = parser.parse_args(arguments)
    found = {"machine": machine("attrs", "cattrs"), "seconds": measured(given.repeats)}
    sys.stdout.write(shown(found))
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def measured(repeats: int) -> dict[str, dict[str, float]]:
    """Give the least and the median seconds of each statement; one round before writes the compiled files."""
    spent: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for turn in range(repeats + 1):
        for statement, seconds in spent.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", statement], check=True)  # noqa: S603 - one of those above
            if turn:
                seconds.append(time.perf_counter() - start)
    return {statement: {"least": min(seconds), "median": median(seconds)} for statement, seconds in spent.items()}


def shown(found: Mapping[str, Any]) -> str:
    """Lay out the numbers as a table, and say whether the aim is met."""
    seconds: Mapping[str, Mapping[str, float]] = found["seconds"]
    least = {statement: spent["least"] for statement, spent in seconds.items()}
    rows = [["milliseconds on the clock", "least", "median", "times nothing", "times attrs, cattrs"]]
    for statement, spent in seconds.items():
        times = (f"{least[statement] / least[other]:.1f}" for other in (NOTHING, BUILT_ON))
        rows.append([statement, *(f"{spent[which] * 1000:.0f}" for which in ("least", "median")), *times])
    lines = [", ".join(f"{name} {value}" for name, value in found["machine"].items()), "", table(rows), ""]
    for statement, most in MOST.items():
        beyond = least[statement] - least[NOTHING]
        verdict = "met" if beyond <= most else "missed"
        lines.append(f"{statement}: {beyond * 1000:.0f} beyond nothing, aim at most {most * 1000:.0f}: {verdict}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
