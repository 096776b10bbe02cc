"""Reports: figures, evidence, invariants and constraints, for people and for machines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import attrs
import pyarrow.parquet as pq
import pytest

from impact_metrics import (
    CaseId,
    Catalogue,
    EventId,
    Metric,
    PersonId,
    Report,
    RuleError,
    SamePerson,
    Source,
    Stream,
    StreamError,
    Unit,
    alias,
    all_of,
    any_of,
    at_least,
    at_most,
    clause,
    count,
    disjoint,
    distinct,
    evaluate,
    exists,
    not_,
    rows,
    subset,
    total,
)
from impact_metrics.engines.spans.access import in_row
from impact_metrics.engines.spans.plans import plain_test
from impact_metrics.reports import Violation, violations
from tests.toys import STRICT_TOYS, Colour, Made, Sold

PERSON = Unit("person", "persons", PersonId)
SOURCE = Source("Toy makers", "Report")


def metric(name: str, title: str, measure: Any, unit: Unit = PERSON) -> Metric:
    return Metric(id=name, version="1", title=title, definition=None, source=SOURCE, unit=unit, measure=measure)


BUYERS = metric("buyers", "Buyers", count(distinct(Sold.buyer)))
REGULARS = metric("regulars", "<Regulars>", count(distinct(Sold.buyer).at_least(2)))
MAKERS = metric("makers", "Makers", count(distinct(Made.maker).where(exists(Sold, Sold.case == Made.case))))
FANS = metric(
    "fans",
    "Fans",
    count(
        (distinct(Sold.buyer) | distinct(Made.helpers))
        & (distinct(Made.maker) | distinct(Sold.buyer)) - distinct(Made.maker).where(Made.safe)
    ),
)
BUSY = metric(
    "busy", "Busy", count(distinct(Made.maker).where(at_least(2, Sold, Sold.case == Made.case, on_distinct=Sold.box)))
)
PARTS = metric("parts", "Parts", total(Made.parts), Unit("part", "parts"))
TAKINGS = metric("takings", "Takings", total(Made.price), Unit("coin", "coins"))
SALES = metric("sales", "Sales", count(rows(Sold).where(exists(Made, Made.case == Sold.case))), Unit("sale", "sales"))
CATALOGUE = Catalogue(
    id="toys",
    version="1",
    title="Toys & more",
    model=STRICT_TOYS,
    metrics=(BUYERS, REGULARS, MAKERS, FANS, BUSY, PARTS, TAKINGS, SALES),
    invariants=(
        subset(REGULARS, BUYERS, because="regulars buy"),
        subset(BUYERS, REGULARS, because="it is wrong, for the test"),
        disjoint(BUYERS, MAKERS, because="nobody buys their own"),
        at_most(SALES, PARTS, because="each has a part"),
        at_most(PARTS, SALES, because="it is wrong, for the test"),
    ),
)


def sold(name: str, day: int, buyer: str | None, case: str = "C1", box: str = "B1", pieces: int = 1) -> Sold:
    return Sold(
        id=EventId(name),
        occurred_on=date(2024, 1, day),
        buyer=None if buyer is None else PersonId(buyer),
        case=CaseId(case),
        box=box,  # type: ignore[arg-type]  # an id is a string at run time
        colour=Colour.RED,
        gift=False,
        pieces=pieces,
    )


def made(name: str, day: int, maker: str, case: str, **more: Any) -> Made:
    return Made(
        id=EventId(name),
        occurred_on=date(2024, 1, day),
        maker=PersonId(maker),
        helpers=frozenset({PersonId("Ann")}),
        case=CaseId(case),
        **more,
    )


STREAM = Stream(
    [
        sold("S1", 3, "Ann"),
        sold("S2", 5, "Ann", box="B2"),
        sold("S3", 6, "Ben", "C2"),
        sold("S4", 9, None, "C3", pieces=0),
        made("M1", 1, "Eve", "C1", parts=4, price=Decimal("1.50")),
        made("M2", 2, "Eve", "C9", safe=False),
    ]
)


def report(as_at: date | None = None, **more: Any) -> Report:
    return evaluate(CATALOGUE, STREAM, as_at=as_at, **more)


def test_figures_are_those_of_the_date() -> None:
    """Only what had occurred counts; without a date, it is the latest there is."""
    expected = {"buyers": 2, "regulars": 1, "makers": 1, "fans": 2, "busy": 1, "parts": 4, "sales": 2}
    assert report().values() == {**expected, "takings": Decimal("1.50")}
    assert report().as_at == date(2024, 1, 9)
    assert report(date(2024, 1, 4)).values()["regulars"] == 0
    assert report(date(2024, 1, 4))["buyers"].value == 1


def test_evidence_names_events() -> None:
    """Each subject has the events of its entry, and those that other conditions found; rows stand for themselves."""

    def ids(name: str) -> list[tuple[str, list[str], list[str]]]:
        return [
            (item.subject, [event.id for event in item.events], [event.id for event in item.linked])
            for item in report().evidence(name)
        ]

    assert ids("regulars") == [("Ann", ["S1", "S2"], [])]
    assert ids("makers") == [("Eve", ["M1"], ["S1", "S2"])]
    assert ids("busy") == [("Eve", ["M1"], ["S1", "S2"])]
    assert ids("fans") == [("Ann", ["M1", "M2", "S1", "S2"], []), ("Ben", ["S3"], [])]
    assert ids("parts") == [("M1", ["M1"], []), ("M2", ["M2"], [])]
    assert ids("sales") == [("S1", ["S1"], ["M1"]), ("S2", ["S2"], ["M1"])]
    found = report().evidence_for("makers", "Eve")
    assert found is not None
    assert found.event_ids == ("M1", "S1", "S2")
    assert report().evidence_for("makers", "Nobody") is None
    with pytest.raises(RuleError, match="has no subjects"):
        report().subjects("parts")


def test_invariants_are_checked_on_the_stream() -> None:
    """A report says which hold, and who breaks the others."""
    held = [finding.holds for finding in report().invariants]
    assert held == [True, False, True, True, False]
    assert [str(finding) for finding in report().invariants[:2]] == [
        "holds: regulars is within buyers",
        "BROKEN: buyers is within regulars except for 1: Ben",
    ]
    assert str(report().invariants[4]) == "BROKEN: parts is at most sales"
    many = attrs.evolve(report().invariants[1], exceptions=tuple("abcdefg"))
    assert str(many).endswith("except for 7: a, b, c, d, e, ...")


def test_dicts_are_plain_and_complete() -> None:
    """Every figure with its definition's id and version, unit, dates, rows and missing numbers; evidence on request."""
    plain = report(known_at=datetime(2025, 1, 1)).to_dicts()  # noqa: DTZ001 - read as UTC
    assert plain[5] == {
        "metric": "parts",
        "version": "1",
        "title": "Parts",
        "value": 4,
        "unit": "parts",
        "as_at": date(2024, 1, 9),
        "known_at": datetime(2025, 1, 1, tzinfo=UTC),
        "rows": 2,
        "missing": 1,
    }
    assert plain[0]["rows"] is None
    with_evidence = report().to_dicts(evidence=True)
    assert with_evidence[2]["evidence"] == [{"subject": "Eve", "events": ["M1"], "linked": ["S1", "S2"]}]
    assert with_evidence[2]["known_at"] is None


def test_a_report_reads_well_in_a_terminal() -> None:
    """Figures, units and titles in columns; below them what a reader has to know besides."""
    text = str(report())
    assert text.startswith("Toys & more, as at 2024-01-09, from everything recorded\n\nfigure  unit")
    assert "\n     2  persons  Buyers      buyers 1\n" in text
    assert "Parts: 1 of 2 rows give no number and add nothing" in text
    assert "invariant BROKEN: buyers is within regulars except for 1: Ben" in text
    assert "from what was known at 2025-01-01T00:00:00+00:00" in str(report(known_at=datetime(2025, 1, 1, tzinfo=UTC)))


def test_html_is_escaped() -> None:
    """A title with angle brackets stays text in a notebook, and a catalogue without notes has no empty list."""
    html = report()._repr_html_()
    assert "&lt;Regulars&gt;" in html
    assert "Toys &amp; more" in html
    assert "<Regulars>" not in html
    assert "<li>" in html
    bare = attrs.evolve(CATALOGUE, metrics=(BUYERS,), invariants=())
    assert "<ul>" not in evaluate(bare, STREAM)._repr_html_()


def test_dates_of_the_wrong_kind_are_refused() -> None:
    """as_at is a day, and a stream without events has none to offer."""
    with pytest.raises(StreamError, match="as_at is a date"):
        report(datetime(2024, 1, 1, tzinfo=UTC))
    with pytest.raises(StreamError, match="holds no event"):
        evaluate(CATALOGUE, Stream())
    assert evaluate(CATALOGUE, Stream(), as_at=date(2024, 1, 1)).values()["buyers"] == 0


def test_violations_name_events_and_constraints() -> None:
    """The events that break a constraint are listed, and count all the same; an empty stream breaks nothing."""
    found = report().violations
    assert [(violation.constraint.id, violation.event.id) for violation in found] == [("pieces_count", "S4")]
    assert violations(STRICT_TOYS, STREAM) == found
    assert violations(STRICT_TOYS, STREAM, as_at=date(2024, 1, 8)) == ()
    assert violations(STRICT_TOYS, Stream()) == ()
    assert isinstance(found[0], Violation)


def test_a_merge_is_seen_in_figures_and_evidence() -> None:
    """Two ids of one person count once, under the id that stays."""
    merge = SamePerson(
        id=EventId("X"),
        person=PersonId("Ben"),
        same_as=PersonId("Ann"),
        recorded_at=datetime(2024, 2, 1, tzinfo=UTC),
    )
    merged = evaluate(CATALOGUE, Stream([*STREAM, merge]))
    assert merged.values()["buyers"] == 1
    assert [event.id for event in merged.evidence("buyers")[0].events] == ["S1", "S2", "S3"]
    assert (
        evaluate(CATALOGUE, Stream([*STREAM, merge]), known_at=datetime(2024, 1, 31, tzinfo=UTC)).values()["buyers"]
        == 2
    )


def test_evidence_follows_every_connective() -> None:
    """Of any_of the branches that hold, of all_of every part, of not_ nothing; through labels and quantifiers."""
    other = alias(Sold, "other")

    @clause
    def bought_again(box: Any) -> Any:
        """Say that the same box was sold again."""
        return exists(other, other.box == box, other.pieces > 0)

    conditions: list[tuple[Any, list[str]]] = [
        (any_of(Made.parts == 4, exists(Sold, Sold.case == "C7")), []),
        (any_of(Made.parts == 5, exists(Sold, Sold.case == Made.case)), ["S1", "S2"]),
        (any_of(exists(Sold, Sold.case == "C2"), exists(Sold, Sold.case == "C9")), ["S3"]),
        (all_of(exists(Sold, Sold.case == "C2"), exists(other, other.case == "C3")), ["S3", "S4"]),
        (any_of(all_of(Made.parts == 4, Made.maker == "Eve"), exists(Sold, Sold.case == "C2")), ["S3"]),
        (not_(exists(Sold, Sold.case == "C9")), []),
        (not_(not_(exists(Sold, Sold.case == "C2"))), []),
        (exists(Sold, Sold.case == Made.case, bought_again(Sold.box)), ["S1", "S2", "S3"]),
        (
            exists(Sold, Sold.occurred_on > Made.occurred_on, exists(other, other.box == Sold.box)),
            ["S1", "S2", "S3", "S4"],
        ),
        (exists(Sold, Sold.pieces < Made.parts, exists(other, other.case == Made.case)), ["S1", "S2", "S3", "S4"]),
        (at_least(2, Sold, Sold.case == Made.case, Sold.occurred_on > Made.occurred_on), ["S1", "S2"]),
        (at_least(2, Sold, Sold.pieces < Made.parts, on_distinct=Sold.buyer), ["S1", "S2", "S3"]),
    ]
    for condition, linked in conditions:
        catalogue = attrs.evolve(
            CATALOGUE,
            metrics=(metric("m", "M", count(distinct(Made.maker).where(Made.parts == 4, condition))),),
            invariants=(),
        )
        (found,) = evaluate(catalogue, STREAM).evidence("m")
        assert [event.id for event in found.events] == ["M1"]
        assert [event.id for event in found.linked] == linked, condition


def test_a_condition_that_depends_on_dates_is_no_plain_test() -> None:
    """The engine never asks for one; asked all the same, it refuses rather than answer for the wrong date."""
    with pytest.raises(AssertionError):
        plain_test(exists(Sold, Sold.gift), in_row)


def test_evidence_is_of_its_date() -> None:
    """An event that occurred later is no evidence yet, whether it is found by a link or by comparison."""
    for linked in (exists(Sold, Sold.case == Made.case), exists(Sold, Sold.pieces < Made.parts)):
        counted = metric("m", "M", count(distinct(Made.maker).where(linked)))
        catalogue = attrs.evolve(CATALOGUE, metrics=(counted,), invariants=())
        (found,) = evaluate(catalogue, STREAM, as_at=date(2024, 1, 4)).evidence("m")
        assert [event.id for event in found.linked] == ["S1"]


def test_entries_are_a_table_of_subjects_and_their_events() -> None:
    """One row for each event through which somebody counts, for all metrics or for those named."""
    report = evaluate(CATALOGUE, Stream(STREAM), as_at=date(2024, 1, 9))
    rows = report.entries("regulars").to_dicts()
    assert {row["metric"] for row in rows} == {"regulars"}
    assert {row["type"] for row in rows} == {"Sold"}
    evidence = report.evidence("regulars")
    assert [(row["subject"], row["event"]) for row in rows] == [
        (item.subject, event.id) for item in evidence for event in sorted(item.events, key=lambda event: event.id)
    ]
    assert {row["metric"] for row in report.entries().to_dicts()} == {
        metric.id for metric in CATALOGUE.metrics if report.evidence(metric.id)
    }


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_entries_are_written_to_a_file(tmp_path: Path, engine: Literal["reference", "duckdb"]) -> None:
    """The rows of the table, of all metrics or of those named; none where nobody counts; an old file is replaced."""
    file = tmp_path / "entries.parquet"
    report = evaluate(CATALOGUE, Stream(STREAM), as_at=date(2024, 1, 9), engine=engine)
    for metrics in ((), ("regulars",)):
        report.write_entries(file, *metrics)
        table = report.entries(*metrics)
        assert table.rows
        written = pq.read_table(file)
        assert tuple(written.column_names) == table.names
        assert sorted(tuple(row.values()) for row in written.to_pylist()) == sorted(table.rows)
    evaluate(CATALOGUE, Stream(STREAM), as_at=date(2023, 1, 1), engine=engine).write_entries(str(file))
    assert pq.read_table(file).num_rows == 0
    with pytest.raises(StreamError, match="cannot be written"):
        report.write_entries(tmp_path / "gone" / "entries.parquet")
    assert [entry.name for entry in tmp_path.iterdir()] == [file.name]
