"""Follow-up rates: months, who is in which number, the trap of counting too early, and how they are read."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import (
    Catalogue,
    EventId,
    PersonId,
    RuleError,
    Stream,
    distinct,
    evaluate,
    followed_up,
    share,
)
from impact_metrics.anti_trafficking import CATALOGUE as SHIPPED
from impact_metrics.documents import compare, explain
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.duckdb.script import script
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.errors import ExchangeError
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.proofs import Proved, certificate, prove
from impact_metrics.reports.restate import restate
from impact_metrics.rules import FollowUp, Monotone, Satisfiable
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.measures import Parts, Standing
from impact_metrics.rules.months import months_after, most_days
from impact_metrics.testing import DAYS, afresh, follow_ups, laws, populations, streams
from tests import oracle
from tests.test_books import PERIODS
from tests.test_engine_properties import known_events
from tests.test_shares import metric
from tests.toys import TOYS, Broken, Colour, Made, Sold

MAKERS, BUYERS = distinct(Made.maker), distinct(Sold.buyer)
RATE = metric(followed_up(BUYERS, within_months=12, of=MAKERS, lost=MAKERS - distinct(Broken.witnesses)), "rate")
PLAIN = metric(followed_up(BUYERS, within_months=12, of=MAKERS), "plain")
CATALOGUE = Catalogue(id="toys", version="1", title="Toys", model=TOYS, metrics=(RATE, PLAIN))


def made(name: str, day: date, maker: str) -> Made:
    return Made(id=EventId(name), occurred_on=day, maker=PersonId(maker), helpers=frozenset())


def sold(name: str, day: date, buyer: str, **more: Any) -> Sold:
    values: dict[str, Any] = {"case": "C", "box": "B", "colour": Colour.RED, "gift": False, "pieces": 1, **more}
    return Sold(id=EventId(name), occurred_on=day, buyer=PersonId(buyer), **values)


def seen(name: str, day: date, *people: str) -> Broken:
    return Broken(id=EventId(name), occurred_on=day, witnesses=frozenset(map(PersonId, people)), case="C")  # type: ignore[arg-type]


STREAM = Stream(
    [
        made("M1", date(2020, 2, 29), "Ann"),
        sold("S1", date(2021, 2, 28), "Ann"),
        made("M2", date(2020, 1, 31), "Ben"),
        sold("S2", date(2020, 1, 31), "Ben"),
        made("M3", date(2020, 3, 1), "Cem"),
        made("M4", date(2021, 6, 1), "Dan"),
        sold("S4", date(2021, 7, 1), "Dan"),
        made("M5", date(2021, 6, 1), "Eve"),
        seen("B1", date(2020, 6, 1), "Ann", "Ben", "Dan"),
    ]
)
DAY = date(2022, 1, 1)


# --- months


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 12, 31), 1, date(2025, 1, 31)),
        (date(9999, 6, 1), 12, date.max),
        (date(9998, 12, 31), 12, date.max),
    ],
)
def test_months_end_where_the_calendar_says(day: date, months: int, expected: date) -> None:
    """The day of the same number, or the last of a shorter month; beyond the calendar, its last day."""
    assert months_after(day, months) == expected


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(0, 1200))
def test_months_are_those_of_stepping_through_the_calendar(day: date, months: int) -> None:
    """One month after another gives the same; and no day comes before one that is so many months after an earlier."""
    found = months_after(day, months)
    assert found == oracle.later(day, months)
    assert found.day == min(day.day, calendar.monthrange(found.year, found.month)[1])
    assert found <= months_after(day + timedelta(days=1), months)
    assert (found - day).days <= most_days(months)


# --- who is in which number


def test_each_stands_in_one_place() -> None:
    """Ann's outcome is on her last day, Ben's on the day of entry; Cem is not seen again; two came a short time ago."""
    report = evaluate(CATALOGUE, STREAM, as_at=DAY)
    assert report.standings("rate") == {
        "Ann": Standing.NUMERATOR,
        "Ben": Standing.DENOMINATOR,
        "Cem": Standing.LOST,
        "Dan": Standing.EARLY,
        "Eve": Standing.NOT_YET_DUE,
    }
    parts = report["rate"].parts
    assert parts == Parts(1, 2, None, not_yet_due=2, early=1, lost=1)
    assert (parts.share, parts.least, parts.most) == (Decimal("0.5"), Decimal("0.333333"), Decimal("0.666667"))
    assert parts.naive_rate == Decimal("0.4")
    assert str(report["rate"]) == (
        "50.0 % (1 of 2 persons; 2 not yet due, 1 with the outcome already; 1 lost, 33.3 to 66.7 % with them; "
        "95 % interval 9.5 to 90.5 %)"
    )
    assert str(report["plain"]).startswith("33.3 % (1 of 3 persons; 2 not yet due, 1 with the outcome already; 95 %")
    row = report.to_dicts()[0]
    assert {**row, "not_yet_due": 2, "lost": 1, "naive_rate": Decimal("0.4"), "least": parts.least} == row
    assert report.subjects("rate") == {"Ann"}
    assert [item.event_ids for item in report.evidence("rate")] == [("M1", "S1")]
    found = report.evidence_for("rate", "Ann")
    assert found is not None
    assert found.event_ids == ("M1", "S1")
    assert report.evidence_for("rate", "Dan") is None
    early = evaluate(CATALOGUE, STREAM, as_at=date(2021, 1, 1))
    assert (
        str(early["rate"])
        == "none (nobody is in the denominator: of no persons there is no share; 3 not yet due; 0 lost)"
    )


@given(streams(TOYS), follow_ups(TOYS), st.sampled_from(DAYS))
def test_the_cohorts_of_a_rate_are_those_of_brute_force(stream: Stream, measure: FollowUp, day: date) -> None:
    """By period of entry; and what is told adds up to the cohort, at every date."""
    events = known_events(stream)
    engine = SpansEngine(stream.known())
    courses = oracle.followed(measure, events, day)
    entered = {who: oracle.entry(measure.cohort, who, events, day) for who in courses}
    lost = set[str]() if measure.lost is None else oracle.members(measure.lost, events, day)
    for period, states in zip(PERIODS, engine.tallies(measure.frames[0], Breakdown(PERIODS), day)[()], strict=True):
        parts = measure.figure(states).behind
        cohort = [who for who, event in entered.items() if event and period.start <= event.occurred_on <= period.end]
        due = [who for who in cohort if courses[who][0]]
        having = [who for who in due if courses[who][1]]
        assert (parts.numerator, parts.not_yet_due) == (len(having), len(cohort) - len(due))
        assert parts.denominator == len(having) + len([who for who in due if who not in having and who not in lost])
        assert parts.denominator + (parts.not_yet_due or 0) + (parts.lost or 0) == len(cohort)


def test_both_engines_follow_up_alike() -> None:
    """Figures, standings, books with cells, evidence and explanations on tables; and the statement for a shell."""
    report = evaluate(CATALOGUE, STREAM, as_at=DAY)
    with Tables(STREAM, TOYS) as tables:
        found = evaluate(CATALOGUE, tables, as_at=DAY)
        assert found.results == report.results
        assert found.standings("rate") == report.standings("rate")
        years = found.periods("year")
        by = [Made.maker]
        one, other = (item.books(years, by=by, metrics=["rate", "plain"]) for item in (found, report))
        assert one == other
        assert found.evidence("rate") == report.evidence("rate")
        for person in ("Ann", "Ben", "Cem", "Dan", "Eve", "Fay"):
            assert str(explain(found, "rate", person)) == str(explain(report, "rate", person))
    text = script(RATE, TOYS, DAY, "folder")
    assert all(f'AS "{part}"' in text for part in ("due", "outcome", "lost", "rate"))


@given(streams(TOYS), populations(TOYS), st.sampled_from(DAYS))
def test_entries_afresh_are_those_of_brute_force(stream: Stream, population: Any, day: date) -> None:
    """The entry event of every member, as the laws work it out, is that of the oracle."""
    events = known_events(stream)
    for subject in {*oracle.members(population, events, day), "nobody"}:
        assert afresh.entry(population, subject, events, day) == oracle.entry(population, subject, events, day)


def test_an_entry_afresh_passes_over_events_that_name_nobody() -> None:
    """Whose set of persons is missing is no entry of anybody's, and no fault."""
    nobody = Broken(id=EventId("B0"), occurred_on=DAYS[0], witnesses=None, case="C")  # type: ignore[arg-type]
    somebody = seen("B1", DAYS[1], "Ann")
    found = afresh.entry(distinct(Broken.witnesses), "Ann", [nobody, somebody], DAYS[2])
    assert found == somebody


def test_shares_and_entries_afresh() -> None:
    """Each place in a share; and whoever is in one of two populations entered by the earlier of its events."""
    day = date(2020, 6, 1)
    events: list[Any] = [
        made("M1", day, "Ann"),
        sold("S1", day, "Ann"),
        made("M2", day, "Ben"),
        seen("B2", day, "Ben"),
        made("M3", day + timedelta(days=1), "Cem"),
        sold("S4", day, "Dan"),
        sold("S3", day, "Cem"),
    ]
    asked = share(BUYERS, of=MAKERS, unknown=distinct(Broken.witnesses))
    later = day + timedelta(days=1)
    found = {who: afresh.standing(asked, who, events, later) for who in ("Ann", "Ben", "Cem", "Dan")}
    assert found == {"Ann": Standing.NUMERATOR, "Ben": Standing.UNKNOWN, "Cem": Standing.NUMERATOR, "Dan": None}
    plain = share(BUYERS, of=MAKERS)
    assert afresh.standing(plain, "Ben", events, later) is Standing.DENOMINATOR
    for population, expected in (
        (MAKERS | BUYERS, "S3"),
        (MAKERS & BUYERS, "M3"),
        (MAKERS - distinct(Broken.witnesses), "M3"),
    ):
        entered = afresh.entry(population, "Cem", events, later)
        assert entered is not None
        assert entered.id == expected


def test_rates_keep_all_laws() -> None:
    """On a stream that has somebody in every place, in every engine of the laws; of cohorts of every shape."""
    laws.check_laws(CATALOGUE, STREAM)
    cohorts = (MAKERS & BUYERS, MAKERS | BUYERS, MAKERS - BUYERS, MAKERS.at_least(1, on_distinct=Made.occurred_on))
    shapes = tuple(metric(followed_up(BUYERS, within_months=1, of=of), f"of_{n}") for n, of in enumerate(cohorts))
    laws.check_laws(attrs.evolve(CATALOGUE, metrics=shapes), STREAM)


# --- what must be true of it


@given(streams(TOYS), st.lists(st.tuples(st.integers(0, 27), st.booleans()), min_size=1, max_size=6))
def test_who_entered_too_recently_moves_nothing(stream: Stream, newcomers: list[tuple[int, bool]]) -> None:
    """Further people who enter within the last month, with the outcome already or without, are only not yet due."""
    day, month = DAYS[-1] + timedelta(days=60), attrs.evolve(PLAIN.measure, months=1)
    events: list[Any] = list(stream)
    for number, (days, having) in enumerate(newcomers):
        entered = day - timedelta(days=days)
        events.append(made(f"new-{number}", entered, f"newcomer {number}"))
        if having and days:
            events.append(sold(f"outcome-{number}", entered + timedelta(days=1), f"newcomer {number}"))
    before, after = (SpansEngine(Stream(item).known()).figure(month, day) for item in (stream, events))
    assert before.behind is not None
    early = sum(1 for days, having in newcomers if having and days)
    waiting = (before.behind.not_yet_due or 0) + len(newcomers)
    changed = attrs.evolve(before.behind, not_yet_due=waiting, early=(before.behind.early or 0) + early)
    assert (after.value, after.behind) == (before.value, changed)


def test_newcomers_do_not_move_the_rate() -> None:
    """A hundred people who came a short time ago, half of them with the outcome already, move the naive rate only."""
    late = date(2021, 9, 1)
    new = [made(f"N{number}", late, f"New-{number}") for number in range(100)]
    outcomes = [sold(f"O{number}", late + timedelta(days=30), f"New-{number}") for number in range(50)]
    before, after = (
        evaluate(CATALOGUE, item, as_at=DAY)["plain"] for item in (STREAM, Stream([*STREAM, *new, *outcomes]))
    )
    assert (before.value, before.interval) == (after.value, after.interval)
    assert after.told["naive_rate"] != before.told["naive_rate"]


@given(streams(TOYS), st.lists(st.sampled_from(["1", "2", "3"]), max_size=3), st.sampled_from(DAYS))
def test_more_follow_up_moves_nobody_out_of_the_denominator(stream: Stream, people: list[str], day: date) -> None:
    """A later date, and later signs of people who were lost, only ever add to those whose follow-up is complete."""
    month = attrs.evolve(RATE, measure=attrs.evolve(RATE.measure, months=1))
    complete = {Standing.NUMERATOR, Standing.DENOMINATOR}
    later = day + timedelta(days=40)
    signs = [seen(f"sign-{number}", later, f"PersonId-{name}") for number, name in enumerate(people)]

    def followed(records: Any, when: date) -> set[str]:
        standings = SpansEngine(Stream(records).known()).states(month.measure.frames[0], when)  # type: ignore[arg-type]
        return {person for person, standing in standings.items() if standing in complete}

    assert followed(stream, day) <= followed(stream, later) <= followed([*stream, *signs], later)


def test_the_published_trap() -> None:
    """Outcomes counted too early inflate a rate by a quarter, a naive denominator deflates it; follow-up does neither.

    A fifth relapse, evenly over two years, and people enter evenly over five: two fifths are not followed long enough.
    Early outcomes are counted over those who are complete or have one; naively, everybody is in the denominator. The
    estimate of Kaplan and Meier takes everybody for as long as they were watched, and comes out as the rate does.
    """
    chance = Random(7)  # noqa: S311 - made-up people
    start, day = date(2020, 1, 1), date(2024, 12, 31)
    events: list[Any] = []
    for number in range(6000):
        entered = start + timedelta(days=int(1826 * chance.random()))
        events.append(made(f"M{number}", entered, f"P{number}"))
        relapse = entered + timedelta(days=1 + int(729 * chance.random()))
        if chance.random() < 0.2 and relapse <= day:
            events.append(sold(f"S{number}", relapse, f"P{number}"))
    rate = metric(followed_up(BUYERS, within_months=24, of=MAKERS), "rate")
    report = evaluate(attrs.evolve(CATALOGUE, metrics=(rate,)), Stream(events), as_at=day)
    parts = report["rate"].parts
    assert parts is not None
    assert parts.share is not None
    assert parts.naive_rate is not None
    assert parts.early is not None
    assert parts.share == pytest.approx(Decimal("0.2"), abs=Decimal("0.015"))
    counted_too_early = Decimal(parts.numerator + parts.early) / (parts.denominator + parts.early)
    assert Decimal("1.2") < counted_too_early / parts.share < Decimal("1.3")
    assert Decimal("0.75") < parts.naive_rate / parts.share < Decimal("0.85")
    last = report.survival("rate").steps[-1]
    assert last.lower is not None
    assert last.upper is not None
    assert 1 - last.survival == pytest.approx(Decimal("0.2"), abs=Decimal("0.015"))
    assert last.lower < Decimal("0.8") < last.upper
    first = {event.maker for event in events if isinstance(event, Made) and event.occurred_on <= date(2022, 12, 31)}
    old = [event for event in events if getattr(event, "maker", getattr(event, "buyer", None)) in first]
    without_newcomers = evaluate(attrs.evolve(CATALOGUE, metrics=(rate,)), Stream(old), as_at=day)["rate"].parts
    assert without_newcomers == Parts(parts.numerator, parts.denominator, None, 0, 0)


# --- how it is written, and read


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: followed_up(BUYERS | MAKERS, within_months=1, of=MAKERS), "one event of each subject"),  # type: ignore[arg-type]
        (lambda: followed_up(BUYERS.at_least(2), within_months=1, of=MAKERS), "one event, and no number"),
        (lambda: followed_up(BUYERS, within_months=0, of=MAKERS), "followed for 0 months"),
        (lambda: followed_up(BUYERS, within_months=1201, of=MAKERS), "followed for 1201 months"),
        (lambda: followed_up(BUYERS, within_months=True, of=MAKERS), "followed for True months"),
        (lambda: followed_up(BUYERS, within_months=1, of=distinct(Sold.case)), "cannot mix"),  # type: ignore[type-var]
        (lambda: followed_up(BUYERS, within_months=1, of=3), "3 is no population"),  # type: ignore[arg-type]
        (lambda: followed_up(BUYERS, within_months=1, of=MAKERS, lost=3), "3 is no population"),  # type: ignore[arg-type]
    ],
)
def test_wrong_rates_are_refused_where_they_are_written(wrong: Any, message: str) -> None:
    """An outcome that is no single event, a time that is none, and subjects of two kinds."""
    with pytest.raises(RuleError, match=message):
        wrong()


@pytest.mark.parametrize(
    ("who", "answer", "nearest"),
    [
        ("Ann", "Ann is in the numerator, of", ""),
        ("Ben", "Ben is in the denominator only, of", "the outcome happened after 2020-01-31, and by 2021-01-31"),
        ("Cem", "Cem is lost to follow-up, of", "by 2021-03-01"),
        ("Dan", "Dan is not yet due, with the outcome already, of", "the report is of 2022-06-01 or later"),
        ("Eve", "Eve is not yet due, of", "the report is of 2022-06-01 or later"),
        ("Fay", "Fay is not in the cohort of", "the person is the maker in a fitting made by 2022-01-01"),
    ],
)
def test_an_explanation_says_why_somebody_is_where(who: str, answer: str, nearest: str) -> None:
    """In the numerator, in the denominator, lost, not yet due, or outside of the cohort; and what is lacking."""
    told = explain(evaluate(CATALOGUE, STREAM, as_at=DAY), "rate", who)
    assert told.summary.startswith(answer)
    assert nearest in told.summary
    assert told.counted == (who == "Ann")
    assert told.finding.findings[-1].text == "lost to follow-up"
    plain = explain(evaluate(CATALOGUE, STREAM, as_at=DAY), "plain", who)
    assert all(finding.text != "lost to follow-up" for finding in plain.finding.findings)


def test_versions_are_compared_part_by_part() -> None:
    """Months, cohort, outcome, and who is lost."""
    changed = followed_up(BUYERS.where(Sold.gift), within_months=24, of=MAKERS, lost=MAKERS)
    changes = compare(RATE, metric(changed, "rate", "2")).changes
    assert [(change.part, change.before) for change in changes[:1]] == [("months of follow-up", "12")]
    assert [change.part for change in changes[1:]] == ["outcome", "lost, who is counted"]
    (whole,) = compare(RATE, metric(PLAIN.measure, "rate", "2")).changes
    assert "lost to follow-up" in whole.before
    (same,) = compare(PLAIN, metric(attrs.evolve(PLAIN.measure, cohort=MAKERS.at_least(2)), "plain", "2")).changes
    assert same.part == "cohort, who is counted"


def test_rates_cross_files() -> None:
    """Without loss; an outcome that is no single population is refused by its place."""
    plain = to_plain(CATALOGUE)
    assert from_plain(plain, TOYS) == CATALOGUE
    rule = plain["metrics"][0]["measure"]["follow_up"]
    rule["outcome"] = {"either": [rule["outcome"], rule["outcome"]]}
    with pytest.raises(ExchangeError, match=r"metrics\[0\].measure.follow_up.outcome"):
        from_plain(plain, TOYS)


def test_a_rate_is_restated_by_its_parts() -> None:
    """An outcome recorded late comes into the numerator, and a sign of life into the denominator."""
    later = datetime(2023, 1, 1, tzinfo=UTC)
    news = [
        attrs.evolve(sold("S9", date(2020, 9, 1), "Ben"), recorded_at=later),
        attrs.evolve(seen("B9", date(2021, 9, 1), "Cem"), recorded_at=later),
    ]
    moments = (datetime(2022, 6, 1, tzinfo=UTC), datetime(2023, 6, 1, tzinfo=UTC))
    found = restate(CATALOGUE, Stream([*STREAM, *news]), as_at=DAY, known_at=moments)
    top, bottom = found["rate.numerator"], found["rate.denominator"]
    assert (top.published, top.restated, bottom.published, bottom.restated) == (1, 2, 2, 3)
    assert [(line.added, line.records) for line in top.lines if line.change] == [(("Ben",), ("S9",))]
    assert [(line.added, line.records) for line in bottom.lines if line.change] == [(("Cem",), ("B9",))]
    other = attrs.evolve(CATALOGUE, metrics=(metric(share(BUYERS, of=MAKERS), "rate"),))
    with pytest.raises(RuleError, match="cannot be restated as one"):
        restate(CATALOGUE, STREAM, as_at=DAY, known_at=moments, restated_by=other)


def test_what_is_decided_of_a_rate() -> None:
    """Whether anybody can be in its cohort; no claim about its size is made up."""
    assert isinstance(prove(Satisfiable("rate", "somebody makes"), CATALOGUE), Proved)
    with pytest.raises(RuleError, match="rises and falls with both"):
        prove(Monotone("rate", "no"), CATALOGUE)
    assert {type(entry.outcome.claim) for entry in certificate(CATALOGUE).entries} == {Satisfiable}
    assert "in its cohort" in str(RATE.exactness)


def test_a_rate_has_evidence_and_no_entries() -> None:
    """Asked for by name it is refused with a hint; among all metrics it is left out."""
    report = evaluate(SHIPPED, Stream([]), as_at=date(2024, 12, 31))
    with pytest.raises(RuleError, match="ask for its evidence"):
        report.entries("re_trafficking_12_months")
    assert report.entries().rows == ()


def test_whoever_is_in_no_denominator_stands_nowhere() -> None:
    """Evaluated afresh: a stranger has no place in a share, nor in a follow-up rate."""
    rate = followed_up(distinct(Broken.witnesses), within_months=1, of=distinct(Made.maker))
    assert afresh.course(rate, "P-9", [], DAYS[0]) is None
    part = share(distinct(Sold.buyer), of=distinct(Made.maker))
    assert afresh.standing(part, "P-9", [], DAYS[0]) is None
