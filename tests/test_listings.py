"""Lists: whose entries they have, what their latest events say, how they are broken down, and how they are read."""

from __future__ import annotations

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
    Source,
    Stream,
    Unit,
    count,
    distinct,
    evaluate,
    exists,
    listing,
    monotone,
    not_,
    rows,
    subset,
)
from impact_metrics.documents import compare, describe, explain
from impact_metrics.documents.diagram import boxes
from impact_metrics.engines import Listed
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.errors import ExchangeError
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.model import revised
from impact_metrics.proofs import Proved, prove, worked_examples
from impact_metrics.reports.lists import SHOWN
from impact_metrics.reports.render import WIDTH
from impact_metrics.reports.restate import restate
from impact_metrics.rules import Listing
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.dimensions import ByField, ByTime, names
from impact_metrics.rules.periods import periods_between
from impact_metrics.testing import DAYS, laws, listings, streams
from impact_metrics.testing.engines import REFERENCE, Answer, Engine
from impact_metrics.values import CaseId
from tests import oracle
from tests.test_books import PERIODS
from tests.test_engine_properties import known_events
from tests.test_reports import made
from tests.toys import TOYS, Broken, Colour, Made, Shape, Sold

ORDER, PERSON = Unit("order", "orders", CaseId), Unit("person", "persons", PersonId)
ORDERS = distinct(Made.case)
SHOW = [Made.shape, Made.note, Made.colours, Made.parts, Made.price, Made.due, Made.safe, Made.recorded_at]


def metric(measure: Any, name: str = "orders", version: str = "1") -> Metric:
    return Metric(
        id=name, version=version, title="Orders by shape", definition=None, source=Source("A", "B"), unit=ORDER,
        measure=measure,
    )  # fmt: skip


LIST = metric(listing(ORDERS, show=SHOW))
CATALOGUE = Catalogue(id="toys", version="1", title="Toys", model=TOYS, metrics=(metric(count(ORDERS), "count"), LIST))
STREAM = Stream(
    [
        made("M1", 1, "Ann", "C1", shape=Shape.ROUND, note="tried, in\none place", parts=3),
        made("M2", 5, "Ben", "C1", shape=Shape.SQUARE, price=Decimal("1.50"), due=date(2024, 2, 1), safe=True),
        made("M3", 3, "Cem", "C2", shape=Shape.SQUARE, colours=frozenset({Colour.RED, Colour.BLUE})),
        made("M4", 3, "Cem", "C3", shape=Shape.ROUND),
        made("M5", 3, "Dan", "C3", colours=frozenset()),
        Made(id=EventId("M6"), occurred_on=date(2024, 1, 2), maker=PersonId("Eve"), helpers=frozenset()),
    ]
)


def report(day: int = 31, stream: Stream = STREAM, catalogue: Catalogue = CATALOGUE) -> Report:
    return evaluate(catalogue, stream, as_at=date(2024, 1, day))


# --- what a list is


def test_an_entry_shows_one_event_and_only_what_is_named() -> None:
    """The latest, of several on one day that with the greatest id; nothing is filled in from an earlier one."""
    nothing = {"note": None, "parts": None, "price": None, "due": None, "safe": None, "recorded_at": None}
    entries = report().listing("orders").to_dicts()
    assert entries == [
        {
            **nothing, "case": "C1", "shape": "square", "colours": None, "price": Decimal("1.50"),
            "due": date(2024, 2, 1), "safe": True, "occurred_on": date(2024, 1, 5), "id": "M2",
        },
        {
            **nothing, "case": "C2", "shape": "square", "colours": "blue + red", "occurred_on": date(2024, 1, 3),
            "id": "M3",
        },
        {**nothing, "case": "C3", "shape": None, "colours": "none", "occurred_on": date(2024, 1, 3), "id": "M5"},
    ]  # fmt: skip
    assert list(entries[0]) == [
        "case",
        *(str(item.node).rsplit(".", maxsplit=1)[1] for item in SHOW),
        "occurred_on",
        "id",
    ]
    earlier = report(4).listing("orders").to_dicts()
    assert [(row["case"], row["shape"], row["id"]) for row in earlier] == [
        ("C1", "round", "M1"),
        ("C2", "square", "M3"),
        ("C3", None, "M5"),
    ]


def test_the_figure_is_the_number_of_entries() -> None:
    """The same as that of a count, with the same subjects, evidence and events."""
    found = report()
    assert (found["orders"].value, found["orders"].parts) == (found["count"].value, None)
    assert str(found["orders"]) == "3 orders"
    assert found.subjects("orders") == found.subjects("count") == {"C1", "C2", "C3"}
    assert found.evidence("orders") == found.evidence("count")
    assert [row[1:] for row in found.entries("orders").rows] == [row[1:] for row in found.entries("count").rows]
    assert found.evidence_for("orders", "C2") == found.evidence_for("count", "C2")
    assert found["count"].entries == found["count"].tallied == ()
    with pytest.raises(RuleError, match="the metric is no list"):
        found.listing("count")
    with pytest.raises(RuleError, match="only a share has a denominator"):
        found.standings("orders")


def test_the_columns_are_those_of_the_model() -> None:
    """Named, typed and documented like the fields; so the Arrow data and the CSV of a list say what they hold."""
    table = report().listing("orders")
    assert {column.name: (column.kind, column.doc) for column in table.columns} == {
        "case": ("text", "the order"),
        "shape": ("text", "its shape"),
        "note": ("text", "a remark"),
        "colours": ("text", "its colours"),
        "parts": ("integer", "how many parts it has"),
        "price": ("decimal", "its price"),
        "due": ("date", "when it was due"),
        "safe": ("flag", "whether it is safe"),
        "recorded_at": ("timestamp", table.columns[8].doc),
        "occurred_on": ("date", table.columns[9].doc),
        "id": ("text", table.columns[10].doc),
    }
    assert table.to_csv().splitlines()[0] == "case,shape,note,colours,parts,price,due,safe,recorded_at,occurred_on,id"
    pa = pytest.importorskip("pyarrow")
    arrow = pa.table(table)
    assert arrow.column_names == list(table.names)
    assert arrow.to_pylist()[0]["price"] == Decimal("1.50")


def test_a_set_valued_subject_is_listed_member_by_member() -> None:
    """Its column holds the one, and is a text."""
    both = frozenset(map(PersonId, ("Zoe", "Ann")))
    broken = Broken(id=EventId("B"), occurred_on=date(2024, 1, 9), case=CaseId("C1"), witnesses=both)
    seen = attrs.evolve(LIST, id="seen", unit=PERSON, measure=listing(distinct(Broken.witnesses)))
    table = report(stream=Stream([broken]), catalogue=attrs.evolve(CATALOGUE, metrics=(seen,))).listing("seen")
    assert [row[0] for row in table.rows] == ["Ann", "Zoe"]
    assert [column.kind for column in table.columns] == ["text", "date", "text"]


def test_who_is_listed_has_a_history_of_it() -> None:
    """As whoever is counted has; a list of anything but persons is in nobody's."""
    people = attrs.evolve(LIST, id="people", unit=PERSON, measure=listing(distinct(Made.maker), show=[Made.shape]))
    found = report(catalogue=attrs.evolve(CATALOGUE, metrics=(LIST, people))).history(PersonId("Cem"))
    assert [(stay.metric.id, stay.start, [event.id for event in stay.through]) for stay in found.stays] == [
        ("people", date(2024, 1, 3), ["M3", "M4"])
    ]


def test_a_report_shows_a_list_with_what_is_counted_of_it() -> None:
    """By each field of one code; then the entries in a line each, also in a notebook; and no more than a page holds."""
    assert [str(item) for item in report()["orders"].tallied] == ["by shape: square 2, unknown 1"]
    assert [str(item) for item in report(4)["orders"].tallied] == ["by shape: round 1, square 1, unknown 1"]
    text, counted = str(report(4)), "by shape: round 1, square 1, unknown 1"
    assert f"Orders by shape: 3 orders\n\n{counted}\n- C1: shape: round; note: tried, in one place; " in text
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "- C3: shape: not known; note: not known; colours: none; " in text
    assert "safe: yes;" in str(report())
    assert text.count("as at 2024-01-03 (M5)") == 1
    assert f"<li>{counted}</li><li>C1: shape: round" in report(4)._repr_html_()
    many = Stream([made(f"M{number:02}", 1, "Ann", f"C{number:02}") for number in range(SHOWN + 2)])
    page = str(report(stream=many))
    assert (page.count("\n- C"), "and 2 more, in report.listing('orders')" in page) == (SHOWN, True)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: listing(ORDERS & distinct(Sold.case), show=[Made.shape]), "subjects of one event type"),  # type: ignore[arg-type]
        (lambda: listing(rows(Made), show=[Made.shape]), "subjects of one event type"),  # type: ignore[arg-type]
        (lambda: listing(ORDERS, show=[Sold.colour]), "shows fields of Made, and Sold.colour is none"),
        (lambda: listing(ORDERS, show=["shape"]), "only a field itself can be shown"),  # type: ignore[list-item]
        (lambda: listing(ORDERS, show=[Made.shape == Shape.ROUND]), "only a field itself"),  # type: ignore[list-item]
        (lambda: listing(ORDERS, show=[Made.shape, Made.shape]), "Made.shape is shown twice"),
        (lambda: listing(ORDERS, show=[Made.case]), "Made.case is shown in any case"),
        (lambda: listing(ORDERS, show=[Made.id]), "Made.id is shown in any case"),
        (lambda: listing(ORDERS, show=[Made.occurred_on]), "Made.occurred_on is shown in any case"),
        (lambda: attrs.evolve(LIST, unit=Unit("row", "rows")), "counts by CaseId"),
    ],
)
def test_wrong_lists_are_refused_where_they_are_written(wrong: Any, message: str) -> None:
    """Several event types, fields of another event, what is no field, a column twice, and a wrong unit."""
    with pytest.raises(RuleError, match=message):
        wrong()


@given(streams(TOYS, bookkeeping=True), listings(TOYS), st.sampled_from(DAYS))
def test_entries_are_those_of_brute_force(stream: Stream, measure: Listing, day: date) -> None:
    """Each member with its latest event, in the order of ids."""
    expected = oracle.entries(measure, known_events(stream), day)
    found = SpansEngine(stream.known()).listed(measure.entries, day)
    assert found == [Listed(subject, event) for subject, event in expected.items()]


# --- books: a stock whose entries move


@given(streams(TOYS), listings(TOYS), st.data())
def test_an_entry_is_counted_where_it_has_come_to(stream: Stream, measure: Listing, data: st.DataObject) -> None:
    """By brute force: at the end of each period, each member is in the cell of its latest event, and only there."""
    fields = [spec.name for spec in measure.entries.row.record.fields if spec.name != "recorded_at" and not spec.many]
    name = data.draw(st.sampled_from(fields))
    field = type(measure.entries.subject)(measure.entries.row, name)
    events = known_events(stream)
    stocks = SpansEngine(stream.known()).stocks(measure.frames[0], Breakdown(PERIODS, (ByField(field),)))
    for number, period in enumerate(PERIODS):
        latest = oracle.entries(measure, events, period.end).values()
        values = Counter(getattr(event, name) is None for event in latest)
        closings = {cell: stock.flows[number].closing for cell, stock in stocks.items()}
        assert closings.get((None,), 0) == values[True]
        assert sum(number for cell, number in closings.items() if len(cell) == 1) == closings[()] == values.total()


def test_who_moves_leaves_one_cell_and_enters_another() -> None:
    """The order that was round is square now: it left a cell, and not the list."""
    books = report().books(by=[Made.shape], metrics=["orders"])
    assert [(line.cell[0], line.value) for line in books.lines] == [("square", 2), (None, 1), ("all", 3)]
    two = periods_between([date(2024, 1, day) for day in (1, 4, 10)])
    moved = {
        (line.cell[0], line.period.start.day): (line.flow.entered, line.flow.left, line.active)
        for line in report().books(two, by=[Made.shape], metrics=["orders"]).lines
        if line.flow is not None
    }
    assert moved == {
        ("round", 1): (1, 0, 1),
        ("round", 4): (0, 1, 0),
        ("square", 1): (1, 0, 1),
        ("square", 4): (1, 0, 1),
        (None, 1): (1, 0, 1),
        (None, 4): (0, 0, 0),
        ("all", 1): (3, 0, 3),
        ("all", 4): (0, 0, 1),
    }
    touched = report().books(two, by=[Made.shape], metrics=["orders"], every=True)
    assert [line.value for line in touched.lines if line.cell == ("round",)] == [2, 2]
    assert report().books(two, metrics=["orders"]).lines[0].flow == report().books(two, metrics=["count"]).lines[0].flow
    with pytest.raises(RuleError, match="cannot be broken down"):
        report().books(by=[Sold.colour], metrics=["orders"])


def test_both_engines_give_the_same_lists() -> None:
    """On tables too: entries, books, evidence and explanations."""
    with Tables(STREAM, TOYS) as tables:
        found = evaluate(CATALOGUE, tables, as_at=date(2024, 1, 31))
        assert found["orders"] == report()["orders"]
        assert found.listing("orders") == report().listing("orders")
        for by in ([], [Made.shape], [Made.safe], [Made.shape, ByTime("month")]):
            for every in (True, False):
                one, other = (item.books(by=by, metrics=["orders"], every=every) for item in (found, report()))
                assert one == other
        assert found.evidence("orders") == report().evidence("orders")
        assert str(explain(found, "orders", "C1")) == str(explain(report(), "orders", "C1"))


# --- restated, in words, in files


def test_a_list_is_restated_by_its_number() -> None:
    """Who came to it; what an entry shows may have changed besides."""
    recorded = datetime(2024, 3, 1, tzinfo=UTC)
    late = attrs.evolve(made("M9", 9, "Zoe", "C9"), recorded_at=recorded)
    first = next(iter(STREAM))
    assert isinstance(first, Made)
    stream = Stream([*STREAM, late, revised(first, case=CaseId("C8"), recorded_at=recorded)])
    moments = (datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))
    bridge = restate(CATALOGUE, stream, as_at=date(2024, 1, 31), known_at=moments)["orders"]
    assert (bridge.published, bridge.restated, bridge.part) == (3, 5, "")
    assert [line.added for line in bridge.lines if line.change] == [("C9",), ("C8",)]


def test_a_description_says_what_is_shown_and_of_which_event() -> None:
    """The population, the fields, the latest event, and that a breakdown follows it."""
    told = describe(metric(listing(ORDERS.where(Made.safe), show=[Made.shape, Made.note])))
    assert told.paragraph.startswith("Lists once each order that is the order in a made where it is safe.")
    assert "Each shows shape, note, the day and the id of its latest such made" in told.paragraph
    assert "not filled in from an earlier one" in told.paragraph
    assert "A breakdown places the order by the same event" in told.paragraph
    assert {word.name for word in told.words} >= {"shape of a made", "note of a made", "case of a made"}
    assert "Each shows the day and the id of" in describe(metric(listing(ORDERS))).paragraph
    ending = describe(metric(listing(ORDERS.where(not_(exists(Broken, Broken.case == Made.case))))))
    assert "leaves the figure again" in ending.paragraph
    assert [box.event for box in boxes(LIST.measure)] == ["Made"]


def test_an_explanation_of_an_entry_is_that_of_a_count() -> None:
    """Why it is there, or what is lacking."""
    told, counted = (explain(report(), name, "C2") for name in ("orders", "count"))
    assert told.finding == counted.finding
    assert told.counted
    assert "is not counted by Orders by shape" in explain(report(), "orders", "C7").summary


def test_versions_of_a_list_are_compared() -> None:
    """Who is listed, and what is shown of them."""
    changes = compare(LIST, metric(listing(ORDERS.where(Made.safe), show=[Made.shape]), version="2")).changes
    assert [(change.part, change.kind.value) for change in changes] == [("what is shown", "changed"), ("", "added")]
    (bare,) = compare(metric(listing(ORDERS, show=[Made.note])), metric(listing(ORDERS), version="2")).changes
    assert (bare.before, bare.after) == ("Made.note", "nothing")


def test_lists_cross_files() -> None:
    """There and back; what is no single event type, and what is no field, is named with its place."""
    plain = to_plain(CATALOGUE)
    assert from_plain(plain, TOYS) == CATALOGUE
    inside = plain["metrics"][1]["measure"]["list"]
    inside["show"] = ["Sold.colour"]
    with pytest.raises(ExchangeError, match=r"measure.list.show\[0\]: 'Sold.colour' is no field of a row"):
        from_plain(plain, TOYS)
    inside["of"] = {"both": [inside["of"], inside["of"]]}
    with pytest.raises(ExchangeError, match=r"measure.list.of: this is of subjects of one event type"):
        from_plain(plain, TOYS)
    assert names(LIST.measure, TOYS) == names(count(ORDERS), TOYS)


# --- claims and laws


def test_what_is_decided_of_a_list_is_what_is_decided_of_a_count() -> None:
    """That it never falls, and worked examples; that it is within another is declared of counts."""
    safe = metric(listing(ORDERS.where(Made.safe), show=[Made.shape]), "safe")
    beside = attrs.evolve(CATALOGUE, metrics=(*CATALOGUE.metrics, safe))
    assert isinstance(prove(monotone(safe, because="nothing is asked not to be"), beside), Proved)
    assert [example.clause for example in worked_examples(safe, beside).examples] == ["it is safe"]
    assert safe.exactness.exact
    with pytest.raises(RuleError, match="only counts of subjects"):
        subset(safe, CATALOGUE["count"], because="no")


def test_lists_keep_all_laws() -> None:
    """In every engine of the laws; with values that are told apart, an event without one is nobody's latest."""
    apart = attrs.evolve(LIST, id="apart", measure=listing(ORDERS.at_least(1, on_distinct=Made.shape), show=SHOW))
    both = attrs.evolve(CATALOGUE, metrics=(*CATALOGUE.metrics, apart))
    laws.check_laws(both, STREAM)
    entries = report(catalogue=both).listing("apart").to_dicts()
    assert [(row["case"], row["id"]) for row in entries] == [("C1", "M2"), ("C2", "M3"), ("C3", "M4")]
    with Tables(STREAM, TOYS) as tables:
        assert evaluate(both, tables, as_at=date(2024, 1, 31)).listing("apart").to_dicts() == entries


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"listed": None}, "the number of entries to be 1, found 0"),
        ({"listed": (("C9", "M1"),)}, r"those listed to be \['C1'\], found \['C9'\]"),
        ({"listed": (("C1", "M2"),)}, r"the events of others to be \[\], found \[\('C1', 'M2'\)\]"),
    ],
)
def test_the_law_of_lists_can_fail(changes: Any, message: str) -> None:
    """Entries that are lacking, that are of nobody who counts, and that show a later event."""

    class Wrong:
        def __init__(self, right: Any) -> None:
            self._right = right

        def answer(self, asked: Metric, day: date) -> Answer:
            """The right answer, altered."""
            found = self._right.answer(asked, day)
            return attrs.evolve(found, **changes) if found.value else found

    laws.lists_are_whole(CATALOGUE, STREAM)
    wrong = Engine("wrong", lambda records, known_at: Wrong(REFERENCE.load(records, known_at)))  # type: ignore[arg-type, return-value]  # it keeps no books
    with pytest.raises(AssertionError, match=message):
        laws.lists_are_whole(CATALOGUE, STREAM, engine=wrong)
