"""Every engine passes every case, the page is written from them, and they leave no part of the language out."""

from __future__ import annotations

from typing import get_args

import pytest

from impact_metrics import Stream
from impact_metrics.expressions import Compare, Condition, Operator, walk
from impact_metrics.rules.measures import KINDS, Count
from impact_metrics.rules.populations import Population, parts
from tests.regenerate import AGAIN
from tests.spec.cases import CHAPTERS, Case
from tests.spec.page import PATH, text
from tests.spec.running import ENGINES, day, measure_of, record

CASES = [case for cases in CHAPTERS.values() for case in cases]


@pytest.mark.parametrize(
    "engine", [pytest.param(name, marks=pytest.mark.spark) if name == "spark" else name for name in ENGINES]
)
@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_each_rule_means_what_its_table_says(case: Case, engine: str) -> None:
    """On every day that the case names."""
    stream = Stream([record(row) for row in case.events])
    for number, expected in case.expected.items():
        found = ENGINES[engine](measure_of(case), stream, day(number))
        assert (len(found) if isinstance(expected, int) and isinstance(found, list) else found) == expected


def test_the_page_is_written_from_the_cases() -> None:
    """Nothing else stands there than what is tested."""
    assert PATH.read_text(encoding="utf-8") == text(), AGAIN


def test_the_cases_leave_nothing_of_the_language_out() -> None:
    """Every condition, operator, population and measure is stated by at least one."""
    measures = [measure_of(case) for case in CASES]
    nodes = [node for measure in measures for condition in measure.conditions for node in walk(condition)]
    assert {type(node) for node in nodes} == set(get_args(Condition))
    assert {node.operator for node in nodes if isinstance(node, Compare)} == set(Operator)
    assert {type(measure) for measure in measures} == set(KINDS)
    counted = [measure.population for measure in measures if isinstance(measure, Count)]
    found = {type(item) for population in counted for item in (population, *parts(population))}
    assert {kind.__name__ for kind in found} == {item.__origin__.__name__ for item in get_args(Population)}
