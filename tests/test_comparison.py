"""Two versions of a metric compared, in plain English."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from impact_metrics import Metric, all_of, any_of, at_least, clause, count, distinct, exists, not_, rows, total
from impact_metrics.anti_trafficking import CATALOGUE
from impact_metrics.documents import compare
from tests.test_english import metric_of
from tests.toys import WARM, Broken, Colour, Made, Shape, Sold


def changes(old: Any, new: Any) -> list[str]:
    return [str(change) for change in compare(metric_of(old), metric_of(new)).changes]


@clause
def sturdy(parts: int) -> Any:
    """It lasts."""
    return Made.parts >= parts


@clause
def first_wording() -> Any:
    """It lasts."""
    return Made.parts >= 2


MAKERS = distinct(Made.maker)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (count(MAKERS), count(MAKERS), []),
        (
            count(MAKERS.at_least(2)),
            count(MAKERS.at_least(3)),
            [
                (
                    "changed (who is counted): from: the person is the person who made it in at least two mades; "
                    "to: the person is the person who made it in at least three mades"
                )
            ],
        ),
        (
            count(MAKERS.where(Made.safe, sturdy(2))),
            count(MAKERS.where(sturdy(3), Made.note.is_missing())),
            [
                "left out: it is safe",
                "changed (sturdy): from: how many parts it has is at least 2; to: how many parts it has is at least 3",
                "added: a remark is not known",
            ],
        ),
        (
            count(MAKERS.where(exists(Sold, Sold.case == Made.case))),
            count(MAKERS.where(at_least(2, Sold, Sold.case == Made.case))),
            [
                (
                    "changed: from: there is a sold with the same case as the made; "
                    "to: there are at least two solds with the same case as the made"
                )
            ],
        ),
        (
            count(MAKERS.where(any_of(Made.safe, Made.parts == 1), not_(exists(Broken)), Made.shape == Shape.ROUND)),
            count(
                MAKERS.where(any_of(Made.parts == 1, Made.parts > 4), not_(at_least(2, Broken)), Made.shape.in_(Shape))
            ),
            [
                "left out (one of several): it is safe",
                "added (one of several): how many parts it has is more than 4",
                "changed: from: there is no broken; to: there are fewer than two brokens",
                'left out: its shape is "round"',
                'added: its shape is one of "round" or "square"',
            ],
        ),
        (
            count(MAKERS.where(Made.colours.overlaps(WARM))),
            count(MAKERS.where(Made.colours.contains(Colour.RED))),
            ['changed: from: its colours include one or more of "warm colours"; to: "red" is among its colours'],
        ),
        (
            count(MAKERS & distinct(Sold.buyer)),
            count(MAKERS & distinct(Sold.buyer).where(Sold.gift)),
            ["added: it is a gift"],
        ),
        (
            count(MAKERS),
            count(MAKERS - distinct(Sold.buyer)),
            [
                (
                    "changed (who is counted): from: the person is the person who made it in a made; to: the person is "
                    "the person who made it in a made, and it is not so that the person is the person who bought it in "
                    "a sold"
                )
            ],
        ),
        (
            count(MAKERS),
            count(distinct(Sold.buyer)),
            [
                (
                    "changed (who is counted): from: the person is the person who made it in a made; "
                    "to: the person is the person who bought it in a sold"
                )
            ],
        ),
        (count(rows(Sold)), count(rows(Sold).where(Sold.gift)), ["added: it is a gift"]),
        (total(Made.parts).where(Made.safe), total(Made.parts), ["left out: it is safe"]),
        (
            count(rows(Sold)),
            total(Sold.pieces),
            [
                (
                    "changed (what is counted): from: counts every sold by itself; "
                    'to: adds up "how many were sold" over every sold'
                )
            ],
        ),
        (
            count(MAKERS.where(any_of(sturdy(1), all_of(Made.safe, Made.note.is_missing())))),
            count(MAKERS.where(any_of(sturdy(1), Made.safe))),
            ["left out (one of several): it is safe and a remark is not known", "added (one of several): it is safe"],
        ),
    ],
)
def test_what_is_added_left_out_and_changed_is_told(old: Any, new: Any, expected: list[str]) -> None:
    """Part by part, with what only moved left out."""
    assert changes(old, new) == expected


def test_words_and_readings_are_compared_too() -> None:
    """The title, the definition, the unit, the assumptions and the limits; and a clause's own text."""
    old = metric_of(count(MAKERS.where(first_wording())))

    @clause
    def first_wording_again() -> Any:
        """It lasts long."""
        return Made.parts >= 2

    renamed = attrs.evolve(first_wording_again(), name="first_wording")
    new = attrs.evolve(
        metric_of(count(MAKERS.where(renamed))),
        title="N",
        definition="makers",
        assumptions=("once each",),
        limits=("says nothing of quality",),
        version="2",
        reason="words",
    )
    assert str(compare(old, new)) == (
        "from m 1 to m 2\n"
        "reason given: words\n"
        "- changed (title): from: M; to: N\n"
        "- changed (definition): from: none; to: makers\n"
        "- changed: from: it lasts; to: it lasts long\n"
        "- added (reading): once each\n"
        "- added (limit): says nothing of quality"
    )
    back = compare(new, attrs.evolve(old, version="3"))
    assert [item["kind"] for item in back.to_dicts()][-2:] == ["left out", "left out"]
    assert "reason given" not in str(back)


def test_versions_that_say_the_same_are_called_the_same() -> None:
    """Only the name of the version differs."""
    old = metric_of(count(MAKERS))
    assert str(compare(old, attrs.evolve(old, version="2"))) == "m 1 and m 2 say the same"


@pytest.mark.parametrize("other", CATALOGUE.other_versions, ids=str)
def test_the_shipped_versions_differ_in_words_and_rule(other: Metric) -> None:
    """Each differs from the published one in what it asks and in how it is read."""
    kinds = {change.part for change in compare(CATALOGUE[other.id], other).changes}
    assert "reading" in kinds
    assert kinds - {"reading", "definition"}
