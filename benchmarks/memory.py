"""Memory an event, as traced by Python in a process of its own: ``python -m benchmarks.memory SIZE``."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

from benchmarks.events import Generator
from benchmarks.work import AS_AT, EIGHT
from impact_metrics import Stream, evaluate
from impact_metrics.anti_trafficking import MODEL
from impact_metrics.streams import read_json_lines, write_json_lines


def in_own_process(size: int) -> dict[str, float]:
    """Give the bytes an event takes, by what takes them.

    ``objects`` are events made in Python, which share the strings of persons and the days; ``stream``, ``view`` and
    ``report`` come on top of them. ``read`` is a whole stream read from JSON Lines, where nothing is shared.
    """
    command = [sys.executable, "-m", "benchmarks.memory", str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very module
    return {name: float(value) for name, value in json.loads(done.stdout).items()}


def measure(size: int) -> dict[str, float]:
    """Trace allocations while events, a stream, its known view and a report are made, and kept."""
    generator = Generator(size)
    tracemalloc.start()
    held = [0]
    events = generator.events()
    held.append(tracemalloc.get_traced_memory()[0])
    stream = Stream(events)
    held.append(tracemalloc.get_traced_memory()[0])
    stream.known()
    held.append(tracemalloc.get_traced_memory()[0])
    report = evaluate(EIGHT, stream, as_at=AS_AT)
    held.append(tracemalloc.get_traced_memory()[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream.jsonl"
        write_json_lines(events, path)
        before = tracemalloc.get_traced_memory()[0]
        kept = read_json_lines(path, MODEL)
        read = tracemalloc.get_traced_memory()[0] - before
    if len(kept.stream) != len(stream) or not report.results:
        raise AssertionError("nothing was measured")
    names = ("objects", "stream", "view", "report")
    added = {name: held[step + 1] - held[step] for step, name in enumerate(names)}
    return {name: taken / size for name, taken in {**added, "read": read}.items()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
