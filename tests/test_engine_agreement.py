"""The SQL engine against the reference and brute force: whole questions, drawn; and faults that must be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_metrics import EventId, Model, PersonId, Stream
from impact_metrics.engines import Engine
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.engines.sql import conditions, known, leaves
from impact_metrics.engines.sql import measures as writers
from impact_metrics.engines.sql.dialect import Dialect, DuckDBDialect
from impact_metrics.engines.sql.query import Query, Statement
from impact_metrics.engines.sql.standing import StandingBooks, can_stand
from impact_metrics.expressions import FieldRef, Operator
from impact_metrics.rules import Count, Distinct, Measure
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.dimensions import ByAge, ByBand, ByField, ByPerson, ByTime
from impact_metrics.rules.measures import OverTime, Subjects
from impact_metrics.rules.periods import periods_between
from impact_metrics.testing import measures, streams
from impact_metrics.testing.values import DAYS, MOMENTS
from tests.agreement import (
    BANDS,
    BOUNDARIES,
    Question,
    dimensions,
    disagreement,
    outcome,
    plain_lists,
    questions,
    small_connection,
    tallies,
)
from tests.spec.cases import CHAPTERS, Case, letter, visit
from tests.spec.running import day, measure_of, names, record
from tests.test_engine_properties import sampled
from tests.toys import STRICT_TOYS, TOYS, Made

CONSTRAINED = attrs.evolve(TOYS, constraints=STRICT_TOYS.constraints)
MODELS = st.sampled_from([CONSTRAINED, CONSTRAINED, names()["HOUSE"]])
QUESTIONS = MODELS.flatmap(questions)


@pytest.fixture(scope="module")
def connection() -> Any:
    with small_connection() as opened:
        yield opened


@settings(max_examples=settings.default.max_examples * 3 // 5)
@given(question=QUESTIONS)
def test_duckdb_answers_every_question_as_the_reference_does(connection: Any, question: Question) -> None:
    """Figures, members, books, evidence, violations and errors are the same, and figures those of brute force."""
    assert not disagreement(question, partial(Tables, connection=connection))


# --- a fast check: rules of the language page, and drawn rules over a few streams in which much happens


@attrs.frozen(slots=False)
class Check:
    """What one stream answers, as the reference says."""

    model: Model
    stream: Stream
    known_at: datetime | None
    day: date
    measures: tuple[Measure, ...]
    breakdowns: tuple[Breakdown, ...]

    @cached_property
    def expected(self) -> Any:
        """Give the answers of the reference engine."""
        return self.answers(SpansEngine(self.stream.known(self.known_at)))

    def answers(self, engine: Engine) -> Any:
        """Give the figures, and the books of the measures that have a breakdown."""
        books = [self._books(engine, *pair) for pair in zip(self.measures, self.breakdowns, strict=False)]
        return list(engine.figures(self.measures, self.day)), books

    def _books(self, engine: Engine, measure: Measure, breakdown: Breakdown) -> Any:
        (frame,) = measure.frames
        if not isinstance(frame, Subjects):
            return plain_lists(engine.sums(frame, breakdown))
        if measure.over_time is OverTime.STOCK:
            return engine.stocks(frame, breakdown)
        return outcome(lambda: tallies(engine, frame, breakdown, self.day))

    def agrees(self, connection: Any) -> bool:
        """Tell whether DuckDB says the same."""
        with Tables(self.stream, self.model, connection=connection) as tables:
            return bool(self.answers(tables.engine(self.known_at)) == self.expected)


def spec_checks() -> Iterator[Check]:
    model = names()["HOUSE"]
    for cases in CHAPTERS.values():
        for case in cases:
            stream = Stream([record(row) for row in case.events])
            for number in case.expected:
                yield Check(model, stream, None, day(number), (measure_of(case),), ())


def awkward_checks() -> Iterator[Check]:
    """Rules and events in which single faults show that drawn ones seldom meet."""
    space = names()
    tied = "exists(Letter, any_of(Letter.case == Visit.case, Letter.writer == Visit.guest))"
    written = (
        visit("V1", 1, "Ann", hours=3, paid=True, hosts=["P19"]),
        visit("V2", 2, "Ben", hours=1, case="C1", paid=True),
        visit("V3", 2, "Cem", case="C2", due=3),
        letter("L1", 3, "Eve"),
        letter("L2", 4, "Cem", case="C1"),
    )
    stream = Stream([record(row) for row in written])
    split = periods_between([day(1), day(2), day(3), day(5)])
    hours = ByBand(space["Visit"].hours, BANDS)
    for rule, by in (
        (tied, ()),
        (f"any_of(Visit.paid, {tied})", ()),
        ("any_of(Visit.paid, exists(Letter, Letter.case == Visit.case))", ()),
        ("Visit.due + timedelta(days=4_000_000) <= date(9999, 12, 31)", ()),
        ("distinct(Visit.guest)", (hours,)),
        ("not_(exists(Letter, Letter.case == Visit.case))", ()),
        ("distinct(Visit.guest) | distinct(Letter.writer)", ()),
        ("exists(Letter, Letter.case == Visit.case, clause(paid_up)())", ()),
        ("Visit.hosts.overlaps({PersonId(f'P{number}') for number in range(20)})", ()),
    ):
        asked = measure_of(Case("", rule, (), {}))
        yield Check(space["HOUSE"], stream, None, day(4), (asked,), (Breakdown(split, by),))


def drawn_checks() -> Iterator[Check]:
    rules = sampled(measures(TOYS), 240)
    by = [(rule, dimensions(TOYS, rule)) for rule in rules]
    split = periods_between(BOUNDARIES)
    for number, stream in enumerate(busy_streams(3)):
        mine = rules[number::3]
        breakdowns = [
            Breakdown(split, (found[place % len(found)],) if place % 3 else (), place % 5 == 0)
            for place, (_, found) in enumerate(by[number::3][:40])
        ]
        for at in range(0, len(mine), 20):
            known_at = None if number % 2 else MOMENTS[12]
            yield Check(
                TOYS, stream, known_at, DAYS[3 + at % 3], tuple(mine[at : at + 20]), tuple(breakdowns[at:][:20])
            )


def busy_streams(number: int) -> list[Stream]:
    """Draw streams in which much happens."""
    found = sampled(streams(TOYS, max_events=40, bookkeeping=True), 80)
    return sorted(found, key=len, reverse=True)[:number]


@pytest.fixture(scope="module")
def checks() -> list[Check]:
    return [*awkward_checks(), *spec_checks(), *drawn_checks()]


@pytest.mark.slow
def test_the_fast_check_finds_nothing_where_there_is_no_fault(checks: list[Check], connection: Any) -> None:
    """Faults are found by their difference alone."""
    assert all(check.agrees(connection) for check in checks)


def test_questions_reach_every_dimension_and_every_way_to_keep_books(checks: list[Check]) -> None:
    """The books that are compared break down by every class of dimension; members stay, come and go."""
    by = [pair for check in checks for pair in zip(check.measures, check.breakdowns, strict=False)]
    assert {type(item) for _, breakdown in by for item in breakdown.by} == {ByField, ByPerson, ByAge, ByBand, ByTime}
    ways = {(can_stand(m.population, b), bool(b.by), b.every) for m, b in by if isinstance(m, Count)}
    assert {way[:2] for way in ways} == {(True, True), (True, False), (False, True), (False, False)}
    assert {every for _, _, every in ways} == {True, False}


def test_cells_of_decimals_are_named_alike(connection: Any) -> None:
    """Without zeros at the end, by both engines; a number without a point keeps its own."""
    prices = ("1.50", "2", "10", "0.0", "100.00")
    made = [
        Made(
            id=EventId(f"E-{number}"),
            occurred_on=DAYS[0],
            maker=PersonId(f"P-{number}"),
            helpers=frozenset(),
            price=Decimal(price),
            due=DAYS[1],
        )
        for number, price in enumerate(prices)
    ]
    row = Made.__row__
    for field in ("price", "due", "parts"):
        split = Breakdown(periods_between(BOUNDARIES), (ByField(FieldRef(row, field)),))
        check = Check(TOYS, Stream(made), None, DAYS[-1], (Count(Distinct(FieldRef(row, "maker"))),), (split,))
        assert check.agrees(connection)


# --- faults that are put into the compiler on purpose

Patch = Callable[[pytest.MonkeyPatch], None]


def writing(old: str, new: str) -> Patch:
    """Replace a text in every statement that is run."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        write = Query.statement

        def faulty(self: Query, body: str) -> Statement:
            statement = write(self, body)
            parts = {name: text.replace(old, new) for name, text in statement.parts.items()}
            return attrs.evolve(statement, body=statement.body.replace(old, new), parts=parts)

        monkeypatch.setattr(Query, "statement", faulty)

    return patch


def instead(owner: Any, name: str, fault: Any) -> Patch:
    """Put something else in the place of a method or function."""
    return lambda monkeypatch: monkeypatch.setattr(owner, name, fault)


def sign(operator: Operator, text: str) -> Patch:
    return lambda monkeypatch: monkeypatch.setitem(leaves.SIGNS, operator, text)


def both(*patches: Patch) -> Patch:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        for one in patches:
            one(monkeypatch)

    return patch


def without_on(n: int, on: str | None) -> str:  # noqa: ARG001 - that is the fault
    return "" if n == 1 else f"\nHAVING count(*) >= {n}"


def one_more(n: int, on: str | None, enough: Any = conditions.enough) -> str:
    return str(enough(n + 1, on)) if n > 1 else ""


def turned(merges: Any, canonical: Any = known.canonical_ids) -> Any:
    return {staying: given_up for given_up, staying in canonical(merges).items()}


def first_member(self: DuckDBDialect, source: str, held: str, alias: str, column: str) -> str:  # noqa: ARG001
    return f"{source} CROSS JOIN UNNEST(({held})[1:1]) AS {alias}({column})"


def not_clamped(self: Dialect, day: str, days: int) -> str:
    return self.moved(day, days)


def later_end(self: StandingBooks, day: str, end: Any = StandingBooks._end) -> str:  # noqa: SLF001
    cases = str(end(self, day))
    return cases.replace("<=", "<", cases.count("<=") - 1)  # the last end takes what is left


FAULTS: dict[str, Patch] = {
    "NOT meets NULL": writing("IS NOT TRUE", "= FALSE"),
    "visible from the day after": writing('"occurred_on" <=', '"occurred_on" <'),
    "on_distinct is dropped": both(instead(conditions, "enough", without_on), instead(writers, "enough", without_on)),
    "at least n needs one more": both(instead(conditions, "enough", one_more), instead(writers, "enough", one_more)),
    "retractions are ignored": instead(known, "withdrawn_by", lambda _: {}),
    "merges go the wrong way": instead(known, "canonical_ids", turned),
    "merges are ignored": instead(known, "canonical_ids", lambda _: {}),
    "known at a moment is forgotten": instead(known, "micros_of", lambda _: 2**62),
    "a union counts twice": writing("\nUNION\n", "\nUNION ALL\n"),
    "taken away is kept": writing("\nEXCEPT\n", "\nINTERSECT\n"),
    "missing values are equal": sign(Operator.EQ, "IS NOT DISTINCT FROM"),
    "missing values differ": sign(Operator.NE, "IS DISTINCT FROM"),
    "less is less or equal": sign(Operator.LT, "<="),
    "subjects are counted once a row": writing("SELECT DISTINCT", "SELECT"),
    "only the first of a set": instead(DuckDBDialect, "unnested", first_member),
    "dates move beyond the calendar": instead(Dialect, "shifted", not_clamped),
    "an exists that is not": writing("NOT EXISTS", "EXISTS"),
    "the opening is a day early": writing("WHEN before = ", "WHEN before + 1 = "),
    "what happens on the last day of a period comes late": instead(StandingBooks, "_end", later_end),
    "placed by the latest event": writing("ORDER BY day, event", "ORDER BY day DESC, event DESC"),
    "active at any time": writing(".start", ".day - 10000"),
    "some is every": writing("least(", "greatest("),
    "a missing value has no cell": writing("ELSE 'outside all bands'", "ELSE NULL"),
}


FOUND_LATE = ("known at a moment is forgotten", "placed by the latest event", "merges go the wrong way")
"""Faults that many checks pass by before one finds them."""


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=pytest.mark.slow if name in FOUND_LATE else ()) for name in FAULTS]
)
def test_a_fault_in_the_compiler_is_found(
    fault: str, checks: list[Check], connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of these faults makes DuckDB give another answer than the reference."""
    assert checks[0].expected
    FAULTS[fault](monkeypatch)
    assert any(not check.agrees(connection) for check in checks)
