"""What the benchmark at scale compares is the same: no test here looks at a clock."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from benchmarks.__main__ import main
from benchmarks.scale import by_duckdb, by_sqlite, data, library
from benchmarks.scale.tables import shown
from benchmarks.scale.ways import DUCKDB
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


def test_what_is_measured_of_the_library_runs_and_agrees(folder: Path, expected: dict[str, Any]) -> None:
    """Everything that the table tells of the library; what gives the eight figures gives those of the reference."""
    results = {name: work() for name, work in library.measures(folder, EVENTS).items()}
    assert {name for name, found in results.items() if found == expected} == {
        "library, rows checked",
        "library, files trusted",
    }
    assert all(found is None or found == expected for found in results.values())


def test_no_figure_is_nought(expected: dict[str, Any], reading: Reading) -> None:
    """Agreement is about something: every metric of the catalogue has subjects, and clauses keep some of them out.

    Of times, many have ended, though for one of them too few for a median.
    """
    assert all(expected.values())
    for result in evaluate(CATALOGUE, reading.stream, as_at=AS_AT).results:
        assert result.value if result.times is None else result.times.ended
    assert expected["convictions"] < expected["prosecutions"] < EVENTS // 8


def test_the_generator_makes_what_it_says(reading: Reading, tmp_path: Path) -> None:
    """Every row fits the model, every type has its share, and the same number gives the same rows."""
    rows = Counter(type(record).__name__ for record in reading.stream)
    assert (rows, reading.set_aside_count) == (data.rows_of(EVENTS), 0)
    assert set(read_parquet(data.write(tmp_path / "again", EVENTS), MODEL).stream) == set(reading.stream)


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


@pytest.mark.slow
def test_the_command_measures_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It makes the data where it is told, uses what is there, prints the table, and writes the same numbers."""
    given = ["scale", "--by-hand", "--events", "500", "1000", "--repeats", "1", "--keep", str(tmp_path / "data")]
    main([*given, "--json", str(tmp_path / "found.json")])
    printed = capsys.readouterr()
    found = json.loads((tmp_path / "found.json").read_text())
    seconds = found["sizes"]["1000"]["cpu"]
    assert f"{seconds['SQLite']:.3f} (" in printed.out
    assert seconds.keys() >= {*DUCKDB, "SQLite", "SQLite, loading", "Python loops", "Python loops, reading"}
    assert 2**20 < found["sizes"]["500"]["bytes"]["by hand"] < 2**32
    assert "making 500 events" in printed.err
    main(given)
    assert "making" not in capsys.readouterr().err


def test_ratios_are_of_what_they_say() -> None:
    """The library is compared with the best SQL by hand; what was not measured on a size is left out there."""
    by_hand = dict.fromkeys(DUCKDB, 2.0) | {DUCKDB[1]: 1.0}
    more = {
        "library, files trusted": 1.2,
        "library, rows checked": 4.0,
        "with violations": 3.0,
        "pandas": 2.4,
        "compiling": 0.0125,
    }
    sizes = {10: {"cpu": by_hand, "clock": by_hand, "bytes": {}}}
    sizes[100] = {"cpu": by_hand | more, "clock": by_hand | more, "bytes": {"library": 2**20}}
    text = shown({"machine": {}, "sizes": sizes})
    rows = [line.split("  ") for line in text.splitlines()]
    assert "compiling the whole catalogue: 12.5 ms; aim at most 50 ms" in text
    cells = {row[0]: [cell.strip() for cell in row[1:] if cell.strip()] for row in rows}
    assert cells["eight figures, library trusting files / best SQL by hand"] == ["-", "1.20", "1.15"]
    assert cells["eight figures, library checking rows / best SQL by hand"] == ["-", "4.00", "1.15"]
    assert cells["all constraints / eight figures"] == ["-", "1.50", "3.00"]
    assert cells["eight figures, library trusting files / pandas"] == ["-", "0.50", "1.00"]
    assert "whole catalogue / its metrics alone" not in cells
