"""Frames and columns by themselves: what a kind of figure may ask that none of ours asks, on both engines."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from impact_metrics import (
    Event,
    EventId,
    PersonId,
    Stream,
    distinct,
    engines,
    entry_date,
    first_date,
    first_of,
    is_in,
    last_date,
    latest_of,
    number_of,
    subject_table,
)
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.protocol import Engine
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.engines.spans.columns import evidence
from impact_metrics.rules import measures
from impact_metrics.rules.measures import Average, Subjects, average, median_of, sum_of
from impact_metrics.rules.measures.columns import FirstDate, FirstKnown, Known, Window
from impact_metrics.rules.measures.picks import Pick
from impact_metrics.testing import DAYS, afresh, streams
from tests import oracle
from tests.test_engine_properties import known_events
from tests.test_subject_tables import made, report
from tests.toys import TOYS, Broken, Colour, Made, Sold

DAY = date(2024, 1, 31)
MAKERS = distinct(Made.maker)
SEEN = distinct(Broken.witnesses)


def broken(name: str, day: int, *witnesses: str) -> Broken:
    values: dict[str, Any] = {"case": "C", "witnesses": frozenset(map(PersonId, witnesses))}
    return Broken(id=EventId(name), occurred_on=date(2024, 1, day), **values)


def sold(name: str, day: int, buyer: str, *, gift: bool) -> Sold:
    values: dict[str, Any] = {"buyer": PersonId(buyer), "case": "C", "box": "B", "colour": Colour.RED, "pieces": 1}
    return Sold(id=EventId(name), occurred_on=date(2024, 1, day), gift=gift, **values)


def engine_of(events: list[Event], name: str) -> Engine:
    stream = Stream(events)
    return SpansEngine(stream.known()) if name == "objects" else Tables(stream, TOYS).engine(None)


@pytest.mark.parametrize("name", ["objects", "DuckDB"])
def test_a_frame_may_ask_for_days_that_nobody_knows(name: str) -> None:
    """Of several days none is known: there is no place and no number of days; otherwise the first that is."""
    events = [made("M1", 1, "Ann"), made("M2", 2, "Ben"), broken("B1", 9, "Ben")]
    frame = Subjects(MAKERS, (FirstKnown((FirstDate(SEEN), FirstDate(distinct(Sold.buyer)))),), lambda found: found)
    assert engine_of(events, name).states(frame, DAY) == {"Ann": None, "Ben": (0, 7)}


@pytest.mark.parametrize("name", ["objects", "DuckDB"])
def test_a_window_is_from_entry_on_with_nothing_else_asked(name: str) -> None:
    """A frame whose only column has a window looks for the events of entry by itself."""
    events = [made("M1", 5, "Ann"), made("M2", 5, "Ben"), broken("B1", 5, "Ann"), broken("B2", 6, "Ben")]
    frame = Subjects(MAKERS, (Known(FirstDate(SEEN, Window(1, 3))),), bool)
    assert frame.looks_from_entry
    assert engine_of(events, name).states(frame, DAY) == {"Ann": False, "Ben": True}


@pytest.mark.parametrize("name", ["objects", "DuckDB"])
def test_flags_and_days_are_read_as_what_they_are(name: str) -> None:
    """A table of one row a subject holds true and false, and days, from both."""
    events = [
        made("M1", 1, "Ann", due=date(2024, 1, 3)),
        made("M2", 1, "Ben"),
        sold("S1", 4, "Ann", gift=True),
        sold("S2", 5, "Ben", gift=False),
    ]
    columns = {"gift": latest_of(Sold.gift, distinct(Sold.buyer)), "due": latest_of(Made.due, MAKERS)}
    source = Stream(events) if name == "objects" else Tables(Stream(events), TOYS)
    told = report(subject_table(MAKERS, columns=columns), source)
    assert told.subject_table("makers").rows == (("Ann", True, date(2024, 1, 3)), ("Ben", False, None))


def test_the_events_that_columns_read_are_among_those_of_a_place() -> None:
    """Beside the event of entry stands the one whose day a column reads."""
    events = [made("M1", 1, "Ann"), broken("B1", 9, "Ann"), broken("B2", 10, "Ann"), made("M2", 2, "Ben")]
    frame = Subjects(MAKERS, (FirstDate(SEEN),))
    read = evidence(SpansEngine(Stream(events).known()), frame, DAY)
    found = [[str(event.id) for event in (*put.index, *put.linked)] for put in (read("Ann", DAY), read("Ben", DAY))]
    assert found == [["M1", "B1"], ["M2"]]


@pytest.mark.parametrize("name", ["objects", "DuckDB"])
def test_what_decides_on_somebody_is_at_hand(name: str) -> None:
    """More may be among it, where all is in memory."""
    events = [made("M1", 1, "Ann"), broken("B1", 9, "Ann"), made("M2", 2, "Ben")]
    measure = average(sum_of(Made.parts, MAKERS), of=MAKERS)
    found = engine_of(events, name).around(measure, "Ann", DAY)
    ids = {str(event.id) for rows in found.rows.values() for event in rows}
    assert ids == ({"M1", "B1", "M2"} if name == "objects" else {"M1"})


PICKS = {
    "number": number_of(MAKERS),
    "sum": sum_of(Made.price, MAKERS),
    "first": first_of(Made.shape, MAKERS),
    "latest": latest_of(Made.parts, MAKERS),
    "first of helpers": first_date(distinct(Made.helpers)),
    "last": last_date(MAKERS),
    "entry": entry_date(MAKERS.at_least(2)),
    "member": is_in(distinct(Sold.buyer)),
}


@pytest.mark.parametrize("pick", PICKS.values(), ids=PICKS)
@given(stream=streams(TOYS))
def test_both_judges_take_the_same_of_everybody(pick: Pick, stream: Stream) -> None:
    """Evaluation afresh, which metric authors have, and the brute force of these tests; of everybody in any event."""
    events = known_events(stream)
    people = oracle.members(MAKERS | distinct(Made.helpers) | distinct(Sold.buyer), events, DAYS[4]) | {"nobody"}
    for subject in people:
        assert afresh.taken(pick, subject, events, DAYS[4]) == oracle.value_of(pick, subject, events, DAYS[4])


@given(streams(TOYS))
def test_both_judges_average_the_same(stream: Stream) -> None:
    """Means and medians, and how many rows a table has."""
    events = known_events(stream)
    asked = (
        average(sum_of(Made.price, MAKERS), of=MAKERS),
        median_of(number_of(MAKERS), of=MAKERS),
        subject_table(MAKERS, columns={"toys": number_of(MAKERS)}),
    )
    for measure in asked:
        assert afresh.figure(measure, events, DAYS[4]) == oracle.figure(measure, events, DAYS[4])[0]


def test_the_second_judge_knows_every_kind_or_says_so() -> None:
    """A kind that it was not taught is no zero."""

    class Strange:
        called = "strange figure"

    strange: Any = Strange()
    with pytest.raises(AssertionError, match="evaluation afresh knows no strange figure"):
        afresh.figure(strange, [], DAY)


@pytest.mark.parametrize("kind", [average, median_of])
def test_whoever_is_averaged_has_a_place_by_the_number(kind: Any) -> None:
    """Which number somebody has, or that there is none."""
    measure: Average = kind(sum_of(Made.parts, MAKERS), of=MAKERS)
    assert measure.place(3) == ("has 3", None)
    assert measure.place(None) == ("without a number", None)


def test_what_has_moved_is_still_found_with_a_warning() -> None:
    """For one release under its earlier name, and what never was there is not."""
    with pytest.warns(DeprecationWarning, match=r"import Parts from impact_metrics\.rules\.measures"):
        assert engines.Parts is measures.Parts
    with pytest.raises(AttributeError, match="has no attribute 'Share'"):
        _ = engines.Share
