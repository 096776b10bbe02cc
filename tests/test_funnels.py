"""Funnels: who is in which stage, conversion and drop-off, their books by cohort of entry, and how they are read."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import (
    Catalogue,
    Metric,
    Report,
    RuleError,
    Stage,
    Stream,
    Unit,
    at_most,
    count,
    distinct,
    evaluate,
    funnel,
    monotone,
    rows,
    satisfiable,
    share,
)
from impact_metrics.documents import compare, describe, explain
from impact_metrics.documents.diagram import boxes
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.duckdb.script import script
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.errors import ExchangeError
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.proofs import Proved, Refuted, certificate, prove, worked_examples
from impact_metrics.reports.funnels import StageFigure
from impact_metrics.reports.restate import restate
from impact_metrics.rules import Count, Funnel, Monotone
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.dimensions import names
from impact_metrics.rules.measures import Parts, Standing, population_of
from impact_metrics.rules.periods import periods_between
from impact_metrics.testing import DAYS, funnels, laws, streams
from impact_metrics.testing.engines import REFERENCE, Answer, Engine
from tests import oracle
from tests.test_books import PERIODS
from tests.test_engine_properties import known_events
from tests.test_reports import made, sold
from tests.test_shares import LATE, MERGE, MOMENTS_OF_TWO, metric
from tests.toys import TOYS, Broken, Made, Sold

MAKERS, SAFE, BUYERS = distinct(Made.maker), distinct(Made.maker).where(Made.safe), distinct(Sold.buyer)
WAY = metric(funnel(Stage("Made", MAKERS), Stage("Made safely", SAFE), Stage("Bought", BUYERS)), "way")
CATALOGUE = Catalogue(id="toys", version="1", title="Toys", model=TOYS, metrics=(metric(count(BUYERS), "buyers"), WAY))
STREAM = Stream(
    [
        made("M1", 1, "Ann", "C1", safe=True),
        made("M2", 2, "Ben", "C2", safe=True),
        made("M3", 3, "Cem", "C3"),
        made("M4", 8, "Dan", "C4", safe=False),
        sold("S1", 5, "Ann"),
        sold("S2", 6, "Eve"),
        sold("S3", 9, "Dan"),
    ]
)


def report(day: int = 31, stream: Stream = STREAM, catalogue: Catalogue = CATALOGUE) -> Report:
    return evaluate(catalogue, stream, as_at=date(2024, 1, day))


# --- what a funnel is


def test_a_stage_counts_whoever_is_in_all_stages_before() -> None:
    """Dan buys and made nothing safe; Eve buys and made nothing: neither is in the last stage."""
    result = report()["way"]
    assert result.parts == Parts(numerator=1, denominator=4, stages=(4, 2, 1))
    assert result.value == Decimal("0.25")
    assert str(result) == "25.0 % (1 of 4 persons; stages 4 > 2 > 1; 95 % interval 4.6 to 69.9 %)"
    assert result.note == ""
    assert report().reached("way") == {"Ann": 3, "Ben": 2, "Cem": 1, "Dan": 1}
    assert report().standings("way") == {
        "Ann": Standing.NUMERATOR,
        "Ben": Standing.DENOMINATOR,
        "Cem": Standing.DENOMINATOR,
        "Dan": Standing.DENOMINATOR,
    }
    assert report().subjects("way") == {"Ann"}
    assert [item.event_ids for item in report().evidence("way")] == [("M1", "S1")]
    assert [row[1:] for row in report().entries("way").rows] == [("Ann", "Made", "M1"), ("Ann", "Sold", "S1")]
    ann = report().evidence_for("way", "Ann")
    assert ann is not None
    assert ann.event_ids == ("M1", "S1")


def test_conversion_and_drop_off_follow_from_the_numbers() -> None:
    """Of the stage before, and of the first; of nobody there is no share."""
    assert report()["way"].stages == (
        StageFigure("Made", 4, None, None, Decimal(1)),
        StageFigure("Made safely", 2, Decimal("0.5"), 2, Decimal("0.5")),
        StageFigure("Bought", 1, Decimal("0.5"), 1, Decimal("0.25")),
    )
    assert report()["buyers"].stages == ()
    assert report().funnel("way").to_dicts()[1] == {
        "stage": 2,
        "title": "Made safely",
        "number": 2,
        "conversion": Decimal("0.5"),
        "dropped": 2,
        "of_first": Decimal("0.5"),
    }
    nobody = evaluate(CATALOGUE, STREAM, as_at=date(2023, 1, 1))["way"]
    assert (nobody.value, nobody.parts) == (None, Parts(0, 0, stages=(0, 0, 0)))
    assert [(stage.conversion, stage.dropped, stage.of_first) for stage in nobody.stages] == [
        (None, None, None),
        (None, 0, None),
        (None, 0, None),
    ]
    with pytest.raises(RuleError, match="only a funnel has stages"):
        report().funnel("buyers")
    with pytest.raises(RuleError, match="only a funnel has stages"):
        report().reached("buyers")


def test_a_report_shows_every_stage() -> None:
    """In a terminal as a table, in a notebook as a list, and in the table of all figures in columns."""
    text = str(report())
    assert "persons  of the stage before  dropped off  stage" in text
    assert "      2               50.0 %            2  Made safely" in text
    assert "<li>Made safely: 2</li>" in report()._repr_html_()
    by_id = {row["metric"]: row for row in report().to_dicts()}
    assert [by_id["way"][f"stage_{number}"] for number in (1, 2, 3)] == [4, 2, 1]
    assert by_id["buyers"]["stage_1"] is None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: funnel(Stage("Made", MAKERS)), "at least two stages"),
        (lambda: funnel(Stage("Made", MAKERS), Stage("Made", BUYERS)), "two stages are called 'Made'"),
        (lambda: funnel(Stage("A", MAKERS), Stage("B", distinct(Made.case))), "cannot mix"),  # type: ignore[misc]
        (lambda: funnel(MAKERS, BUYERS), "is no stage"),  # type: ignore[arg-type]
        (lambda: Stage(" ", MAKERS), "a stage has a title"),
        (lambda: Stage(3, MAKERS), "a stage has a title"),  # type: ignore[arg-type]
        (lambda: Stage("Made", rows(Made)), "a stage is a population"),  # type: ignore[arg-type]
        (lambda: attrs.evolve(WAY, unit=Unit("row", "rows")), "counts by PersonId"),
    ],
)
def test_wrong_funnels_are_refused_where_they_are_written(wrong: Any, message: str) -> None:
    """One stage, two of a title, subjects of two kinds, what is no stage or no population, and a wrong unit."""
    with pytest.raises(RuleError, match=message):
        wrong()


# --- books: by cohort of entry into the first stage


@given(streams(TOYS), funnels(TOYS), st.sampled_from(DAYS))
def test_the_books_of_a_funnel_are_of_those_who_entered(stream: Stream, measure: Funnel, day: date) -> None:
    """By brute force: of the members of the first stage at the date, those whose entry event is in the period."""
    events = known_events(stream)
    tallies = SpansEngine(stream.known()).tallies(measure.frames[0], Breakdown(PERIODS), day)[()]
    lines = [measure.figure(states).behind for states in tallies]
    inside = oracle.stages(measure, events, day)
    entered = {subject: oracle.entry(measure.denominator, subject, events, day) for subject in inside[0]}
    for period, parts in zip(PERIODS, lines, strict=True):
        cohort = {who for who, event in entered.items() if event and period.start <= event.occurred_on <= period.end}
        numbers = tuple(len(cohort & stage) for stage in inside)
        assert parts == Parts(numbers[-1], numbers[0], stages=numbers)


@given(streams(TOYS), funnels(TOYS), st.sampled_from(DAYS))
def test_how_far_each_subject_came_is_that_of_brute_force(stream: Stream, measure: Funnel, day: date) -> None:
    """The number of stages that a subject is in, one after the other."""
    inside = oracle.stages(measure, known_events(stream), day)
    found = SpansEngine(stream.known()).states(measure.frames[0], day)
    assert found == {subject: sum(subject in stage for stage in inside) for subject in inside[0]}


def test_both_engines_keep_the_same_books_of_funnels() -> None:
    """On tables too; and the statement for a database shell names the stages."""
    halves = periods_between([date(2024, 1, day) for day in (1, 4, 6, 12)])
    books = report().books(halves, by=[Made.case], metrics=["way"])
    assert [line.parts for line in report().books(halves, metrics=["way"]).lines] == [
        Parts(1, 3, stages=(3, 2, 1)),
        Parts(0, 0, stages=(0, 0, 0)),
        Parts(0, 1, stages=(1, 0, 0)),
    ]
    whole = report().books(halves, metrics=["way"]).to_dicts()
    assert [whole[0][f"stage_{number}"] for number in (1, 2, 3)] == [3, 2, 1]
    with Tables(STREAM, TOYS) as tables:
        found = evaluate(CATALOGUE, tables, as_at=date(2024, 1, 31))
        assert found["way"] == report()["way"]
        assert found.reached("way") == report().reached("way")
        assert found.standings("way") == report().standings("way")
        assert found.books(halves, by=[Made.case], metrics=["way"]) == books
        assert found.entries("way") == report().entries("way")
        assert str(explain(found, "way", "Ben")) == str(explain(report(), "way", "Ben"))
    text = script(WAY, TOYS, date(2024, 1, 31), "folder")
    assert all(f'AS "{part}"' in text for part in ("stage_2", "stage_3", "way"))


# --- its picture


def test_a_funnel_is_drawn_with_its_own_stages() -> None:
    """Bars with titles, numbers and conversions; the title and the unit are those of the metric."""
    axes = report().plot("way", kind="funnel").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Made", "Made safely", "Bought"]
    assert [bar.get_width() for bar in axes.containers[0]] == [4, 2, 1]  # type: ignore[union-attr]
    assert [text.get_text().strip() for text in axes.texts] == [
        "4",
        "2  (50% of the stage before)",
        "1  (50% of the stage before)",
    ]
    assert axes.get_title() == "Makers who buy"
    assert axes.get_xlabel() == "persons, each in this and every stage above, as at 2024-01-31"
    with pytest.raises(RuleError, match="no stage of a funnel"):
        report().plot("way", "buyers", kind="funnel")


# --- restated


def test_a_funnel_is_restated_stage_by_stage() -> None:
    """Each stage has a bridge, with the causes, the people and the records."""
    stream = Stream([*STREAM, MERGE, LATE])
    found = restate(CATALOGUE, stream, as_at=date(2024, 1, 31), known_at=MOMENTS_OF_TWO)
    bridges = [found[f"way.stage_{number}"] for number in (1, 2, 3)]
    assert [(bridge.published, bridge.restated) for bridge in bridges] == [(4, 3), (2, 1), (1, 1)]
    assert [line.merged for line in bridges[1].lines if line.change] == [("Ben",)]
    shorter = attrs.evolve(CATALOGUE, metrics=(metric(funnel(Stage("A", MAKERS), Stage("B", BUYERS)), "way"),))
    with pytest.raises(RuleError, match="not made of as many parts"):
        restate(CATALOGUE, stream, as_at=date(2024, 1, 31), known_at=MOMENTS_OF_TWO, restated_by=shorter)


# --- in words


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("Ann", 'Ann is in stage 3, "Bought", the last reached of 3 of Makers who buy'),
        ("Ben", 'Ben is in stage 2, "Made safely", the last reached of 3 of Makers who buy'),
        ("Dan", 'Dan is in stage 1, "Made", the last reached of 3 of Makers who buy'),
        ("Eve", "Eve is in no stage of Makers who buy"),
    ],
)
def test_an_explanation_says_how_far_somebody_came(who: str, answer: str) -> None:
    """The stage reached, with every stage explained, and what is nearest to the last one."""
    told = explain(report(), "way", who)
    assert told.summary.startswith(answer)
    assert told.counted == (who == "Ann")
    assert [finding.text for finding in told.finding.findings] == [
        'in stage 1, "Made"',
        'in stage 2, "Made safely"',
        'in stage 3, "Bought"',
    ]
    assert ("Nearest to counting" in told.summary) == (who != "Ann")
    plain = json.loads(json.dumps(told.to_dict()))
    assert (plain["reached"], plain["standing"]) == (report().reached("way").get(who, 0), None)


def test_a_description_says_that_stages_are_nested_and_not_in_time() -> None:
    """The stages with their titles; their order is no order of events, and periods are of the first stage."""
    told = describe(WAY)
    assert told.counted.lines().__next__() == "- follows persons through three stages, as follows:"
    assert 'in stage two, "Made safely", if in all the stages before, is each person who' in told.paragraph
    assert "not of time" in told.paragraph
    assert "those who entered the first stage in a period, by the earliest such made" in told.paragraph
    assert [box.event for box in boxes(WAY.measure)] == ["Made", "Sold"]


def test_versions_of_a_funnel_are_compared_stage_by_stage() -> None:
    """Titles and populations; funnels of other stages, or another measure, as a whole."""
    renamed = funnel(Stage("Made", MAKERS), Stage("Safe", SAFE), Stage("Bought", BUYERS.where(Sold.gift)))
    changes = compare(WAY, metric(renamed, "way", version="2")).changes
    assert [(change.part, change.kind.value) for change in changes] == [
        ("title of stage 2", "changed"),
        ("stage 3", "added"),
    ]
    for other in (funnel(Stage("Made", MAKERS), Stage("Bought", BUYERS)), share(BUYERS, of=MAKERS)):
        (whole,) = compare(WAY, metric(other, "way", version="2")).changes
        assert whole.part == "what is counted"


def test_funnels_cross_files() -> None:
    """There and back; a key that is lacking, a stage too few, and what is no text are named with their place."""
    plain = to_plain(CATALOGUE)
    assert from_plain(plain, TOYS) == CATALOGUE
    stages = plain["metrics"][1]["measure"]["funnel"]
    stages[0]["title"] = 7
    with pytest.raises(ExchangeError, match=r"metrics\[1\].measure.funnel\[0\].title: a text is expected"):
        from_plain(plain, TOYS)
    del stages[0]["title"]
    with pytest.raises(ExchangeError, match=r"metrics\[1\].measure.funnel\[0\]: the key 'title' is missing"):
        from_plain(plain, TOYS)
    del stages[0:2]
    with pytest.raises(ExchangeError, match="at least two stages"):
        from_plain(plain, TOYS)


def test_dimensions_of_a_funnel_are_those_of_its_first_stage() -> None:
    """By the event through which a subject enters it."""
    assert {"shape", "colour", "age", "year"} <= names(WAY.measure, TOYS)
    assert "gift" not in names(WAY.measure, TOYS)
    assert population_of(WAY.measure) == MAKERS
    with pytest.raises(RuleError, match="cannot be broken down"):
        report().books(by=[Sold.case], metrics=["way"])


# --- claims and laws


def test_what_is_decided_of_a_funnel() -> None:
    """Whether anybody can be in the first stage; nothing of its size. Examples are about the last stage."""
    for wrong in (lambda: monotone(WAY, because="no"), lambda: at_most(WAY, CATALOGUE["buyers"], because="no")):
        with pytest.raises(RuleError, match="rises and falls"):
            wrong()
    assert isinstance(prove(satisfiable(WAY, because="somebody makes"), CATALOGUE), Proved)
    nobody = metric(funnel(Stage("A", MAKERS - MAKERS), Stage("B", BUYERS)), "nobody")
    beside = attrs.evolve(CATALOGUE, metrics=(*CATALOGUE.metrics, nobody))
    assert isinstance(prove(satisfiable(nobody, because="no"), beside), Refuted)
    claims = [entry.outcome.claim for entry in certificate(beside).entries]
    assert not [claim for claim in claims if isinstance(claim, Monotone) and claim.metric != "buyers"]
    assert "only decided whether anybody can be in its first stage" in str(WAY.exactness)
    assert [example.clause for example in worked_examples(WAY, CATALOGUE).examples] == [
        "it is safe",
        "the person is the person who bought it in a sold",
    ]


class _Wrong:
    def __init__(self, right: Any, change: Any) -> None:
        self._right = right
        self._change = change

    def answer(self, asked: Metric, day: date) -> Answer:
        found = self._right.answer(asked, day)
        return self._change(found) if found.parts is not None and found.value is not None else found


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (None, r"the stages to be \(1, 1, 0\), found \(\)"),
        (Parts(1, 1, stages=(1, 1, 1)), r"the stages to be \(1, 1, 0\), found \(1, 1, 1\)"),
        (Parts(1, 1, stages=(1, 1, 0)), r"first and last stage to be \(1, 0\), found \(1, 1\)"),
    ],
)
def test_the_law_of_stages_can_fail(parts: Any, message: str) -> None:
    """Stages that are lacking, that count others, and that are not the two numbers of the share."""

    def load(records: Any, known_at: Any) -> Any:
        return _Wrong(REFERENCE.load(records, known_at), lambda found: attrs.evolve(found, parts=parts))

    laws.stages_nest(CATALOGUE, STREAM)
    with pytest.raises(AssertionError, match=message):
        laws.stages_nest(CATALOGUE, STREAM, engine=Engine("wrong", load))


def test_the_law_of_stages_sees_stages_that_grow() -> None:
    """Also where counts are wrong in the same way."""

    class Growing:
        def answer(self, asked: Metric, _: date) -> Answer:
            """One more in each stage than in the one before."""
            if isinstance(asked.measure, Funnel):
                return Answer(None, parts=Parts(3, 1, stages=(1, 2, 3)))
            assert isinstance(asked.measure, Count)
            return Answer(len(getattr(asked.measure.population, "items", [1])))

    with pytest.raises(AssertionError, match="that no stage grows"):
        laws.stages_nest(CATALOGUE, STREAM, engine=Engine("growing", lambda *_: Growing()))  # type: ignore[arg-type, return-value]  # it keeps no books


def test_funnels_keep_all_laws() -> None:
    """On a stream that has somebody in every stage, in every engine of the laws."""
    laws.check_laws(CATALOGUE, STREAM)


def test_witnesses_are_part_of_no_stage_by_being_seen() -> None:
    """A set-valued role can make a stage too."""
    seen = funnel(Stage("Made", MAKERS), Stage("Saw it break", distinct(Broken.witnesses)))
    only = attrs.evolve(CATALOGUE, metrics=(metric(seen, "seen"),))
    assert report(catalogue=only)["seen"].parts == Parts(0, 4, stages=(4, 0))
