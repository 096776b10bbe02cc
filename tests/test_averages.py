"""Averages and medians of a number of each subject: what is told, refused, explained, restated and published."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import (
    Catalogue,
    EventId,
    Metric,
    PersonId,
    RuleError,
    Source,
    Stream,
    Unit,
    average,
    distinct,
    evaluate,
    first_date,
    latest_of,
    median_of,
    number_of,
    sum_of,
)
from impact_metrics.documents import compare, describe, explain
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.duckdb.script import script
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.publication.disclosure import HOSPITAL
from impact_metrics.publication.edition import Audience, Edition
from impact_metrics.reports.restate import restate
from impact_metrics.rules.measures import Distribution
from impact_metrics.rules.measures.picks import Pick
from impact_metrics.rules.periods import periods_between
from impact_metrics.testing import streams
from impact_metrics.testing.values import DAYS
from tests.toys import TOYS, Made, Sold


def made(name: str, day: int, maker: str, **more: Any) -> Made:
    """A toy that somebody makes."""
    occurred = date(2024, 1, day)
    return Made(id=EventId(name), occurred_on=occurred, maker=PersonId(maker), helpers=frozenset(), **more)


MAKERS = distinct(Made.maker)
TOYS_OF = number_of(MAKERS)
PARTS_OF = sum_of(Made.parts, MAKERS)
DAY = date(2024, 1, 31)


def metric(measure: Any, name: str = "m", version: str = "1") -> Metric:
    return Metric(
        id=name,
        version=version,
        title=f"The figure {name}",
        definition=None,
        source=Source("A", "B"),
        unit=Unit("person", "persons", PersonId),
        measure=measure,
    )


def catalogue(*measures: Any) -> Catalogue:
    named = tuple(metric(measure, f"m{number}") for number, measure in enumerate(measures, 1))
    return Catalogue(id="c", version="1", title="C", model=TOYS, metrics=named)


STREAM = Stream(
    [
        made("M1", 1, "Ann", parts=2),
        made("M2", 2, "Ann", parts=4),
        made("M3", 3, "Ben"),
        made("M4", 9, "Cem", parts=9),
    ]
)
REPORT = evaluate(catalogue(average(TOYS_OF, of=MAKERS), median_of(PARTS_OF, of=MAKERS)), STREAM, as_at=DAY)


def test_an_average_tells_its_spread_and_who_has_no_number() -> None:
    """The mean or the median is the figure, and the other stands beside it, with quartiles and the missing."""
    mean, median = REPORT.results
    assert (mean.value, median.value) == (Decimal("1.333333"), Decimal("7.5"))
    assert median.told == {
        "value": Decimal("7.5"),
        "cohort": 3,
        "known": 2,
        "missing": 1,
        "mean": Decimal("7.500000"),
        "lower_quartile": Decimal(6),
        "upper_quartile": Decimal(9),
    }
    assert mean.told["median"] == Decimal(1)
    assert list(median.metric.measure.details(median.figure)) == [("number 6", 1), ("number 9", 1)]
    assert str(mean) == ("1.33 average of 3 persons; 0 without a number; mean 1.33, median 1, quartiles 1 and 2")
    assert REPORT.subjects("m2") == {"Ann", "Cem"}
    assert [item.event_ids for item in REPORT.evidence("m2")] == [("M1", "M2"), ("M4",)]
    assert dict(REPORT.standing_words("m2")) == {"Ann": "has 6", "Ben": "without a number", "Cem": "has 9"}


def test_nobody_with_a_number_has_no_average() -> None:
    """It is said, and is no zero."""
    empty = evaluate(catalogue(average(PARTS_OF, of=MAKERS)), Stream([made("M1", 1, "Ben")]), as_at=DAY)["m1"]
    assert (empty.value, str(empty)) == (None, "none nobody has the number: 1 persons without one")
    assert Distribution.of({}) == Distribution((), 0)
    assert (Distribution((), 0).mean, Distribution((), 0).median) == (None, None)


def test_over_periods_it_is_of_those_who_entered() -> None:
    """By the day on which they entered the cohort, with their numbers as at the date of the report."""
    halves = periods_between([date(2024, 1, day) for day in (1, 5, 20)])
    books = REPORT.books(halves, by=[Made.shape], metrics=["m2"])
    assert [(line.value, line.told["cohort"]) for line in books.lines[-2:]] == [(Decimal(6), 2), (Decimal(9), 1)]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: average(first_date(MAKERS), of=MAKERS), "only numbers have an average"),
        (lambda: average(latest_of(Made.note, MAKERS), of=MAKERS), "only numbers have an average"),
        (lambda: average(3, of=MAKERS), "no number of a subject"),  # type: ignore[arg-type]
        (lambda: average(TOYS_OF, of=3), "no population"),  # type: ignore[type-var]
        (lambda: average(number_of(distinct(Made.case)), of=MAKERS), "cannot mix"),
        (lambda: sum_of(Sold.pieces, MAKERS), "is no field of"),
        (lambda: sum_of(Made.note, MAKERS), "only a number can be summed"),
        (lambda: latest_of(Made.colours, MAKERS), "holds several"),
        (lambda: number_of(MAKERS & MAKERS), "one distinct"),
        (lambda: number_of(3), "no population"),  # type: ignore[arg-type]
        (lambda: Pick("sum", MAKERS), "which need one"),
        (lambda: Pick("least", MAKERS), "nothing to take"),  # type: ignore[arg-type]
    ],
)
def test_what_has_no_average_is_refused(wrong: Any, message: str) -> None:
    """Where it is written, with what to write instead."""
    with pytest.raises(RuleError, match=message):
        wrong()


def test_it_is_described_explained_compared_and_kept() -> None:
    """In words, for one subject, between versions, and in a file."""
    told = describe(metric(median_of(PARTS_OF, of=MAKERS))).paragraph
    assert 'the median of the sum of "how many parts it has" over its made events of each person of a cohort' in told
    assert "is in no average" in told
    assert "who has no such event has the number 0" in describe(metric(average(TOYS_OF, of=MAKERS))).paragraph
    assert explain(REPORT, "m2", "Ann").counted
    (change,) = compare(metric(average(TOYS_OF, of=MAKERS)), metric(average(PARTS_OF, of=MAKERS), version="2")).changes
    assert (change.part, change.before, change.after) == ("number", "number", "sum of Made.parts")
    both = catalogue(average(TOYS_OF, of=MAKERS), median_of(PARTS_OF, of=MAKERS))
    assert from_plain(to_plain(both), TOYS) == both


def test_a_change_is_followed_by_who_has_the_number() -> None:
    """Late records change who has one, and the cohort; the average itself is no sum of causes."""
    early, late = datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
    records = [made("M1", 1, "Ann", parts=2, recorded_at=early), made("M2", 2, "Ben", parts=3, recorded_at=late)]
    found = restate(catalogue(average(PARTS_OF, of=MAKERS)), Stream(records), as_at=DAY, known_at=(early, late))
    assert [(bridge.name, bridge.published, bridge.restated) for bridge in found.bridges] == [
        ("m1.known", 1, 2),
        ("m1.cohort", 1, 2),
    ]


def test_few_numbers_are_not_published() -> None:
    """An average of few is suppressed, and one of many shown to two places with how many it is of."""
    crowd = [made(f"M{number}", 1, f"P{number}", parts=number % 5) for number in range(40)]
    few = Edition.of(REPORT, period=None).headline("m1")
    assert {few[name].told for name in ("value", "median", "lower_quartile")} == {"suppressed"}
    many = Edition.of(evaluate(REPORT.catalogue, Stream(crowd), as_at=DAY), period=None).headline("m2")
    assert (many["value"].value, many["value"].unit, many["cohort"].value) == (2, "a number for each", 40)
    assert HOSPITAL.threshold > 1
    inside = Edition.of(REPORT, audience=Audience.INTERNAL, period=None).headline("m1")
    assert inside["value"].value == Decimal("1.333333")


def test_on_tables_too() -> None:
    """DuckDB tells the same, and its statement for a shell shows how many have which number."""
    with Tables(STREAM, TOYS) as tables:
        found = evaluate(REPORT.catalogue, tables, as_at=DAY)
        assert found.results == REPORT.results
        assert found.evidence("m2") == REPORT.evidence("m2")
    text = script(metric(average(TOYS_OF, of=MAKERS)), TOYS, DAY, "folder")
    assert 'AS "number"' in text


@given(streams(TOYS), st.sampled_from(DAYS))
def test_the_mean_lies_between_the_least_and_the_greatest(stream: Stream, day: date) -> None:
    """And the quartiles on either side of the median."""
    found = evaluate(catalogue(average(PARTS_OF, of=MAKERS)), stream, as_at=day)["m1"].figure.behind
    if found.known:
        numbers = [number for number, _ in found.counts]
        assert numbers[0] <= found.mean <= numbers[-1]
