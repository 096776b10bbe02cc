"""Verification: what is the same is identical, and of what differs it says which figure, who, and which record."""

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import (
    ContradictionError,
    EventId,
    ExchangeError,
    PersonId,
    Retraction,
    RuleError,
    SamePerson,
    Stream,
    count,
    distinct,
    evaluate,
    revised,
)
from impact_metrics.anti_trafficking import CATALOGUE
from impact_metrics.engines.duckdb import Tables
from impact_metrics.publication import (
    Layout,
    Manifest,
    SavedNumber,
    SavedReport,
    Verification,
    read_saved,
    save,
    verify,
)
from impact_metrics.publication.definitions import changed_definitions
from impact_metrics.publication.records import RecordMark, changes_between
from impact_metrics.streams import StreamDigest, read_json_lines, write_parquet
from impact_metrics.streams.versions import AnyRecord
from tests.agreement import Question, catalogue_of, metric, questions
from tests.publication.shop import DAY, SHOP, STREAM, at, made, sold
from tests.toys import STRICT_TOYS, TOYS, Made, Sold

EXAMPLE = Path(__file__).parents[2] / "examples/justice_and_care/stream.jsonl.gz"


def saved_of(stream: Stream, known_at: datetime | None = None, **more: Any) -> SavedReport:
    report = evaluate(SHOP, stream, as_at=DAY, known_at=known_at)
    manifest = Manifest.of(report, stream_digest=StreamDigest.of(stream, known_at=known_at), **more)
    return SavedReport.of(report, manifest, records=stream)


SAVED = saved_of(STREAM, layout=Layout(period="quarter", by=("shape",)))


def without(name: str) -> list[AnyRecord]:
    return [record for record in STREAM if record.id != name]


def lines(verification: Verification) -> list[str]:
    return str(verification).splitlines()


def test_the_same_records_are_identical() -> None:
    """In any order, and however often each is given."""
    records = [*STREAM, *STREAM]
    random.Random(5).shuffle(records)  # noqa: S311 - any order will do
    found = verify(SAVED, Stream(records), SHOP)
    assert found.identical
    assert str(found) == "identical: every figure is as saved, from the same records"


@given(questions(TOYS, most=2), st.randoms(use_true_random=False))
def test_any_report_is_identical_to_itself(question: Question, shuffling: random.Random) -> None:
    """Whatever the rules, dates and records are, and in whatever order they stand."""
    catalogue = catalogue_of(question.model, question.measures)
    try:
        report = evaluate(catalogue, question.stream, as_at=question.as_at, known_at=question.known_at)
        digest = StreamDigest.of(question.stream, known_at=report.known_at)
        manifest = Manifest.of(report, stream_digest=digest)
    except (ContradictionError, ExchangeError):
        return  # merges that go round in a circle, or two sets of one name, which no file can hold
    saved = SavedReport.of(report, manifest, records=question.stream)
    records = list(question.stream)
    shuffling.shuffle(records)
    assert verify(saved, Stream(records), catalogue).identical
    bare = attrs.evolve(saved, evidence=None, records=None)
    assert verify(bare, Stream(records), catalogue).identical


def test_an_altered_record_is_named() -> None:
    """With the figures that differ for it, and the people behind them."""
    altered = [*without("M-two"), made("M-two", date(2024, 1, 20), "Gil", safe=True, price=Decimal("2.25"))]
    found = verify(SAVED, Stream(altered), SHOP)
    assert not found.identical
    assert not found.same_figures
    assert not found.same_records
    by_metric = {difference.metric: difference for difference in found.metrics}
    assert list(by_metric) == ["makers", "safe_makers", "safe_share", "bought_later", "way", "wait", "orders"]
    safe = by_metric["safe_makers"]
    assert safe.numbers[0] == ("safe_makers", "2", "1")
    assert (safe.added, safe.gone, safe.records) == ((), ("Ben",), ("Made M-two altered",))
    makers = by_metric["makers"]
    assert (makers.numbers, makers.added, makers.gone) == ((), ("Gil",), ("Ben",))
    text = lines(found)
    assert text[0] == "DIFFERENT FIGURES:"
    assert "  makers: every number is the same, but others stand behind it" in text
    assert "    counted now and not as saved: Gil" in text
    assert "    counted as saved and not now: Ben" in text
    assert "    by records: Made M-two altered" in text
    assert text[-2:] == ["DIFFERENT RECORDS:", "  records: Made M-two altered"]


def test_added_and_removed_records_are_named() -> None:
    """A sale that is gone, and one that is new."""
    changed = [*without("S-two"), sold("S-three", date(2024, 5, 1), "Hal", "C-one")]
    found = verify(SAVED, Stream(changed), SHOP)
    (sales,) = (difference for difference in found.metrics if difference.metric == "sales")
    assert (sales.numbers, sales.added, sales.gone) == ((), ("S-three",), ("S-two",))
    assert sales.records == ("Sold S-three added", "Sold S-two removed")
    assert lines(found)[-1] == "  records: Sold S-three added, Sold S-two removed"


def test_a_merge_is_named() -> None:
    """The person who was counted under another id is neither added nor gone."""
    merge = SamePerson(id=EventId("P-two"), person=PersonId("Ben"), same_as=PersonId("Ann"), recorded_at=at(5))
    found = verify(SAVED, Stream([*STREAM, merge]), SHOP)
    makers = found.metrics[0]
    assert makers.numbers[0] == ("makers", "3", "2")
    assert (makers.added, makers.gone, makers.merged) == ((), (), (("Ben", "Ann"),))
    assert makers.changed == ("Ann",)
    assert makers.records == (f"SamePerson P-two (recorded at {at(5)}) added",)
    assert "    merged: Ben is Ann" in lines(found)


def test_a_retraction_is_named_by_what_it_withdraws() -> None:
    """The retraction does not hold the person's id; it holds that of the event in the evidence."""
    found = verify(
        SAVED, Stream([*STREAM, Retraction(id=EventId("R-two"), of=EventId("M-two"), recorded_at=at(6))]), SHOP
    )
    assert found.metrics[0].gone == ("Ben",)
    assert found.metrics[0].records == (f"Retraction R-two (recorded at {at(6)}) added",)


def test_a_record_tied_by_a_case_is_named() -> None:
    """Ben made something that was sold safely through a sale that holds the case alone, and is another's now."""
    changed = [*without("S-two"), sold("S-two", date(2024, 3, 15), "Eve", "C-nine", pieces=3)]
    found = {difference.metric: difference for difference in verify(SAVED, Stream(changed), SHOP).metrics}
    assert found["safe_makers"].gone == ("Ben",)
    assert found["safe_makers"].records == ("Sold S-two altered",)
    before = Stream(without("S-two"))
    tied = {difference.metric: difference for difference in verify(saved_of(before), STREAM, SHOP).metrics}
    assert tied["safe_makers"].added == ("Ben",)
    assert tied["safe_makers"].records == ("Sold S-two added",)


def test_records_can_differ_where_no_figure_does() -> None:
    """The verdict says both, and is not that all is identical."""
    found = verify(SAVED, Stream([*without("M-one"), revised(record("M-one"), note="another remark")]), SHOP)
    assert found.same_figures
    assert not found.identical
    assert lines(found) == ["every figure is as saved", "DIFFERENT RECORDS:", "  records: Made M-one altered"]


def record(name: str) -> Any:
    return next(record for record in STREAM if record.id == name)


def test_what_was_recorded_later_is_no_difference() -> None:
    """A report as known at a moment is identical for ever."""
    saved = saved_of(STREAM, known_at=at(3))
    later = [*STREAM, Retraction(id=EventId("R-two"), of=EventId("M-two"), recorded_at=at(6))]
    assert verify(saved, Stream(later), SHOP).identical


def test_without_marks_it_says_that_records_differ() -> None:
    """And which numbers, but not who and through what."""
    bare = attrs.evolve(SAVED, evidence=None, records=None)
    found = verify(bare, Stream(without("S-two")), SHOP)
    assert found.records is None
    assert {difference.metric for difference in found.metrics} >= {"sales", "safe_makers"}
    assert not any(difference.gone or difference.records for difference in found.metrics)
    assert lines(found)[-1] == "  the saved report does not say which, since it holds no marks of records"


def test_many_are_counted() -> None:
    """Ten are printed, and how many more there are."""
    more = [made(f"X-{number}", DAY, f"Maker {number:02}") for number in range(12)]
    found = verify(SAVED, Stream([*STREAM, *more]), SHOP)
    assert len(found.metrics[0].added) == 12
    assert any(line.endswith("Maker 09 and 2 more") for line in lines(found))


@pytest.mark.parametrize("form", ["stream", "tables"])
def test_duckdb_makes_the_same_report(tmp_path: Path, form: str) -> None:
    """Another engine gives identical figures, and a note says so."""
    pytest.importorskip("duckdb")
    write_parquet(STREAM, tmp_path / "t", TOYS)
    with Tables(tmp_path / "t", TOYS) as tables:
        found = verify(SAVED, STREAM if form == "stream" else tables, SHOP, engine="duckdb")
        assert found.identical
        assert found.notes == ("the report was made by the engine 'reference', and made again by 'duckdb'",)
        report = evaluate(SHOP, tables, as_at=DAY)
        manifest = Manifest.of(report, stream_digest=StreamDigest.of(tables.records()))
        saved = SavedReport.of(report, manifest, records=tables.records())
    assert saved.evidence == SAVED.evidence
    assert verify(saved, STREAM, SHOP).identical


def test_other_versions_are_noted() -> None:
    """They are no difference."""
    manifest = attrs.evolve(SAVED.manifest, versions=(("python", "2.7"), ("other", "1")))
    found = verify(attrs.evolve(SAVED, manifest=manifest), STREAM, SHOP)
    assert found.identical
    (note,) = found.notes
    assert note.startswith("the report was made with python 2.7, and made again with 3.")
    assert lines(found)[-1] == f"note: {note}"


def test_a_broken_invariant_is_told() -> None:
    """One that held, one that is not there, and one that is new."""
    name, _ = SAVED.invariants[0]
    changed = attrs.evolve(SAVED, invariants=((name, False), ("x within y", True)))
    found = verify(changed, STREAM, SHOP)
    assert found.invariants == (
        f"invariant {name}: does not hold as saved, and holds now",
        "invariant x within y: holds as saved, and is not there now",
    )
    assert not found.same_figures
    assert f"  {found.invariants[0]}" in lines(found)


def test_a_tampered_file_is_told(tmp_path: Path) -> None:
    """With the figure that was changed in it."""
    path = tmp_path / "r.json"
    save(evaluate(SHOP, STREAM, as_at=DAY), path, SAVED.manifest, records=STREAM)
    plain = json.loads(path.read_text())
    plain["numbers"][0]["value"] = 300
    plain["numbers"].append({"metric": "ghosts", "part": "value", "value": 5})
    path.write_text(json.dumps(plain))
    found = verify(read_saved(path, changed_too=True), STREAM, SHOP)
    assert not found.identical
    assert lines(found) == [
        "CHANGED FILE: the report was changed after it was written",
        "DIFFERENT FIGURES:",
        "  makers: 300 as saved, 3 now",
        "  ghosts: 5 as saved, not there now",
    ]
    del plain["numbers"][-1]
    plain["numbers"][0]["value"] = 3
    plain["evidence"][0][2] = "counted twice"
    path.write_text(json.dumps(plain))
    assert verify(read_saved(path, changed_too=True), STREAM, SHOP).metrics[0].changed == ("Ann",)


def test_released_numbers_are_compared_with_released_numbers() -> None:
    """Rounded ones with rounded ones; where nothing says what is released, they cannot be compared."""

    def release(report: Any) -> list[SavedNumber]:
        makers = report["makers"].value // 5 * 5
        return [SavedNumber(metric="makers", part="value", value=makers, status="rounded")]

    report = evaluate(SHOP, STREAM, as_at=DAY)
    manifest = attrs.evolve(SAVED.manifest, audience="publishable")
    saved = SavedReport.of(report, manifest, numbers=release(report))
    assert verify(saved, STREAM, SHOP, release=release).identical
    with pytest.raises(RuleError, match="no policy of disclosure None"):
        verify(saved, STREAM, SHOP)


# --- definitions


BUYERS = metric("makers", count(distinct(Sold.buyer)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: attrs.evolve(c, title="Shop"), ["the catalogue differs in title"]),
        (lambda c: attrs.evolve(c, version="2025.1"), ["the catalogue differs in version"]),
        (lambda c: attrs.evolve(c, metrics=c.metrics[::-1]), ["the metrics stand in another order"]),
        (
            lambda c: attrs.evolve(c, metrics=(*c.metrics, metric("new", count(distinct(Sold.case))))),
            ["metric 'new' is new"],
        ),
        (
            lambda c: attrs.evolve(c, metrics=c.metrics[:-1]),
            ["metric 'progress' is there no longer", "the catalogue differs in scales"],
        ),
        (
            lambda c: attrs.evolve(
                c, invariants=(), metrics=(attrs.evolve(c.metrics[0], title="All", version="2"), *c.metrics[1:])
            ),
            [
                "metric 'makers' differs in title, version (version 1 before, 2 now)",
                "the catalogue differs in invariants",
            ],
        ),
        (
            lambda c: attrs.evolve(
                c, other_versions=(attrs.evolve(c.metrics[0], version="0", reason="an earlier one"),)
            ),
            ["the other versions of metrics differ"],
        ),
        (lambda c: c, []),
    ],
)
def test_changed_definitions_are_told(change: Callable[[Any], Any], told: list[str]) -> None:
    """Which metric differs, and in what."""
    assert list(changed_definitions(SHOP, change(SHOP))) == told


def test_the_report_is_made_with_its_own_definitions() -> None:
    """Today's are compared with them, and not evaluated."""
    today = attrs.evolve(SHOP, metrics=(BUYERS, *SHOP.metrics[1:]), invariants=())
    found = verify(SAVED, STREAM, today)
    assert found.identical
    assert found.definitions[0] == "metric 'makers' differs in measure (version 1 before, 1 now)"
    assert lines(found)[1:3] == [
        "note: today's catalogue differs from the one in the report, which was evaluated:",
        "  metric 'makers' differs in measure (version 1 before, 1 now)",
    ]
    assert verify(SAVED, STREAM, SHOP, today=today).definitions == found.definitions


def test_another_model_is_refused() -> None:
    """With what to do."""
    with pytest.raises(ExchangeError, match="the report cannot be made again with this model"):
        verify(SAVED, STREAM, attrs.evolve(SHOP, model=STRICT_TOYS))


# --- records


def mark(name: str, month: int | None, digest: int) -> RecordMark:
    return RecordMark("Made", name, None if month is None else datetime(2024, month, 1, tzinfo=UTC), f"{digest:064x}")


def test_records_are_altered_added_or_removed() -> None:
    """Versions of one moment belong together, then those of one id; a later correction is added."""
    before = [mark("A", 1, 1), mark("A", 2, 2), mark("B", 1, 3), mark("C", 1, 4), mark("D", None, 5)]
    after = [
        mark("A", 1, 1),
        mark("A", 2, 12),
        mark("B", 2, 13),
        mark("B", 3, 14),
        mark("E", 1, 15),
        mark("D", None, 5),
    ]
    found = changes_between(before, after)
    assert found.altered == (mark("A", 2, 12), mark("B", 2, 13))
    assert found.added == (mark("B", 3, 14), mark("E", 1, 15))
    assert found.removed == (mark("C", 1, 4),)
    assert found
    assert not changes_between(before, before)


def test_a_mark_has_one_form() -> None:
    """The digest of the record, with what names it."""
    assert RecordMark.of(record("M-one")).recorded_at is None
    assert str(RecordMark.of(record("M-one"))) == "Made M-one"
    assert isinstance(record("M-one"), Made)


# --- the example


def test_the_example_is_verified() -> None:
    """The made-up stream of the examples is identical; with one record altered, everything is named."""
    stream = read_json_lines(EXAMPLE, CATALOGUE.model).stream
    some = CATALOGUE.only("prosecutions", "conviction_rate")
    report = evaluate(some, stream)
    saved = SavedReport.of(report, Manifest.of(report, stream_digest=StreamDigest.of(stream)), records=stream)
    assert verify(saved, stream, CATALOGUE).identical
    records = list(stream)
    place = next(
        n for n, record in enumerate(records)
        if type(record).__name__ == "Trial" and record.defendant in report.subjects("prosecutions")
    )  # fmt: skip
    trial: Any = records[place]
    records[place] = revised(trial, defendant=PersonId("somebody else"))
    found = verify(saved, Stream(records), CATALOGUE)
    prosecutions = found.metrics[0]
    assert prosecutions.metric == "prosecutions"
    assert trial.defendant in prosecutions.gone
    assert f"Trial {trial.id}" in prosecutions.records[0]
    assert found.records is not None
    assert [altered.id for altered in found.records.altered] == [trial.id]
