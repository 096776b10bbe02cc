"""Memory that bad rows take, each size in a process of its own: ``python -m benchmarks.findings [ROWS...]``.

A file of JSON Lines and an export of CSV hold nothing but rows that are set aside; the peak of the whole process is
told, in MiB, with every finding written to a file as it is met. It does not grow with the number of rows.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from impact_metrics.anti_trafficking import MODEL
from impact_metrics.streams import Mapping, read_json_lines, read_mapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from impact_metrics.streams import Reading, SetAside

SIZES = (10_000, 1_000_000)
FORMS = ("JSON Lines", "CSV")
MAPPING = Mapping.of(
    {
        "files": [
            {
                "path": "rows.csv",
                "records": [
                    {"type": "Arrest", "id": "A-{row}", "fields": {"suspect": "who", "occurred_on": "day"}},
                ],
            }
        ]
    }
)


def measure(form: str, rows: int) -> float:
    """Read so many bad rows, and give the peak memory of this process in MiB."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "findings.jsonl").open("w", encoding="utf-8") as out:
            found = 0

            def tell(finding: SetAside) -> None:
                nonlocal found
                found += 1
                out.write(json.dumps(str(finding)) + "\n")

            reading = _read_lines(folder, rows, tell) if form == FORMS[0] else _read_csv(folder, rows, tell)
    if not found == reading.set_aside_count == reading.read == rows:
        raise AssertionError("nothing was measured")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kibibytes, on Linux


def _read_lines(folder: Path, rows: int, tell: Callable[[SetAside], None]) -> Reading:
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as out:
        for row in range(rows):
            out.write(f'{{"type": "Arrest", "id": "A-{row}", "occurred_on": "soon {row}", "suspect": "P-{row}"}}\n')
    return read_json_lines(folder / "rows.jsonl", MODEL, findings=tell)


def _read_csv(folder: Path, rows: int, tell: Callable[[SetAside], None]) -> Reading:
    with (folder / "rows.csv").open("w", encoding="utf-8") as out:
        out.write("who,day\n")
        for row in range(rows):
            out.write(f"P-{row},soon {row}\n")
    return read_mapped(MAPPING, MODEL, folder, findings=tell)


def in_own_process(form: str, rows: int) -> float:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.findings", form, str(rows)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very module
    return float(done.stdout)


def main(arguments: Sequence[str]) -> None:
    """Print the peak by form and number of rows; or, given one form, measure it here."""
    if arguments[:1] and arguments[0] in FORMS:
        sys.stdout.write(f"{measure(arguments[0], int(arguments[1]))}\n")
        return
    for form in FORMS:
        for rows in [int(word) for word in arguments] or SIZES:
            sys.stdout.write(f"{form}, {rows:,} bad rows: a peak of {in_own_process(form, rows):.0f} MiB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
