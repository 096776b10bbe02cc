"""Travelling: what is copied or sent to another process says the same there, or says what to send instead."""

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from impact_metrics import StreamError
from impact_metrics.engines.duckdb import Tables
from impact_metrics.reports import Report
from tests.test_reports import STREAM
from tests.test_subject_tables import TABLE, report
from tests.toys import TOYS


def sent(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - what was pickled here


def told(found: Report) -> tuple[Any, ...]:
    """What a report says after it has worked out much."""
    return (
        [(result.metric, result.told) for result in found.results],
        [(item.subject, item.events) for item in found.evidence("makers")],
        found.books(metrics=["makers"]).lines,
        found.subject_table("makers").rows,
    )


@pytest.mark.parametrize("way", [sent, copy.copy, copy.deepcopy])
def test_a_report_says_the_same_wherever_it_is(way: Callable[[Any], Any]) -> None:
    """After everything was asked of it, and before."""
    asked, fresh = report(source=STREAM), report(source=STREAM)
    expected = told(asked)
    assert told(way(asked)) == told(way(fresh)) == expected


def test_another_process_reads_a_report() -> None:
    """It knows nothing but what was sent."""
    asked = report(source=STREAM)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(told, asked).result() == told(asked)


@pytest.mark.parametrize("way", [sent, copy.deepcopy])
def test_a_connection_stays_where_it_is(way: Callable[[Any], Any]) -> None:
    """Of tables and of a report on them, it is said what to send instead: what was told travels."""
    with Tables(STREAM, TOYS) as tables:
        on_tables = report(TABLE, tables)
        for thing in (tables, on_tables):
            with pytest.raises(StreamError, match="hold a connection") as caught:
                way(thing)
            assert "save the report" in caught.value.hint
        assert way(on_tables.results) == on_tables.results
        assert way(on_tables.books()) == on_tables.books()
