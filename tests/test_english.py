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
    Event,
    EventId,
    Field,
    Metric,
    PersonId,
    Scale,
    Stage,
    Unit,
    alias,
    all_of,
    any_of,
    at_least,
    clause,
    count,
    distinct,
    exists,
    field,
    followed_up,
    funnel,
    implies,
    latest,
    listing,
    not_,
    paired_change,
    rows,
    share,
    time_between,
    total,
    worst,
)
from impact_metrics.anti_trafficking import CATALOGUE
from impact_metrics.documents import describe
from impact_metrics.documents.english import say, words
from impact_metrics.documents.english.conditions import Scope
from impact_metrics.documents.english.relations import words_around
from impact_metrics.expressions import AllOf, AnyOf, Clause, Constant, OneOf, Overlaps, walk
from impact_metrics.expressions.language import as_condition
from impact_metrics.expressions.walk import operands
from impact_metrics.rules.invariants import (
    AtMost,
    CoveredBy,
    Disjoint,
    Equivalent,
    Invariant,
    Monotone,
    Satisfiable,
    Subset,
    metrics_of,
)
from impact_metrics.rules.measures import population_of
from impact_metrics.rules.polarity import can_stop_to_hold, members_can_leave
from impact_metrics.rules.populations import subject_kind
from impact_metrics.testing import measures
from tests.regenerate import AGAIN
from tests.test_reports import SOURCE
from tests.toys import TOYS, WARM, Broken, Colour, Made, Shape, Sold

HOME = Path(__file__).parent / "golden"
DESCRIBED = (*CATALOGUE.metrics, *CATALOGUE.other_versions)


def golden(metric: Metric) -> Path:
    return HOME / f"{metric.id}-{metric.version}.txt"


@pytest.mark.parametrize("metric", DESCRIBED, ids=str)
def test_shipped_metrics_read_as_they_were_read(metric: Metric) -> None:
    """Each golden text was read by a person; a change of rule or of wording is read again before it is pinned."""
    path = golden(metric)
    assert path.exists(), AGAIN
    assert str(describe(metric)) + "\n" == path.read_text(encoding="utf-8"), AGAIN


def test_every_golden_text_is_of_a_metric_that_there_is() -> None:
    """None is left behind by a metric or a version that went."""
    assert set(HOME.glob("*-*.txt")) == set(map(golden, DESCRIBED)), AGAIN


def said(condition: Any, *, negated: bool = False) -> str:
    return str(say(as_condition(condition), Scope.of(Made.maker.node.row, Made.maker.node), negated=negated))  # type: ignore[union-attr]


other, third = alias(Made, "other"), alias(Made, "third")
WEEK = timedelta(days=7)


class Sent(Event):
    """A toy is sent."""

    tracked: Field[bool] = field("the parcel can be followed")


@clause
def sold_twice() -> Any:
    """It was sold more than once."""
    return Sold.pieces >= 2


CONDITIONS: list[Any] = [
    Made.safe == True,  # noqa: E712 - builds a condition
    Made.safe != True,  # noqa: E712 - builds a condition
    Made.safe == False,  # noqa: E712 - builds a condition
    exists(Sold, Sold.gift != True),  # noqa: E712 - builds a condition
    Made.shape == Shape.ROUND,
    Made.shape != Shape.ROUND,
    Made.maker == PersonId("P-1"),
    Made.shape.in_({Shape.ROUND, Shape.SQUARE}),
    Made.shape.not_in({Shape.ROUND}),
    Made.maker.in_({PersonId("P-1")}),
    Made.colours.overlaps(WARM),
    Made.helpers.contains(Made.maker),
    Made.colours.contains(Colour.GREEN),
    Made.note.is_missing(),
    Made.parts >= 3,
    Made.parts > 3,
    Made.price < Decimal("2.50"),
    Made.parts != 1000,
    Made.due <= date(2024, 1, 1),
    Made.due + WEEK > Made.occurred_on,
    Made.id == EventId("E-1"),
    any_of(Made.parts == 1, Made.parts == 2),
    all_of(Made.parts == 1, Made.note.is_missing()),
    all_of(Made.parts == 1),
    any_of(all_of(Made.parts == 1, Made.safe), Made.note.is_missing(), exists(Sold)),
    implies(Made.note.is_missing(), Made.parts == 1),
    AllOf(()),
    AllOf((as_condition(Made.parts == 1),)),
    AnyOf(()),
    exists(Sold, Sold.buyer == Sold.buyer, Made.safe == Sold.gift),
    exists(Sent, Sent.tracked == True),  # noqa: E712 - builds a condition
    exists(Sold),
    exists(Sold, Sold.case == Made.case, Sold.buyer == Made.maker, Sold.occurred_on > Made.occurred_on),
    exists(Sold, Made.case == Sold.case, Sold.buyer.is_missing(), Sold.gift),
    exists(other, other.maker == Made.maker, other.occurred_on == Made.occurred_on, other.safe),
    exists(
        other, Made.occurred_on >= other.occurred_on, exists(third, third.case == other.case, third.parts == Made.parts)
    ),
    exists(Broken, Broken.occurred_on <= Made.occurred_on + WEEK, Broken.occurred_on != Made.occurred_on),
    exists(Broken, Broken.occurred_on < Made.occurred_on, Broken.witnesses.contains(Made.maker)),
    exists(Broken, Broken.occurred_on >= Made.occurred_on - timedelta(days=1)),
    exists(Broken, Broken.occurred_on > Made.due, Broken.occurred_on > date(2024, 1, 1)),
    exists(Broken, Broken.occurred_on <= Made.occurred_on, Made.safe),
    exists(Sold, any_of(Sold.pieces > 2, Sold.gift)),
    exists(Sold, not_(all_of(Sold.pieces > 2, Sold.gift))),
    exists(Sold, sold_twice()),
    exists(Sold, Sold.buyer == Made.maker, Made.parts == 3, Sold.id == Made.id),
    at_least(2, Sold),
    at_least(3, other, other.case == Made.case, on_distinct=other.shape),
    at_least(2, Broken, on_distinct=Broken.occurred_on),
]


def nodes() -> str:
    """Each condition as it holds, and as it does not."""
    return "".join(f"{said(item)}\n  or not: {said(item, negated=True)}\n\n" for item in CONDITIONS)


def test_each_node_reads_in_both_forms() -> None:
    """As a person read it; where a missing value makes a denial true, the words say so."""
    assert nodes() == (HOME / "nodes.txt").read_text(encoding="utf-8"), AGAIN


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_denial_denied_is_the_thing_itself(condition: Any) -> None:
    """Negations are pushed inwards, and two of them are none."""
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
        population = population_of(measure)
        kind = None if population is None else subject_kind(population).name
        unit = Unit("person", "persons", kind)
    return Metric(id="m", version="1", title="M", definition=None, source=SOURCE, unit=unit, measure=measure)


PARTS = Scale(id="parts", title="Parts", least=0, most=9, better="higher", least_change=1, source="the makers")
MEASURES: list[Any] = [
    count(distinct(Made.maker)),
    count(distinct(Made.helpers)),
    count(distinct(Made.maker).at_least(2, on_distinct=Made.shape)),
    count(distinct(Made.case)),
    count(distinct(Made.maker).where(Made.safe, sturdy())),
    count(distinct(Made.maker).where(sturdy())),
    count(distinct(Made.maker) | distinct(Sold.buyer)),
    count(distinct(Made.maker) & distinct(Sold.buyer).where(Sold.gift, exists(Made, Made.maker == Sold.buyer))),
    count(distinct(Made.maker) - distinct(Sold.buyer).where(Sold.gift, any_of(Sold.pieces == 1, Sold.pieces == 2))),
    count(rows(Sold)),
    count(rows(Sold).where(Sold.gift)),
    total(Made.parts).where(any_of(Made.safe, exists(Sold))),
    share(distinct(Sold.buyer), of=distinct(Made.maker)),
    share(
        distinct(Sold.buyer).where(Sold.gift, Sold.pieces > 1),
        of=distinct(Made.maker) - distinct(Made.helpers),
        unknown=distinct(Made.maker).at_least(2).where(Made.safe.is_missing()),
    ),
    followed_up(distinct(Sold.buyer), within_months=1, of=distinct(Made.maker).at_least(2)),
    followed_up(
        distinct(Sold.buyer).where(Sold.gift),
        within_months=12,
        of=distinct(Made.maker),
        lost=distinct(Made.maker) - distinct(Broken.witnesses),
    ),
    time_between(distinct(Made.maker).at_least(2), distinct(Sold.buyer)),
    time_between(distinct(Made.maker), distinct(Sold.buyer).where(Sold.gift), lost=distinct(Broken.witnesses)),
    funnel(
        Stage("Made", distinct(Made.maker)),
        Stage("Bought gifts", distinct(Sold.buyer).where(Sold.gift, Sold.pieces > 1).at_least(2)),
        Stage("Is safe", distinct(Made.maker).where(Made.safe) - distinct(Broken.witnesses)),
    ),
    listing(distinct(Made.maker).where(Made.safe), show=[Made.shape, Made.note]),
    listing(distinct(Sold.case).where(not_(exists(Broken, Broken.case == Sold.case)))),
    paired_change(Made.parts, subject=Made.maker, before=Made.safe == False, after=Made.safe, scale=PARTS),  # noqa: E712
    paired_change(
        Sold.pieces,
        subject=Sold.buyer,
        before=Sold.gift,
        after=all_of(not_(Sold.gift), Sold.colour == Colour.RED),
        scale=attrs.evolve(PARTS, better="lower", stable=2),
        at_least=3,
        of=distinct(Made.maker) - distinct(Broken.witnesses),
        kirkpatrick=4,
    ),
    count(distinct(Made.maker).where(latest(Made.maker, Made.safe))),
    count(distinct(Made.maker).where(worst(Made.maker, Made.parts, PARTS, Made.safe, among=Made.colours.is_missing()))),
]


def measures_read() -> str:
    """Each measure as a list and as a paragraph."""
    told = [describe(metric_of(measure)) for measure in MEASURES]
    return "".join("\n".join([*item.counted.lines(), item.paragraph, "", ""]) for item in told)


def test_measures_read_as_sentences() -> None:
    """What is counted or added up, once or how often, and where; as a person read it."""
    assert measures_read() == (HOME / "measures.txt").read_text(encoding="utf-8"), AGAIN


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
    lines = measure.lines
    found = members_can_leave(measure.population) if lines is None else can_stop_to_hold(lines.condition)
    assert found is expected


@given(measures(TOYS))
def test_descriptions_mention_every_clause_constant_and_set(measure: Any) -> None:
    """Of random rules: nothing that the rule asks is left out of its words, in the list and in the paragraph."""
    told = describe(metric_of(measure))
    json.dumps(told.to_dict())
    for text in (told.paragraph, " ".join(told.counted.lines())):
        for condition in measure.conditions:
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


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (Subset("a", "b", "c"), "Everybody counted by a is counted by b"),
        (AtMost("a", "b", "c"), "The figure of a is at most that of b"),
        (Disjoint("a", "b", "c"), "Nobody is counted both by a and by b"),
        (Equivalent("a", "b", "c"), "The same are counted by a and by b"),
        (CoveredBy("a", ("b", "d"), "c"), "Everybody counted by a is counted by b or by d"),
        (Monotone("a", "c"), "The figure of a never falls when events are added"),
        (Satisfiable("a", "c"), "The figure of a can be other than zero"),
    ],
)
def test_relations_are_sentences(claim: Invariant, said: str) -> None:
    """With the names of the metrics between the words."""
    parts = words_around(claim)
    assert "".join(a + b for a, b in zip(parts, [*metrics_of(claim), ""], strict=True)) == said
