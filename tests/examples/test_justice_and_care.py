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
from impact_metrics.anti_trafficking import CATALOGUE, MODEL, SystemicChange
from impact_metrics.anti_trafficking.outcomes import OUTCOMES
from impact_metrics.anti_trafficking.paired import PAIRED
from impact_metrics.anti_trafficking.times import TIMES
from impact_metrics.anti_trafficking.ways import WAYS
from impact_metrics.streams import read_json_lines, write_json_lines
from tests.agreement import plain
from tests.examples import by_hand
from tests.regenerate import AGAIN

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
    """The folder's README prints the outcomes and times as the report does."""
    readme = " ".join((FOLDER / "README.md").read_text(encoding="utf-8").split())
    told = [f"{result.metric.id} | {result}" for result in report.results if result.parts or result.times]
    assert len(told) == len((*OUTCOMES, *TIMES, *PAIRED, *WAYS))
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


def test_systemic_changes_are_listed(report: Report, records: list[Plain]) -> None:
    """The five of the page, each once with its latest record, counted by stage; what is made up is marked as that."""
    latest: dict[str, Plain] = {}
    for item in sorted((item for item in records if item["type"] == "SystemicChange"), key=lambda item: item["id"]):
        latest[item["change"]] = max(latest.get(item["change"], item), item, key=lambda one: one["occurred_on"])
    told = report.listing("systemic_change").to_dicts()
    assert [(row["change"], row["stage"], row["institution"], row["id"]) for row in told] == [
        (name, item["stage"], item.get("institution"), item["id"]) for name, item in sorted(latest.items())
    ]
    assert [str(item) for item in report["systemic_change"].tallied] == [
        "by stage: proposed 2, piloted 1, adopted 2",
        "by level: local 1, regional 1, national 3",
        "by kind: practice 3, policy 2",
    ]
    assert {row["evidence"] for row in told} == {
        'named on the page "Impact" of Justice and Care; stage, level and date are synthetic'
    }
    years = report.books(report.periods("year"), by=[SystemicChange.stage], metrics=["systemic_change"]).lines
    left = Counter[str]()
    for line in years:
        left[str(line.cell[0])] += line.flow.left if line.flow else 0
    assert (left["proposed"], left["piloted"], left["all"]) == (2, 1, 0)


def test_every_bullet_of_the_page_has_its_row(report: Report) -> None:
    """Headlines, critical outcomes and systemic change, in the order of the page; the rest comes below."""
    sections = [(title, [metric.id for metric in metrics]) for title, metrics in CATALOGUE.by_section]
    assert [title for title, _ in sections[:3]] == ["Headline impact to date", "Critical outcomes", "Systemic change"]
    assert sections[0][1] == list(PUBLISHED)
    assert [name for name in sections[1][1] if not name.startswith("change_in_")] == [
        "survivors_rehabilitated",
        "recovery_and_reintegration",
        "time_to_stable_point",
        "engagement_of_rescued",
        "engagement_of_cared_for",
        "re_trafficking_12_months",
        "re_trafficking_24_months",
        "behaviour_change_of_professionals",
    ]
    assert sorted(name for _, names in sections for name in names) == sorted(CATALOGUE.by_id)
    text = str(report)
    places = [text.index(f"\n{title}\n") for title, _ in sections]
    assert places == sorted(places)
    for (_, names), start, end in zip(sections, places, [*places[1:], len(text)], strict=True):
        assert all(str(CATALOGUE[name]) in text[start:end] for name in names)


def test_persons_and_attendances_are_told_apart(report: Report) -> None:
    """In title, unit and document: the one counts people on lists, the other adds up head-counts."""
    for name in ("professionals_trained", "vulnerable_people_reached"):
        attendances, persons = CATALOGUE[name], CATALOGUE[f"{name}_listed"]
        assert (attendances.unit.plural, persons.unit.plural) == ("attendances", "persons")
        assert persons.title.endswith("as persons where lists were kept")
        assert f"read as attendances: {name}" in " ".join(persons.assumptions)
        assert any("counted twice" in said for said in attendances.assumptions)
        assert 0 < (report[persons.id].value or 0) < (report[name].value or 0)


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
    assert again == gzip.decompress(FILE.read_bytes()), AGAIN
    assert FILE.stat().st_size < 1_000_000


@pytest.mark.parametrize(
    "moment", ["2022-07-15T00:00:00+00:00", "2023-03-31T00:00:00+00:00", "2024-03-31T00:00:00+00:00", None]
)
@pytest.mark.parametrize("day", ["2012-06-30", "2016-12-31", "2020-02-29", "2022-12-31", "2024-12-31"])
def test_second_computation(reading: Reading, records: list[Plain], day: str, moment: str | None) -> None:
    """Plain loops, written from the definitions alone, give the same figures, shares and times at several moments."""
    known = by_hand.known(records, moment or EVER)
    known_at = None if moment is None else datetime.fromisoformat(moment)
    found = evaluate(CATALOGUE, reading.stream, as_at=date.fromisoformat(day), known_at=known_at)
    counted = {result.metric.id: result.value for result in found.results if not result.parts and not result.times}
    assert counted == by_hand.figures(known, day)
    parts = {result.metric.id: plain(result.parts) for result in found.results if result.parts is not None}
    assert parts == by_hand.shares(known, day)
    assert {
        result.metric.id: (result.value, result.times.ended, result.times.not_yet, result.times.lost)
        for result in found.results
        if result.times is not None
    } == by_hand.times(known, day)
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
