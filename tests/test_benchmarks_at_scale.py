"""What the benchmark at scale compares is the same: no test here looks at a clock."""

from __future__ import annotations

import importlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from benchmarks.scale import by_duckdb, by_sqlite, data
from benchmarks.work import AS_AT, EIGHT

from impact_metrics import evaluate
from impact_metrics.anti_trafficking import CATALOGUE, MODEL, Arrest, Intervention
from impact_metrics.model import Event
from impact_metrics.reports import violations
from impact_metrics.streams import Reading, read_parquet

EVENTS = 10_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data.write(tmp_path_factory.mktemp("scale") / "data", EVENTS)


@pytest.fixture(scope="module")
def reading(folder: Path) -> Reading:
    return read_parquet(folder, MODEL)


@pytest.fixture(scope="module")
def expected(reading: Reading) -> dict[str, Any]:
    """The eight figures of the reference engine."""
    return dict(evaluate(EIGHT, reading.stream, as_at=AS_AT).values())


@pytest.mark.parametrize("shape", by_duckdb.SHAPES)
def test_duckdb_by_hand_agrees(shape: str, folder: Path, expected: dict[str, Any]) -> None:
    """Each shape of the SQL by hand gives the figures of the reference engine."""
    assert by_duckdb.figures(folder, AS_AT, shape) == expected


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_data_frames_by_hand_agree(library: str, folder: Path, expected: dict[str, Any]) -> None:
    """So do the data frames by hand, where the libraries of the extra ``bench`` are installed."""
    pytest.importorskip(library)
    assert importlib.import_module(f"benchmarks.scale.by_{library}").figures(folder, AS_AT) == expected


def test_sqlite_by_hand_agrees(folder: Path, expected: dict[str, Any], tmp_path: Path) -> None:
    """So does SQLite."""
    by_sqlite.load(folder, tmp_path / "figures.db")
    assert by_sqlite.figures(tmp_path / "figures.db", AS_AT) == expected


def test_no_figure_is_nought(expected: dict[str, Any], reading: Reading) -> None:
    """Agreement is about something: every metric of the catalogue has subjects, and clauses keep some of them out."""
    assert all(expected.values())
    assert all(evaluate(CATALOGUE, reading.stream, as_at=AS_AT).values().values())
    assert expected["convictions"] < expected["prosecutions"] < EVENTS // 8


def test_the_generator_makes_what_it_says(reading: Reading, tmp_path: Path) -> None:
    """Every row fits the model, every type has its share, and the same number gives the same rows."""
    rows = Counter(type(record).__name__ for record in reading.stream)
    assert (rows, reading.set_aside_count) == (data.rows_of(EVENTS), 0)
    assert set(read_parquet(data.write(tmp_path / "again", EVENTS), MODEL).stream) == set(reading.stream)
    with pytest.raises(FileExistsError):
        data.write(tmp_path / "again", EVENTS)


def test_the_generator_makes_hard_cases(reading: Reading) -> None:
    """Days tie, sets are missing, empty, small and large, moments are missing, and a few rows break each constraint."""
    events = [record for record in reading.stream if isinstance(record, Event)]
    assert max(Counter(event.occurred_on for event in events).values()) > 1
    assert 0 < sum(event.recorded_at is None for event in events) < EVENTS // 20
    helped = {
        None if arrest.support is None else len(arrest.support) for arrest in events if isinstance(arrest, Arrest)
    }
    assert helped == {None, 0, 1, 2}
    assert {len(event.victims) for event in events if isinstance(event, Intervention)} == set(range(1, 9))
    broken = Counter(violation.constraint for violation in violations(MODEL, reading.stream))
    assert broken.keys() == set(MODEL.constraints)
    assert sum(broken.values()) < EVENTS // 100
