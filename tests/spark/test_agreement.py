"""Spark against the reference and brute force: a smaller set of what DuckDB is asked."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from impact_metrics.engines.spark import SparkTables
from impact_metrics.rules import Count
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.periods import periods_between
from impact_metrics.testing import measures
from impact_metrics.testing.values import DAYS, MOMENTS
from tests.agreement import BOUNDARIES, Question, dimensions, disagreement, questions
from tests.spark.session import session
from tests.spec.running import names
from tests.test_engine_agreement import CONSTRAINED, Check, awkward_checks, busy_streams
from tests.test_engine_properties import sampled
from tests.toys import TOYS

pytestmark = pytest.mark.spark
MODELS = st.sampled_from([CONSTRAINED, CONSTRAINED, names()["HOUSE"]])
AT_ONCE = 5
"""How many measures are asked for in one statement: starting a statement costs Spark more than working it out."""


@settings(deadline=None, max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(question=MODELS.flatmap(partial(questions, most=1)))
def test_spark_answers_every_question_as_the_reference_does(question: Question) -> None:
    """Figures, members, books, evidence, violations and errors are the same, and figures those of brute force."""
    assert not disagreement(question, partial(SparkTables, session=session()))


def agrees(check: Check) -> bool:
    """Tell whether Spark says what the reference says."""
    with SparkTables(check.stream, check.model, session=session()) as tables:
        return bool(check.answers(tables.engine(check.known_at)) == check.expected)


@pytest.mark.parametrize("number", range(2))
def test_many_rules_have_the_same_figures(number: int) -> None:
    """Drawn rules, several in one statement, at two dates, as known at two moments with corrections and merges."""
    rules = sampled(measures(TOYS), 20)
    stream = busy_streams(2)[number]
    for known_at, day in ((None, DAYS[3]), (MOMENTS[12], DAYS[5])):
        mine = rules[number::2] if known_at is None else rules[1 - number :: 2]
        asked = [tuple(mine[at : at + AT_ONCE]) for at in range(0, len(mine), AT_ONCE)]
        checks = [Check(TOYS, stream, known_at, day, some, ()) for some in asked]
        assert any(figure.value for check in checks for figure in check.expected[0])
        with SparkTables(stream, TOYS, session=session()) as tables:
            engine = tables.engine(known_at)
            assert [check.measures for check in checks if check.answers(engine) != check.expected] == []


def test_books_are_the_same() -> None:
    """Stocks, flows and sums by period and by every kind of dimension."""
    (stream,) = busy_streams(1)
    split = periods_between(BOUNDARIES)
    found: dict[Any, Check] = {}
    for place, rule in enumerate(sampled(measures(TOYS), 120)):
        by = dimensions(TOYS, rule)
        dimension = by[place % len(by)]
        kept = Breakdown(split, (dimension,), every=place % 5 == 0)
        kind = isinstance(rule, Count), type(dimension)
        found.setdefault(kind, Check(TOYS, stream, None, DAYS[4], (rule,), (kept,)))
    assert len(found) >= 8
    with SparkTables(stream, TOYS, session=session()) as tables:
        engine = tables.engine()
        assert [kind for kind, check in found.items() if check.answers(engine) != check.expected] == []


def test_awkward_rules_have_the_same_answers() -> None:
    """Rules and events in which single faults show that drawn ones seldom meet."""
    assert all(map(agrees, awkward_checks()))
