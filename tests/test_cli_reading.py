"""The commands that tell what rules say and why they count whom they count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from impact_metrics.cli import subjects
from impact_metrics.streams import write_json_lines
from tests.test_cli import run
from tests.test_reports import STREAM

CATALOGUE = "tests.test_versions:VERSIONED"


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    path = tmp_path / "s.jsonl"
    write_json_lines(STREAM, path)
    return path


def test_describe_says_what_a_metric_counts() -> None:
    """As a list, as a paragraph, as data; another version by its name."""
    listed = run("describe", "buyers", "--catalogue", CATALOGUE).output
    assert "- counts once each person who is the person who bought it in a sold\n" in listed
    paragraph = run("describe", "buyers", "--catalogue", CATALOGUE, "--paragraph", "--metric-version", "2").output
    assert paragraph.startswith("Counts once each person who is the person who bought it in at least two solds.")
    assert json.loads(run("describe", "buyers", "--catalogue", CATALOGUE, "--json").output)["metric"] == "buyers"


def test_compare_says_what_differs() -> None:
    """Between two versions of one catalogue, or of two."""
    output = run("compare", "buyers", "1", "2", "--catalogue", CATALOGUE).output
    assert output.startswith("from buyers 1 to buyers 2\nreason given: once is no custom\n- changed (who is counted)")
    assert "say the same" in run("compare", "buyers", "1", "1", "--catalogue", CATALOGUE, "--with", CATALOGUE).output


def test_catalogues_from_two_files_are_compared_part_by_part(tmp_path: Path) -> None:
    """Although each file brings classes of its own; where the models differ, the rules are compared as a whole."""
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    run("export", one, "--catalogue", CATALOGUE)
    text = one.read_text(encoding="utf-8")
    other.write_text(text.replace("of: Sold.buyer\n", "of: Sold.buyer\n          at_least: 4\n", 1), encoding="utf-8")
    output = run("compare", "buyers", "1", "1", "--catalogue", one, "--with", other).output
    assert output.endswith("it in a sold; to: the person is the person who bought it in at least four solds\n")
    other.write_text(text.replace("doc: its main colour", "doc: another colour"), encoding="utf-8")
    assert "changed (who is counted)" in run("compare", "buyers", "1", "1", "--catalogue", one, "--with", other).output


def test_explain_tells_why(stream: Path) -> None:
    """In words or as data; a metric that is not there ends with 2."""
    told = run("explain", "regulars", "Ben", stream, "--catalogue", CATALOGUE)
    assert told.output.startswith(
        "Ben is not counted by <Regulars> (regulars 1) as at 2024-01-09. Nearest to counting:"
    )
    data = run(
        "explain", "buyers", "Ann", stream, "--catalogue", CATALOGUE, "--json", "--known-at", "2024-06-01"
    ).output
    assert json.loads(data)["counted"] is True
    unknown = run("explain", "buyers", "Zacharias", stream, "--catalogue", CATALOGUE)
    assert unknown.exit_code == 2
    assert "error: 'Zacharias' stands in no record as PersonId\n  hint: among those that do are " in unknown.output
    assert run("explain", "nothing", "Ann", stream, "--catalogue", CATALOGUE).exit_code == 2


def test_near_ids_are_looked_for_among_so_many(stream: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond them an id is still found to stand in no record, or in one."""
    monkeypatch.setattr(subjects, "_COMPARED", 1)
    unknown = run("explain", "regulars", "Annn", stream, "--catalogue", CATALOGUE)
    assert (unknown.exit_code, unknown.output.count(",")) == (2, 0)
    assert run("explain", "regulars", "Ben", stream, "--catalogue", CATALOGUE).exit_code == 0
