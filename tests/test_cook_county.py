"""Real files that nobody here wrote: the felony cases that a prosecutor's office received in 2019."""

from __future__ import annotations

import importlib.util
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from impact_metrics import evaluate
from impact_metrics.rules.dimensions import Band, ByBand, ByTime
from impact_metrics.streams import Reading, load_mapping, read_mapped

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent
HOME = ROOT / "examples" / "cook_county"
FOLDER = Path(os.environ.get("COOK_COUNTY_2019", ROOT.parent / "shared" / "data" / "cook_county_2019"))

GUILTY = (
    "Plea Of Guilty",
    "Finding Guilty",
    "Verdict Guilty",
    "Plea of Guilty - Amended Charge",
    "Plea of Guilty - Lesser Included",
    "Finding Guilty - Lesser Included",
)

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason="the public files are not here; name their folder in COOK_COUNTY_2019"
    ),
]


@pytest.fixture(scope="module")
def catalogue() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cook_county_catalogue", HOME / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reading(catalogue: ModuleType) -> Reading:
    return read_mapped(load_mapping(HOME / "mapping.toml"), catalogue.MODEL, FOLDER)


@pytest.fixture(scope="module")
def report(catalogue: ModuleType, reading: Reading) -> Any:
    return evaluate(catalogue.CATALOGUE, reading.stream)


def test_guilty_outcomes_by_unit_are_the_published_ones(report: Any) -> None:
    """The same outcomes are 4,388 rows, 4,325 charges, 4,170 persons in a case, and 4,056 cases."""
    found = {name: value for name, value in report.values().items() if name.startswith("guilty")}
    assert found == {"guilty_rows": 4388, "guilty_charges": 4325, "guilty_participants": 4170, "guilty_cases": 4056}


def test_every_row_of_every_file_is_accounted_for(reading: Reading) -> None:
    """The rows that the publisher states, each taken, left out for a stated reason, or set aside."""
    read = {(account.file, account.type): account.read for account in reading.accounts}
    assert read == {
        ("intake.csv.gz", "CaseReceived"): 36190,
        ("intake.csv.gz", "Arrested"): 36190,
        ("initiation.csv.gz", "ChargeInitiated"): 73029,
        ("dispositions.csv.gz", "Disposition"): 20234,
    }
    assert reading.accounts[1].filtered == {"no arrest is recorded": 4252}


def test_impossible_dates_are_set_aside_with_their_reason(reading: Reading) -> None:
    """Arrests decades before the cases, and dates in 2109; the disposition among them is no guilty one."""
    assert Counter((finding.type, finding.field) for finding in reading.set_aside) == {
        ("Arrested", "occurred_on"): 6,
        ("ChargeInitiated", "occurred_on"): 7,
        ("Disposition", "occurred_on"): 1,
    }
    assert all("is impossible" in finding.reason for finding in reading.set_aside)
    assert {finding.value for finding in reading.set_aside if finding.type == "Disposition"} == {
        "'4/22/2109 12:00:00 AM'"
    }


def test_the_chain_holds_but_for_one_whose_only_charge_is_dated_2109(report: Any, reading: Reading) -> None:
    """Received, begun, guilty: each within the one before, and the exception is the person of a record set aside."""
    findings = {str(finding.invariant): finding for finding in report.invariants}
    assert findings["initiated is within received"].holds
    assert findings["guilty_participants is within received"].holds
    broken = findings["guilty_participants is within initiated"]
    assert len(broken.exceptions) == 1
    rows = [finding.row for finding in reading.set_aside if finding.type == "ChargeInitiated"]
    table = duckdb.read_csv(str(FOLDER / "initiation.csv.gz"), all_varchar=True)
    people = [row[0] for row in table.project("case_participant_id").fetchall()]
    assert broken.exceptions[0] in {people[row - 2] for row in rows}


def test_figures_agree_with_sql_over_the_raw_files(report: Any) -> None:
    """A second computation, in SQL by hand, of persons received, arrested and charged."""
    received = f"read_csv('{FOLDER}/intake.csv.gz', all_varchar = true)"
    begun = f"read_csv('{FOLDER}/initiation.csv.gz', all_varchar = true)"
    queries = {
        "received": f"select count(distinct case_participant_id) from {received}",
        "arrested": f"select count(distinct case_participant_id) from {received} where arrest_date >= '2000'",
        "initiated": f"select count(distinct case_participant_id) from {begun} where coalesce(event_date, '') < '2021'",
    }
    for name, query in queries.items():
        assert duckdb.sql(query).fetchall() == [(report[name].value,)]


BANDS = (Band("0-17", 0, 17), Band("18-29", 18, 29), Band("30-47", 30, 47), Band("48+", 48))
SQL_BANDS = """case when age is null then null when age < 18 then '0-17' when age < 30 then '18-29'
                    when age < 48 then '30-47' else '48+' end"""
SQL_SEX = (
    "case when gender in ('Male', 'Male name, no gender given') then 'male' when gender = 'Female' then 'female' end"
)


def test_persons_received_by_quarter_sex_and_age_equal_sql(catalogue: ModuleType, report: Any) -> None:
    """Every cell, those of missing values too, of two metrics, against SQL over the raw files."""
    received, disposed = catalogue.CaseReceived, catalogue.Disposition
    books = [
        report.books(metrics=[name], by=[ByTime("quarter"), row.sex, ByBand(row.age, BANDS)]).lines
        for name, row in (("received", received), ("guilty_participants", disposed))
    ]
    guilty = ", ".join(f"'{text}'" for text in GUILTY)
    queries = [
        f"""select case_participant_id as person, received_date::timestamp - interval 4 hour as day, gender,
                   age_at_incident::int as age from read_csv('{FOLDER}/intake.csv.gz', all_varchar = true)""",
        f"""select case_participant_id as person, strptime(disposition_date, '%m/%d/%Y %I:%M:%S %p') as day, gender,
                   age_at_incident::int as age from read_csv('{FOLDER}/dispositions.csv.gz', all_varchar = true)
            where charge_disposition in ({guilty}) and disposition_date not like '%2109%'""",
    ]
    for lines, rows in zip(books, queries, strict=True):
        first = f"select * from ({rows}) qualify row_number() over (partition by person order by day) = 1"
        cells = f"""select year(day) || ' Q' || quarter(day), {SQL_SEX} as sex, {SQL_BANDS} as band, count(*)
                    from ({first}) group by all"""
        expected = {tuple(row[:3]): row[3] for row in duckdb.sql(cells).fetchall()}
        found = {line.cell: line.value for line in lines if "all" not in line.cell}
        assert found == expected
        assert len(found) > 20
        assert sum(found.values()) == next(line.value for line in lines if set(line.cell) == {"all"})
