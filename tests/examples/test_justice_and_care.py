"""The synthetic example: its figures, what else is in it, and a second computation of everything."""

from __future__ import annotations

import gzip
import importlib
import sys
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from impact_metrics import evaluate
from impact_metrics.anti_trafficking import CATALOGUE, MODEL
from impact_metrics.anti_trafficking.outcomes import OUTCOMES
from impact_metrics.anti_trafficking.paired import PAIRED
from impact_metrics.streams import read_json_lines, write_json_lines
from tests.agreement import plain
from tests.examples import by_hand

if TYPE_CHECKING:
    from impact_metrics import Report
    from impact_metrics.streams import Reading
    from tests.examples.by_hand import Plain

FOLDER = Path(__file__).parents[2] / "examples" / "justice_and_care"
FILE = FOLDER / "stream.jsonl.gz"
EVER = "9999"
PUBLISHED = {
    "victims_rescued": 5014,
    "arrests": 1334,
    "prosecutions": 1275,
    "convictions": 153,
    "survivors_cared_for": 4588,
    "professionals_trained": 51164,
    "vulnerable_people_reached": 176013,
    "supported_safe_returns": 251,
}


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_json_lines(FILE, MODEL)


@pytest.fixture(scope="module")
def report(reading: Reading) -> Report:
    return evaluate(CATALOGUE, reading.stream)


@pytest.fixture(scope="module")
def records() -> list[Plain]:
    return by_hand.read(FILE)


@pytest.fixture(scope="module")
def events(records: list[Plain]) -> dict[str, list[Plain]]:
    """Everything known, by type."""
    found: dict[str, list[Plain]] = defaultdict(list)
    for record in by_hand.known(records, EVER):
        found[record["type"]].append(record)
    return found


def test_headlines(report: Report) -> None:
    """With everything known, the eight headline figures are the published ones as at the last day."""
    values = report.values()
    assert {name: values[name] for name in PUBLISHED} == PUBLISHED
    assert report.as_at == date(2024, 12, 31)
    assert 0 < values["convictions_net_of_quashed"] < PUBLISHED["convictions"]
    assert 0 < values["survivors_rehabilitated"] < PUBLISHED["survivors_cared_for"]


def test_the_readme_tells_the_shares(report: Report) -> None:
    """The folder's README prints the outcomes as the report does."""
    readme = " ".join((FOLDER / "README.md").read_text(encoding="utf-8").split())
    told = [f"{result.metric.id} | {result}" for result in report.results if result.parts is not None]
    assert len(told) == len(OUTCOMES) + len(PAIRED)
    assert all(" ".join(line.split()) in readme for line in told)


def test_cohorts_by_hand(reading: Reading, records: list[Plain]) -> None:
    """Convictions by the year in which the trial of the same person began add up to the rate, and no year is mixed."""
    report = evaluate(CATALOGUE, reading.stream)
    lines = report.books(report.periods("year"), metrics=["conviction_rate"]).lines
    known = by_hand.known(records, EVER)
    began: dict[str, str] = {}
    subjects = report.standings("conviction_rate")
    supported = report.subjects("arrests")
    backed = {item["case"] for item in known if item["type"] == "LegalSupport" and by_hand.legal(item)}
    for item in (item for item in known if item["type"] == "Trial" and by_hand.EXPLOITATION & set(item["charges"])):
        if item["defendant"] in supported or item["case"] in backed:
            year = item["occurred_on"][:4]
            began[item["defendant"]] = min(began.get(item["defendant"], "9"), year)
    expected = Counter((year, subjects[person].name) for person, year in began.items())
    for line in lines:
        assert line.parts is not None
        year = line.period.label[:4]
        assert line.parts.numerator == expected[year, "NUMERATOR"]
        assert line.parts.unknown == expected[year, "UNKNOWN"]
        assert line.parts.denominator == sum(number for (of, _), number in expected.items() if of == year)
    assert sum(line.parts.denominator for line in lines if line.parts) == len(subjects)


def test_nothing_is_wrong(reading: Reading, report: Report) -> None:
    """Every record is taken, no constraint is broken, and every invariant holds."""
    assert (reading.set_aside_count, reading.taken) == (0, reading.read)
    assert report.violations == ()
    assert all(finding.holds for finding in report.invariants)


def test_it_says_that_it_is_synthetic(reading: Reading, records: list[Plain]) -> None:
    """The first line and the README both say that the data are synthetic, and the README counts the records."""
    assert reading.about[str(FILE)]["note"].startswith("Synthetic data about no real person")
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "**The data in this folder are synthetic.**" in readme
    assert f"{len(records):,} records" in readme


def test_regenerating_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The generator writes the committed file again, line by line; compression may differ by the version of zlib."""
    monkeypatch.syspath_prepend(str(FOLDER))
    before = set(sys.modules)
    generate = importlib.import_module("generate")
    write_json_lines(generate.simulate().records, tmp_path / "again.jsonl.gz", about=generate.ABOUT)
    for name in set(sys.modules) - before:
        monkeypatch.delitem(sys.modules, name)
    again = gzip.decompress((tmp_path / "again.jsonl.gz").read_bytes())
    assert again == gzip.decompress(FILE.read_bytes())
    assert FILE.stat().st_size < 1_000_000


@pytest.mark.parametrize(
    "moment", ["2022-07-15T00:00:00+00:00", "2023-03-31T00:00:00+00:00", "2024-03-31T00:00:00+00:00", None]
)
@pytest.mark.parametrize("day", ["2012-06-30", "2016-12-31", "2020-02-29", "2022-12-31", "2024-12-31"])
def test_second_computation(reading: Reading, records: list[Plain], day: str, moment: str | None) -> None:
    """Plain loops, written from the definitions alone, give the same figures and shares at several moments."""
    known = by_hand.known(records, moment or EVER)
    known_at = None if moment is None else datetime.fromisoformat(moment)
    found = evaluate(CATALOGUE, reading.stream, as_at=date.fromisoformat(day), known_at=known_at)
    assert {result.metric.id: result.value for result in found.results if result.parts is None} == by_hand.figures(
        known, day
    )
    parts = {result.metric.id: plain(result.parts) for result in found.results if result.parts is not None}
    assert parts == by_hand.shares(known, day)
    assert all(finding.holds for finding in found.invariants)
    assert found.violations == ()


def test_a_year_of_more_convictions(reading: Reading) -> None:
    """In 2020 more people were newly convicted than newly prosecuted, which is no error."""
    before, after = (evaluate(CATALOGUE, reading.stream, as_at=date(year, 12, 31)).values() for year in (2019, 2020))
    added = {name: after[name] - before[name] for name in ("convictions", "prosecutions")}
    assert added["convictions"] > added["prosecutions"] > 0


def test_what_became_known(reading: Reading, records: list[Plain]) -> None:
    """Between two dates late arrests, corrections, retractions and merges come in, and change the figures for 2022."""
    first, second = "2023-03-31", "2024-03-31"
    news = [item for item in records if first < item["recorded_at"] < second]
    of_2022 = [item for item in news if "2022" <= item.get("occurred_on", "") <= "2022-12-31"]
    versions = Counter(item["id"] for item in records if item["type"] != "KnownPerson")
    late = [item for item in of_2022 if item["type"] == "Arrest" and versions[item["id"]] == 1]
    corrected = [item for item in of_2022 if versions[item["id"]] > 1]
    kinds = Counter(item["type"] for item in news)
    assert len(late) >= 10
    assert len(corrected) >= 5
    assert kinds["Retraction"] >= 8
    assert kinds["SamePerson"] >= 14
    values = [
        evaluate(CATALOGUE, reading.stream, as_at=date(2022, 12, 31), known_at=datetime.fromisoformat(moment)).values()
        for moment in (first, second)
    ]
    changed = {name for name in values[0] if values[0][name] != values[1][name]}
    assert {"arrests", "survivors_cared_for", "professionals_trained", "vulnerable_people_reached"} <= changed


def test_persons_under_several_ids(records: list[Plain]) -> None:
    """Suspects and survivors are merged, one over two steps, and one merge is retracted."""
    merges = [item for item in records if item["type"] == "SamePerson"]
    withdrawn = {item["of"] for item in records if item["type"] == "Retraction"}
    assert {item["person"][0] for item in merges} == {"S", "V"}
    assert {item["person"] for item in merges} & {item["same_as"] for item in merges}
    assert len({item["id"] for item in merges} & withdrawn) == 1


def test_recorded_everywhere(records: list[Plain]) -> None:
    """Every record says when it was made, no event was recorded before it happened, and some a year late."""
    assert all(item["recorded_at"] for item in records)
    dated = [item for item in records if "occurred_on" in item]
    assert all(item["recorded_at"][:10] >= item["occurred_on"] for item in dated)
    waits = [date.fromisoformat(item["recorded_at"][:10]) - date.fromisoformat(item["occurred_on"]) for item in dated]
    assert sum(wait.days > 365 for wait in waits) > 100


def test_attributes_of_persons(events: dict[str, list[Plain]]) -> None:
    """Of most people something is known, of some not the sex or the age, and of some nothing."""
    people = {item["id"]: item for item in events["KnownPerson"]}
    assert any("sex" not in item for item in people.values())
    assert any("born_on" not in item and "age_group" in item for item in people.values())
    assert any("born_on" not in item and "age_group" not in item for item in people.values())
    assert {item["suspect"] for item in events["Arrest"]} - people.keys()
