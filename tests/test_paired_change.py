"""Paired change: whose score is compared with which, who is not paired, and how it is told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import attrs
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_metrics import (
    Catalogue,
    Code,
    Event,
    EventId,
    Field,
    Metric,
    Model,
    PersonId,
    RuleError,
    Scale,
    Source,
    Stream,
    Unit,
    all_of,
    clause,
    count,
    distinct,
    evaluate,
    exists,
    field,
    paired_change,
    role,
    share,
)
from impact_metrics.anti_trafficking import SurveyStage, TrainingSurvey
from impact_metrics.cli.commands import command
from impact_metrics.documents import compare, describe, explain
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.duckdb.database import connect
from impact_metrics.engines.duckdb.script import script
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.errors import ExchangeError
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.proofs import Proved, certificate, prove
from impact_metrics.reports.restate import restate
from impact_metrics.rules import Monotone, PairedChange, Satisfiable
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.dimensions import named, names
from impact_metrics.rules.measures import Changes, Pair, Parts, Standing
from impact_metrics.streams import write_json_lines
from impact_metrics.testing import DAYS, afresh, laws, paired_changes, streams
from impact_metrics.testing.engines import REFERENCE, Answer, Engine
from tests import oracle
from tests.agreement import Question, dimensions, disagreement, questions
from tests.test_books import PERIODS
from tests.test_engine_properties import known_events
from tests.toys import STRICT_TOYS, TOYS


class Stage(Code):
    """When the survey was answered."""

    BASELINE = "baseline"
    END = "end"
    FOLLOW_UP = "follow_up"


class Survey(Event):
    """Somebody answers a survey."""

    person: Field[PersonId] = role("the person who answered")
    stage: Field[Stage] = field("when it was answered")
    score: Field[int | None] = field("how much of what was taught is done", default=None)
    rating: Field[Decimal | None] = field("the same, in decimals", default=None)
    city: Field[Stage | None] = field("where it was answered", default=None)


class Course(Event):
    """A course is held."""

    people: Field[frozenset[PersonId]] = role("the people taught")


SURVEYS = Model(name="surveys", events=(Survey, Course))
PRACTICE = Scale(
    id="practice", title="Practice", least=0, most=10, better="higher", least_change=2, source="made up for this test"
)
STRAIN = attrs.evolve(PRACTICE, id="strain", title="Strain", better="lower")
PERSON = Unit("person", "persons", PersonId)
BEFORE, AFTER = Survey.stage == Stage.BASELINE, Survey.stage == Stage.FOLLOW_UP
CHANGED = paired_change(Survey.score, subject=Survey.person, before=BEFORE, after=AFTER, scale=PRACTICE, kirkpatrick=3)


def metric(measure: Any, name: str = "practice", version: str = "1", **more: Any) -> Metric:
    values: dict[str, Any] = {"title": "Practice at work", "definition": None, "source": Source("A", "B"), **more}
    return Metric(id=name, version=version, unit=PERSON, measure=measure, **values)


def catalogue(*measures: Any) -> Catalogue:
    named_ones = tuple(metric(item, f"m{number}") for number, item in enumerate(measures, 1))
    return Catalogue(id="c", version="1", title="C", model=SURVEYS, metrics=named_ones)


CATALOGUE = catalogue(CHANGED)


def answered(name: str, day: int, person: str, stage: Stage, score: int | None, **more: Any) -> Survey:
    values: dict[str, Any] = {"person": PersonId(person), "stage": stage, "score": score, **more}
    return Survey(id=EventId(name), occurred_on=date(2024, 1, 1) + timedelta(days=day), **values)


def before(name: str, day: int, person: str, score: int | None, **more: Any) -> Survey:
    return answered(name, day, person, Stage.BASELINE, score, **more)


def after(name: str, day: int, person: str, score: int | None, **more: Any) -> Survey:
    return answered(name, day, person, Stage.FOLLOW_UP, score, **more)


STREAM = Stream(
    [
        before("A1", 0, "Ann", 3),
        answered("A2", 5, "Ann", Stage.END, 10),
        after("A3", 90, "Ann", 6),
        before("B1", 0, "Ben", 3),
        after("B2", 90, "Ben", 4),
        before("C1", 0, "Cem", 8),
        after("C2", 90, "Cem", 5),
        before("D1", 0, "Dan", 4),
        answered("D2", 5, "Dan", Stage.END, 9),
        after("E1", 90, "Eve", 9),
        before("F1", 0, "Fay", None),
        after("F2", 90, "Fay", 11),
        before("G1", 9, "Gus", 1),
        after("G2", 9, "Gus", 9),
        answered("H1", 9, "Hal", Stage.END, 9),
    ]
)
DAY = date(2024, 12, 31)
STANDS = {
    "Ann": Standing.NUMERATOR,
    "Ben": Standing.UNCHANGED,
    "Cem": Standing.WORSENED,
    "Dan": Standing.BEFORE_ONLY,
    "Eve": Standing.AFTER_ONLY,
    "Fay": Standing.UNSCORED,
    "Gus": Standing.BEFORE_ONLY,
}


# --- who stands where


def test_each_stands_in_one_place() -> None:
    """End of course counts for nothing; a score off the scale is none; two scores of one day are no pair."""
    report = evaluate(CATALOGUE, STREAM, as_at=DAY)
    assert report.standings("m1") == STANDS
    parts = report["m1"].parts
    assert parts == Parts(1, 3, changes=Changes(1, 1, 1, 2, 1, 1, ((-3, 1), (1, 1), (3, 1))))
    assert parts.changes is not None
    assert (parts.changes.paired, parts.changes.unmatched) == (3, 3)
    assert (parts.changes.mean, parts.changes.median) == (Decimal("0.333333"), 1)
    assert str(report["m1"]) == (
        "33.3 % (1 of 3 persons with both scores; 1 without a change that counts, 1 worsened; not paired: 2 before "
        "only, 1 after only, 1 without a score; mean change +0.33, median +1; 95 % interval 6.1 to 79.2 %)"
    )
    assert report.pairs("m1")["Cem"] == Pair(8, 5)
    assert report.pairs("m1")["Gus"] == Pair(1, None)
    assert report.subjects("m1") == {"Ann"}
    assert [item.event_ids for item in report.evidence("m1")] == [("A1", "A3")]
    found = report.evidence_for("m1", "Ann")
    assert found is not None
    assert found.event_ids == ("A1", "A3")
    assert report.evidence_for("m1", "Ben") is None
    row = report.to_dicts()[0]
    told = {"unchanged": 1, "worsened": 1, "before_only": 2, "after_only": 1, "unscored": 1, "median_change": 1}
    assert {**row, **told, "mean_change": Decimal("0.333333")} == row
    assert report.changes("m1").rows == (
        ("m1", -3, 1, "worsened"),
        ("m1", 1, 1, "unchanged"),
        ("m1", 3, 1, "improved"),
    )


def test_nobody_paired_is_no_share() -> None:
    """Before anybody was followed up, all that is told is who waits; and there is no mean."""
    early = evaluate(CATALOGUE, STREAM, as_at=date(2024, 1, 2))
    assert str(early["m1"]) == (
        "none (nobody is in the denominator: of no persons there is no share; 0 without a change that counts, 0 "
        "worsened; not paired: 4 before only, 0 after only, 1 without a score)"
    )
    assert early["m1"].parts is not None
    changes = early["m1"].parts.changes
    assert changes is not None
    assert (changes.mean, changes.median) == (None, None)
    assert early.changes("m1").rows == ()


@pytest.mark.parametrize(
    ("scale", "first", "last", "standing"),
    [
        (PRACTICE, (3, 5), (8, 6), Standing.UNCHANGED),  # best of the first day, worst of the last: 5 to 6
        (PRACTICE, (5, 3), (7, 8), Standing.NUMERATOR),
        (STRAIN, (3, 5), (1, 2), Standing.UNCHANGED),  # 3 to 2
        (STRAIN, (5, 3), (0, 1), Standing.NUMERATOR),  # 3 to 1
        (STRAIN, (1, 9), (3, 0), Standing.WORSENED),  # 1 to 3
    ],
)
def test_ties_of_one_day_never_overstate(
    scale: Scale, first: tuple[int, int], last: tuple[int, int], standing: Standing
) -> None:
    """The best score of the first day is before, and the worst of the last is after, on either kind of scale."""
    records = [
        *(before(f"B{number}", 1, "Ann", score) for number, score in enumerate(first)),
        *(after(f"A{number}", 9, "Ann", score) for number, score in enumerate(last)),
    ]
    only = catalogue(attrs.evolve(CHANGED, scale=scale))
    for stream in (Stream(records), Stream(reversed(records))):
        assert evaluate(only, stream, as_at=DAY).standings("m1") == {"Ann": standing}


def test_the_earliest_and_the_latest_score_count() -> None:
    """A second baseline and an earlier follow-up change nothing; a score that is missing is passed over."""
    records = [
        before("B0", 0, "Ann", None),
        before("B1", 1, "Ann", 2),
        before("B2", 50, "Ann", 9),
        after("A1", 20, "Ann", 2),
        after("A2", 80, "Ann", 6),
        after("A3", 90, "Ann", 99),
    ]
    report = evaluate(CATALOGUE, Stream(records), as_at=DAY)
    assert report.pairs("m1") == {"Ann": Pair(2, 6)}
    assert evaluate(CATALOGUE, Stream(records), as_at=date(2024, 2, 1)).pairs("m1") == {"Ann": Pair(2, 2)}


def test_first_and_last_of_the_same_rows() -> None:
    """Where both ends have the same condition, whoever has one day only is not paired."""
    any_time = catalogue(
        paired_change(Survey.score, subject=Survey.person, before=all_of(BEFORE), after=BEFORE, scale=PRACTICE)
    )
    records = [before("A1", 1, "Ann", 1), before("A2", 2, "Ann", 5), before("B1", 1, "Ben", 5)]
    report = evaluate(any_time, Stream(records), as_at=DAY)
    assert report.standings("m1") == {"Ann": Standing.NUMERATOR, "Ben": Standing.BEFORE_ONLY}


def test_each_enters_by_the_first_row_of_the_end_that_it_has() -> None:
    """By the row of the score before; who has none, by that of the score after; who has neither, by any row."""
    events = known_events(STREAM)
    entered = {who: afresh.entry(CHANGED.cohort, who, events, DAY) for who in STANDS}
    assert {who: event and event.id for who, event in entered.items()} == {
        "Ann": "A1", "Ben": "B1", "Cem": "C1", "Dan": "D1", "Eve": "E1", "Fay": "F1", "Gus": "G1",
    }  # fmt: skip
    course = Course(id=EventId("K"), occurred_on=date(2024, 2, 1), people=frozenset({PersonId("Ann")}))
    taught = attrs.evolve(CHANGED, of=distinct(Course.people))
    assert afresh.entry(taught.cohort, "Ann", [*events, course], DAY) == course


def test_only_members_are_looked_at() -> None:
    """With ``of``, people outside are at neither end, and a person enters when both hold."""
    course = Course(id=EventId("K"), occurred_on=date(2024, 2, 1), people=frozenset(map(PersonId, ("Ann", "Eve"))))
    only = catalogue(attrs.evolve(CHANGED, of=distinct(Course.people)))
    report = evaluate(only, Stream([*STREAM, course]), as_at=DAY)
    assert report.standings("m1") == {"Ann": Standing.NUMERATOR, "Eve": Standing.AFTER_ONLY}
    months = report.books(report.periods("month")).lines
    assert [line.period.start.month for line in months if line.parts and line.parts.denominator] == [2]


def test_decimals_are_exact() -> None:
    """Differences of decimals are counted as numbers: 0.10 and 0.1 are one change, and no place is lost."""
    tiny = Decimal("1E-30")
    fine = attrs.evolve(PRACTICE, least_change=tiny)
    only = catalogue(paired_change(Survey.rating, subject=Survey.person, before=BEFORE, after=AFTER, scale=fine))
    rated = {"Ann": ("1.00", "1.10"), "Ben": ("1", "1.1"), "Cem": ("2", "2." + "0" * 29 + "1"), "Dan": ("2.5", "0.50")}
    records = [
        item
        for number, (who, (one, other)) in enumerate(rated.items())
        for item in (
            before(f"B{number}", 0, who, None, rating=Decimal(one)),
            after(f"A{number}", 9, who, None, rating=Decimal(other)),
        )
    ]
    report = evaluate(only, Stream(records), as_at=DAY)
    parts = report["m1"].parts
    assert parts is not None
    assert parts.changes is not None
    assert parts.changes.counts == ((-2, 1), (tiny, 1), (Decimal("0.1"), 2))
    assert (parts.changes.improved, parts.changes.worsened) == (3, 1)
    assert parts.changes.median == Decimal("0.0" + "5" + "0" * 27 + "05")
    with Tables(Stream(records), SURVEYS) as tables:
        assert evaluate(only, tables, as_at=DAY).results == report.results
    table = report.changes("m1")
    assert table.columns[1].kind == "decimal"


# --- engines and brute force


@pytest.fixture(scope="module")
def connection() -> Any:
    with connect(threads=1) as opened:
        yield opened


@st.composite
def paired_questions(draw: Any) -> Question:
    """Draw a question about one paired change of the toys, with a breakdown."""
    model = draw(st.sampled_from([TOYS, attrs.evolve(TOYS, constraints=STRICT_TOYS.constraints)]))
    question = draw(questions(model, most=1))
    measure = draw(paired_changes(model))
    by = tuple(draw(st.lists(st.sampled_from(dimensions(model, measure)), max_size=2)))
    breakdown = Breakdown(question.breakdowns[0].periods, by, draw(st.booleans()))
    return attrs.evolve(question, measures=(measure,), breakdowns=(breakdown,))


@settings(max_examples=settings.default.max_examples // 2)
@given(question=paired_questions())
def test_engines_and_brute_force_agree_about_drawn_changes(connection: Any, question: Question) -> None:
    """Figures, scores, standings, cohorts with cells and evidence, by both engines; figures also by brute force."""
    assert not disagreement(question, partial(Tables, connection=connection))


@given(streams(TOYS), paired_changes(TOYS), st.sampled_from(DAYS))
def test_the_cohorts_of_a_change_are_those_of_brute_force(stream: Stream, measure: PairedChange, day: date) -> None:
    """By period of entry: through the first row of the score before, or for who has none of the other end."""
    events = known_events(stream)
    engine = SpansEngine(stream.known())
    entered = {who: oracle.entry(measure.cohort, who, events, day) for who in engine.states(measure.frames[0], day)}
    for who, event in entered.items():
        scored = oracle.entry(measure.scored_before, who, events, day)
        assert event is not None
        assert scored is None or measure.of is not None or event == scored
    for period, states in zip(PERIODS, engine.tallies(measure.frames[0], Breakdown(PERIODS), day)[()], strict=True):
        parts = measure.figure(states).behind
        cohort = {who for who, event in entered.items() if event and period.start <= event.occurred_on <= period.end}
        assert parts.changes is not None
        assert parts.changes.paired + parts.changes.unmatched + parts.changes.unscored == len(cohort)


def test_both_engines_tell_the_same() -> None:
    """Figures, standings, books with cells, evidence and explanations on tables; and the statement for a shell."""
    two = catalogue(CHANGED, attrs.evolve(CHANGED, scale=STRAIN), count(distinct(Survey.person)))
    report = evaluate(two, STREAM, as_at=DAY)
    with Tables(STREAM, SURVEYS) as tables:
        found = evaluate(two, tables, as_at=DAY)
        assert found.results == report.results
        assert found.standings("m1") == report.standings("m1")
        one, other = (item.books(item.periods("month"), by=[Survey.city]) for item in (found, report))
        assert one == other
        assert found.evidence("m1") == report.evidence("m1")
        assert evaluate(catalogue(CHANGED), tables, as_at=DAY).values() == {"m1": report["m1"].value}
        for person in (*STANDS, "Hal"):
            assert str(explain(found, "m1", person)) == str(explain(report, "m1", person))


@pytest.mark.parametrize(("scale", "improved", "worsened"), [(PRACTICE, 1, 1), (STRAIN, 1, 1)])
def test_the_statement_for_a_shell_gives_the_numbers(tmp_path: Any, scale: Scale, improved: int, worsened: int) -> None:
    """How many have which two scores, under their names, from which every number of the figure follows."""
    from impact_metrics.streams import write_parquet  # noqa: PLC0415 - for this one test

    write_parquet(STREAM, tmp_path, SURVEYS)
    text = script(metric(attrs.evolve(CHANGED, scale=scale)), SURVEYS, DAY, tmp_path)
    measure = attrs.evolve(CHANGED, scale=scale)
    with connect(threads=1) as opened:
        cursor = opened.execute(text)
        assert [column[0] for column in cursor.description] == ["score_before", "score_after", "practice"]
        states = {Pair(before, after): number for before, after, number in cursor.fetchall()}
    told = measure.told(measure.figure(states))
    names = ("numerator", "denominator", "worsened", "before_only", "after_only", "unscored")
    assert tuple(told[name] for name in names) == (improved, 3, worsened, 2, 1, 1)


# --- what must be true of it


def test_changes_keep_all_laws() -> None:
    """On a stream that has somebody in every place, and on drawn ones, in every engine of the laws."""
    laws.check_laws(catalogue(CHANGED, attrs.evolve(CHANGED, of=distinct(Course.people))), STREAM)


@given(streams(SURVEYS, max_events=6, bookkeeping=True))
def test_drawn_changes_keep_their_laws(stream: Stream) -> None:
    """They add up, and turn round with the scale."""
    laws.changes_add_up(CATALOGUE, stream)
    laws.changes_turn_round(CATALOGUE, stream)


def mirrored(stream: Stream, turn: Any) -> Stream:
    return Stream([turn(event) for event in known_events(stream) if isinstance(event, Survey)])


ONE_A_DAY = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(["Ann", "Ben"]), st.sampled_from(list(Stage)), st.integers(-1, 11)),
    unique_by=lambda row: row[:2],
    max_size=8,
).map(lambda rows: Stream([answered(f"E{n}", *row) for n, row in enumerate(rows)]))
TIED = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["Ann", "Ben"]), st.sampled_from(list(Stage)), st.integers(-1, 11)),
    max_size=8,
).map(lambda rows: Stream([answered(f"E{n}", *row) for n, row in enumerate(rows)]))


def changes(measure: PairedChange, stream: Stream) -> Changes:
    parts = SpansEngine(stream.known()).figure(measure, DAY).behind
    assert parts is not None
    assert parts.changes is not None
    return parts.changes


def opposite(found: Changes) -> tuple[tuple[Any, int], ...]:
    return tuple(sorted((-change, n) for change, n in found.counts))


@given(ONE_A_DAY)
def test_negated_scores_mirror_the_distribution(stream: Stream) -> None:
    """Scores counted from the other end of the scale: who improved worsened, and each change has the other sign."""
    turned = mirrored(stream, lambda event: attrs.evolve(event, score=10 - event.score))
    one, other = changes(CHANGED, stream), changes(CHANGED, turned)
    assert other.counts == opposite(one)
    assert (other.improved, other.unchanged, other.worsened) == (one.worsened, one.unchanged, one.improved)
    assert (other.before_only, other.after_only, other.unscored) == (one.before_only, one.after_only, one.unscored)


@given(TIED)
def test_negated_scores_on_the_scale_turned_round_are_the_same(stream: Stream) -> None:
    """With days of several scores too: only the signs of the changes differ."""
    turned = mirrored(stream, lambda event: attrs.evolve(event, score=10 - event.score))
    one, other = changes(CHANGED, stream), changes(attrs.evolve(CHANGED, scale=STRAIN), turned)
    assert other == attrs.evolve(one, counts=opposite(one))


@given(ONE_A_DAY)
def test_before_and_after_swapped_mirror_the_distribution(stream: Stream) -> None:
    """With the days run backwards, the score after is the score before, and each change has the other sign."""
    swapped = attrs.evolve(CHANGED, before=AFTER, after=BEFORE)
    first = date(2024, 1, 1)
    turned = mirrored(stream, lambda event: attrs.evolve(event, occurred_on=first + (first - event.occurred_on)))
    one, other = changes(CHANGED, stream), changes(swapped, turned)
    assert other.counts == opposite(one)
    assert (other.improved, other.worsened, other.unscored) == (one.worsened, one.improved, one.unscored)
    assert other.unmatched == one.unmatched


@given(TIED)
def test_no_choice_among_ties_would_show_less(stream: Stream) -> None:
    """Whoever is counted as improved improved by whichever scores of the first and of the last day one takes."""
    engine, events = SpansEngine(stream.known()), known_events(stream)
    for who, pair in engine.states(CHANGED.frames[0], DAY).items():
        if pair.before is None or pair.after is None:
            continue
        own = [event for event in events if isinstance(event, Survey) and event.person == who]
        scored = [event for event in own if event.score is not None and 0 <= event.score <= 10]
        starts = [event for event in scored if event.stage is Stage.BASELINE]
        ends = [event for event in scored if event.stage is Stage.FOLLOW_UP]
        least = min(
            (late.score or 0) - (early.score or 0)
            for early in starts
            for late in ends
            if early.occurred_on == min(event.occurred_on for event in starts)
            if late.occurred_on == max(event.occurred_on for event in ends)
        )
        assert pair.after - pair.before == least


class _Wrong:
    """An engine that tells changes otherwise than they are."""

    def __init__(self, spoil: Any) -> None:
        self._spoil = spoil

    def load(self, records: Any, known_at: datetime | None) -> Any:
        loaded, spoil = REFERENCE.load(records, known_at), self._spoil

        class Spoilt:
            def answer(self, asked: Metric, day: date) -> Answer:
                found = loaded.answer(asked, day)
                assert found.parts is not None
                assert found.parts.changes is not None
                return attrs.evolve(found, parts=spoil(found.parts, asked))

        return Spoilt()


def _with(**wrong: Any) -> Any:
    return lambda parts, _: attrs.evolve(parts, changes=attrs.evolve(parts.changes, **wrong))


def _turned(parts: Parts, _: Metric) -> Parts:
    assert parts.changes is not None
    return attrs.evolve(parts, changes=attrs.evolve(parts.changes, counts=parts.changes.counts[::-1]))


def _only_higher(parts: Parts, asked: Metric) -> Parts:
    assert isinstance(asked.measure, PairedChange)
    return _with(improved=5)(parts, asked) if asked.measure.scale.better == "lower" else parts


@pytest.mark.parametrize(
    ("law", "spoil", "message"),
    [
        (laws.changes_add_up, _with(improved=7), "expected the denominator to be"),
        (laws.changes_add_up, lambda parts, _: attrs.evolve(parts, numerator=2), "expected the numerator to be 0"),
        (laws.changes_add_up, _with(counts=((9, 9),)), "expected the sum of the counts of changes"),
        (laws.changes_add_up, _turned, "expected the changes to be"),
        (laws.changes_turn_round, _only_higher, "expected paired to be"),
    ],
)
def test_a_fault_breaks_a_law(law: Any, spoil: Any, message: str) -> None:
    """Parts that do not add up, changes out of order, and a scale that is not turned round are told."""
    with pytest.raises(AssertionError, match=message):
        law(CATALOGUE, STREAM, engine=Engine("wrong", _Wrong(spoil).load))


# --- how it is written, and read


def changed(**more: Any) -> PairedChange:
    values: dict[str, Any] = {"subject": Survey.person, "before": BEFORE, "after": AFTER, "scale": PRACTICE, **more}
    return paired_change(values.pop("score", Survey.score), **values)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: changed(score=3), "a field of an event type is needed, and got 3"),
        (lambda: changed(score=Survey.stage), "a score is a number, and this is Stage"),
        (lambda: changed(subject=Survey.stage), "only things with an id"),
        (lambda: changed(subject=Course.people), "Course.people and Survey.score are of two rows"),
        (lambda: changed(before=Course.people.contains(PersonId("A"))), "no Course is bound here"),
        (lambda: changed(before=True), "True is no condition"),
        (lambda: changed(scale="practice"), "'practice' is no scale"),
        (lambda: changed(at_least=0), "are better by 0"),
        (lambda: changed(at_least=11), "are better by 11"),
        (lambda: changed(at_least=0.5), "the least change is 0.5, and no exact number"),
        (lambda: changed(at_least=True), "the least change is True"),
        (lambda: changed(of=3), "3 is no population"),
        (lambda: changed(kirkpatrick=5), "5 is no Kirkpatrick level"),
        (lambda: changed(scale=attrs.evolve(PRACTICE, most=Decimal("9.5"))), "the field holds whole numbers"),
    ],
)
def test_wrong_changes_are_refused_where_they_are_written(wrong: Any, message: str) -> None:
    """A score that is no number, a subject of another row, a change that no two scores have, a level there is not."""
    with pytest.raises(RuleError, match=message):
        wrong()


def test_the_least_change_is_that_of_the_scale_unless_another_is_given() -> None:
    """And the number is kept as a whole one where it is one."""
    assert changed().at_least == 2
    assert changed(at_least=Decimal("3.0")).at_least == 3
    assert isinstance(changed(at_least=Decimal("3.0")).at_least, int)


@pytest.mark.parametrize(
    ("who", "answer", "nearest"),
    [
        ("Ann", "Ann is in the numerator, of", ""),
        (
            "Ben",
            "Ben is in the denominator only, without a change that counts, of",
            "at least 2 above the score before: 3",
        ),
        ("Cem", "Cem is in the denominator only, and worse, of", "8 on 2024-01-01, 5 on 2024-03-31"),
        ("Dan", "Dan is not paired, with a score before and none after, of", ""),
        ("Eve", "Eve is not paired, with a score after and none before, of", ""),
        ("Fay", "Fay is not paired, without any score, of", ""),
        ("Gus", "Gus is not paired, with a score before and none after, of", "of a later day than 2024-01-10"),
        ("Hal", "Hal is not in the cohort of", ""),
    ],
)
def test_an_explanation_says_why_somebody_is_where(who: str, answer: str, nearest: str) -> None:
    """With both scores and their days, or with what is lacking."""
    told = explain(evaluate(CATALOGUE, STREAM, as_at=DAY), "m1", who)
    assert told.summary.startswith(answer)
    assert nearest in told.summary
    assert told.counted == (who == "Ann")


def test_an_explanation_on_a_scale_where_lower_is_better() -> None:
    """Cem's strain fell from 8 to 5, which is an improvement; and whether one is looked at is told beside it."""
    only = catalogue(attrs.evolve(CHANGED, scale=STRAIN), attrs.evolve(CHANGED, of=distinct(Course.people)))
    told = explain(evaluate(only, STREAM, as_at=DAY), "m1", "Cem")
    assert told.counted
    assert [finding.text for finding in told.finding.findings] == [
        "a score before",
        "a score after",
        "the score after is at least 2 below the score before: 8 on 2024-01-01, 5 on 2024-03-31",
    ]
    outside = explain(evaluate(only, STREAM, as_at=DAY), "m2", "Ann")
    assert (outside.counted, outside.standing) == (False, None)
    assert outside.finding.findings[-1].text == "looked at"


def test_english_tells_scale_ties_and_level() -> None:
    """The document has the scale, both ends, what becomes of ties and of the unmatched, and the Kirkpatrick level."""
    told = str(describe(metric(attrs.evolve(CHANGED, of=distinct(Course.people)))))
    for text in (
        'the share of persons whose score on the scale "Practice" is better after than before by at least 2',
        "the best is the score before, and the worst the score after",
        "how many have one after only",
        "level 3 of the four levels of Kirkpatrick: behaviour",
        '"Practice": scores from 0 to 10, of which higher ones are better',
        "looked at is each person who is among the people taught in a course",
    ):
        assert text in told
    plain = describe(metric(CHANGED)).to_dict()
    assert [scale["id"] for scale in plain["scales"]] == ["practice"]
    without = str(describe(metric(attrs.evolve(CHANGED, kirkpatrick=None, scale=STRAIN))))
    assert "Kirkpatrick" not in without
    assert "improved when the score after is lower by at least 2" in without


def test_versions_are_compared_part_by_part() -> None:
    """Scale, least change, level, and both ends."""
    other = changed(scale=attrs.evolve(PRACTICE, most=20), at_least=3, before=Survey.stage == Stage.END)
    found = compare(metric(CHANGED), metric(other, version="2")).changes
    assert [change.part for change in found] == ["scale", "least change that counts", "Kirkpatrick level"] + [
        "score before"
    ] * 2 + ["score after"]
    assert (found[2].before, found[2].after) == ("3 (behaviour)", "none")
    (change,) = compare(metric(CHANGED), metric(changed(at_least=3, kirkpatrick=3), version="2")).changes
    assert (change.part, change.before, change.after) == ("least change that counts", "2", "3")
    (whole,) = compare(metric(CHANGED), metric(attrs.evolve(CHANGED, of=distinct(Course.people)))).changes
    assert whole.part == "what is counted"


def test_changes_cross_files() -> None:
    """With scale, population and level; scales are listed once, and two of one id are refused."""
    full = Scale(
        id="full",
        title="Full",
        least=Decimal("0.5"),
        most=5,
        better="lower",
        least_change=Decimal("0.5"),
        source="us",
        licence="ours",
        domains=("baseline", "end"),
        stable=2,
        stable_in={"end": Decimal("1.5")},
    )
    rated = paired_change(
        Survey.rating, subject=Survey.person, before=BEFORE, after=AFTER, scale=full, of=distinct(Course.people)
    )
    both = catalogue(CHANGED, rated, CHANGED)
    plain = to_plain(both)
    assert [scale["id"] for scale in plain["scales"]] == ["full", "practice"]
    assert from_plain(plain, SURVEYS) == both
    assert to_plain(from_plain(plain)) == plain
    with pytest.raises(ExchangeError, match="two different scales have this id"):
        to_plain(catalogue(CHANGED, attrs.evolve(CHANGED, scale=attrs.evolve(PRACTICE, most=20))))


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        (lambda plain: plain["scales"][0].update(better="up"), r"scales\[0\].better"),
        (lambda plain: plain["scales"][0].update(least="much"), r"scales\[0\].least"),
        (lambda plain: plain["scales"][0].update(most=-1), r"scales\[0\]: no score lies between 0 and -1"),
        (lambda plain: plain["scales"][0].update(stable_in=[{"domain": "x"}]), r"scales\[0\].stable_in\[0\]"),
        (lambda plain: plain["metrics"][0]["measure"]["paired_change"].update(scale="practise"), "no scale 'practise'"),
        (lambda plain: plain.pop("scales"), "there is no scale 'practice'"),
        (lambda plain: plain["metrics"][0]["measure"]["paired_change"].update(kirkpatrick=7), "Kirkpatrick level"),
    ],
)
def test_a_damaged_file_is_refused_by_its_place(damage: Any, place: str) -> None:
    """A scale without direction, out of order or unknown, and a level that there is not."""
    plain = to_plain(CATALOGUE)
    damage(plain)
    with pytest.raises(ExchangeError, match=place):
        from_plain(plain, SURVEYS)


def test_a_change_is_restated_by_its_parts() -> None:
    """A follow-up recorded late pairs Dan, and a corrected baseline takes Ann out of the numerator."""
    later = datetime(2025, 1, 5, tzinfo=UTC)
    news = [
        attrs.evolve(after("D9", 80, "Dan", 9), recorded_at=later),
        attrs.evolve(before("A1", 0, "Ann", 5), recorded_at=later),
    ]
    moments = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC))
    found = restate(CATALOGUE, Stream([*STREAM, *news]), as_at=DAY, known_at=moments)
    top, bottom = found["m1.numerator"], found["m1.denominator"]
    assert (top.published, top.restated, bottom.published, bottom.restated) == (1, 1, 3, 4)
    steps = [(line.added, line.removed, line.records) for line in top.lines if line.added or line.removed]
    assert steps == [(("Dan",), (), ("D9",)), ((), ("Ann",), ("A1",))]
    other = catalogue(share(distinct(Survey.person), of=distinct(Survey.person)))
    with pytest.raises(RuleError, match="cannot be restated as one"):
        restate(CATALOGUE, STREAM, as_at=DAY, known_at=moments, restated_by=other)


def test_what_is_decided_of_a_change() -> None:
    """Whether anybody can have a row for either end; no claim about its size is made up."""
    assert isinstance(prove(Satisfiable("m1", "somebody answers"), CATALOGUE), Proved)
    with pytest.raises(RuleError, match="rises and falls with both"):
        prove(Monotone("m1", "no"), CATALOGUE)
    assert {type(entry.outcome.claim) for entry in certificate(CATALOGUE).entries} == {Satisfiable}
    assert "a row for either end" in str(metric(CHANGED).exactness)


def test_only_changes_have_scores_and_no_entries() -> None:
    """What is asked of another metric, or asked of a change that it has not, is refused with a hint."""
    report = evaluate(catalogue(CHANGED, count(distinct(Survey.person))), STREAM, as_at=DAY)
    with pytest.raises(RuleError, match="a paired change has no such events"):
        report.entries("m1")
    assert {row[0] for row in report.entries().rows} == {"m2"}
    for ask in (report.pairs, report.changes):
        with pytest.raises(RuleError, match="only a paired change has two scores"):
            ask("m2")


@pytest.mark.parametrize(("scale", "better"), [(PRACTICE, "right"), (STRAIN, "left")])
def test_a_change_is_drawn(tmp_path: Any, scale: Scale, better: str) -> None:
    """A bar for each change that occurs, read by its hatching; which way is better, and who is not paired, is said."""
    report = evaluate(catalogue(attrs.evolve(CHANGED, scale=scale)), STREAM, as_at=DAY)
    figure = report.plot("m1", kind="change", path=tmp_path / "change.svg")
    axes = figure.axes[0]
    assert [bar.get_height() for bar in axes.patches] == [1.0, 1.0, 1.0]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "improved: 1",
        "no change that counts: 1",
        "worsened: 1",
    ]
    improved = axes.patches[0]
    assert (improved.get_x() > 0) == (better == "right")
    assert axes.get_xlabel().endswith(f"better to the {better}")
    assert figure.get_supxlabel() == "not paired: 2 before only, 1 after only, 1 without a score"
    assert (tmp_path / "change.svg").stat().st_size > 1000
    early = evaluate(CATALOGUE, STREAM, as_at=date(2024, 1, 2)).plot("m1", kind="change")
    assert not early.axes[0].patches


def test_only_one_change_is_drawn() -> None:
    """Two metrics, and one that is no paired change, are refused by name."""
    report = evaluate(catalogue(CHANGED, count(distinct(Survey.person))), STREAM, as_at=DAY)
    for names_given, message in (
        (("m1", "m2"), "one paired change is drawn at a time"),
        (("m2",), "only a paired change"),
    ):
        with pytest.raises(RuleError, match=message):
            report.plot(*names_given, kind="change")


def test_the_command_draws_a_change(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its option; and the JSON of a report has every change that occurs, with its reading."""
    monkeypatch.chdir(tmp_path)
    one, other = (
        TrainingSurvey(id=EventId(name), occurred_on=day, professional=PersonId("Ann"), stage=stage, score=score)
        for name, day, stage, score in (
            ("T1", DAY, SurveyStage.BASELINE, 3),
            ("T2", DAY + timedelta(days=200), SurveyStage.FOLLOW_UP, 6),
        )
    )
    write_json_lines([one, other], tmp_path / "s.jsonl")
    given = ["plot", "out.svg", "s.jsonl", "--metric", "behaviour_change_of_professionals", "--as-at", "2024-12-31"]
    done = CliRunner().invoke(command, [*given, "--change"])
    assert (done.exit_code, done.output) == (0, "drawn: out.svg\n")
    told = json.loads(CliRunner().invoke(command, ["report", "s.jsonl", "--as-at", "2025-12-31", "--json"]).output)
    assert told["changes"] == [
        {"metric": "behaviour_change_of_professionals", "change": 3, "subjects": 1, "reading": "improved"}
    ]


@clause
def taught() -> Any:
    """The person was taught in the course."""
    return Course.people.contains(Survey.person)


def test_evidence_holds_what_made_the_score_after_fit() -> None:
    """A course without which the follow-up would not count is evidence of whoever improved by it."""
    only = catalogue(attrs.evolve(CHANGED, after=all_of(AFTER, exists(Course, taught()))))
    course = Course(id=EventId("K"), occurred_on=date(2024, 2, 1), people=frozenset({PersonId("Ann")}))
    stream = Stream([*STREAM, course])
    (found,) = evaluate(only, stream, as_at=DAY).evidence("m1")
    with Tables(stream, SURVEYS) as tables:
        assert evaluate(only, tables, as_at=DAY).evidence("m1") == (found,)
    assert ([event.id for event in found.events], [event.id for event in found.linked]) == (["A1", "A3"], ["K"])


def test_a_change_is_broken_down_by_its_rows() -> None:
    """Dimensions are those of the surveys; everybody is in one cell."""
    assert {"stage", "city", "year"} <= names(CHANGED, SURVEYS)
    dimension = named("stage", CHANGED, SURVEYS)
    assert dimension is not None
    lines = evaluate(CATALOGUE, STREAM, as_at=DAY).books(by=[dimension]).lines
    told = {
        line.cell: (line.parts.denominator, line.parts.changes.before_only, line.parts.changes.after_only)
        for line in lines
        if line.parts and line.parts.changes
    }
    assert told == {("baseline",): (3, 2, 0), ("follow_up",): (0, 0, 1), ("all",): (3, 2, 1)}
