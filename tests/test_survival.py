"""Survival curves: a published trial, the formula, the simple share where nobody is censored, and the picture."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import Catalogue, RuleError, Stream, count, evaluate, followed_up
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.reports.survival import survival
from impact_metrics.rules import FollowUp
from impact_metrics.rules.measures import LifeRow, LifeTable
from impact_metrics.testing import DAYS, follow_ups, streams
from tests import oracle
from tests.test_engine_properties import known_events
from tests.test_follow_up import made, sold
from tests.test_shares import metric
from tests.test_times import BUYERS, CATALOGUE, DAY, MAKERS, NEW_YEAR, PLAIN, REMISSION, STREAM
from tests.toys import TOYS

TRIAL = LifeTable(tuple(LifeRow(weeks, ended, censored, 0) for weeks, ended, censored in REMISSION))
PUBLISHED = {
    6: ("0.8571", "0.6197", "0.9516"),
    7: ("0.8067", "0.5631", "0.9228"),
    10: ("0.7529", "0.5032", "0.8894"),
    13: ("0.6902", "0.4316", "0.8491"),
    16: ("0.6275", "0.3675", "0.8049"),
    22: ("0.5378", "0.2678", "0.7468"),
    23: ("0.4482", "0.1881", "0.6801"),
}
"""Estimate and 95 % interval, as textbooks and manuals print them for these data."""


# --- what is estimated


def test_the_published_trial() -> None:
    """Estimate and interval for the remissions that most textbooks print, to four places."""
    curve = survival(PLAIN, DAY, TRIAL)
    four = Decimal("0.0001")
    for step in curve.steps:
        if step.ended:
            assert None not in {step.lower, step.upper}
            found = (step.survival, step.lower, step.upper)
            assert tuple(str(value.quantize(four)) for value in found if value is not None) == PUBLISHED[step.days]
    assert [(step.at_risk, step.ended, step.censored) for step in curve.steps[:3]] == [
        (21, 3, 1),
        (17, 1, 0),
        (16, 0, 1),
    ]
    assert curve.at(5) is None
    assert curve.at(6) == curve.steps[0]
    assert curve.at(12) == curve.steps[4]
    assert curve.at(1000) == curve.steps[-1]


TABLES = st.dictionaries(
    st.integers(0, 12), st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any), min_size=1
).map(
    lambda rows: LifeTable(
        tuple(LifeRow(days, rows[days][0], 0, rows[days][1]) for days in sorted(rows)), tells_lost=True
    )
)


@given(TABLES)
def test_the_library_estimates_what_is_exact(table: LifeTable) -> None:
    """SciPy's estimate is the exact product of fractions, and its interval Greenwood's on the scale of log(-log)."""
    spread, z = 0.0, NormalDist().inv_cdf(0.975)
    for step in survival(PLAIN, DAY, table).steps:
        exact = float(table.remaining(step.days))
        assert float(step.survival) == pytest.approx(exact, abs=1e-6)
        assert step.at_risk == table.at_risk(step.days)
        if exact in {0.0, 1.0}:
            assert (step.lower, step.upper) == (None, None)
            continue
        spread += step.ended / (step.at_risk * (step.at_risk - step.ended))
        half = z * math.sqrt(spread) / abs(math.log(exact))
        assert step.lower is not None
        assert step.upper is not None
        assert float(step.lower) == pytest.approx(exact ** math.exp(half), abs=1e-6)
        assert float(step.upper) == pytest.approx(exact ** math.exp(-half), abs=1e-6)


def life_table(engine: SpansEngine, measure: FollowUp, day: date) -> LifeTable:
    return measure.watching.life_table(engine.answers([measure.watching.frame], day)[0])  # type: ignore[arg-type]


@given(streams(TOYS), follow_ups(TOYS), st.sampled_from(DAYS))
def test_what_remains_is_the_simple_share_where_nobody_is_censored(
    stream: Stream, measure: FollowUp, day: date
) -> None:
    """Of a rate, the estimate at the end is the rate itself once all are due and nobody is lost."""
    kept = FollowUp(measure.outcome, 1, measure.cohort)
    engine, later = SpansEngine(stream.known()), day + timedelta(days=100)
    parts, table = engine.figure(kept, later).behind, life_table(engine, kept, later)
    assert parts is not None
    assert parts.not_yet_due == 0
    if parts.denominator:
        assert table.remaining(kept.longest) * parts.denominator == parts.denominator - parts.numerator
    lives = oracle.lives(measure, known_events(stream), day)
    found = life_table(engine, measure, day)
    for days in (0, 1, 31, 62, 366):
        assert found.remaining(days) == oracle.staying(lives, days)


def test_whoever_is_not_yet_due_counts_for_as_long_as_watched() -> None:
    """The rate leaves them out, and the curve does not: two enter late, and one of them has the outcome already."""
    rate = metric(followed_up(BUYERS, within_months=12, of=MAKERS), "rate")
    months = (rate.measure.longest, FollowUp(BUYERS, 1, MAKERS).longest, FollowUp(BUYERS, 1200, MAKERS).longest)  # type: ignore[union-attr]
    assert months == (366, 31, 36525)
    events = [
        made("M1", date(2020, 1, 1), "Ann"),
        sold("S1", date(2020, 6, 1), "Ann"),
        made("M2", date(2020, 1, 1), "Ben"),
        made("M3", date(2021, 6, 1), "Cem"),
        sold("S3", date(2021, 7, 1), "Cem"),
        made("M4", date(2021, 12, 1), "Dan"),
    ]
    report = evaluate(Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(rate,)), Stream(events), as_at=DAY)
    assert report["rate"].value == Decimal("0.5")
    curve = report.survival("rate")
    assert [(step.days, step.at_risk, step.ended, step.censored, step.survival) for step in curve.steps] == [
        (30, 4, 1, 0, Decimal("0.75")),
        (31, 3, 0, 1, Decimal("0.75")),
        (152, 2, 1, 0, Decimal("0.375")),
        (366, 1, 0, 1, Decimal("0.375")),
    ]


# --- how it is had, and read


def test_a_curve_is_a_table() -> None:
    """Columns documented, and laid out for a terminal under what is behind it."""
    curve = evaluate(CATALOGUE, STREAM, as_at=DAY).survival("wait")
    assert curve.to_dicts()[1] == {
        "days": 40,
        "at_risk": 5,
        "ended": 0,
        "censored": 1,
        "survival": Decimal("0.833333"),
        "lower": Decimal("0.273123"),
        "upper": Decimal("0.974712"),
    }
    assert str(curve).startswith("Makers who buy (wait 1), as at 2022-01-01: of 6 persons: 3 ended, 2 not yet, 1 lost")
    assert all(column.doc for column in curve.table.columns)


def test_only_what_is_watched_has_a_curve() -> None:
    """A count has none; a picture is of one metric, and of somebody."""
    report = evaluate(CATALOGUE, STREAM, as_at=DAY)
    with pytest.raises(RuleError, match="a survival curve is of one metric"):
        report.plot("wait", "plain", kind="survival")
    makers = Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(metric(count(MAKERS), "makers"),))
    with pytest.raises(RuleError, match="only times and follow-up rates watch"):
        evaluate(makers, STREAM, as_at=DAY).survival("makers")
    with pytest.raises(RuleError, match="nobody is in the cohort, so that there is no curve"):
        evaluate(CATALOGUE, STREAM, as_at=date(2000, 1, 1)).plot("wait", kind="survival")


def test_the_picture_tells_who_was_watched_so_long(tmp_path: Path) -> None:
    """Steps, interval, who left, the median, and below the axis how many were at risk at each mark."""
    picture = evaluate(CATALOGUE, STREAM, as_at=DAY).plot("wait", kind="survival", path=tmp_path / "wait.svg")
    assert (tmp_path / "wait.svg").read_text(encoding="utf-8").startswith("<?xml")
    (axes,) = picture.axes
    steps, left, median = axes.lines
    assert steps.get_drawstyle() == "steps-post"
    assert [*map(int, steps.get_xdata())] == [0, 0, 40, 100, 200, 214, 671]
    assert [*map(int, left.get_xdata())] == [40, 214, 671]
    assert [*map(int, median.get_xdata())] == [0, 200, 200]
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["95 % interval", "estimate (Kaplan-Meier)", "watched no longer", "median: 200 days"]
    marks = [text.get_text() for text in axes.texts]
    assert marks == ["persons still watched (at risk):", "6", "4", "3", "1", "1", "1", "1"]
    assert axes.get_ylabel() == "persons not yet ended"
    assert axes.get_ylim()[0] == 0


def test_a_curve_that_falls_little_is_drawn_large() -> None:
    """The axis then does not start at 0, and says so; where nobody has the outcome it does."""
    rate = metric(followed_up(BUYERS, within_months=12, of=MAKERS), "rate")
    many = [made(f"M{number}", NEW_YEAR, f"P{number}") for number in range(200)]
    one = [sold("S", date(2020, 3, 1), "P0")]
    only = Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(rate,))
    rare, never = (
        evaluate(only, Stream(events), as_at=date(2020, 6, 1)).plot("rate", kind="survival").axes[0]
        for events in ([*many, *one], many)
    )
    assert rare.get_ylim()[0] > 0.9
    assert rare.get_xlabel() == "days since entry; the upright axis does not start at 0"
    assert rare.get_ylabel() == "persons without the outcome"
    assert len(rare.lines) == 2
    assert never.get_ylim()[0] == 0
    assert never.get_xlabel() == "days since entry"
