"""Threads: whatever is asked from many at once is answered as from one, and nobody waits for ever."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property as locking
from typing import Any

import pytest

from impact_metrics import Stream, evaluate
from impact_metrics.anti_trafficking import CATALOGUE, MODEL
from impact_metrics.documents import explain
from impact_metrics.engines.duckdb import Tables
from impact_metrics.lazy import cached_property
from impact_metrics.reports import Report
from impact_metrics.rules.dimensions import ByTime
from impact_metrics.streams import read_json_lines
from tests.test_sql_shapes import EXAMPLE

DAY = date(2024, 12, 31)
THREADS = 8


@contextmanager
def often_switching() -> Iterator[None]:
    """Let threads take turns a thousand times as often as they do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def at_once(ask: Callable[[], Any], number: int = THREADS) -> list[Any]:
    """Ask from so many threads; whoever has not answered after two minutes waits for ever."""
    found: list[Any] = []
    start = threading.Barrier(number)

    def run() -> None:
        start.wait()
        try:
            found.append(ask())
        except BaseException as error:  # noqa: BLE001 - shown below, instead of in a thread
            found.append(repr(error))

    threads = [threading.Thread(target=run, daemon=True) for _ in range(number)]
    with often_switching():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "a thread waits for ever"
    return found


def told(report: Report) -> tuple[Any, ...]:
    """Figures, people, evidence, an explanation and books of a report."""
    some = ("victims_rescued", "prosecutions")
    everybody = {name: sorted(report.subjects(name)) for name in some}
    behind = {name: [item.subject for item in report.evidence(name)] for name in some}
    why = str(explain(report, "victims_rescued", everybody["victims_rescued"][0]))
    return (
        [(result.metric.id, result.told) for result in report.results],
        everybody,
        behind,
        why,
        [line.told for line in report.books(by=[ByTime("year")], metrics=some).lines],
    )


@pytest.fixture(scope="module")
def stream() -> Stream:
    """A part of the example, which holds records of every type."""
    return Stream(list(read_json_lines(EXAMPLE, MODEL).stream)[::25])


def test_objects_are_evaluated_from_many_threads(stream: Stream) -> None:
    """One stream and one catalogue, with a report for each thread and with one for all."""
    expected = told(evaluate(CATALOGUE, Stream(stream), as_at=DAY))
    records = list(stream)
    assert at_once(lambda: told(evaluate(CATALOGUE, Stream(records), as_at=DAY))) == [expected] * THREADS
    shared = evaluate(CATALOGUE, Stream(records), as_at=DAY)
    assert at_once(lambda: told(shared)) == [expected] * THREADS


def test_tables_are_evaluated_from_many_threads(stream: Stream) -> None:
    """One connection answers one question after the other, for one report and for several of the same tables."""
    expected = told(evaluate(CATALOGUE, stream, as_at=DAY))
    with Tables(stream, MODEL) as tables:
        assert at_once(lambda: told(evaluate(CATALOGUE, tables, as_at=DAY))) == [expected] * THREADS
        shared = evaluate(CATALOGUE, tables, as_at=DAY)
        assert at_once(lambda: told(shared)) == [expected] * THREADS


class Slow:
    """Two objects whose properties ask for each other's, as catalogues and models do."""

    def __init__(self) -> None:
        """Know no other yet."""
        self.other: Slow | None = None
        self.inside = threading.Event()

    @cached_property
    def first(self) -> int:
        """Wait until another thread is inside its own."""
        self.inside.set()
        assert self.other is not None
        assert self.other.inside.wait(60)
        return self.other.second

    @cached_property
    def second(self) -> int:
        """Depend on nothing."""
        return 7


def test_nobody_waits_for_the_property_of_another_object() -> None:
    """Two threads may be in a property of one class at once, and each gets what it asks for, worked out once."""
    one, other = Slow(), Slow()
    one.other, other.other = other, one
    turn = iter((one, other))
    assert at_once(lambda: next(turn).first, 2) == [7, 7]
    assert (one.__dict__["first"], other.__dict__["second"]) == (7, 7)
    assert isinstance(Slow.first, locking)
