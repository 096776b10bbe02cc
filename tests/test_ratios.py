"""Ratios: one number over an unlike one, to date and in periods, in words, files, proofs and editions."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from impact_metrics import (
    Catalogue,
    EventId,
    Metric,
    PersonId,
    RuleError,
    Source,
    Stream,
    Unit,
    count,
    distinct,
    evaluate,
    monotone,
    ratio,
    rows,
    share,
    total,
)
from impact_metrics.documents import compare, describe, explain
from impact_metrics.documents.diagram import boxes
from impact_metrics.engines.duckdb import Tables
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.proofs import worked_examples
from impact_metrics.publication.edition import Edition
from impact_metrics.reports.restate import restate
from impact_metrics.rules.dimensions import ByField, ByTime, names
from impact_metrics.rules.measures import Ratio
from impact_metrics.rules.periods import periods_between
from tests.toys import TOYS, Colour, Made, Sold

DAY = date(2024, 1, 31)
MAKERS = distinct(Made.maker)
PRICE_OF_EACH = ratio(total(Made.price), of=count(MAKERS))


def made(name: str, day: int, maker: str, **more: Any) -> Made:
    """A toy that somebody makes."""
    occurred = date(2024, 1, day)
    return Made(id=EventId(name), occurred_on=occurred, maker=PersonId(maker), helpers=frozenset(), **more)


def sold(name: str, day: int, pieces: int) -> Sold:
    """A toy that somebody sells."""
    values: dict[str, Any] = {"case": "C", "box": "B", "colour": Colour.RED, "gift": False, "pieces": pieces}
    return Sold(id=EventId(name), occurred_on=date(2024, 1, day), **values)


def metric(measure: Any, name: str = "m", version: str = "1") -> Metric:
    return Metric(
        id=name,
        version=version,
        title=f"The figure {name}",
        definition=None,
        source=Source("A", "B"),
        unit=Unit("euro for each maker", "euros for each maker"),
        measure=measure,
    )


def catalogue(*measures: Any) -> Catalogue:
    named = tuple(metric(measure, f"m{number}") for number, measure in enumerate(measures, 1))
    return Catalogue(id="c", version="1", title="C", model=TOYS, metrics=named)


STREAM = Stream(
    [
        made("M1", 1, "Ann", price=Decimal("2.50")),
        made("M2", 2, "Ann", price=Decimal("1.25")),
        made("M3", 12, "Ben"),
        sold("S1", 3, 7),
    ]
)
REPORT = evaluate(catalogue(PRICE_OF_EACH, ratio(count(rows(Sold)), of=count(rows(Made)), per=100)), STREAM, as_at=DAY)


def test_both_numbers_and_what_is_missing_are_told() -> None:
    """It is no share: its two numbers stand beside it, with the rows behind a total."""
    each, hundred = REPORT.results
    assert each.told == {
        "value": Decimal("1.875000"),
        "numerator": Decimal("3.75"),
        "numerator_rows": 3,
        "denominator": 2,
    }
    assert str(each) == "1.88 euros for each maker: 3.75 over 2"
    assert each.note == "1 of 3 rows give no number and add nothing"
    assert (hundred.value, hundred.metric.measure.parts[0].meaning) == (
        Decimal("33.333333"),
        "numerator over denominator, times 100",
    )
    with pytest.raises(RuleError, match="has no subjects"):
        REPORT.subjects("m1")
    assert REPORT.evidence("m1") == ()
    with pytest.raises(RuleError, match="a ratio has no such events"):
        REPORT.entries("m1")
    with pytest.raises(RuleError, match="of nobody by itself"):
        explain(REPORT, "m1", "Ann")


def test_a_ratio_says_nothing_of_single_subjects() -> None:
    """Its description has no clause for members of a population, since it has none of its own."""
    assert tuple(PRICE_OF_EACH.clauses(None)) == ()  # type: ignore[arg-type]
    assert tuple(PRICE_OF_EACH.populations) == ()


def test_nothing_below_is_no_ratio() -> None:
    """It is said, and is no zero."""
    empty = evaluate(catalogue(PRICE_OF_EACH), Stream([sold("S1", 3, 7)]), as_at=DAY)["m1"]
    assert (empty.value, str(empty)) == (None, "none euros for each maker: 0 over 0")


def test_a_period_is_told_by_what_it_brought() -> None:
    """What was made in it, over the makers who came in it; not the difference of two ratios to date."""
    halves = periods_between([date(2024, 1, day) for day in (1, 2, 11, 20)])
    told = [(line.value, line.told["numerator"], line.told["denominator"]) for line in REPORT.books(halves).of("m1")]
    assert told == [
        (Decimal("2.500000"), Decimal("2.50"), 1),
        (None, Decimal("1.25"), 0),
        (Decimal(0), 0, 1),
    ]


def test_it_is_broken_down_by_what_both_numbers_have() -> None:
    """By time, and by a field where both read the same events; by a field that one lacks it is refused."""
    one = catalogue(ratio(total(Made.price), of=count(rows(Made))))
    books = evaluate(one, STREAM, as_at=DAY).books(by=[ByField(Made.shape.node), ByTime("month")])  # type: ignore[arg-type]
    assert [line.value for line in books.lines] == [Decimal("1.250000")] * 3
    with pytest.raises(RuleError, match="m1"):
        REPORT.books(by=[ByField(Sold.colour.node)], metrics=["m1"])  # type: ignore[arg-type]
    by_month = REPORT.books(by=[ByTime("month")], metrics=["m1"]).lines
    assert [(line.cell, line.value) for line in by_month] == [
        (("2024-01",), REPORT["m1"].value),
        (("all",), REPORT["m1"].value),
    ]
    assert names(PRICE_OF_EACH, TOYS) == {"year", "quarter", "month"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: ratio(share(MAKERS, of=MAKERS), of=count(MAKERS)), "of counts and totals"),
        (lambda: ratio(count(MAKERS), of=MAKERS), "of counts and totals"),  # type: ignore[arg-type]
        (lambda: ratio(count(MAKERS), of=count(MAKERS), per=0), "every 1 or more"),
        (lambda: monotone(metric(PRICE_OF_EACH), because="it grows"), "rises and falls"),
    ],
)
def test_what_is_no_ratio_is_refused(wrong: Any, message: str) -> None:
    """Where it is written, with what to write instead."""
    with pytest.raises(RuleError, match=message):
        wrong()


def test_it_is_described_compared_drawn_and_kept() -> None:
    """In words, between versions, as a picture of its events, and in a file."""
    told = describe(metric(ratio(total(Made.price), of=count(MAKERS), per=10)))
    assert told.paragraph.startswith("Divides one number by another, for every 10:")
    assert 'the number above adds up "its price" over every made' in told.paragraph
    assert "it is no share" in told.paragraph
    (per, where) = compare(
        metric(PRICE_OF_EACH), metric(ratio(total(Made.price).where(Made.safe), of=count(MAKERS), per=2), version="2")
    ).changes
    assert {per.part, where.kind.value} == {"added", "for every"} or {per.kind.value, where.part} == {
        "added",
        "for every",
    }
    assert [box.label for box in boxes(PRICE_OF_EACH)] == ["made: maker", "made: price"]
    assert from_plain(to_plain(REPORT.catalogue), TOYS) == REPORT.catalogue
    assert "whom its two numbers count" in str(metric(PRICE_OF_EACH).exactness)


def test_both_numbers_are_restated() -> None:
    """Each by itself: a ratio changes by no sum of causes."""
    early, late = datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
    records = [
        made("M1", 1, "Ann", price=Decimal(2), recorded_at=early),
        made("M2", 2, "Ben", price=Decimal(3), recorded_at=late),
    ]
    found = restate(catalogue(PRICE_OF_EACH), Stream(records), as_at=DAY, known_at=(early, late))
    assert [(bridge.name, bridge.published, bridge.restated) for bridge in found.bridges] == [
        ("m1.numerator", 2, 5),
        ("m1.denominator", 1, 2),
    ]


def test_worked_examples_show_both_numbers() -> None:
    """Whom each of the two counts is shown clause by clause."""
    found = worked_examples(metric(ratio(count(MAKERS), of=count(distinct(Sold.case).where(Sold.gift)))), TOYS_ALONE)
    assert {example.part for example in found.examples} == {"the number above", "the number below"}


TOYS_ALONE = catalogue(count(rows(Made)))


def test_it_is_published_by_what_is_shown_of_both() -> None:
    """Where either number is hidden the ratio is, and else it follows from what is shown."""
    few = Edition.of(REPORT, period=None).headline("m1")
    assert {few[name].told for name in ("value", "numerator", "denominator")} == {"suppressed"}
    crowd = [made(f"M{number}", 1, f"P{number}", price=Decimal("0.5")) for number in range(40)]
    many = Edition.of(evaluate(REPORT.catalogue, Stream(crowd), as_at=DAY), period=None).headline("m1")
    assert (many["value"].value, many["numerator"].value) == (Decimal("0.500000"), Decimal("20.0"))


def test_on_tables_too() -> None:
    """DuckDB tells the same, to date and by period."""
    with Tables(STREAM, TOYS) as tables:
        found = evaluate(REPORT.catalogue, tables, as_at=DAY)
        assert found.results == REPORT.results
        assert found.books() == REPORT.books()
        assert isinstance(found.catalogue["m1"].measure, Ratio)
