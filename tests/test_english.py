"""Plain English: the shipped metrics as read by a person, every node in both its forms, and nothing left out."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given

from impact_metrics import (
    Metric,
    PersonId,
    Unit,
    alias,
    all_of,
    any_of,
    at_least,
    clause,
    count,
    distinct,
    exists,
    implies,
    not_,
    rows,
    total,
)
from impact_metrics.anti_trafficking import CATALOGUE
from impact_metrics.documents import describe
from impact_metrics.documents.english import say, words
from impact_metrics.documents.english.conditions import Scope
from impact_metrics.expressions import Clause, Constant, OneOf, Overlaps, walk
from impact_metrics.expressions.language import as_condition
from impact_metrics.expressions.walk import operands
from impact_metrics.rules import Count
from impact_metrics.rules.polarity import can_end, conditions_of
from impact_metrics.rules.populations import subject_kind
from impact_metrics.testing import measures
from tests.test_reports import SOURCE
from tests.toys import TOYS, WARM, Broken, Colour, Made, Shape, Sold

HOME = Path(__file__).parent / "golden"
DESCRIBED = (*CATALOGUE.metrics, *CATALOGUE.other_versions)


@pytest.mark.parametrize("metric", DESCRIBED, ids=str)
def test_shipped_metrics_read_as_they_were_read(metric: Metric) -> None:
    """Each golden text was read by a person; a change of rule or of wording is read again before it is pinned."""
    golden = (HOME / f"{metric.id}-{metric.version}.txt").read_text(encoding="utf-8")
    assert str(describe(metric)) + "\n" == golden


def said(condition: Any, *, negated: bool = False) -> str:
    return str(say(as_condition(condition), Scope.of(Made.maker.node.row, Made.maker.node), negated=negated))  # type: ignore[union-attr]


other, third = alias(Made, "other"), alias(Made, "third")
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        (Made.safe == True, "it is safe", "it is not so, or not known, that it is safe"),  # noqa: E712
        (
            Made.safe != True,  # noqa: E712
            "it is recorded as not so that it is safe",
            "it is so, or not known, that it is safe",
        ),
        (Made.shape == Shape.ROUND, 'its shape is "round"', 'its shape is not "round", or is not known'),
        (Made.shape != Shape.ROUND, 'its shape is known and not "round"', 'its shape is "round", or is not known'),
        (Made.maker == PersonId("P-1"), 'the person who made it is "P-1"', 'the person who made it is not "P-1"'),
        (
            Made.shape.in_({Shape.ROUND, Shape.SQUARE}),
            'its shape is one of "round" or "square"',
            'its shape is not known or is not one of "round" or "square"',
        ),
        (
            Made.shape.not_in({Shape.ROUND}),
            'its shape is known and not one of "round"',
            'its shape is not known or is one of "round"',
        ),
        (
            Made.colours.overlaps(WARM),
            'its colours include one or more of "warm colours"',
            'its colours is not known or do not include any of "warm colours"',
        ),
        (
            Made.colours.contains(Colour.GREEN),
            '"green" is among its colours',
            '"green" is not among its colours, or either is not known',
        ),
        (Made.note.is_missing(), "a remark is not known", "a remark is known"),
        (
            Made.parts >= 3,
            "how many parts it has is at least 3",
            "how many parts it has is less than 3, or is not known",
        ),
        (
            Made.price < Decimal("2.50"),
            "its price is less than 2.50",
            "its price is at least 2.50, or is not known",
        ),
        (
            Made.due <= date(2024, 1, 1),
            "when it was due is on or before 2024-01-01",
            "when it was due is after 2024-01-01, or is not known",
        ),
        (
            Made.due + WEEK > Made.occurred_on,
            "the day 7 days after when it was due is after the day of the made",
            "the day 7 days after when it was due is on or before the day of the made, or either is not known",
        ),
        (
            any_of(Made.parts == 1, Made.parts == 2),
            "either how many parts it has is 1 or how many parts it has is 2",
            None,
        ),
        (all_of(), "nothing more is asked", "this never holds"),
        (
            all_of(Made.parts == 1, Made.note.is_missing()),
            "how many parts it has is 1 and a remark is not known",
            "not all of these hold: how many parts it has is 1; a remark is not known",
        ),
        (
            implies(Made.note.is_missing(), Made.parts == 1),
            "either a remark is known or how many parts it has is 1",
            "none of these holds: a remark is known; how many parts it has is 1",
        ),
        (exists(Sold), "there is a sold", "there is no sold"),
        (
            exists(Sold, Sold.case == Made.case, Sold.buyer == Made.maker, Sold.occurred_on > Made.occurred_on),
            "there is a sold whose buyer is that person, with the same case as the made, that happened after the made",
            "there is no sold whose buyer is that person, with the same case as the made, that happened after the made",
        ),
        (
            exists(other, other.maker == Made.maker, other.occurred_on == Made.occurred_on, other.safe == False),  # noqa: E712
            "there is another made whose maker is that person, on the same day as the made, where it is recorded as "
            "not so that it is safe",
            "there is no other made whose maker is that person, on the same day as the made, where it is recorded as "
            "not so that it is safe",
        ),
        (
            exists(other, Made.occurred_on >= other.occurred_on, exists(third, third.case == other.case)),
            "there is another made that happened on the same day as the made or before, where there is a further made "
            '"third" with the same case as the other made',
            None,
        ),
        (
            exists(Broken, Broken.occurred_on <= Made.occurred_on + WEEK, Broken.occurred_on != Made.occurred_on),
            "there is a broken that happened on or before the day 7 days after the made, on another day than the made",
            None,
        ),
        (
            exists(Broken, Broken.occurred_on < Made.occurred_on),
            "there is a broken that happened before the made",
            None,
        ),
        (
            exists(Broken, Broken.occurred_on >= Made.occurred_on - timedelta(days=1)),
            "there is a broken that happened on or after the day 1 day before the made",
            None,
        ),
        (
            exists(Sold, any_of(Sold.pieces > 2, Sold.gift)),
            "there is a sold where either how many were sold is more than 2 or it is a gift",
            None,
        ),
        (
            exists(Sold, Sold.buyer == Made.maker, Made.parts == 3),
            "there is a sold whose buyer is that person, where how many parts it has of the made is 3",
            None,
        ),
        (at_least(2, Sold), "there are at least two solds", "there are fewer than two solds"),
        (
            at_least(3, Sold, Sold.case == Made.case, on_distinct=Sold.box),
            'there are solds with at least three different values of "the box it came in" with the same case as the made',
            'there are no solds with at least three different values of "the box it came in" with the same case as the made',
        ),
        (
            at_least(2, Broken, on_distinct=Broken.occurred_on),
            'there are brokens with at least two different values of "the day on which it happened"',
            None,
        ),
        (exists(Sold, Sold.id == Made.case), None, None),
    ],
)
def test_each_node_reads_in_both_forms(condition: Any, yes: str | None, no: str | None) -> None:
    """As it holds, and as it does not, where a missing value makes a denial true and the words say so."""
    assert yes is None or said(condition) == yes
    assert no is None or said(condition, negated=True) == no
    assert said(not_(condition)) == said(condition, negated=True)
    assert said(not_(not_(condition))) == said(condition)


@clause
def sturdy() -> Any:
    """It lasts. More of this is not printed.

    Not at all.
    """
    return all_of(Made.parts >= 2, not_(exists(Broken, Broken.case == Made.case)))


def test_clauses_keep_their_authors_words() -> None:
    """The label, then what it stands for; denied as a whole."""
    inside = "how many parts it has is at least 2 and there is no broken with the same case as the made"
    assert said(sturdy()) == f"it lasts. More of this is not printed (that is, {inside})"
    assert said(sturdy(), negated=True).startswith(
        "it is not so that it lasts. More of this is not printed (that is, not"
    )
    point = say(sturdy(), Scope.of(Made.maker.node.row))  # type: ignore[union-attr]
    assert point.heading == "it lasts. More of this is not printed; that is, all of these hold:"
    assert [line.strip() for line in point.lines()][1] == "- how many parts it has is at least 2"
    assert point.to_dict()["points"][0]["joined"] == "all of these hold"


def metric_of(measure: Any, unit: Unit | None = None) -> Metric:
    if unit is None:
        kind = subject_kind(measure.population).name if isinstance(measure, Count) else None
        unit = Unit("person", "persons", kind)
    return Metric(id="m", version="1", title="M", definition=None, source=SOURCE, unit=unit, measure=measure)


@pytest.mark.parametrize(
    ("measure", "paragraph"),
    [
        (count(distinct(Made.maker)), "Counts once each person who is the person who made it in a made."),
        (count(distinct(Made.helpers)), "Counts once each person who is among those who helped in a made."),
        (
            count(distinct(Made.maker).at_least(2, on_distinct=Made.shape)),
            'Counts once each person who is the person who made it in mades with at least two different values of "its shape".',
        ),
        (count(distinct(Made.case)), "Counts once each person that is the order in a made."),
        (
            count(distinct(Made.maker) | distinct(Sold.buyer)),
            "Counts once each person such that either the person is the person who made it in a made or the person is the "
            "person who bought it in a sold.",
        ),
        (
            count(
                distinct(Made.maker) - distinct(Sold.buyer).where(Sold.gift, any_of(Sold.pieces == 1, Sold.pieces == 2))
            ),
            "Counts once each person such that the person is the person who made it in a made, and it is not so that the "
            "person is the person who bought it in a sold where it is a gift, and either how many were sold is 1 or how "
            "many were sold is 2.",
        ),
        (count(rows(Sold).where(Sold.gift)), "Counts every sold by itself where it is a gift."),
        (
            total(Made.parts).where(any_of(Made.safe, exists(Sold))),
            'Adds up "how many parts it has" over every made where either it is safe or there is a sold.',
        ),
    ],
)
def test_measures_read_as_sentences(measure: Any, paragraph: str) -> None:
    """What is counted or added up, once or how often, and where."""
    assert describe(metric_of(measure)).paragraph.startswith(paragraph)


def test_dates_are_told_with_what_can_undo_them() -> None:
    """Whether a figure can lose what it has, and when it takes it up."""
    maker = distinct(Made.maker)
    forever = describe(metric_of(count(maker))).placed
    leaving = describe(metric_of(count(maker - distinct(Sold.buyer)))).placed
    assert forever == (
        "A person counts from the first day on which all of this has happened, and stays counted.",
        "A breakdown places the person by the earliest such made.",
    )
    assert "leaves the figure again" in leaving[0]
    assert "made that completes the rule" in leaving[1]
    one, linked = rows(Sold), rows(Sold).where(exists(Broken))
    ending = rows(Sold).where(not_(exists(Broken)))
    starts = [describe(metric_of(count(item))).placed[0] for item in (one, linked, ending)]
    assert [text.split(" counts from ")[1] for text in starts] == [
        "its own day on, and stays counted.",
        "the first day on which the rule holds for it, and stays counted.",
        "its own day or later, on every day on which the rule holds for it.",
    ]
    assert "number is not known adds nothing" in describe(metric_of(total(Made.parts))).placed[1]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (count(distinct(Made.maker)), False),
        (count(distinct(Made.maker).where(not_(Made.safe))), False),
        (count(distinct(Made.maker).where(not_(not_(exists(Sold))))), False),
        (count(distinct(Made.maker).where(any_of(Made.safe, not_(at_least(2, Sold))))), True),
        (count(distinct(Made.maker) - distinct(Sold.buyer)), True),
        (count(distinct(Made.maker) & (distinct(Made.maker) | distinct(Sold.buyer))), False),
        (total(Made.parts).where(not_(exists(Sold))), True),
        (count(rows(Made)), False),
    ],
)
def test_a_rule_can_end_only_where_it_denies_an_event(measure: Any, expected: bool) -> None:  # noqa: FBT001 - a parameter
    """A denial of what one event holds cannot end anything: events do not change by themselves."""
    assert can_end(measure) is expected


@given(measures(TOYS))
def test_descriptions_mention_every_clause_constant_and_set(measure: Any) -> None:
    """Of random rules: nothing that the rule asks is left out of its words, in the list and in the paragraph."""
    told = describe(metric_of(measure))
    json.dumps(told.to_dict())
    for text in (told.paragraph, " ".join(told.counted.lines())):
        for condition in conditions_of(measure):
            for node in walk(condition):
                if isinstance(node, Clause):
                    assert words.lowered(node.text) in text
                if isinstance(node, OneOf | Overlaps):
                    assert words.set_words(node.among) in text
                for operand in operands(node):
                    if isinstance(operand, Constant) and not isinstance(operand.value, bool):
                        assert words.value_words(operand.value) in text
    for among in told.sets:
        assert f'"{among.name}": ' in str(told)


def test_words_are_english() -> None:
    """Nouns from names, plurals, articles, numbers and lists."""
    nouns = ("SupportSession", "StatementToLawEnforcement", "LegalSupport", "ReExploitation", "HTTPCall", "case_file")
    assert [words.event_noun(name) for name in nouns] == [
        "support session",
        "statement to law enforcement",
        "instance of legal support",
        "re-exploitation",
        "http call",
        "case file",
    ]
    singular = ("statement to law enforcement", "instance of legal support", "country", "boss", "day", "match")
    assert [words.plural(noun) for noun in singular] == [
        "statements to law enforcement",
        "instances of legal support",
        "countries",
        "bosses",
        "days",
        "matches",
    ]
    assert [words.with_article(noun) for noun in ("arrest", "trial", "use", "hour")] == [
        "an arrest",
        "a trial",
        "a use",
        "a hour",
    ]
    assert (words.number_word(2), words.number_word(1000)) == ("two", "1,000")
    assert (words.listed(["a"]), words.listed(["a", "b"]), words.listed(["a", "b", "c"], "or")) == (
        "a",
        "a and b",
        "a, b or c",
    )
    assert (words.lowered("UN rules apply."), words.lowered("Our teams helped.")) == (
        "UN rules apply",
        "our teams helped",
    )
    assert [
        words.is_plural(noun) for noun in ("the offences charged", "the status", "those who", "who came", "the")
    ] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert (words.value_words(True), words.value_words(False)) == ("yes", "no")  # noqa: FBT003 - a value, not a switch


def test_flags_that_state_nothing_are_quoted() -> None:
    """Documentation that does not begin with 'whether' is quoted as what is recorded."""
    spec = attrs.evolve(Sold.gift.node.spec, doc="The gift")  # type: ignore[union-attr]
    assert words.statement(spec) is None
    assert words.field_noun(spec) == "the gift"
