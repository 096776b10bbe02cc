"""The most memory that a way takes, in a process of its own: ``python -m benchmarks.scale.memory WAY FOLDER``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.scale import by_duckdb
from benchmarks.work import AS_AT

LIBRARY = "library"


def in_own_process(way: str, folder: Path) -> int:
    """Give the most bytes that a process held which computed the figures in one way, the interpreter included."""
    command = [sys.executable, "-m", "benchmarks.scale.memory", way, str(folder)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - this module


def measure(way: str, folder: Path) -> int:
    """Compute the figures, and give the most bytes that this process has held."""
    if way == LIBRARY:
        from benchmarks.scale import library  # noqa: PLC0415 - what is not measured stays out of memory

        library.checked(folder)
    else:
        by_duckdb.figures(folder, AS_AT, way)
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return int(status["VmHWM"].split()[0]) * 1024


if __name__ == "__main__":
    sys.stdout.write(str(measure(sys.argv[1], Path(sys.argv[2]))))
