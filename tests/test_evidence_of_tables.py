"""Evidence from tables: of those who are counted, and of nobody whom their events name beside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from impact_metrics import (
    CaseId,
    EventId,
    PersonId,
    Stream,
    alias,
    count,
    distinct,
    evaluate,
    exists,
    not_,
    rows,
    share,
)
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.publication import Manifest, SavedReport, verify
from impact_metrics.publication.verify import records_of
from impact_metrics.reports.history import evidence_of
from impact_metrics.rules import Measure
from impact_metrics.streams import StreamDigest, read_json_lines, write_json_lines, write_parquet
from impact_metrics.testing import SMALL, streams
from tests.agreement import catalogue_of, small_connection
from tests.toys import TOYS, Broken, Made, Sold

DAY = date(9999, 12, 31)
EARLIER = alias(Made, "earlier")
OTHER = alias(Broken, "other")
SETS = (Made.helpers, Broken.witnesses)
PEOPLE = (*SETS, Made.maker, Sold.buyer)


@st.composite
def shared(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Measure:
    """Draw what counts some of the people, or of the events, that others are tied to."""
    base = distinct(draw(st.sampled_from(SETS)))
    if draw(st.booleans()):
        untied = draw(st.sampled_from([exists(Sold), not_(exists(OTHER)), exists(OTHER, OTHER.case == CaseId("C-1"))]))
        base = base.where(untied)
    gone = base - distinct(draw(st.sampled_from(PEOPLE)))
    again = exists(EARLIER, EARLIER.maker == Made.maker, EARLIER.id != Made.id)
    first = rows(Made).where(Made.shape.is_missing(), draw(st.sampled_from([again, not_(again)])))
    return draw(st.sampled_from([count(gone), share(gone, of=base), count(first)]))


QUESTIONS = st.tuples(shared(), streams(TOYS, pools=SMALL))


@pytest.fixture(scope="module")
def connection() -> Any:
    with small_connection() as opened:
        yield opened


@given(QUESTIONS)
def test_evidence_is_of_those_who_count(connection: Any, question: tuple[Measure, Stream]) -> None:
    """It is that of the reference, whoever else was there: sets of people, untied rows, people who are taken out."""
    measure, stream = question
    expected = SpansEngine(stream.known()).evidence(measure, DAY)
    with Tables(stream, TOYS, connection=connection) as tables:
        assert list(evidence_of(tables.engine(), measure, DAY)) == expected


def test_events_that_decide_name_others(connection: Any) -> None:
    """Such questions are among those that are drawn: without the cut the evidence would be of others as well."""

    def names_others(question: tuple[Measure, Stream]) -> bool:
        measure, stream = question
        with Tables(stream, TOYS, connection=connection) as tables:
            around = SpansEngine(tables.engine().around(measure, None, DAY))
            return around.evidence(measure, DAY) != list(evidence_of(tables.engine(), measure, DAY))

    any_will_do = settings(max_examples=5000, phases=[Phase.generate], deadline=None, database=None)
    assert find(QUESTIONS, names_others, settings=any_will_do) is not None


def test_a_report_of_a_folder_is_verified_against_the_same_records(tmp_path: Path) -> None:
    """Saved from tables, with its evidence, it is made again from JSON Lines; and the other way round."""
    helped = {"maker": PersonId("P-1"), "helpers": frozenset({PersonId("Ann"), PersonId("Ben")})}
    stream = Stream(
        [
            Made(id=EventId("E-1"), occurred_on=date(2024, 1, 1), **helped),  # type: ignore[arg-type]  # of two types
            Broken(
                id=EventId("E-2"),
                occurred_on=date(2024, 1, 1),
                case=CaseId("C-1"),
                witnesses=frozenset({PersonId("Ben")}),
            ),
        ]
    )
    catalogue = catalogue_of(TOYS, (count(distinct(Made.helpers) - distinct(Broken.witnesses)),))
    write_parquet(stream, tmp_path / "folder", TOYS)
    write_json_lines(stream, tmp_path / "s.jsonl")
    lines = read_json_lines(tmp_path / "s.jsonl", TOYS).stream
    with Tables(tmp_path / "folder", TOYS) as tables:
        for source, other in ((tables, lines), (lines, tables)):
            report = evaluate(catalogue, source, as_at=DAY)
            assert [found.subject for found in report.evidence("m0")] == ["Ann"]
            manifest = Manifest.of(report, stream_digest=StreamDigest.of(records_of(source)))
            saved = SavedReport.of(report, manifest, records=records_of(source))
            assert verify(saved, other, catalogue).identical
