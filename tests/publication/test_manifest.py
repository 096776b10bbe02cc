"""Manifests: they hold what a report was made of, come back equal from plain data, and refuse what is malformed."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import ExchangeError, RuleError, StreamError, evaluate
from impact_metrics.exchange import canonical
from impact_metrics.exchange import digest as catalogue_digest
from impact_metrics.publication import Layout, Manifest
from impact_metrics.publication import manifest as module
from impact_metrics.streams import StreamDigest
from tests.publication.shop import DAY, SHOP, STREAM
from tests.toys import TOYS

REPORT = evaluate(SHOP, STREAM, as_at=DAY, known_at=datetime(2025, 1, 1, tzinfo=UTC))
DIGEST = StreamDigest.of(STREAM, known_at=REPORT.known_at)
MANIFEST = Manifest.of(
    REPORT,
    stream_digest=DIGEST,
    records=13,
    set_aside=1,
    audience="publishable",
    policy={"least": 5, "round_to": 5},
    created_at=datetime(2025, 1, 2, 9, tzinfo=UTC),
    layout=Layout(period="year", year_starts=4, by=("shape",)),
)


def test_it_says_what_the_report_was_made_of() -> None:
    """Every part is that of the report, and the catalogue is there whole."""
    assert (MANIFEST.catalogue_id, MANIFEST.catalogue_version) == ("shop", "2024.1")
    assert MANIFEST.catalogue_digest == catalogue_digest(SHOP)
    assert MANIFEST.catalogue_text == canonical(SHOP)
    assert canonical(MANIFEST.catalogue()) == canonical(SHOP)
    assert MANIFEST.catalogue(TOYS) == SHOP
    assert (MANIFEST.as_at, MANIFEST.known_at) == (DAY, REPORT.known_at)
    assert MANIFEST.policy == {"least": 5, "round_to": 5}
    assert MANIFEST.engine == "reference"
    assert hash(MANIFEST) == hash(Manifest.from_plain(MANIFEST.to_plain()))


def test_a_model_that_was_written_otherwise_is_the_same() -> None:
    """The form of an earlier version, with blanks around a sentence, is read as what it says."""
    plain = json.loads(MANIFEST.catalogue_text)
    first = plain["model"]["code_lists"][0]
    first["doc"] += "\n    "
    manifest = attrs.evolve(MANIFEST, catalogue_text=json.dumps(plain))
    own = manifest.catalogue()
    assert manifest.catalogue(own.model) == own
    assert manifest.catalogue(TOYS) == SHOP


def test_its_rows_are_for_readers() -> None:
    """Labels and texts, in one order, without what is not known."""
    versions = MANIFEST.versions
    assert [name for name, _ in versions] == ["python", "impact-metrics"]
    assert MANIFEST.rows == (
        ("Catalogue", "shop 2024.1"),
        ("SHA-256 of the catalogue", catalogue_digest(SHOP)),
        ("SHA-256 of the records", DIGEST.sha256),
        ("Different records", "12"),
        ("Records read", "13"),
        ("Records set aside", "1"),
        ("As at", "2024-12-31"),
        ("Known at", "2025-01-01T00:00:00+00:00"),
        ("Broken down", "by year; years starting in month 4; by shape"),
        ("Audience", "publishable"),
        ("Disclosure policy", '{"least":5,"round_to":5}'),
        ("Engine", "reference"),
        *((f"Version of {name}", number) for name, number in versions),
        ("Created at", "2025-01-02T09:00:00+00:00"),
    )
    plain = Manifest.of(evaluate(SHOP, STREAM), stream_digest=DIGEST)
    labels = dict(plain.rows)
    assert labels["Known at"] == "everything recorded"
    assert labels["Broken down"] == "to date"
    assert labels["Disclosure policy"] == "none"
    assert labels["Audience"] == "internal"
    assert "Records read" not in labels
    assert "Created at" not in labels
    assert dict(attrs.evolve(plain, policy_text='"small cells"').rows)["Disclosure policy"] == "small cells"


def test_the_versions_name_the_library_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB's version stands in the manifest of a report that DuckDB made; a package that is not there says so."""
    pytest.importorskip("duckdb")
    report = evaluate(SHOP, STREAM, engine="duckdb")
    manifest = Manifest.of(report, stream_digest=DIGEST)
    assert manifest.engine == "duckdb"
    assert [name for name, _ in manifest.versions] == ["python", "impact-metrics", "duckdb"]
    monkeypatch.setattr(module, "_LIBRARIES", {"duckdb": "no-such-package"})
    assert module.versions_in_use("duckdb")[-1] == ("no-such-package", "not installed as a package")


moments = st.none() | st.datetimes(timezones=st.just(UTC))
layouts = st.builds(
    Layout,
    period=st.sampled_from([None, "year", "quarter", "month"]),
    year_starts=st.integers(1, 12),
    by=st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=2).map(tuple),
    every=st.booleans(),
) | st.builds(
    Layout,
    boundaries=st.sets(st.dates(), min_size=2, max_size=4).map(lambda days: tuple(sorted(days))),
)


@given(
    st.builds(
        attrs.evolve,
        st.just(MANIFEST),
        stream=st.builds(StreamDigest, st.from_regex(r"[0-9a-f]{64}", fullmatch=True), st.integers(0)),
        records=st.none() | st.integers(0),
        set_aside=st.integers(0),
        as_at=st.dates(),
        known_at=moments,
        engine=st.sampled_from(["reference", "duckdb", "spark"]),
        audience=st.sampled_from(["internal", "publishable"]),
        policy_text=st.sampled_from(["null", '"name"', '{"a":[1,{"b":null}]}']),
        created_at=moments,
        layout=layouts,
    )
)
def test_it_comes_back_equal_through_json(manifest: Manifest) -> None:
    """Nothing is lost on the way to plain data, to text, and back."""
    assert Manifest.from_plain(json.loads(json.dumps(manifest.to_plain()))) == manifest


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (5, "the policy is no plain data: 5"),
        ({"a": date(2024, 1, 1)}, "the policy is no plain data"),
        ({"a": float("nan")}, "the policy is no plain data"),
        ("\ud800", "the policy is no plain data"),
    ],
)
def test_a_policy_is_a_name_or_plain_data(policy: Any, told: str) -> None:
    """What no file can hold is refused when the manifest is made."""
    with pytest.raises(RuleError, match=told):
        Manifest.of(REPORT, stream_digest=DIGEST, policy=policy)


def test_wrong_arguments_are_refused() -> None:
    """There are two audiences, and a moment is no date; one without a zone is in UTC."""
    with pytest.raises(RuleError, match="there is no audience 'all'"):
        Manifest.of(REPORT, stream_digest=DIGEST, audience="all")  # type: ignore[arg-type]
    with pytest.raises(StreamError, match="is a moment"):
        Manifest.of(REPORT, stream_digest=DIGEST, created_at=date(2024, 1, 1))  # type: ignore[arg-type]
    naive = datetime(2024, 1, 1)  # noqa: DTZ001 - what is tested
    assert Manifest.of(REPORT, stream_digest=DIGEST, created_at=naive).created_at == datetime(2024, 1, 1, tzinfo=UTC)


def changed(path: str, value: Any) -> Any:
    """Give the plain manifest with one value changed, or left out (``...``)."""
    plain = copy.deepcopy(MANIFEST.to_plain())
    *parents, last = path.split(".")
    held: Any = plain
    for key in parents:
        held = held[key]
    if value is ...:
        del held[last]
    else:
        held[last] = value
    return plain


@pytest.mark.parametrize(
    ("path", "value", "where", "problem"),
    [
        ("as_at", ..., "manifest", "the key 'as_at' is missing"),
        ("colour", 1, "manifest", "there is no key 'colour' here"),
        ("as_at", "31/12/2024", "manifest.as_at", "'31/12/2024' is no date"),
        ("known_at", "soon", "manifest.known_at", "'soon' is no moment"),
        ("known_at", "2024-01-01T00:00:00", "manifest.known_at", "has no time zone"),
        ("created_at", 5, "manifest.created_at", "a text is expected"),
        ("audience", "all", "manifest.audience", "'all' is none of those that there are"),
        ("engine", None, "manifest.engine", "a text is expected"),
        ("policy", 5, "manifest.policy", "the policy is no plain data: 5"),
        ("versions", [], "manifest.versions", "a mapping is expected"),
        ("versions.python", 3, "manifest.versions.python", "a text is expected"),
        ("stream", None, "manifest.stream", "a mapping is expected, and this is null"),
        ("stream.sha256", "abc", "manifest.stream.sha256", "'abc' is no SHA-256"),
        ("stream.records", -1, "manifest.stream.records", "-1 is less than nothing"),
        ("stream.read", "5", "manifest.stream.read", "a whole number is expected"),
        ("stream.set_aside", True, "manifest.stream.set_aside", "a whole number is expected"),
        ("catalogue.sha256", "0" * 64, "manifest.catalogue.sha256", "the catalogue has another digest"),
        ("catalogue.canonical", "{}", "manifest.catalogue.sha256", "the catalogue has another digest"),
        ("catalogue.id", "other", "manifest.catalogue.id", "has another id than 'other'"),
        ("catalogue.version", "1", "manifest.catalogue.version", "has another version than '1'"),
        ("layout.period", "week", "manifest.layout.period", "'week' is none of those that there are"),
        ("layout.year_starts", 13, "manifest.layout.year_starts", "a year cannot start in month 13"),
        ("layout.boundaries", ["2024-01-01", "2025-01-01"], "manifest.layout", "either of a unit or between"),
        ("layout.by", [1], "manifest.layout.by[0]", "a text is expected"),
        ("layout.every", 1, "manifest.layout.every", "true or false is expected"),
    ],
)
def test_a_malformed_manifest_is_refused(path: str, value: Any, where: str, problem: str) -> None:
    """The error names the place and says what is wrong there."""
    with pytest.raises(ExchangeError) as found:
        Manifest.from_plain(changed(path, value))
    assert found.value.where.split(" (")[0] == where
    assert problem in found.value.problem


def test_a_catalogue_that_is_no_json_is_refused() -> None:
    """Even where its digest is right."""
    text = "no JSON"
    plain = changed("catalogue.canonical", text)
    plain["catalogue"]["sha256"] = module.hashlib.sha256(text.encode()).hexdigest()
    with pytest.raises(ExchangeError, match="the text is no JSON"):
        Manifest.from_plain(plain)
    plain["catalogue"]["canonical"] = "[]"
    plain["catalogue"]["sha256"] = module.hashlib.sha256(b"[]").hexdigest()
    with pytest.raises(ExchangeError, match="has another id than 'shop'"):
        Manifest.from_plain(plain)


# --- layouts


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Layout(period="year", boundaries=(DAY, date(2025, 1, 1))), "either of a unit or between boundaries"),
        (lambda: Layout(period="week"), "there is no period 'week'"),
        (lambda: Layout(boundaries=(DAY,)), "at least two boundary dates"),
        (lambda: list(Layout(by=("shap",)).books(REPORT)), "no metric can be broken down by 'shap'"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(make: Callable[[], object], told: str) -> None:
    """Whoever writes it is told."""
    with pytest.raises(RuleError, match=told):
        make()


def test_a_layout_says_what_it_is() -> None:
    """In words, and as true or false."""
    between = Layout(boundaries=(date(2024, 1, 1), date(2025, 1, 1)), every=True)
    assert str(between) == "between 2024-01-01, 2025-01-01; every cell that is touched"
    assert str(Layout(period="month", by=("age", "sex"))) == "by month; by age, sex"
    assert between
    assert not Layout()


def test_a_layout_breaks_down_what_has_its_dimensions() -> None:
    """A metric without one of them has no books."""
    books = {metric.id: found for metric, found in Layout(by=("shape",)).books(REPORT)}
    assert books["sales"] is None
    makers = books["makers"]
    assert makers is not None
    assert [line.cell for line in makers.lines] == [("round",), (None,), ("all",)]
    over = Layout(boundaries=(date(2024, 1, 1), date(2024, 2, 1), date(2025, 1, 1)))
    assert all(found is not None and len(found.periods) == 2 for _, found in over.books(REPORT))
    assert next(Layout(period="quarter").books(REPORT))[1] is not None
