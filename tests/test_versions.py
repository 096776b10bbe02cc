"""Versions of metrics: which there are, and a catalogue that evaluates another."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from impact_metrics import Catalogue, Metric, RuleError, count, distinct, evaluate
from impact_metrics.anti_trafficking import CATALOGUE as DOMAIN
from tests.test_reports import BUYERS, CATALOGUE, STREAM
from tests.toys import Sold

TWICE = attrs.evolve(
    BUYERS,
    version="2",
    measure=count(distinct(Sold.buyer).at_least(2)),
    effective_from=date(2025, 1, 1),
    reason="once is no custom",
)
EARLY = attrs.evolve(BUYERS, version="0", effective_from=date(2020, 1, 1), reason="the first")
VERSIONED = attrs.evolve(CATALOGUE, other_versions=(TWICE, EARLY), invariants=())


def test_versions_are_in_the_order_of_their_dates() -> None:
    """Those without a date come last; a metric without others has itself."""
    assert [metric.version for metric in VERSIONED.versions("buyers")] == ["0", "2", "1"]
    assert VERSIONED.versions("sales") == (VERSIONED["sales"],)


def test_another_version_can_be_evaluated() -> None:
    """It changes places with the published one, and back; the rest is as it was."""
    twice = VERSIONED.with_version("buyers", "2")
    assert (evaluate(VERSIONED, STREAM)["buyers"].value, evaluate(twice, STREAM)["buyers"].value) == (2, 1)
    assert [str(metric) for metric in twice.other_versions] == ["buyers 0", "buyers 1"]
    assert twice.with_version("buyers", "1")["buyers"].measure == BUYERS.measure
    assert VERSIONED.with_version("buyers", "1") is VERSIONED
    with pytest.raises(RuleError, match=r"(?s)no version '3'.*known names are: 0, 1, 2"):
        VERSIONED.with_version("buyers", "3")


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        (attrs.evolve(TWICE, id="byers"), "not in the catalogue"),
        (attrs.evolve(TWICE, version="1"), "have the same name"),
        (attrs.evolve(TWICE, reason=" "), "says why it differs"),
    ],
)
def test_versions_belong_to_a_metric_and_say_why(other: Metric, problem: str) -> None:
    """A version of nothing, a name used twice, and a change without reason are refused."""
    with pytest.raises(RuleError, match=problem):
        attrs.evolve(CATALOGUE, other_versions=(other,))


def test_the_domain_ships_the_other_wording_and_the_other_reading() -> None:
    """Convictions without the arrest, and instances of support on different days."""

    def versions(catalogue: Catalogue) -> dict[str, Any]:
        return {metric.id: metric.version for metric in catalogue.other_versions}

    assert versions(DOMAIN) == {"convictions": "later-wording", "survivors_cared_for": "on-two-days"}
    definition = DOMAIN.with_version("convictions", "later-wording")["convictions"].definition
    assert definition is not None
    assert "arrest" not in definition
