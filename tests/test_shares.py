"""Shares: what they are made of, their interval, their books by cohort of entry, and how they are read."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import (
    Catalogue,
    EventId,
    Metric,
    PersonId,
    Report,
    RuleError,
    SamePerson,
    Stream,
    Unit,
    at_most,
    count,
    distinct,
    evaluate,
    monotone,
    rows,
    satisfiable,
    share,
    subset,
)
from impact_metrics.documents import compare, describe, explain
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.duckdb.script import script
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.errors import ExchangeError
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.expressions import FieldRef
from impact_metrics.proofs import Proved, Refuted, certificate, differences, prove, worked_examples
from impact_metrics.reports.bookkeeping import keep_books
from impact_metrics.reports.books import ALL
from impact_metrics.reports.restate import restate
from impact_metrics.reports.targets import Target, against
from impact_metrics.rules import AtMost, Monotone, Satisfiable, Share
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.dimensions import ByField, ByTime, named, names
from impact_metrics.rules.measures import Parts, Standing
from impact_metrics.rules.measures.wilson import wilson
from impact_metrics.rules.periods import periods_between
from impact_metrics.rules.populations import entering
from impact_metrics.testing import DAYS, laws, shares, streams
from impact_metrics.testing.engines import REFERENCE, Answer, Engine
from tests import oracle
from tests.test_books import PERIODS, catalogue_of
from tests.test_engine_properties import known_events
from tests.test_reports import SOURCE, made, sold
from tests.toys import TOYS, Made, Sold

PERSON = Unit("person", "persons", PersonId)
MAKERS, BUYERS = distinct(Made.maker), distinct(Sold.buyer)


def metric(measure: Any, name: str = "buying_makers", version: str = "1", **more: Any) -> Metric:
    return Metric(
        id=name, version=version, title="Makers who buy", definition=None, source=SOURCE, unit=PERSON, measure=measure,
        **more,
    )  # fmt: skip


BUYING = metric(share(BUYERS, of=MAKERS, unknown=MAKERS.where(Made.safe.is_missing())))
CATALOGUE = Catalogue(
    id="toys", version="1", title="Toys", model=TOYS, metrics=(metric(count(MAKERS), "makers"), BUYING)
)
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


def report(day: int = 31, stream: Stream = STREAM, catalogue: Catalogue = CATALOGUE, **more: Any) -> Report:
    return evaluate(catalogue, stream, as_at=date(2024, 1, day), **more)


# --- the interval


@pytest.mark.parametrize(
    ("numerator", "denominator", "lower", "upper"),
    [
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ],
)
def test_the_interval_is_that_of_the_literature(numerator: int, denominator: int, lower: str, upper: str) -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I, method 3: the score interval as it is, not corrected."""
    found = wilson(numerator, denominator)
    assert found is not None
    assert [str(bound.quantize(Decimal("0.0001"))) for bound in found] == [lower, upper]


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_interval_holds_the_share_and_is_its_own_mirror(numerator: int, more: int) -> None:
    """It lies within 0 and 1, around the share; that of the others mirrors it; ten times as many narrow it."""
    denominator = numerator + more
    lower, upper = wilson(numerator, denominator) or (Decimal(9), Decimal(9))
    observed = (Decimal(numerator) / denominator).quantize(Decimal("0.000001"))
    assert 0 <= lower <= observed <= upper <= 1
    other_lower, other_upper = wilson(more, denominator) or (Decimal(9), Decimal(9))
    assert (other_lower, other_upper) == (1 - upper, 1 - lower)
    near, far = wilson(10 * numerator, 10 * denominator) or (Decimal(9), Decimal(9))
    assert far - near < upper - lower


def test_of_nobody_there_is_no_interval() -> None:
    """An empty denominator is no error and no number."""
    assert wilson(0, 0) is None
    assert Parts(0, 0).share is None
    assert Parts(0, 0, 0).most is None


# --- what a share is


def test_a_share_tells_what_it_is_made_of() -> None:
    """Eve buys and makes nothing, so she counts nowhere; of Cem it is not known, and he stays in the denominator."""
    result = report()["buying_makers"]
    assert result.parts == Parts(numerator=2, denominator=4, unknown=1)
    assert (result.value, result.parts.most) == (Decimal("0.5"), Decimal("0.75"))
    assert result.interval == wilson(2, 4)
    assert str(result) == "50.0 % (2 of 4 persons; 1 not known, at most 75.0 % with them; 95 % interval 15.0 to 85.0 %)"
    assert report().standings("buying_makers") == {
        "Ann": Standing.NUMERATOR,
        "Ben": Standing.DENOMINATOR,
        "Cem": Standing.UNKNOWN,
        "Dan": Standing.NUMERATOR,
    }
    assert report().subjects("buying_makers") == {"Ann", "Dan"}
    assert [item.event_ids for item in report().evidence("buying_makers")] == [("M1", "S1"), ("M4", "S3")]
    dan = report().evidence_for("buying_makers", "Dan")
    assert dan is not None
    assert dan.event_ids == ("M4", "S3")
    assert report().evidence_for("buying_makers", "Ben") is None
    with pytest.raises(RuleError, match="only a share has a denominator"):
        report().standings("makers")


def test_of_nobody_there_is_no_share() -> None:
    """Before anybody is in the denominator the figure is missing, said in words, and no division."""
    empty = evaluate(CATALOGUE, STREAM, as_at=date(2023, 1, 1))
    result = empty["buying_makers"]
    assert (result.value, result.parts, result.interval) == (None, Parts(0, 0, 0), None)
    assert str(result) == "none (nobody is in the denominator: of no persons there is no share)"
    assert "none  nobody is in the denominator" in str(empty)
    assert empty.values() == {"makers": 0, "buying_makers": None}
    whole = metric(share(BUYERS, of=MAKERS))
    known = evaluate(attrs.evolve(CATALOGUE, metrics=(whole,)), STREAM, as_at=date(2024, 1, 31))
    assert str(known["buying_makers"]) == "50.0 % (2 of 4 persons; 95 % interval 15.0 to 85.0 %)"
    nobody_unknown = report(2)["buying_makers"]
    assert str(nobody_unknown).startswith("0.0 % (0 of 2 persons; 0 not known; 95 % interval 0.0 to ")


def test_reports_have_a_section_for_shares() -> None:
    """Below the table of figures in a terminal; in a notebook and as a table beside them, with columns of their own."""
    text = str(report())
    assert text.index("makers 1") < text.index("\nOutcomes\n") < text.index("50.0 %")
    assert "Outcomes" not in str(report(catalogue=attrs.evolve(CATALOGUE, metrics=CATALOGUE.metrics[:1])))
    only = str(report(catalogue=attrs.evolve(CATALOGUE, metrics=(BUYING,))))
    assert "figure" not in only
    assert "<td>of 2 of 4 persons; 1 not known" in report()._repr_html_()
    plain = report().to_dicts()
    expected = {"numerator": 2, "denominator": 4, "unknown": 1, "most": Decimal("0.75")}
    assert {**plain[1], **expected} == plain[1]
    assert (plain[1]["value"], plain[0]["numerator"]) == (Decimal("0.500000"), None)
    assert (plain[1]["lower"], plain[1]["upper"]) == wilson(2, 4)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: share(BUYERS, of=distinct(Sold.case)), "cannot mix"),  # type: ignore[type-var]
        (lambda: share(BUYERS, of=MAKERS, unknown=distinct(Made.case)), "cannot mix"),  # type: ignore[type-var]
        (lambda: share(BUYERS, of=rows(Made)), "made of populations"),  # type: ignore[type-var, arg-type]
        (lambda: share(BUYERS, of=MAKERS, unknown=3), "made of populations"),  # type: ignore[arg-type]
        (lambda: attrs.evolve(BUYING, unit=Unit("row", "rows")), "counts by PersonId"),
    ],
)
def test_wrong_shares_are_refused_where_they_are_written(wrong: Any, message: str) -> None:
    """Subjects of two kinds, what is no population, and a unit that is not that of the denominator."""
    with pytest.raises(RuleError, match=message):
        wrong()


# --- books: by cohort of entry


@given(streams(TOYS), shares(TOYS), st.sampled_from(DAYS))
def test_the_books_of_a_share_are_of_those_who_entered(stream: Stream, measure: Share, day: date) -> None:
    """By brute force: of the members of the denominator at the date, those whose entry event is in the period."""
    events = known_events(stream)
    engine = SpansEngine(stream.known())
    tallies = engine.tallies(measure.frames[0], Breakdown(PERIODS), day)[()]
    lines = [measure.figure(states).behind for states in tallies]
    members = oracle.members(measure.denominator, events, day)
    inside = oracle.members(measure.numerator, events, day)
    unknown = set() if measure.unknown is None else oracle.members(measure.unknown, events, day)
    entered = {subject: oracle.entry(measure.denominator, subject, events, day) for subject in members}
    for period, parts in zip(PERIODS, lines, strict=True):
        cohort = {who for who, event in entered.items() if event and period.start <= event.occurred_on <= period.end}
        told = None if measure.unknown is None else len((cohort & unknown) - inside)
        assert parts == Parts(len(cohort & inside), len(cohort), told)


@given(streams(TOYS), shares(TOYS), st.data())
def test_cells_of_a_share_add_up(stream: Stream, measure: Share, data: st.DataObject) -> None:
    """Numerators and denominators of cells are those of the whole; with every=True a cell may only add."""
    row = next(entering(measure.denominator)).row
    fields = [spec.name for spec in row.record.fields if spec.name != "recorded_at"]
    by = [ByField(FieldRef(row, data.draw(st.sampled_from(fields)))), ByTime("year")]
    made_report = evaluate(catalogue_of(measure), stream, as_at=DAYS[-1])
    once, touched = (made_report.books(PERIODS, by=by, every=every) for every in (False, True))
    for books, holds in ((once, int.__eq__), (touched, int.__ge__)):
        for period in PERIODS:
            whole, *cells = (Counter[str]() for _ in range(3))
            for line in (line for line in books.lines if line.period == period):
                assert line.parts is not None
                level = sum(label != ALL for label in line.cell)
                [whole, *cells][level].update(top=line.parts.numerator, bottom=line.parts.denominator)
            assert all(holds(cell[key], whole[key]) for cell in cells for key in ("top", "bottom"))


def test_years_are_not_mixed() -> None:
    """A period has those who entered in it, and what became of them later; one that nobody entered has no share."""
    halves = periods_between([date(2024, 1, day) for day in (1, 4, 6, 12)])
    books = report().books(halves, metrics=["buying_makers"])
    assert [line.parts for line in books.lines] == [Parts(1, 3, 1), Parts(0, 0, 0), Parts(1, 1, 0)]
    assert [line.value for line in books.lines] == [Decimal("0.333333"), None, Decimal(1)]
    assert "numerator  denominator  unknown" in str(books)
    # Asked at the end of the first period instead, nobody had bought anything.
    (first, *_) = keep_books(SpansEngine(STREAM.known()), [BUYING], halves[:1]).lines
    assert first.parts == Parts(0, 3, 1)
    assert report(2).books(halves, metrics=["buying_makers"]).lines[0].parts == Parts(0, 2, 0)
    with pytest.raises(RuleError, match="cannot be broken down"):
        report().books(by=[Sold.case], metrics=["buying_makers"])
    by_case = report().books(by=[Made.case], metrics=["buying_makers"]).lines
    assert [(line.cell[0], line.parts) for line in by_case[2:]] == [
        ("C3", Parts(0, 1, 1)),
        ("C4", Parts(1, 1, 0)),
        (ALL, Parts(2, 4, 1)),
    ]


def test_both_engines_keep_the_same_books_of_shares() -> None:
    """On tables too; and the statement for a database shell names the parts of a share."""
    with Tables(STREAM, TOYS) as tables:
        found = evaluate(CATALOGUE, tables, as_at=date(2024, 1, 31))
        assert found["buying_makers"] == report()["buying_makers"]
        assert found.standings("buying_makers") == report().standings("buying_makers")
        whole = attrs.evolve(CATALOGUE, metrics=(metric(share(BUYERS, of=MAKERS)),))
        known, expected = (evaluate(whole, item, as_at=date(2024, 1, 31)) for item in (tables, STREAM))
        assert known.books() == expected.books()
        halves = periods_between([date(2024, 1, day) for day in (1, 4, 6, 12)])
        by = [Made.case, ByTime("month")]
        one, other = (item.books(halves, by=by, metrics=["buying_makers"]) for item in (found, report()))
        assert one == other
        assert [item.event_ids for item in found.evidence("buying_makers")] == [("M1", "S1"), ("M4", "S3")]
        assert str(explain(found, "buying_makers", "Cem")) == str(explain(report(), "buying_makers", "Cem"))
    text = script(BUYING, TOYS, date(2024, 1, 31), "folder")
    assert all(f'AS "{part}"' in text for part in ("numerator", "unknown", "buying_makers"))


def test_targets_read_the_share_of_a_period() -> None:
    """The value, and no other reading; of a period that nobody entered there is none to compare."""
    halves = periods_between([date(2024, 1, day) for day in (1, 4, 6)])
    books = report().books(halves, metrics=["buying_makers"])
    wanted = Target(
        metric="buying_makers", period=halves[0].label, target=Decimal("0.3"), baseline=Decimal(0), reads="value"
    )
    (met,) = against(books, [wanted]).items
    assert (met.met, met.progress) == (True, Decimal("1.1111"))
    with pytest.raises(RuleError, match="has no closing figure"):
        against(books, [attrs.evolve(wanted, reads="closing")])
    with pytest.raises(RuleError, match="nobody entered in the period"):
        against(books, [attrs.evolve(wanted, period=halves[1].label)])


def test_pictures_of_stocks_refuse_shares() -> None:
    """A share is no stage of a funnel, and has no closing that a line could follow."""
    with pytest.raises(RuleError, match="no stage of a funnel"):
        report().plot("makers", "buying_makers", kind="funnel")
    with pytest.raises(RuleError, match="only counts of subjects"):
        report().plot("buying_makers")


# --- restated


MERGE = SamePerson(
    id=EventId("X"),
    person=PersonId("Ben"),
    same_as=PersonId("Ann"),
    recorded_at=datetime(2024, 3, 1, tzinfo=UTC),
)
LATE = attrs.evolve(sold("S9", 7, "Cem"), recorded_at=datetime(2024, 3, 1, tzinfo=UTC))
MOMENTS_OF_TWO = (datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))


def test_a_share_is_restated_by_its_parts() -> None:
    """Numerator and denominator have a bridge each, with the causes, the people and the records."""
    found = restate(CATALOGUE, Stream([*STREAM, MERGE, LATE]), as_at=date(2024, 1, 31), known_at=MOMENTS_OF_TWO)
    top, bottom = found["buying_makers.numerator"], found["buying_makers.denominator"]
    assert (top.published, top.restated, bottom.published, bottom.restated) == (2, 3, 4, 3)
    assert [(line.cause.value, line.added, line.records) for line in top.lines if line.change] == [
        ("recorded late", ("Cem",), ("S9",))
    ]
    assert [line.merged for line in bottom.lines if line.change] == [("Ben",)]
    assert {row["metric"] for row in found.to_dicts()} == {
        "makers",
        "buying_makers.numerator",
        "buying_makers.denominator",
    }
    with pytest.raises(RuleError, match=r"did you mean 'buying_makers\."):
        found["buying_makers"]
    assert "Makers who buy, numerator" in found.plot("buying_makers.numerator").axes[0].get_title()


def test_a_share_and_a_count_are_not_restated_as_one() -> None:
    """A definition that turns a count into a share is another metric."""
    counted = attrs.evolve(CATALOGUE, metrics=(metric(count(BUYERS)),))
    with pytest.raises(RuleError, match="cannot be restated as one"):
        restate(CATALOGUE, STREAM, as_at=date(2024, 1, 31), known_at=MOMENTS_OF_TWO, restated_by=counted)


# --- in words


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("Ann", "Ann is in the numerator, of Makers who buy"),
        ("Ben", "Ben is in the denominator only, of Makers who buy"),
        ("Cem", "Cem is in the denominator, with an outcome that is not known, of Makers who buy"),
        ("Eve", "Eve is not in the denominator of Makers who buy"),
    ],
)
def test_an_explanation_says_where_somebody_stands(who: str, answer: str) -> None:
    """In the numerator, in the denominator, not known or outside; with all three populations explained."""
    told = explain(report(), "buying_makers", who)
    assert told.summary.startswith(answer)
    assert told.counted == (who == "Ann")
    standing = report().standings("buying_makers").get(who)
    assert json.loads(json.dumps(told.to_dict()))["standing"] == (standing and standing.value)
    assert [finding.text for finding in told.finding.findings] == [
        "in the denominator",
        "in the numerator",
        "the outcome is not known",
    ]
    assert "Nearest to counting" in told.summary or who == "Ann"


def test_versions_of_a_share_are_compared_part_by_part() -> None:
    """What changed in the denominator, in the numerator, and of whom it is not known; or as a whole."""
    stricter = share(BUYERS.where(Sold.gift), of=MAKERS.at_least(2), unknown=MAKERS.where(Made.safe.is_missing()))
    changes = compare(BUYING, metric(stricter, version="2")).changes
    assert [(change.part, change.kind.value) for change in changes] == [
        ("denominator, who is counted", "changed"),
        ("numerator", "added"),
    ]
    (whole,) = compare(BUYING, metric(share(BUYERS, of=MAKERS), version="2")).changes
    assert whole.part == "what is counted"
    assert "not known, if in the denominator only" in whole.before


def test_a_description_says_what_becomes_of_those_not_known() -> None:
    """They stay in the denominator; where a share names nobody, nothing is said of them."""
    assert "stays in the denominator" in describe(BUYING).paragraph
    assert "not known" not in describe(metric(share(BUYERS, of=MAKERS))).paragraph


def test_shares_cross_files() -> None:
    """A key that is unknown, or lacking, is named with its place."""
    plain = to_plain(CATALOGUE)
    assert from_plain(plain, TOYS) == CATALOGUE
    del plain["metrics"][1]["measure"]["share"]["of"]
    with pytest.raises(ExchangeError, match=r"metrics\[1\].measure.share"):
        from_plain(plain, TOYS)


def test_dimensions_of_a_share_are_those_of_its_denominator() -> None:
    """Fields of the events through which a subject enters the denominator; those of the numerator have no name."""
    assert {"shape", "colour", "age", "year"} <= names(BUYING.measure, TOYS)
    assert named("gift", BUYING.measure, TOYS) is None


# --- claims and laws


def test_claims_about_the_size_of_a_share_are_refused() -> None:
    """Where they are declared, where a catalogue is read, where they are proved, and where they are tried as a law."""
    makers = CATALOGUE["makers"]
    for wrong in (
        lambda: monotone(BUYING, because="no"),
        lambda: at_most(BUYING, makers, because="no"),
        lambda: attrs.evolve(CATALOGUE, invariants=(Monotone("buying_makers", "no"),)),
        lambda: attrs.evolve(CATALOGUE, invariants=(AtMost("makers", "buying_makers", "no"),)),
        lambda: prove(Monotone("buying_makers", "no"), CATALOGUE),
        lambda: laws.monotone(BUYING, Stream([]), []),
    ):
        with pytest.raises(RuleError, match="rises and falls with both"):
            wrong()
    with pytest.raises(RuleError, match="only counts of subjects"):
        subset(BUYING, makers, because="no")


def test_a_share_is_satisfiable_where_somebody_can_be_in_the_denominator() -> None:
    """Even if nobody can be in the numerator; a denominator that nobody can be in is refuted."""
    never = metric(share(MAKERS.where(Made.safe, Made.safe.is_missing()), of=MAKERS), "never")
    nobody = metric(share(MAKERS, of=MAKERS - MAKERS), "nobody")
    beside = attrs.evolve(CATALOGUE, metrics=(*CATALOGUE.metrics, never, nobody))
    found = prove(satisfiable(never, because="somebody makes"), beside)
    assert isinstance(found, Proved)
    assert found.example is not None
    assert evaluate(beside, found.example.stream, as_at=found.example.as_at)["never"].parts == Parts(0, 1)
    assert isinstance(prove(Satisfiable("nobody", "it is not so"), beside), Refuted)
    asked = {(type(entry.outcome.claim), getattr(entry.outcome.claim, "metric", "")) for entry in
             certificate(beside).entries}  # fmt: skip
    assert (Satisfiable, "never") in asked
    assert (Monotone, "never") not in asked
    assert "only decided whether anybody can be in its denominator" in str(BUYING.exactness)


def test_worked_examples_of_a_share_are_about_its_numerator() -> None:
    """Each clause, of the denominator first, decides whether somebody is in the numerator; and so do versions."""
    found = worked_examples(metric(share(BUYERS.where(Sold.gift), of=MAKERS.where(Made.safe))), CATALOGUE)
    assert [example.clause for example in found.examples] == ["it is safe", "it is a gift"]
    versions = attrs.evolve(
        CATALOGUE,
        other_versions=(metric(share(BUYERS.where(Sold.gift), of=MAKERS), version="2", reason="gifts only"),),
    )
    more, less = differences("buying_makers", "1", "2", versions)
    assert isinstance(more, Refuted)
    assert isinstance(less, Proved)


def test_shares_keep_all_laws() -> None:
    """On a stream that has somebody in every place, in every engine of the laws."""
    laws.check_laws(CATALOGUE, STREAM)


class _Wrong:
    def __init__(self, right: Any, change: Any) -> None:
        self._right = right
        self._change = change

    def answer(self, asked: Metric, day: date) -> Answer:
        found = self._right.answer(asked, day)
        return self._change(found) if found.value is not None else found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._right, name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda found: attrs.evolve(found, parts=Parts(9, 4)), "not in the denominator to be 0, found 5"),
        (lambda found: attrs.evolve(found, value=None), "that there is a share to be True, found False"),
        (lambda found: attrs.evolve(found, value=Decimal("1.5")), r"that 0 <= 1.5 <= 1"),
    ],
)
def test_the_law_of_shares_can_fail(change: Any, message: str) -> None:
    """A share above 1, one that is missing, and a numerator outside of the denominator are named."""

    def load(records: Any, known_at: Any) -> Any:
        return _Wrong(REFERENCE.load(records, known_at), change)

    only = attrs.evolve(CATALOGUE, metrics=(BUYING,))
    laws.shares_lie_within(only, STREAM)
    with pytest.raises(AssertionError, match=message):
        laws.shares_lie_within(only, STREAM, engine=Engine("wrong", load))
