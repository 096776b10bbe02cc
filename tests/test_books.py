"""The books: periods, breakdowns, restatement, history and targets, against brute force and by hand."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import (
    CaseId,
    Catalogue,
    ContradictionError,
    EventId,
    ImpactMetricsError,
    Metric,
    PersonId,
    Retraction,
    RuleError,
    SamePerson,
    Source,
    Stream,
    StreamError,
    Unit,
    alias,
    count,
    distinct,
    evaluate,
    exists,
    not_,
    revised,
    rows,
    total,
)
from impact_metrics.expressions import FieldRef, Row
from impact_metrics.model import Event
from impact_metrics.reports.books import ALL, Books
from impact_metrics.reports.restate import Bridge, Cause, restate
from impact_metrics.reports.targets import Target, against
from impact_metrics.rules import Count, Measure, Total
from impact_metrics.rules.dimensions import Band, ByAge, ByBand, ByField, ByTime, by, named, names
from impact_metrics.rules.measures import population_of
from impact_metrics.rules.periods import periods, periods_between
from impact_metrics.rules.populations import Distinct, Population, Without, parts, subject_kind
from impact_metrics.testing import DAYS, populations, streams, tallies
from impact_metrics.testing.values import MOMENTS
from tests import oracle
from tests.test_engine_properties import known_events
from tests.test_reports import CATALOGUE, STREAM, made, metric, sold
from tests.toys import TOYS, Broken, Colour, Made, Owner, Shape, Sold

SOURCE = Source("A", "B")
PERIODS = periods_between([DAYS[1], DAYS[2], DAYS[4], DAYS[5] + timedelta(days=2)])


def catalogue_of(measure: Measure) -> Catalogue:
    """A catalogue of one metric, with the unit that its measure has."""
    identity, population = None, population_of(measure)
    if population is not None:
        name = subject_kind(population).name
        identity = type(name, (), {"__name__": name})()
        identity.__name__ = name
    only = Metric(
        id="m",
        version="1",
        title="M",
        definition=None,
        source=SOURCE,
        unit=Unit("thing", "things", identity),
        measure=measure,
    )
    return Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(only,))


def adding(population: Population[Any]) -> list[Distinct[Any]]:
    if isinstance(population, Distinct):
        return [population]
    inside = (population.base,) if isinstance(population, Without) else parts(population)
    return [found for part in inside for found in adding(part)]


@given(streams(TOYS), tallies(TOYS))
def test_books_equal_brute_force(stream: Stream, measure: Measure) -> None:
    """Opening, entered, left, closing and active, and sums in a period, are those of the definition, read by hand."""
    events = known_events(stream)
    report = evaluate(catalogue_of(measure), stream, as_at=date(2025, 1, 1))
    for line in report.books(PERIODS).lines:
        start, end = line.period.start, line.period.end
        if isinstance(measure, Count):
            before = oracle.members(measure.population, events, start - timedelta(days=1))
            after = oracle.members(measure.population, events, end)
            assert line.flow is not None
            assert (line.flow.opening, line.flow.closing) == (len(before), len(after))
            assert (line.flow.entered, line.flow.left) == (len(after - before), len(before - after))
            acting = {
                subject
                for item in adding(measure.population)
                for event in oracle.rows(item.row, item.condition, events, end)
                if start <= event.occurred_on <= end
                for subject in subjects(event, item)
            }
            assert line.active == len(acting & after)
        else:
            row, condition = (
                (measure.field.row, measure.condition)
                if isinstance(measure, Total)
                else (measure.rows.row, measure.rows.condition)
            )
            found = [event for event in oracle.rows(row, condition, events, end) if start <= event.occurred_on <= end]
            assert line.rows == len(found)
            if isinstance(measure, Total):
                numbers = [getattr(event, measure.field.name) for event in found]
                assert (line.value, line.missing) == (sum(n for n in numbers if n is not None), numbers.count(None))


def subjects(event: Event, item: Distinct[Any]) -> set[str]:
    held = getattr(event, item.subject.name)
    return set(held) if isinstance(held, frozenset) else set() if held is None else {held}


def entry_row(measure: Measure) -> Row:
    """The row of an index event of the measure, to break it down by one of its fields."""
    if isinstance(measure, Count):
        return adding(measure.population)[-1].row
    return measure.field.row if isinstance(measure, Total) else measure.rows.row


@given(streams(TOYS), tallies(TOYS), st.data())
def test_cells_add_up_to_the_whole(stream: Stream, measure: Measure, data: st.DataObject) -> None:
    """Placed by its entry event, each subject is in one cell at every boundary, so closings and sums add up exactly."""
    report = evaluate(catalogue_of(measure), stream, as_at=date(2025, 1, 1))
    row = entry_row(measure)
    names = sorted({spec.name for spec in row.record.fields} - {"recorded_at"})
    fields = [ByField(FieldRef(row, name)) for name in data.draw(st.lists(st.sampled_from(names), max_size=2))]
    dimensions = data.draw(st.permutations([ByTime("year"), *fields]))
    books = report.books(PERIODS, by=dimensions)
    for period in PERIODS:
        lines = [line for line in books.lines if line.period == period]
        (whole,) = [line for line in lines if set(line.cell) == {ALL}]
        cells = [line for line in lines if ALL not in line.cell]
        for level in range(1, len(dimensions) + 1):
            cells = [line for line in lines if ALL not in line.cell[:level] and set(line.cell[level:]) <= {ALL}]
            assert sum(line.value for line in cells) == whole.value
            if whole.flow is not None:
                assert sum(line.flow.opening for line in cells if line.flow) == whole.flow.opening
                assert sum(line.active or 0 for line in cells) == whole.active


@given(streams(TOYS), populations(TOYS).filter(lambda population: isinstance(population, Distinct)))
def test_a_member_is_placed_by_the_event_that_makes_it_one(stream: Stream, population: Distinct[Any]) -> None:
    """The first event, in the order of days and ids, with which as many are there as the population asks for."""
    events = known_events(stream)
    report = evaluate(catalogue_of(Count(population)), stream, as_at=date(2025, 1, 1))
    books = report.books(PERIODS, by=[ByField(FieldRef(population.row, "id"))])
    for period in PERIODS:
        rows = sorted(
            oracle.rows(population.row, population.condition, events, period.end),
            key=lambda event: (event.occurred_on, event.id),
        )
        expected: Counter[Any] = Counter()
        for member in oracle.members(population, events, period.end):
            seen: list[object] = []
            for event in rows:
                value = event.id if population.on is None else getattr(event, population.on.name)
                if member in subjects(event, population) and value is not None and value not in seen:
                    seen.append(value)
                    if len(seen) == population.minimum:
                        expected[event.id] += 1
        found = {line.cell[0]: line.value for line in books.lines if line.period == period and line.value}
        assert {label: value for label, value in found.items() if label != ALL} == dict(expected)


@given(streams(TOYS), tallies(TOYS))
def test_touching_cells_hold_at_least_the_placed(stream: Stream, measure: Measure) -> None:
    """With every=True a subject is in each cell it touches: never fewer than one, and the whole is the same."""
    report = evaluate(catalogue_of(measure), stream, as_at=date(2025, 1, 1))
    placed = report.books(PERIODS, by=[ByTime("month")])
    touched = report.books(PERIODS, by=[ByTime("month")], every=True)
    for period in PERIODS:

        def values(books: Books, *, whole: bool, label: Any = period) -> int | Decimal:
            lines = [line for line in books.lines if line.period == label]
            return sum(line.value for line in lines if (line.cell == (ALL,)) == whole)

        assert values(touched, whole=True) == values(placed, whole=True)
        assert values(touched, whole=False) >= values(placed, whole=False)


TOYS_THAT_BREAK = Stream(
    [
        made("M1", 1, "Eve", "C1", shape=Shape.ROUND),
        made("M2", 2, "Eve", "C2", shape=Shape.ROUND),
        made("M0", 2, "Eve", "C0"),
        made("M3", 3, "Eve", "C3", shape=Shape.SQUARE),
        made("M4", 4, "Eve", "C4", shape=Shape.SQUARE),
        made("M9", 6, "Eve", "C9"),
        *(
            Broken(id=EventId(f"B-{case}"), occurred_on=date(2024, 1, day), case=CaseId(case))
            for case, day in (("C0", 2), ("C1", 5), ("C3", 6))
        ),
        sold("S1", 3, "Eve", "C8"),
    ]
)
SIX_DAYS = periods_between([date(2024, 1, day) for day in range(1, 8)])
INTACT = distinct(Made.maker).where(not_(exists(Broken, Broken.case == Made.case)))


def placing(population: Population[Any], *, every: bool = False) -> list[str]:
    """The events that place the only subject at the end of each of six days."""
    report = evaluate(catalogue_of(Count(population)), TOYS_THAT_BREAK, as_at=date(2024, 1, 31))
    lines = report.books(SIX_DAYS, by=[Made.id], every=every).lines
    return [
        " ".join(str(line.cell[0]) for line in lines if line.period == day and line.value and line.cell != (ALL,))
        for day in SIX_DAYS
    ]


def test_the_entry_event_changes_when_it_no_longer_counts() -> None:
    """As toys break, the next one makes its maker a member; one that breaks on its day never does."""
    assert placing(INTACT) == ["M1", "M1", "M1", "M1", "M2", "M2"]
    assert placing(INTACT.at_least(2)) == ["", "M2", "M2", "M2", "M3", "M4"]
    assert placing(INTACT.at_least(2, on_distinct=Made.shape)) == ["", "", "M3", "M3", "M3", "M4"]
    assert placing(INTACT - distinct(Sold.buyer)) == ["M1", "M1", "", "", "", ""]


def test_every_event_that_counts_places_its_subject_where_cells_overlap() -> None:
    """Only while the subject is a member."""
    assert placing(INTACT, every=True)[3:] == ["M1 M2 M3 M4", "M2 M3 M4", "M2 M4 M9"]
    assert placing(INTACT - distinct(Sold.buyer), every=True) == ["M1", "M1 M2", "", "", "", ""]


def test_who_came_in_otherwise_is_in_the_cell_of_no_value() -> None:
    """Of buyers and makers broken down by the colour bought, those who only made are neither lost nor guessed at."""
    either = catalogue_of(Count(distinct(Sold.buyer) | distinct(Made.maker)))
    books = evaluate(either, STREAM).books(by=[Sold.colour])
    assert cells(books) == {("red",): 2, (None,): 1, ("all",): 3}
    assert cells(evaluate(either, STREAM).books(by=[Sold.colour], every=True)) == cells(books)
    assert [line.cell[0] for line in books.lines] == ["red", None, "all"]


def test_cells_are_in_the_order_of_their_dimension() -> None:
    """Bands from low to high, codes as their list has them, missing values last."""
    events = [
        attrs.evolve(sold(f"S{n}", 1, f"P{n}"), colour=colour, pieces=n)
        for n, colour in ((10, Colour.GREEN), (9, Colour.RED), (100, Colour.BLUE))
    ]
    bands = ByBand(Sold.pieces, (Band("9", 9, 9), Band("10-99", 10, 99), Band("100+", 100)))
    report = evaluate(CATALOGUE, Stream(events))
    assert [line.cell[0] for line in report.books(by=[bands], metrics=["buyers"]).lines] == [
        "9",
        "10-99",
        "100+",
        ALL,
    ]
    assert [line.cell[0] for line in report.books(by=[Sold.colour], metrics=["buyers"]).lines] == [
        "red",
        "green",
        "blue",
        ALL,
    ]
    people = [Owner(id=PersonId("P9"), colour=Colour.GREEN), Owner(id=PersonId("P10"), colour=Colour.RED)]
    with_people = evaluate(CATALOGUE, Stream([*events, *people]))
    by_owner = with_people.books(by=[Owner.of(Sold.buyer).colour], metrics=["buyers"])
    assert [line.cell[0] for line in by_owner.lines] == ["red", "green", None, ALL]


@given(streams(TOYS, bookkeeping=True), tallies(TOYS), st.sampled_from(MOMENTS), st.sampled_from(MOMENTS))
def test_bridges_lead_from_what_was_known_to_what_is_known(
    stream: Stream, measure: Measure, one: datetime, other: datetime
) -> None:
    """The published and the restated figure are those of the two moments, and the lines add up, whatever happened."""
    known_at = (min(one, other), max(one, other))
    (bridge,) = restate(catalogue_of(measure), stream, as_at=DAYS[3], known_at=known_at).bridges
    assert bridge.published == oracle.figure(measure, oracle.known(stream, known_at[0]), DAYS[3])[0]
    assert bridge.restated == oracle.figure(measure, oracle.known(stream, known_at[1]), DAYS[3])[0]
    for line in bridge.lines:
        if isinstance(measure, Count) and not line.merged:
            assert line.change == len(line.added) - len(line.removed)
        if isinstance(measure, Count) and line.cause is not Cause.MERGED:
            assert line.merged == ()
        if known_at[0] == known_at[1]:
            assert (line.change, line.records) == (0, ())


@given(streams(TOYS), st.sampled_from([("1", "2"), ("2", "3"), ("1", "3")]))
def test_merging_two_people_never_raises_a_distinct_count(stream: Stream, pair: tuple[str, str]) -> None:
    """Two ids of one person are at most two people fewer than one."""
    merge = SamePerson(
        id=EventId("M"),
        person=PersonId(f"PersonId-{pair[0]}"),
        same_as=PersonId(f"PersonId-{pair[1]}"),
        recorded_at=MOMENTS[0],
    )
    catalogue = catalogue_of(Count(distinct(Made.maker) | distinct(Sold.buyer)))
    day = date(2025, 1, 1)
    before = evaluate(catalogue, stream, as_at=day)["m"].value
    assert before - 1 <= evaluate(catalogue, Stream([*stream, merge]), as_at=day)["m"].value <= before


# --- by hand

PEOPLE = [
    Owner(id=PersonId("Ann"), colour=Colour.RED, born_on=date(2010, 1, 4)),
    Owner(id=PersonId("Ben"), born_on=date(1990, 1, 1)),
    Owner(id=PersonId("Eve"), colour=Colour.BLUE),
]
WITH_PEOPLE = Stream([*STREAM, *PEOPLE])
REPORT = evaluate(CATALOGUE, WITH_PEOPLE)


def cells(books: Books) -> dict[Any, Any]:
    return {line.cell: line.value for line in books.lines}


def test_breakdowns_by_hand() -> None:
    """By a field of the index event, attributes and ages of people, bands and time; missing values have a cell."""
    assert cells(REPORT.books(by=[Sold.colour], metrics=["buyers"])) == {("red",): 2, ("all",): 2}
    assert cells(REPORT.books(by=[Owner.of(Sold.buyer).colour], metrics=["buyers"])) == {
        ("red",): 1,
        (None,): 1,
        ("all",): 2,
    }
    ages = ByAge(Owner.of(Sold.buyer).born_on, (Band("child", 0, 13), Band("older", 14)))
    assert cells(REPORT.books(by=[ages], metrics=["buyers"])) == {("child",): 1, ("older",): 1, ("all",): 2}
    assert cells(REPORT.books(by=[ages], metrics=["buyers"], every=True)) == {("child",): 1, ("older",): 2, ("all",): 2}
    bands = ByBand(Sold.pieces, (Band("none", 0, 0), Band("some", 1)))
    assert cells(REPORT.books(by=[bands], metrics=["sales"])) == {("some",): 2, ("all",): 2}
    assert cells(REPORT.books(by=[Made.helpers], metrics=["parts"])) == {("Ann",): 4, ("all",): 4}
    assert cells(REPORT.books(by=[Owner.of(Made.helpers).colour], metrics=["parts"])) == {("red",): 4, ("all",): 4}
    assert cells(REPORT.books(by=[Owner.of(Sold.buyer).colour], metrics=["sales"])) == {("red",): 2, ("all",): 2}
    assert cells(REPORT.books(by=[Made.boxes], metrics=["parts"])) == {(None,): 4, ("all",): 4}


def test_sets_are_one_cell_together_or_one_each() -> None:
    """The additive default joins the members of a set; every=True takes each for itself; an empty set is none."""
    both = Made(
        id=EventId("M9"),
        occurred_on=date(2024, 1, 1),
        maker=PersonId("Zed"),
        helpers=frozenset({PersonId("Ann"), PersonId("Bob")}),
        colours=frozenset(),
        parts=1,
    )
    report = evaluate(CATALOGUE, Stream([both, *PEOPLE]), as_at=date(2024, 2, 1))
    assert cells(report.books(by=[Made.helpers], metrics=["parts"])) == {("Ann + Bob",): 1, ("all",): 1}
    assert cells(report.books(by=[Made.helpers], metrics=["parts"], every=True)) == {
        ("Ann",): 1,
        ("Bob",): 1,
        ("all",): 1,
    }
    assert cells(report.books(by=[Made.colours], metrics=["parts"])) == {("none",): 1, ("all",): 1}
    assert cells(report.books(by=[Owner.of(Made.helpers).colour], metrics=["parts"])) == {
        ("red + unknown",): 1,
        ("all",): 1,
    }


def test_a_metric_is_broken_down_only_by_what_it_has() -> None:
    """A dimension of another event type is refused, with the index events there are."""
    with pytest.raises(RuleError, match=r"metric 'makers'.*cannot be broken down by Sold.colour.*through Made"):
        REPORT.books(by=[Sold.colour], metrics=["makers"])
    with pytest.raises(RuleError, match=r"metric 'parts': the metric reads Made, and has no Sold.colour"):
        REPORT.books(by=[Sold.colour], metrics=["parts"])
    assert cells(REPORT.books(by=[Made.safe], metrics=["fans"]))[("all",)] == 2


def test_books_read_well_and_carry_a_schema() -> None:
    """A table a metric, subtotals named, every column documented; the whole as dicts, CSV and HTML."""
    books = REPORT.books(periods("year", date(2024, 1, 1), date(2024, 1, 1)), by=[Sold.colour], metrics=["buyers"])
    assert str(books) == (
        "Buyers (persons; buyers 1)\n\n"
        "period                colour  opening  entered  left  closing  active  value\n"
        "--------------------  ------  -------  -------  ----  -------  ------  -----\n"
        "2024 (to 2024-01-09)  red           0        2     0        2       2      2\n"
        "2024 (to 2024-01-09)  all           0        2     0        2       2      2"
    )
    assert books.table.to_dicts()[0] == {
        "metric": "buyers",
        "version": "1",
        "unit": "persons",
        "period": "2024 (to 2024-01-09)",
        "start": date(2024, 1, 1),
        "end": date(2024, 1, 9),
        "colour": "red",
        "opening": 0,
        "entered": 2,
        "left": 0,
        "closing": 2,
        "active": 2,
        "value": 2,
    }
    assert all(column.doc for column in books.table.columns)
    assert "overlap" in str(REPORT.books(by=[Sold.colour], metrics=["buyers"], every=True))
    assert "<td>buyers</td>" in books._repr_html_()
    takings = REPORT.books(metrics=["takings"]).table
    assert {column.name: column.kind for column in takings.columns}["value"] == "decimal"


def test_tables_go_to_csv_and_arrow(tmp_path: Path) -> None:
    """A header and a row a line, missing values empty; as Arrow data with types and documentation."""
    pa = pytest.importorskip("pyarrow")
    table = REPORT.books(metrics=["parts"]).table
    text = table.to_csv(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().decode() == text
    assert text.splitlines()[1].endswith("to date,2024-01-01,2024-01-09,,,,,,4,2,1")
    assert REPORT.books(metrics=["parts"]).to_csv() == text
    arrow = pa.table(REPORT.books(metrics=["parts"]))
    assert arrow.column("missing").to_pylist() == [1]
    assert arrow.schema.field("missing").metadata[b"doc"].startswith(b"how many of these rows have no number")


def test_decimals_are_exact_in_arrow() -> None:
    """With as many places as the values have, and no number of theirs rounded."""
    pa = pytest.importorskip("pyarrow")
    values = pa.table(REPORT).column("value")
    assert str(values.type) == "decimal128(38, 2)"
    assert Decimal("1.50") in values.to_pylist()
    assert values.to_pylist() == list(REPORT.values().values())


def test_lines_that_do_not_balance_are_no_lines() -> None:
    """The classes themselves refuse, so no engine can publish such books."""
    (line,) = REPORT.books(metrics=["buyers"]).lines
    assert line.flow is not None
    with pytest.raises(AssertionError, match="does not balance"):
        attrs.evolve(line, flow=attrs.evolve(line.flow, entered=7))
    other = attrs.evolve(line, flow=attrs.evolve(line.flow, opening=1, closing=3))
    with pytest.raises(AssertionError, match="opens to date with another figure"):
        Books(periods=(line.period,), by=(), every=False, lines=(line, other))
    bridge = Bridge(line.metric, date(2024, 1, 1), 1, (), 1)
    with pytest.raises(AssertionError, match="does not add up"):
        attrs.evolve(bridge, restated=2)


def test_names_find_dimensions() -> None:
    """A unit of time, a field of an index event, an attribute of the person counted, an age; or nothing."""
    buyers, sales = count(distinct(Sold.buyer)), count(rows(Sold))
    assert named("quarter", buyers, TOYS) == ByTime("quarter")
    assert named("box", buyers, TOYS) == by(Sold.box)
    assert named("born_on", buyers, TOYS) == by(Owner.of(Sold.buyer).born_on)
    assert named("age", buyers, TOYS) == ByAge(Owner.of(Sold.buyer).born_on)
    assert named("colour", count(distinct(Made.maker)), TOYS) == by(Owner.of(Made.maker).colour)
    assert named("id", buyers, TOYS) is None
    assert named("age", sales, TOYS) is None
    assert named("age", count(distinct(Sold.case)), TOYS) is None
    assert named("age", buyers, attrs.evolve(TOYS, person=None)) is None
    assert named("pieces", sales, TOYS) == by(Sold.pieces)
    assert named("parts", total(Made.parts), TOYS) == by(Made.parts)
    assert {"year", "age", "colour", "box"} <= names(buyers, TOYS)
    assert {"age", "id", "recorded_at"}.isdisjoint(names(sales, attrs.evolve(TOYS, person=None)))


def test_a_part_that_outgrows_its_whole_in_a_period_is_explained() -> None:
    """Bought in January, a regular in February: no error, and the books say why."""
    stream = Stream([sold("S1", 3, "Ann"), revised(sold("S2", 3, "Ann"), occurred_on=date(2024, 2, 3))])
    report = evaluate(CATALOGUE, stream)
    assert all(finding.holds for finding in report.invariants[:1])
    books = report.books(report.periods("month"))
    reason = [
        f"This is no error: {names} to date, and a person can enter the two in different periods"
        for names in ("regulars is within buyers", "buyers is within regulars")
    ]
    assert books.notes == (
        f"note: in 2024-02 (to 2024-02-03) more entered regulars (1) than buyers (0). {reason[0]}",
        f"note: in 2024-01 more entered buyers (1) than regulars (0). {reason[1]}",
    )
    assert "regulars is within buyers to date" in str(books)
    assert [item.label for item in report.periods("year")] == ["2024 (to 2024-02-03)"]


# --- restatement


def at(day: int) -> datetime:
    return datetime(2024, 2, day, tzinfo=UTC)


def test_a_bridge_names_people_and_records() -> None:
    """Late, corrected, retracted, merged and redefined: each line with whom and by which record."""
    stream = Stream(
        [
            *(revised(event, recorded_at=at(1)) for event in STREAM if isinstance(event, Event)),
            revised(sold("S5", 7, "Dan"), recorded_at=at(1)),
            revised(sold("S6", 7, "Fay"), recorded_at=at(5)),
            revised(sold("S5", 7, "Gus"), recorded_at=at(6)),
            Retraction(id=EventId("R"), of=EventId("S3"), recorded_at=at(7)),
            SamePerson(id=EventId("M"), person=PersonId("Fay"), same_as=PersonId("Ann"), recorded_at=at(8)),
        ]
    )
    again = distinct(Sold.buyer).where(Sold.box == "B2")  # type: ignore[operator]  # an id is a string at run time
    later = attrs.evolve(
        CATALOGUE, metrics=(attrs.evolve(CATALOGUE["buyers"], version="2", measure=count(again)),), invariants=()
    )
    known_at = (datetime(2024, 2, 2), at(9))  # noqa: DTZ001 - read as UTC
    restatement = restate(CATALOGUE, stream, as_at=date(2024, 1, 31), known_at=known_at, restated_by=later)
    bridge = restatement["buyers"]
    assert (bridge.published, bridge.restated) == (3, 1)
    lines = {line.cause: (line.change, line.added, line.removed, line.merged, line.records) for line in bridge.lines}
    assert lines == {
        Cause.LATE: (1, ("Fay",), (), (), ("S6",)),
        Cause.CORRECTED: (0, ("Gus",), ("Dan",), (), ("S5",)),
        Cause.RETRACTED: (-1, (), ("Ben",), (), ("R",)),
        Cause.MERGED: (-1, (), (), ("Fay",), ("M",)),
        Cause.DEFINITION: (-1, (), ("Gus",), (), ()),
    }
    with pytest.raises(RuleError, match="did you mean 'buyers'"):
        restatement.plot("buyer")
    text = str(restatement)
    assert "From what was known at 2024-02-02T00:00:00+00:00 to what was known at 2024-02-09" in text
    assert "recorded late" in text
    plain = restate(CATALOGUE, stream, as_at=date(2024, 1, 31), known_at=known_at)
    assert [row["figure"] for row in plain.table.to_dicts() if row["metric"] == "takings"] == [
        Decimal("1.50"),
        Decimal("1.50"),
    ]
    assert plain["sales"].restated == 4


def test_restatement_needs_two_moments_in_order_and_something_in_common() -> None:
    """The earlier moment first, and a metric that both catalogues have."""
    with pytest.raises(StreamError, match="earlier moment first"):
        restate(CATALOGUE, STREAM, as_at=date(2024, 1, 1), known_at=(at(2), at(1)))
    other = attrs.evolve(CATALOGUE, metrics=(metric("x", "X", count(distinct(Sold.buyer))),), invariants=())
    with pytest.raises(RuleError, match="no metric in common"):
        restate(CATALOGUE, STREAM, as_at=date(2024, 1, 1), known_at=(at(1), at(2)), restated_by=other)


def test_a_step_made_from_afar_names_the_records_that_share_a_case() -> None:
    """Nothing about the person is news, but something about the case is; news of other cases is not named."""
    intact = not_(exists(Broken, Broken.case == Made.case))
    careful = metric("careful", "Careful", count(distinct(Made.maker).where(intact)))
    safe = metric("rows", "Rows", count(rows(Made).where(intact)), Unit("row", "rows"))
    catalogue = attrs.evolve(CATALOGUE, metrics=(careful, safe), invariants=())
    late = [
        Broken(id=EventId(name), occurred_on=date(2024, 1, 9), case=CaseId(case), recorded_at=at(5))
        for name, case in (("B1", "C1"), ("B2", "C7"))
    ]
    stream = Stream([*(made(f"M{n}", 1, f"P{n}", f"C{n}", recorded_at=at(1)) for n in (1, 2)), *late])
    for bridge in restate(catalogue, stream, as_at=date(2024, 1, 31), known_at=(at(2), at(9))).bridges:
        assert bridge.lines[0].change == -1
        assert bridge.lines[0].records == ("B1",)


def merging(name: str, person: str, same_as: str, day: int) -> SamePerson:
    return SamePerson(id=EventId(name), person=PersonId(person), same_as=PersonId(same_as), recorded_at=at(day))


def test_a_bridge_does_not_stop_where_merges_contradict_each_other_on_the_way() -> None:
    """A merge comes back by a retraction, and goes round in a circle until another is corrected: two steps in one."""
    known = [
        *(sold(f"S{name}", 1, name) for name in ("Ann", "Ben", "Cem")),
        merging("M1", "Ann", "Ben", 1),
        Retraction(id=EventId("R1"), of=EventId("M1"), recorded_at=at(2)),
        merging("M2", "Ben", "Ann", 3),
    ]
    news = [Retraction(id=EventId("R2"), of=EventId("R1"), recorded_at=at(5)), merging("M2", "Ben", "Cem", 6)]
    bridge = restate(CATALOGUE, Stream([*known, *news]), as_at=DAYS[5], known_at=(at(4), at(9)))["buyers"]
    assert (bridge.published, bridge.restated) == (2, 1)
    assert [line.cause for line in bridge.lines] == [Cause.LATE, Cause.CORRECTED, Cause.MERGED, Cause.DEFINITION]
    with pytest.raises(ContradictionError, match="M1"):
        restate(CATALOGUE, Stream([*known, news[0]]), as_at=DAYS[5], known_at=(at(4), at(9)))


# --- history and targets


def test_a_history_tells_when_and_through_what() -> None:
    """In and out of each figure, with the events of both days; a merged id leads to the one that stays."""
    other = alias(Made, "other")
    unsafe = not_(exists(other, other.maker == Made.maker, other.occurred_on > Made.occurred_on, other.safe == False))  # noqa: E712
    careful = metric("careful", "Careful", count(distinct(Made.maker).where(unsafe)))
    catalogue = attrs.evolve(CATALOGUE, metrics=(careful, *CATALOGUE.metrics), invariants=())
    merge = SamePerson(id=EventId("M"), person=PersonId("Evie"), same_as=PersonId("Eve"), recorded_at=at(1))
    found = evaluate(catalogue, Stream([*STREAM, merge])).history(PersonId("Evie"))
    told = [
        (stay.metric.id, stay.start.day, stay.until and stay.until.day, [event.id for event in stay.through])
        for stay in found.stays
    ]
    assert told == [
        ("careful", 1, None, ["M1"]),
        ("makers", 3, None, ["M1", "S1"]),
        ("busy", 5, None, ["M1", "S1", "S2"]),
    ]
    assert "Eve (also recorded as Evie)" in str(found)
    assert str(evaluate(catalogue, STREAM).history(PersonId("Nobody"))) == "Nobody is counted in no figure"


def test_leaving_a_figure_names_the_days_events() -> None:
    """The events of the day on which somebody left, that speak of the person or of what the person's events share."""
    spoiled = alias(Made, "spoiled")
    sound = not_(exists(spoiled, spoiled.maker == Made.maker, spoiled.safe == False))  # noqa: E712 - builds a condition
    catalogue = attrs.evolve(
        CATALOGUE, metrics=(metric("sound", "Sound", count(distinct(Made.maker).where(sound))),), invariants=()
    )
    (stay,) = evaluate(catalogue, STREAM).history(PersonId("Eve")).stays
    assert (stay.start, stay.until) == (date(2024, 1, 1), date(2024, 1, 1))
    assert [event.id for event in stay.out_through] == ["M2"]
    assert "M2" in str(evaluate(catalogue, STREAM).history(PersonId("Eve")))


def test_targets_are_set_against_actuals() -> None:
    """Closing, net, entered, active and value; more is better, or less; the way gone; and what is not there."""
    books = REPORT.books(periods("month", date(2024, 1, 1), date(2024, 1, 31)), metrics=["buyers", "parts"])
    month = "2024-01 (to 2024-01-09)"
    targets = [
        Target(metric="buyers", period=month, target=2, baseline=1),
        Target(metric="buyers", period=month, target=4, reads="net"),
        Target(metric="buyers", period=month, target=1, reads="entered", direction="descending"),
        Target(metric="buyers", period=month, target=2, baseline=2, reads="active", direction="descending"),
        Target(metric="parts", period=month, target=4, reads="value"),
    ]
    found = against(books, targets)
    assert [(item.actual, item.met) for item in found.items] == [
        (2, True),
        (2, False),
        (2, False),
        (2, True),
        (4, True),
    ]
    assert [item.progress for item in found.items] == [1, Decimal("0.5"), 2, None, 1]
    assert found.to_dicts()[1]["progress"] == Decimal("0.5")
    assert str(found).splitlines()[2].split() == [
        "buyers",
        *month.split(),
        "closing",
        "ascending",
        "1",
        "2",
        "2",
        "1.0000",
        "True",
    ]
    with pytest.raises(RuleError, match="the books have no buyers in 2024"):
        against(books, [Target(metric="buyers", period="2024", target=1)])
    with pytest.raises(RuleError, match="a total, share or time has no closing figure"):
        against(books, [Target(metric="parts", period=month, target=1)])


# --- pictures


def test_pictures_say_what_they_show(tmp_path: Path) -> None:
    """Lines, a funnel and a waterfall are drawn and saved; what cannot share a picture is refused."""
    pytest.importorskip("matplotlib")
    from impact_metrics.reports import plots  # noqa: PLC0415 - needs the extra

    books = REPORT.books(
        periods("month", date(2023, 12, 1), date(2024, 1, 31)), metrics=["buyers", "regulars", "parts"]
    )
    lines = plots.cumulative(books, ["buyers", "regulars"], tmp_path / "lines.svg")
    assert lines.axes[0].get_ylabel() == "persons, to date"
    assert (tmp_path / "lines.svg").stat().st_size > 1000
    stages = plots.funnel(REPORT, ["buyers", "regulars"])
    assert [bar.get_width() for bar in stages.axes[0].patches] == [2, 1]
    late = Stream(
        [
            *(revised(event, recorded_at=at(1)) for event in STREAM if isinstance(event, Event)),
            revised(sold("S6", 7, "Fay"), recorded_at=at(5)),
            Retraction(id=EventId("R"), of=EventId("S3"), recorded_at=at(7)),
        ]
    )
    bridge = restate(CATALOGUE, late, as_at=date(2024, 1, 31), known_at=(at(2), at(9)))["buyers"]
    fall = plots.waterfall(bridge)
    assert "why the figure changed" in fall.axes[0].get_title()
    assert len(fall.axes[0].patches) == 4
    assert fall.axes[0].get_ylim()[0] == 0
    many = Stream([*late, *(revised(sold(f"T{n}", 1, f"Q{n}"), recorded_at=at(1)) for n in range(9))])
    cut = restate(CATALOGUE, many, as_at=date(2024, 1, 31), known_at=(at(2), at(9))).plot("buyers")
    assert cut.axes[0].get_xlabel() == "the axis does not start at 0"
    nothing = restate(CATALOGUE, late, as_at=date(2024, 1, 31), known_at=(at(2), at(2)))["buyers"]
    assert len(plots.waterfall(nothing).axes[0].patches) == 2
    with pytest.raises(ImpactMetricsError, match=r"(?s)cannot be saved.*ends in .svg, .png or .pdf"):
        plots.funnel(REPORT, ["buyers"], tmp_path / "lines.svgg")
    with pytest.raises(ImpactMetricsError, match="the picture cannot be written: No such file"):
        plots.funnel(REPORT, ["buyers"], tmp_path / "missing" / "lines.svg")
    with pytest.raises(RuleError, match="only counts of subjects"):
        plots.cumulative(books, ["parts"])
    trials = attrs.evolve(CATALOGUE["makers"], unit=Unit("trial", "trials", PersonId))
    mixed = attrs.evolve(CATALOGUE, metrics=(CATALOGUE["buyers"], trials), invariants=())
    with pytest.raises(RuleError, match="persons and trials do not share an axis"):
        evaluate(mixed, STREAM).plot("buyers", "makers")
    with pytest.raises(RuleError, match="one unit"):
        plots.funnel(REPORT, ["buyers", "parts"])
