"""What the benchmark compares is the same: no test here looks at a clock."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest
from benchmarks import bare, findings, importing, work
from benchmarks.__main__ import main
from benchmarks.events import Generator
from benchmarks.loops import headline_figures
from benchmarks.timing import exponent

from impact_metrics import Stream, evaluate
from impact_metrics.anti_trafficking import MODEL
from impact_metrics.streams import read_json_lines, write_json_lines

if TYPE_CHECKING:
    from pathlib import Path


def test_loops_and_engine_agree() -> None:
    """The loops by hand and the engine give the same eight figures on generated events, and none of them is nought."""
    events = Generator(3000).events()
    report = evaluate(work.EIGHT, Stream(events), as_at=work.AS_AT)
    assert report.values() == headline_figures(events, work.AS_AT)
    assert all(report.values().values())


def test_generator_makes_what_it_says() -> None:
    """The same size gives the same events, and every type that a reading by hand knows is among them."""
    events = Generator(2000).events()
    assert events == Generator(2000).events()
    assert {type(event).__name__ for event in events} == bare.MAKERS.keys()


def test_readings_agree(tmp_path: Path) -> None:
    """Reading by hand and reading with validation both give back the events that were written."""
    pytest.importorskip("orjson")
    events = Generator(2000).events()
    write_json_lines(events, tmp_path / "stream.jsonl")
    assert bare.read(tmp_path / "stream.jsonl") == events
    assert list(read_json_lines(tmp_path / "stream.jsonl", MODEL).stream) == events


def test_exponent() -> None:
    """Time that grows with the square of the size has the exponent two."""
    assert math.isclose(exponent({10: 3.0, 100: 300.0, 1000: 30000.0}), 2)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints the tables and writes the same numbers to a file."""
    pytest.importorskip("orjson")
    main(["--sizes", "200", "400", "--repeats", "1", "--json", str(tmp_path / "found.json")])
    printed = capsys.readouterr().out
    found = json.loads((tmp_path / "found.json").read_text())
    assert f"{found['ratios']['evaluate/loops']['400']:.2f}" in printed
    assert "bytes an event: objects" in printed
    assert found["seconds"].keys() == {"200", "400"}


def test_imports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each statement runs in a process of its own; the table and the file say the same."""
    importing.main(["--repeats", "1", "--json", str(tmp_path / "found.json")])
    printed = capsys.readouterr().out
    seconds = json.loads((tmp_path / "found.json").read_text())["seconds"]
    assert tuple(seconds) == importing.STATEMENTS
    for statement, spent in seconds.items():
        assert spent["least"] == spent["median"]
        assert f"{statement} " in printed
        assert f" {spent['least'] / seconds[importing.BUILT_ON]['least']:.1f}\n" in printed


def test_the_aim_of_imports_can_be_missed() -> None:
    """What an import takes beyond an interpreter that does nothing is held against the aim."""
    seconds = {statement: {"least": 0.02, "median": 0.02} for statement in importing.STATEMENTS}
    assert "0 beyond nothing, aim at most 150: met" in importing.shown({"machine": {}, "seconds": seconds})
    seconds["import impact_metrics"]["least"] = 0.18
    assert "160 beyond nothing, aim at most 150: missed" in importing.shown({"machine": {}, "seconds": seconds})


def test_bad_rows_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Each form and number of rows has its line, and every row was set aside."""
    findings.main(["20"])
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "JSON Lines, 20 bad rows",
        "CSV, 20 bad rows",
    ]
    for form in findings.FORMS:
        findings.main([form, "30"])
        assert float(capsys.readouterr().out) > 0
