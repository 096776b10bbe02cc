"""Times from entry to outcome: who ended and who has not yet, the median by hand and by brute force, and reading it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import (
    Catalogue,
    RuleError,
    Stream,
    count,
    distinct,
    evaluate,
    followed_up,
    share,
    time_between,
)
from impact_metrics.documents import compare, explain
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.duckdb.script import script
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.errors import ExchangeError
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.proofs import Proved, certificate, prove
from impact_metrics.reports.restate import restate
from impact_metrics.reports.targets import Target, against
from impact_metrics.rules import FollowUp, Monotone, Satisfiable, TimeBetween, at_most
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.measures import Ending, LifeRow, LifeTable, Spell
from impact_metrics.testing import DAYS, afresh, follow_ups, laws, streams, times
from tests import oracle
from tests.test_books import PERIODS
from tests.test_engine_properties import known_events
from tests.test_follow_up import made, seen, sold
from tests.test_shares import metric
from tests.toys import TOYS, Broken, Made, Sold

MAKERS, BUYERS = distinct(Made.maker), distinct(Sold.buyer)
WAIT = metric(time_between(MAKERS, BUYERS, lost=distinct(Broken.witnesses)), "wait")
PLAIN = metric(time_between(MAKERS, BUYERS), "plain")
CATALOGUE = Catalogue(id="toys", version="1", title="Toys", model=TOYS, metrics=(WAIT, PLAIN))
NEW_YEAR, DAY = date(2020, 1, 1), date(2022, 1, 1)
STREAM = Stream(
    [
        made("M1", NEW_YEAR, "Ann"),
        sold("S1", NEW_YEAR, "Ann"),
        made("M2", NEW_YEAR, "Ben"),
        sold("S2", date(2020, 4, 10), "Ben"),
        sold("S2b", date(2020, 5, 10), "Ben"),
        sold("S3a", date(2019, 12, 1), "Cem"),
        made("M3", NEW_YEAR, "Cem"),
        sold("S3", date(2020, 7, 19), "Cem"),
        made("M4", date(2021, 6, 1), "Dan"),
        made("M5", date(2020, 3, 1), "Eve"),
        seen("B1", NEW_YEAR, "Fay"),
        made("M6", date(2020, 3, 1), "Fay"),
        seen("B2", date(2020, 4, 10), "Eve", "Cem"),
        sold("S7", date(2020, 4, 10), "Gil"),
    ]
)
TABLE = LifeTable(
    (
        LifeRow(0, 1, 0, 0),
        LifeRow(40, 0, 0, 1),
        LifeRow(100, 1, 0, 0),
        LifeRow(200, 1, 0, 0),
        LifeRow(214, 0, 1, 0),
        LifeRow(671, 0, 1, 0),
    ),
    tells_lost=True,
)

REMISSION = [(6, 3, 1), (7, 1, 0), (9, 0, 1), (10, 1, 1), (11, 0, 1), (13, 1, 0), (16, 1, 0), (17, 0, 1), (19, 0, 1)]
REMISSION += [(20, 0, 1), (22, 1, 0), (23, 1, 0), (25, 0, 1), (32, 0, 2), (34, 0, 1), (35, 0, 1)]
"""Weeks of remission of 21 children with leukaemia on 6-mercaptopurine, as published by Freireich et al. (1963), and in
most textbooks of survival analysis since: weeks, how many relapsed then, and how many were not followed longer."""


# --- what is estimated


def test_the_textbook() -> None:
    """The estimate of Kaplan and Meier for a published trial, factor by factor; the upper quartile is not reached."""
    table = LifeTable(tuple(LifeRow(weeks, ended, censored, 0) for weeks, ended, censored in REMISSION))
    assert (table.size, table.ended, table.not_yet, table.lost) == (21, 9, 12, None)
    part = Fraction(1)
    for weeks, at_risk, ended in [
        (6, 21, 3),
        (7, 17, 1),
        (10, 15, 1),
        (13, 12, 1),
        (16, 11, 1),
        (22, 7, 1),
        (23, 6, 1),
    ]:
        assert table.remaining(weeks - 1) == part
        part *= Fraction(at_risk - ended, at_risk)
        assert table.remaining(weeks) == part
    assert round(float(part), 4) == 0.4482
    assert (table.quartiles[0], table.median, table.quartiles[1]) == (13, 23, None)
    assert table.naive_median == 10


def test_nobody_has_no_median() -> None:
    """An empty life table, and one in which nobody ended."""
    assert (LifeTable(()).median, LifeTable(()).naive_median, LifeTable(()).remaining(3)) == (None, None, 1)
    waiting = LifeTable((LifeRow(5, 0, 3, 0),))
    assert (waiting.median, waiting.quartiles, waiting.naive_median) == (None, (None, None), None)


@given(
    st.dictionaries(
        st.integers(0, 12), st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)).filter(any), max_size=8
    ),
    st.fractions(0, 1),
)
def test_the_estimate_is_that_of_brute_force(rows: dict[int, tuple[int, int, int]], part: Fraction) -> None:
    """Any quantile, and what remains after any number of days, subject by subject and with fractions."""
    table = LifeTable(tuple(LifeRow(days, *rows[days]) for days in sorted(rows)), tells_lost=True)
    lives: dict[str, oracle.Life] = {}
    for days, counts in rows.items():
        for how, number in zip(("ended", "waiting", "lost"), counts, strict=True):
            lives |= {f"{how} {days} {one}": (days, how) for one in range(number)}
    assert table.size == len(lives)
    assert table.quantile(part) == oracle.median(lives, part)
    for days in range(14):
        assert table.remaining(days) == oracle.staying(lives, days)
    ended = {who: life for who, life in lives.items() if life[1] == "ended"}
    assert table.naive_median == oracle.median(ended)


# --- who ended when


def test_each_is_told_in_one_place() -> None:
    """Ann's outcome is on her day of entry, Cem's first is before his; Eve is lost; Fay was seen before she entered."""
    report = evaluate(CATALOGUE, STREAM, as_at=DAY)
    assert report.spells("wait") == {
        "Ann": Spell(0, Ending.OUTCOME),
        "Ben": Spell(100, Ending.OUTCOME),
        "Cem": Spell(200, Ending.OUTCOME),
        "Dan": Spell(214, Ending.NOT_YET),
        "Eve": Spell(40, Ending.LOST),
        "Fay": Spell(671, Ending.NOT_YET),
    }
    result = report["wait"]
    assert (result.value, result.times, result.parts) == (200, TABLE, None)
    assert str(result) == (
        "200 days (of 6 persons: 3 ended, 2 not yet, 1 lost before; quartiles 100 and not reached; "
        "naive median 100, of those who ended only)"
    )
    plain = report["plain"].times
    assert plain is not None
    assert (plain.lost, plain.not_yet, plain.median) == (None, 3, 200)
    row = report.to_dicts()[0]
    told = {"value": 200, "unit": "persons", "ended": 3, "not_yet": 2, "lost": 1, "naive_median": 100}
    assert {**row, **told, "lower_quartile": 100, "upper_quartile": None} == row
    assert report.subjects("wait") == {"Ann", "Ben", "Cem"}
    assert [item.event_ids for item in report.evidence("wait")] == [("M1", "S1"), ("M2", "S2"), ("M3", "S3")]
    found = report.evidence_for("wait", "Ben")
    assert found is not None
    assert found.event_ids == ("M2", "S2")
    assert report.evidence_for("wait", "Dan") is None


def test_reports_have_a_section_of_times() -> None:
    """On a terminal and in a notebook: the median, or that it is not reached, or that there is nobody."""
    text = str(evaluate(CATALOGUE, STREAM, as_at=DAY))
    assert "Times\n\n  median  behind it" in text
    assert "200 days  of 6 persons: 3 ended, 2 not yet, 1 lost before; quartiles 100 and not reached; naive" in text
    early = evaluate(CATALOGUE, STREAM, as_at=date(2020, 1, 2))
    assert str(early["plain"]) == (
        "not reached (of 3 persons: 1 ended, 2 not yet; quartiles 0 and not reached; "
        "naive median 0, of those who ended only)"
    )
    assert "median not reached" in early._repr_html_()
    (only,) = [item for item in STREAM if item.id == "M4"]
    waiting = evaluate(CATALOGUE, Stream([only]), as_at=DAY)
    assert str(waiting["plain"]) == "not reached (of 1 person: 0 ended, 1 not yet)"
    nobody = evaluate(CATALOGUE, STREAM, as_at=date(2019, 1, 1))
    assert str(nobody["plain"]) == "not reached (nobody is in the cohort: of no persons there is no time)"
    day = evaluate(CATALOGUE, Stream([made("M", DAY, "Ann"), sold("S", date(2022, 1, 2), "Ann")]))
    assert str(day["plain"]) == "1 day (of 1 person: 1 ended, 0 not yet; quartiles 1 and 1)"


@given(streams(TOYS), st.one_of(times(TOYS), follow_ups(TOYS)), st.sampled_from(DAYS))
def test_life_tables_of_periods_are_those_of_brute_force(
    stream: Stream, measure: TimeBetween | FollowUp, day: date
) -> None:
    """By period of entry; evaluated afresh as well, and by each subject."""
    events = known_events(stream)
    engine = SpansEngine(stream.known())
    lives = oracle.lives(measure, events, day)
    names = {Ending.OUTCOME: "ended", Ending.NOT_YET: "waiting", Ending.LOST: "lost"}
    spells = engine.states(measure.watching.frame, day)
    assert {who: (days, names[ending]) for who, (days, ending) in spells.items()} == lives
    assert afresh.spells(measure, events, day) == spells
    entered = {who: oracle.entry(measure.cohort, who, events, day) for who in lives}
    tallies = engine.tallies(measure.watching.frame, Breakdown(PERIODS), day)[()]
    for period, table in zip(PERIODS, map(measure.watching.life_table, tallies), strict=True):
        cohort = {
            who: lives[who]
            for who, event in entered.items()
            if event and period.start <= event.occurred_on <= period.end
        }
        assert table.size == len(cohort)
        assert table.median == oracle.median(cohort)
        assert table.ended == len([1 for _, how in cohort.values() if how == "ended"])
        assert table.tells_lost is (measure.lost is not None)


def test_both_engines_time_alike() -> None:
    """Figures, times of each, books with cells, evidence and explanations on tables; and the statement for a shell."""
    report = evaluate(CATALOGUE, STREAM, as_at=DAY)
    with Tables(STREAM, TOYS) as tables:
        found = evaluate(CATALOGUE, tables, as_at=DAY)
        assert found.results == report.results
        assert found.spells("wait") == report.spells("wait")
        years = found.periods("year")
        one, other = (item.books(years, by=[Made.maker], metrics=["wait", "plain"]) for item in (found, report))
        assert one == other
        assert [(line.value, line.times.size) for line in other.of("wait")[-3:] if line.times] == [
            (200, 5),
            (None, 1),
            (None, 0),
        ]
        assert found.evidence("wait") == report.evidence("wait")
        for person in ("Ann", "Ben", "Cem", "Dan", "Eve", "Fay", "Gil"):
            assert str(explain(found, "wait", person)) == str(explain(report, "wait", person))
    text = script(WAIT, TOYS, DAY, "folder")
    assert all(f'AS "{part}"' in text for part in ("ending", "days", "wait"))


def test_times_keep_all_laws() -> None:
    """On a stream that has somebody in every place, in every engine of the laws."""
    laws.check_laws(CATALOGUE, STREAM)


@given(streams(TOYS), st.integers(1, 9))
def test_newcomers_do_not_move_what_is_estimated(stream: Stream, number: int) -> None:
    """People who entered on the day of the report say nothing of any time, but for outcomes on that very day."""
    day = date(2030, 1, 1)
    new = [made(f"new-{one}", day, f"newcomer {one}") for one in range(number)]
    before, after = (
        SpansEngine(Stream(item).known()).figure(PLAIN.measure, day).behind for item in (stream, [*stream, *new])
    )  # type: ignore[arg-type]
    assert after.size == before.size + number
    for row in before.rows:
        if before.rows[0].days > 0 or not before.rows[0].ended:
            assert after.remaining(row.days) == before.remaining(row.days)
    assert after.naive_median == before.naive_median


# --- laws find what is wrong


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda answer: attrs.evolve(answer, value=7), "the figure to be 200, found 7"),
        (lambda answer: attrs.evolve(answer, subjects=frozenset()), "how many ended to be 0, found 3"),
        (
            lambda answer: attrs.evolve(answer, times=LifeTable((LifeRow(-1, 3, 0, 0),)), value=-1),
            "the fewest days to be 0, found -1",
        ),
        (
            lambda answer: attrs.evolve(answer, times=LifeTable((LifeRow(1, 3, 0, 2),)), value=1),
            "who ended, has not yet, and is lost to be 5, found 3",
        ),
    ],
)
def test_an_engine_that_tells_less_is_found(change: Any, message: str) -> None:
    """A wrong median, somebody left out, days before entry, and lost people that are not told."""
    wrong = attrs.evolve(laws.times.REFERENCE, load=lambda records, known: _Wrong(records, known, change))
    with pytest.raises(AssertionError, match=message):
        laws.times_are_told_whole(attrs.evolve(CATALOGUE, metrics=(WAIT,)), STREAM, engine=wrong)


@pytest.mark.parametrize(
    ("asked", "ended", "message"),
    [
        (PLAIN, 2, "what remains after 1 days to be 1/2, found 1"),
        (
            metric(followed_up(BUYERS, within_months=1, of=MAKERS), "rate"),
            1,
            "what remains at the end to be 1/2, found 1",
        ),
    ],
)
def test_an_estimate_that_is_not_the_share_is_found(
    asked: Any, ended: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where everybody ended, and where all are due: an estimate that never falls breaks the law, and ours keeps it."""
    both = [made("M1", NEW_YEAR, "Ann"), made("M2", NEW_YEAR, "Ben")]
    ends = [sold("S1", date(2020, 1, 2), "Ann"), sold("S2", date(2020, 1, 3), "Ben")][:ended]
    only = attrs.evolve(CATALOGUE, metrics=(asked,))
    laws.survival_is_the_simple_share(only, Stream([*both, *ends]))
    monkeypatch.setattr(LifeTable, "remaining", lambda _, __: Fraction(1))
    with pytest.raises(AssertionError, match=message):
        laws.survival_is_the_simple_share(only, Stream([*both, *ends]))


class _Wrong:
    """The reference engine, which answers otherwise on one day."""

    def __init__(self, records: Any, known_at: Any, change: Any) -> None:
        self._loaded, self._change = laws.times.REFERENCE.load(records, known_at), change

    def answer(self, asked: Any, day: date) -> Any:
        answer = self._loaded.answer(asked, day)
        return self._change(answer) if day == date.max else answer


# --- how it is written, and read


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: time_between(MAKERS, BUYERS | MAKERS), "one event of each subject"),  # type: ignore[arg-type]
        (lambda: time_between(MAKERS, BUYERS.at_least(2)), "one event, and no number"),
        (lambda: time_between(distinct(Sold.case), BUYERS), "cannot mix"),  # type: ignore[type-var]
        (lambda: time_between(3, BUYERS), "3 is no population"),  # type: ignore[arg-type]
        (lambda: time_between(MAKERS, BUYERS, lost=3), "3 is no population"),  # type: ignore[arg-type]
    ],
)
def test_wrong_times_are_refused_where_they_are_written(wrong: Any, message: str) -> None:
    """An outcome that is no single event, and subjects of two kinds."""
    with pytest.raises(RuleError, match=message):
        wrong()


@pytest.mark.parametrize(
    ("who", "answer", "nearest"),
    [
        ("Ann", "Ann ended after 0 days, of", ""),
        ("Cem", "Cem ended after 200 days, of", ""),
        ("Dan", "Dan has not yet ended after 214 days, of", "the outcome happened on 2021-06-01, the day of entry, or"),
        ("Eve", "Eve was lost after 40 days, before it ended, of", "the outcome happened on 2020-03-01"),
        ("Gil", "Gil is not in the cohort of", "the person is the maker in a fitting made by 2022-01-01"),
    ],
)
def test_an_explanation_says_for_how_long(who: str, answer: str, nearest: str) -> None:
    """Ended, not yet, lost, or outside of the cohort; and what is lacking."""
    told = explain(evaluate(CATALOGUE, STREAM, as_at=DAY), "wait", who)
    assert told.summary.startswith(answer)
    assert nearest in told.summary
    assert told.counted == (who in {"Ann", "Cem"})
    assert told.finding.findings[-1].text == "lost"
    spell = told.spell
    assert (told.to_dict()["days"], told.to_dict()["ending"]) == (
        (None, None) if spell is None else (spell.days, spell.ending.value)
    )
    plain = explain(evaluate(CATALOGUE, STREAM, as_at=DAY), "plain", who)
    assert all(finding.text != "lost" for finding in plain.finding.findings)
    assert explain(evaluate(CATALOGUE, STREAM, as_at=date(2021, 6, 2)), "wait", "Dan").summary.startswith(
        "Dan has not yet ended after 1 day, of"
    )


def test_versions_are_compared_part_by_part() -> None:
    """Cohort, outcome, and who is lost; where one names the lost and the other does not, as a whole."""
    changed = time_between(MAKERS.at_least(2), BUYERS.where(Sold.gift), lost=MAKERS)
    changes = compare(WAIT, metric(changed, "wait", "2")).changes
    assert [change.part for change in changes] == ["cohort, who is counted", "outcome", "lost, who is counted"]
    (whole,) = compare(WAIT, metric(PLAIN.measure, "wait", "2")).changes
    assert whole.part == "what is counted"
    assert "lost, if without the outcome" in whole.before
    assert compare(PLAIN, PLAIN).changes == ()


def test_times_cross_files() -> None:
    """Without loss; an outcome that is no single population is refused by its place."""
    plain = to_plain(CATALOGUE)
    assert from_plain(plain, TOYS) == CATALOGUE
    rule = plain["metrics"][0]["measure"]["time_between"]
    rule["outcome"] = {"either": [rule["outcome"], rule["outcome"]]}
    with pytest.raises(ExchangeError, match=r"metrics\[0\].measure.time_between.outcome"):
        from_plain(plain, TOYS)


def test_a_time_is_restated_by_its_parts() -> None:
    """An outcome recorded late ends a time, and a newcomer recorded late comes into the cohort."""
    later = datetime(2023, 1, 1, tzinfo=UTC)
    news = [
        attrs.evolve(sold("S9", date(2021, 9, 1), "Dan"), recorded_at=later),
        attrs.evolve(made("M9", date(2021, 9, 1), "Gil"), recorded_at=later),
    ]
    moments = (datetime(2022, 6, 1, tzinfo=UTC), datetime(2023, 6, 1, tzinfo=UTC))
    found = restate(CATALOGUE, Stream([*STREAM, *news]), as_at=DAY, known_at=moments)
    ended, cohort = found["wait.ended"], found["wait.cohort"]
    assert (ended.published, ended.restated, cohort.published, cohort.restated) == (3, 4, 6, 7)
    assert [(line.added, line.records) for line in ended.lines if line.change] == [(("Dan",), ("S9",))]
    assert [(line.added, line.records) for line in cohort.lines if line.change] == [(("Gil",), ("M9",))]
    for other in (share(BUYERS, of=MAKERS), count(MAKERS)):
        changed = attrs.evolve(CATALOGUE, metrics=(metric(other, "wait"),))
        with pytest.raises(RuleError, match="cannot be restated as one"):
            restate(CATALOGUE, STREAM, as_at=DAY, known_at=moments, restated_by=changed)


def test_what_is_decided_of_a_time() -> None:
    """Whether anybody can be in its cohort; no claim about its size is made up."""
    assert isinstance(prove(Satisfiable("wait", "somebody makes"), CATALOGUE), Proved)
    with pytest.raises(RuleError, match="rises and falls with them"):
        prove(Monotone("wait", "no"), CATALOGUE)
    with pytest.raises(RuleError, match="rises and falls with them"):
        at_most(WAIT, PLAIN, because="no")
    assert {type(entry.outcome.claim) for entry in certificate(CATALOGUE).entries} == {Satisfiable}
    assert "of a time it is only decided" in str(WAIT.exactness)


def test_a_time_is_asked_for_what_it_has() -> None:
    """It has evidence and no entries, no standings and no place in a funnel; and only timed metrics have times."""
    report = evaluate(attrs.evolve(CATALOGUE, metrics=(WAIT, metric(count(MAKERS), "makers"))), STREAM, as_at=DAY)
    with pytest.raises(RuleError, match="ask for its evidence"):
        report.entries("wait")
    assert {row[0] for row in report.entries().rows} == {"makers"}
    with pytest.raises(RuleError, match="only a share has a denominator"):
        report.standings("wait")
    with pytest.raises(RuleError, match="only times and follow-up rates watch"):
        report.spells("makers")
    with pytest.raises(RuleError, match="a time is no stage"):
        report.plot("makers", "wait", kind="funnel")
    with pytest.raises(RuleError, match="can be drawn as cumulative"):
        report.plot("wait")


def test_targets_are_set_for_medians() -> None:
    """The value of a period can have a target, unless too few have ended for a median."""
    report = evaluate(CATALOGUE, STREAM, as_at=DAY)
    books = report.books(report.periods("year"), metrics=["wait"])
    (done,) = against(
        books, [Target(metric="wait", period="2020", target=180, direction="descending", reads="value")]
    ).items
    assert (done.actual, done.met) == (200, False)
    with pytest.raises(RuleError, match="too few have ended for a median"):
        against(books, [Target(metric="wait", period="2021", target=180, reads="value")])
