"""Saved reports: one file with everything, which comes back equal, and whose every damage has its message."""

import copy
import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given

from impact_metrics import (
    ContradictionError,
    ExchangeError,
    PersonId,
    RuleError,
    Stream,
    StreamError,
    evaluate,
    revised,
)
from impact_metrics.publication import (
    HOSPITAL,
    Edition,
    Layout,
    Manifest,
    SavedNumber,
    SavedReport,
    read_saved,
    save,
    verify,
    write_saved,
)
from impact_metrics.publication import saved as module
from impact_metrics.publication.numbers import PeriodNamed
from impact_metrics.streams import StreamDigest
from tests.agreement import Question, catalogue_of, questions
from tests.publication.shop import DAY, SHOP, STREAM, made
from tests.toys import TOYS

REPORT = evaluate(SHOP, STREAM, as_at=DAY)
LAYOUT = Layout(period="quarter", by=("shape",))
MANIFEST = Manifest.of(REPORT, stream_digest=StreamDigest.of(STREAM), records=13, set_aside=1, layout=LAYOUT)
SAVED = SavedReport.of(REPORT, MANIFEST, records=STREAM)
RELEASED = (
    SavedNumber(metric="makers", part="value", value=5, status="rounded"),
    SavedNumber(metric="safe_makers", part="value", value=None, status="suppressed"),
)
PUBLIC = SavedReport.of(REPORT, attrs.evolve(MANIFEST, audience="publishable"), numbers=RELEASED)


def numbers(metric: str, **more: Any) -> dict[str, Any]:
    """Give the numbers of a metric, by default those to date."""
    wanted = {"period": None, "cell": (), **more}
    return {
        number.part: number.value
        for number in SAVED.numbers
        if number.metric == metric and all(getattr(number, name) == value for name, value in wanted.items())
    }


def test_every_number_of_every_kind_of_metric_is_there() -> None:
    """The figure, and everything that stands behind it, exactly."""
    assert numbers("makers") == {"value": 3}
    assert numbers("sales") == {"value": 2}
    assert numbers("money") == {"value": Decimal("3.75"), "rows": 4, "missing": 2}
    assert numbers("safe_share") == {
        "value": Decimal("0.666667"), "numerator": 2, "denominator": 3, "rest": 1,
        "lower": Decimal("0.207660"), "upper": Decimal("0.938508"),
    }  # fmt: skip
    counts = {"cohort": 3, "numerator": 2, "denominator": 2, "rest": 0, "not_yet_due": 0, "early": 0, "lost": 1}
    rate = numbers("bought_later")
    assert {name: rate[name] for name in counts} == counts
    assert (rate["value"], rate["least"], rate["naive_rate"]) == (1, Decimal("0.666667"), Decimal("0.666667"))
    assert numbers("way")["stage_1"] == 3
    assert numbers("way")["stage_3"] == 1
    assert numbers("wait")["value"] == REPORT["wait"].value
    assert {"ended after 14 days", "not_yet after 14 days"} <= numbers("wait").keys()
    assert numbers("orders") == {"value": 2}
    assert numbers("progress")["numerator"] == 1
    assert numbers("progress")["changed by 4"] == 1
    first = PeriodNamed("2024 Q1", date(2024, 1, 1), date(2024, 3, 31))
    assert numbers("makers", period=first, cell=("round",)) == {
        "value": 2, "opening": 0, "entered": 2, "left": 0, "closing": 2, "active": 2,
    }  # fmt: skip
    assert numbers("wait", period=first, cell=("all",)).keys() >= {"value", "ended", "not_yet"}
    assert not numbers("sales", period=first, cell=("all",)), "sales have no shape"


def test_the_evidence_says_how_everybody_counts() -> None:
    """Of every metric the subjects, with words and the ids of events; a total says what each row adds."""
    assert SAVED.evidence is not None
    found = {(counted.metric, counted.subject): (counted.standing, counted.events) for counted in SAVED.evidence}
    assert found["makers", "Ann"] == ("counted", ("M-one", "M-three"))
    assert found["money", "M-one"] == ("adds 1.5", ("M-one",))
    assert found["money", "M-four"] == ("adds nothing", ("M-four",))
    assert found["sales", "S-two"] == ("counted", ("S-two",))
    assert found["safe_share", "Ann"] == ("in the numerator", ("M-one", "M-three", "S-one"))
    assert found["safe_share", "Eve"] == ("in the denominator only", ())
    assert found["bought_later", "Ann"][0] == "in the numerator"
    assert found["way", "Ben"] == ("reached stage 2", ())
    assert found["wait", "Ann"] == ("ended after 14 days", ("M-one", "M-three", "S-one"))
    assert found["wait", "Ben"][0] == "not yet ended when last seen after 346 days"
    assert found["orders", "C-one"] == ("counted", ("M-one", "M-four"))
    assert found["progress", "Ann"] == ("in the numerator: 1 before, 5 after", ("M-one", "M-three"))
    assert found["progress", "Eve"][0].endswith("4 before, nothing after")


@pytest.mark.parametrize("name", ["report.json", "report.json.gz"])
def test_a_saved_report_comes_back_equal(tmp_path: Path, name: str) -> None:
    """Internal and publishable ones, plain and gzipped; the same report gives the same bytes."""
    for saved in (SAVED, PUBLIC):
        write_saved(saved, tmp_path / name)
        once = (tmp_path / name).read_bytes()
        assert read_saved(tmp_path / name) == saved
        write_saved(saved, tmp_path / name)
        assert (tmp_path / name).read_bytes() == once


@given(questions(TOYS, most=2))
def test_any_report_comes_back_equal(question: Question) -> None:
    """Whatever the metrics, the records and the dates are."""
    catalogue = catalogue_of(question.model, question.measures)
    try:
        report = evaluate(catalogue, question.stream, as_at=question.as_at, known_at=question.known_at)
        digest = StreamDigest.of(question.stream, known_at=report.known_at)
        manifest = Manifest.of(report, stream_digest=digest)
    except (ContradictionError, ExchangeError):
        return  # merges that go round in a circle, or two sets of one name, which no file can hold
    saved = SavedReport.of(report, manifest, records=question.stream)
    assert SavedReport.from_plain(json.loads(json.dumps(saved.to_plain()))) == saved


def test_a_publishable_report_names_nobody(tmp_path: Path) -> None:
    """No id of a person, case or record is in the file, and nothing but the numbers that were released."""
    manifest = attrs.evolve(MANIFEST, audience="publishable")
    save(REPORT, tmp_path / "r.json", manifest, numbers=RELEASED)
    text = (tmp_path / "r.json").read_text()
    for hidden in ("Ann", "Ben", "Cem", "Eve", "Fay", "M-one", "S-two", "C-one", "B-one", "R-one", "P-one", "Barker"):
        assert hidden not in text
    assert read_saved(tmp_path / "r.json").numbers == RELEASED
    assert [number.shown for number in RELEASED] == ["5 (rounded)", "suppressed"]


def test_a_publishable_report_holds_the_numbers_of_its_edition() -> None:
    """Protected by the policy that the manifest names, over its periods and dimensions; small counts are not told."""
    pytest.importorskip("z3")
    layout = Layout(period="year", year_starts=4, by=("shape",))
    manifest = attrs.evolve(MANIFEST, audience="publishable", policy_text='"hospital"', layout=layout)
    saved = SavedReport.of(REPORT, manifest)
    edition = Edition.of(REPORT, policy=HOSPITAL, by=[["shape"]], period="year", year_starts=4)
    assert [(number.metric, number.part, number.value, number.status) for number in saved.numbers] == [
        (seen.metric.id, seen.part, seen.value, seen.told) for seen in edition.observations
    ]
    assert saved.numbers[0].place == "makers"
    assert saved.numbers[0].shown == "suppressed"
    assert {number.period.label for number in saved.numbers if number.period} == {"2023/24", "2024/25 (to 2024-12-31)"}
    assert any(number.by == ("shape",) for number in saved.numbers)
    assert (saved.evidence, saved.records) == (None, None)
    assert SavedReport.from_plain(json.loads(json.dumps(saved.to_plain()))) == saved
    assert verify(saved, STREAM, SHOP).identical


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda public: SavedReport.of(REPORT, public), "no policy of disclosure None"),
        (
            lambda public: SavedReport.of(REPORT, attrs.evolve(public, policy_text='"mine"')),
            "no policy of disclosure 'mine'",
        ),
        (
            lambda public: SavedReport.of(
                REPORT, attrs.evolve(public, policy_text='"hospital"', layout=Layout(period="year", every=True))
            ),
            "an edition has whole periods",
        ),
        (lambda public: SavedReport.of(REPORT, public, numbers=RELEASED, records=STREAM), "no records"),
        (lambda _: SavedReport.of(evaluate(SHOP, STREAM, as_at=date(2024, 2, 1)), MANIFEST), "is of another report"),
    ],
)
def test_what_may_not_be_saved_is_refused(make: Callable[[Manifest], Any], told: str) -> None:
    """A publishable report never falls back on exact numbers, and a manifest is of its own report."""
    with pytest.raises(RuleError, match=told):
        make(attrs.evolve(MANIFEST, audience="publishable"))


def test_text_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    """The id with half a character is named."""
    stream = Stream([made("M-\ud800", DAY, "Ann")])
    report = evaluate(SHOP, stream)
    with pytest.raises(ExchangeError, match="cannot be written in UTF-8"):
        save(report, tmp_path / "r.json", Manifest.of(report, stream_digest=StreamDigest.of(stream)))
    with pytest.raises(StreamError, match="cannot be written"):
        save(REPORT, tmp_path / "no" / "r.json", MANIFEST)


# --- files that are damaged


def damaged(tmp_path: Path, change: Callable[[Any], object]) -> Path:
    """Write the saved report with a change, under a digest that fits it."""
    plain = copy.deepcopy(SAVED.to_plain())
    change(plain)
    if isinstance(plain.get("sha256"), str) and len(plain["sha256"]) == 64:
        plain["sha256"] = module._sha256({key: plain[key] for key in plain if key != "sha256"})  # noqa: SLF001 - the same
    path = tmp_path / "r.json"
    path.write_text(json.dumps(plain))
    return path


def put(*path: Any) -> Callable[[Any], object]:
    """Put the last of the arguments at the place that the others lead to."""
    *parents, last, value = path

    def change(plain: Any) -> None:
        for key in parents:
            plain = plain[key]
        plain[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "where", "problem"),
    [
        (put("format", "other"), "format", "this is no saved report: 'other'"),
        (put("format_version", 2), "format_version", "this library knows 1"),
        (put("format_version", "1"), "format_version", "a whole number is expected"),
        (lambda plain: plain.pop("format"), "", "the key 'format' is missing"),
        (lambda plain: plain.pop("numbers"), "", "the key 'numbers' is missing"),
        (put("colour", 1), "", "there is no key 'colour' here"),
        (put("sha256", "short"), "sha256", "'short' is no SHA-256"),
        (put("manifest", "audience", "publishable"), "", "there is no key 'evidence' here"),
        (put("manifest", "as_at", "soon"), "manifest.as_at", "'soon' is no date"),
        (put("numbers", {}), "numbers", "a list is expected"),
        (put("numbers", 0, []), "numbers[0]", "a mapping is expected"),
        (put("numbers", 0, "metric", 5), "numbers[0].metric", "a text is expected"),
        (put("numbers", 0, "value", 0.5), "numbers[0].value", "a whole number is expected"),
        (put("numbers", 0, "value", True), "numbers[0].value", "a whole number is expected"),  # noqa: FBT003 - the fault
        (put("numbers", 0, "value", "many"), "numbers[0].value", "'many' is no number"),
        (put("numbers", 0, "value", "NaN"), "numbers[0].value", "'NaN' is no number"),
        (put("numbers", 0, "status", 1), "numbers[0].status", "a text is expected"),
        (put("numbers", 0, "by", ["sex"]), "numbers[0]", "there are 1 dimensions and 0 labels"),
        (put("numbers", 0, "period", ["2024"]), "numbers[0].period", "and this has 1 parts"),
        (put("numbers", 0, "period", ["2024", "x", "y"]), "numbers[0].period[1]", "'x' is no date"),
        (lambda plain: plain["numbers"].append(plain["numbers"][0]), "numbers[0]", "there are two numbers of makers"),
        (put("invariants", 0, ["x"]), "invariants[0]", "and this has 1 parts"),
        (put("invariants", 0, ["x", 1]), "invariants[0][1]", "true or false is expected"),
        (put("evidence", 0, ["x"]), "evidence[0]", "and this has 1 parts"),
        (put("evidence", 0, 3, [5]), "evidence[0][3][0]", "a text is expected"),
        (put("records", 0, ["x"]), "records[0]", "and this has 1 parts"),
        (put("records", 0, 2, "soon"), "records[0][2]", "'soon' is no moment"),
        (put("records", 0, 3, "0" * 63), "records[0][3]", "is no SHA-256"),
        (put("records", 0, 3, "0" * 64), "records", "these are not the records whose digest the manifest holds"),
    ],
)
def test_a_malformed_file_is_refused(tmp_path: Path, change: Callable[[Any], object], where: str, problem: str) -> None:
    """The error names the file, the place in it, and what is wrong there."""
    path = damaged(tmp_path, change)
    with pytest.raises(ExchangeError) as found:
        read_saved(path)
    assert found.value.where == f"{path}: report" + (f".{where}" if where else "")
    assert problem in found.value.problem


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the text is no JSON"),
        (b"[1]", "a mapping is expected, and this is a list"),
        (b"{", "line 1: the text is no JSON"),
        (b'{"a": 1, "a": 2}', "the key stands twice"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b"[" * 100_000, "nested more than 300 deep"),
        (b'{"a": ' + b"1" * 5000 + b"}", "the text cannot be read"),
        (b"\xff\xfe", "is not in UTF-8, at its byte 1"),
    ],
)
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, data: bytes, told: str) -> None:
    """Whatever stands in it."""
    path = tmp_path / "r.json"
    path.write_bytes(data)
    with pytest.raises(ExchangeError, match=told):
        read_saved(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """There is none, or it is no gzip, or breaks off."""
    with pytest.raises(StreamError, match="there is no such file"):
        read_saved(tmp_path / "r.json")
    broken = tmp_path / "r.json.gz"
    broken.write_bytes(b"no gzip")
    with pytest.raises(StreamError, match="damaged or not gzipped"):
        read_saved(broken)
    broken.write_bytes(gzip.compress(b"x" * 1000)[:20])
    with pytest.raises(StreamError, match="breaks off"):
        read_saved(broken)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken into memory, however little it takes when it is gzipped."""
    monkeypatch.setattr(module, "MAX_LOG", 1000)
    path = tmp_path / "r.json.gz"
    path.write_bytes(gzip.compress(b" " * 5000))
    with pytest.raises(ExchangeError, match="the report is larger than 1,000 bytes") as found:
        read_saved(path)
    assert found.value.where == str(path)


def test_a_changed_file_is_told(tmp_path: Path) -> None:
    """Any change of content has another digest; blanks and the order of keys are no content."""
    path = tmp_path / "r.json"
    write_saved(SAVED, path)
    plain = json.loads(path.read_text())
    path.write_text(json.dumps(dict(reversed(plain.items())), indent=3))
    assert read_saved(path) == SAVED
    plain["numbers"][0]["value"] += 1
    path.write_text(json.dumps(plain))
    with pytest.raises(ExchangeError, match="the report was changed after it was written"):
        read_saved(path)
    changed = read_saved(path, changed_too=True)
    assert not changed.intact
    assert changed.numbers[0].value == 4
    plain["records"].pop()
    path.write_text(json.dumps(plain))
    assert not read_saved(path, changed_too=True).intact


def test_only_what_was_known_is_marked() -> None:
    """A record that came after the moment of the report is neither in the digest nor among the marks."""
    known_at = datetime(2024, 3, 1, tzinfo=UTC)
    report = evaluate(SHOP, STREAM, as_at=DAY, known_at=known_at)
    digest = StreamDigest.of(STREAM, known_at=known_at)
    saved = SavedReport.of(report, Manifest.of(report, stream_digest=digest), records=STREAM)
    assert saved.records is not None
    assert len(saved.records) == digest.records == len(STREAM) - 3
    assert all(mark.recorded_at is None or mark.recorded_at <= known_at for mark in saved.records)


def test_numbers_say_of_what_they_are() -> None:
    """Metric, part, period and cell, and the number with how it is shown."""
    number = SavedNumber(
        metric="makers", part="entered", value=1234, period=PeriodNamed("2024", DAY, DAY), by=("sex", "age"),
        cell=("female", "all"),
    )  # fmt: skip
    assert (number.place, number.shown) == ("makers, entered, in 2024, sex female, age all", "1,234")
    nothing = SavedNumber(metric="rate", part="value", value=None)
    assert (nothing.place, nothing.shown) == ("rate", "none")
    assert revised(made("M", DAY, "Ann"), maker=PersonId("Ben")).maker == "Ben"
