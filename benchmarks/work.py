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
from impact_metrics.reports.books import ALL
from impact_metrics.rules.dimensions import ByTime
from impact_metrics.rules.periods import periods
from impact_metrics.streams import read_json_lines, write_json_lines

MONTHS_OF_A_YEAR = 12
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


BREAKDOWN = (ByTime("year"), ByTime("quarter"), ByTime("month"))
"""Three dimensions that every metric has, so that the whole catalogue is broken down."""


def bookkeeping(size: int, repeats: int) -> dict[str, float]:
    """Measure a plain evaluation, one with twelve monthly closings, and one broken down three ways; in seconds."""
    stream = Stream(Generator(size).events())
    stream.known()
    months = periods("month", date(AS_AT.year - 1, AS_AT.month + 1, 1), AS_AT)
    watch = Stopwatch()
    for _ in range(repeats):
        report = watch.time("plain", lambda: evaluate(EIGHT, stream, as_at=AS_AT))
        books = watch.time("closings", lambda: evaluate(EIGHT, stream, as_at=AS_AT).books(months))
        cells = watch.time("cells", lambda: evaluate(EIGHT, stream, as_at=AS_AT).books(by=BREAKDOWN))
        if len(months) != MONTHS_OF_A_YEAR or books.lines[len(months) - 1].value != report.results[0].value:
            raise AssertionError("the last closing differs from the figure")
        if sum(line.value for line in cells.of("arrests") if ALL not in line.cell) != report["arrests"].value:
            raise AssertionError("the cells do not add up")
    return watch.medians()


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
