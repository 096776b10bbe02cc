"""What is measured: evaluating, building a stream and reading it, each beside what does the same by hand."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from benchmarks import bare
from benchmarks.events import Generator
from benchmarks.loops import headline_figures
from benchmarks.timing import Stopwatch
from impact_metrics import Catalogue, Stream, evaluate
from impact_metrics.anti_trafficking import CATALOGUE, MODEL
from impact_metrics.anti_trafficking.metrics import HEADLINES
from impact_metrics.streams import read_json_lines, write_json_lines

AS_AT = date(2024, 6, 30)
"""A little before the last event, so that 'by then' means something."""

EIGHT = Catalogue(id="headlines", version=CATALOGUE.version, title="Headlines", model=MODEL, metrics=HEADLINES)


def evaluating(size: int, repeats: int) -> dict[str, float]:
    """Measure the loops, building a stream, its known view, and an evaluation with an engine of its own; in seconds.

    ``first`` is an evaluation with the known view that it is the first to need.
    """
    events = Generator(size).events()
    watch = Stopwatch()
    for _ in range(repeats):
        by_hand = watch.time("loops", lambda: headline_figures(events, AS_AT))
        stream = watch.time("stream", lambda: Stream(events))
        watch.time("view", stream.known)
        report = watch.time("evaluate", lambda: evaluate(EIGHT, stream, as_at=AS_AT))  # noqa: B023 - called at once
        if report.values() != by_hand:
            raise AssertionError(f"the engine says {report.values()}, the loops say {by_hand}")
    medians = watch.medians()
    return {**medians, "first": medians["view"] + medians["evaluate"]}


def reading(size: int, repeats: int) -> dict[str, float]:
    """Measure reading JSON Lines barely, and validated into a stream with its accounts; in seconds."""
    events = Generator(size).events()
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream.jsonl"
        write_json_lines(events, path)
        for _ in range(repeats):
            if watch.time("bare", lambda: bare.read(path)) != events:
                raise AssertionError("the bare reading differs from what was written")
            if list(watch.time("read", lambda: read_json_lines(path, MODEL)).stream) != events:
                raise AssertionError("the reading differs from what was written")
    return watch.medians()
