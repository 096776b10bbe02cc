"""The command ``publish``: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from impact_metrics import Stream
from impact_metrics.cli.commands import command
from impact_metrics.streams import write_json_lines
from tests.publication.crowd import events
from tests.publication.parsed import Parsed
from tests.publication.shop import STREAM as SMALL

CATALOGUE = "tests.publication.crowd:SECTIONED"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, ["publish", *map(str, arguments), "--catalogue", CATALOGUE])


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    path = tmp_path / "s.jsonl"
    write_json_lines(Stream(list(events())), path, about={"title": "Synthetic toys", "note": "made up"})
    return path


def test_a_report_is_published(stream: Path, tmp_path: Path) -> None:
    """A page and a table, protected; what was written and refused is told."""
    out = tmp_path / "a" / "b"
    result = run(stream, "--out", out, "--as-at", "2024-12-31", "--by", "shape", "--by", "safe, shape", "--proofs")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[:7] == [
        "Publishable: Suppressed below 8, others rounded to 5",
        f"written: {out / 'report.html'}",
        f"written: {out / 'figures.csv'}",
        f"written: {out / 'figures.xlsx'}",
        f"written: {out / 'figures.sdmx.csv'}",
        f"saved: {out / 'report.json'} (publishable by 'hospital')",
        (
            "refused: money, by period and category: it is no count of whole numbers, and such totals are published to "
            "date only"
        ),
    ]
    page = Parsed.of((out / "report.html").read_text(encoding="utf-8"))
    assert not page.faults
    assert "Synthetic toys made up" in page.found("header")[0][1]
    assert "proved" in page.within("relations")
    assert "safe and shape" in page.within("breakdowns")
    assert (out / "figures.csv").read_text(encoding="utf-8").startswith("audience,metric,")


def test_pages_say_what_they_were_made_of(stream: Path, tmp_path: Path) -> None:
    """The catalogue by its digest; the digest of the records and the engine on internal pages only."""
    for audience in ("publishable", "internal"):
        run(stream, "--out", tmp_path / audience, "--audience", audience)
    made = {
        path.parent.name: Parsed.of(path.read_text(encoding="utf-8")).within("manifest")
        for path in tmp_path.glob("*/report.html")
    }
    assert "SHA-256 of the catalogue" in made["publishable"]
    assert "Version of impact-metrics" in made["publishable"]
    assert "records " not in made["publishable"].replace("the same records", "")
    assert "SHA-256 of the records" in made["internal"]
    assert "Engine" in made["internal"]
    assert "Engine" not in made["publishable"]


def test_policies_periods_and_years_are_chosen(stream: Path, tmp_path: Path) -> None:
    """Another policy, quarters of years that start in April, or no trends at all."""
    result = run(
        stream, "--out", tmp_path, "--policy", "strict", "--period", "quarter", "--year-starts", "April",
        "--known-at", "2025-01-31",
    )  # fmt: skip
    assert result.output.startswith("Publishable: Suppressed below 11")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "2021/22 Q4" in text
    assert "what was known on 31 January 2025" in text
    run(stream, "--out", tmp_path, "--period", "none")
    assert 'id="trends"' not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_internal_reports_have_evidence(stream: Path, tmp_path: Path) -> None:
    """And are marked; lists are in them."""
    result = run(stream, "--out", tmp_path, "--audience", "internal", "--list", "orders")
    assert result.output.startswith("INTERNAL: exact figures, not for publication\n")
    page = Parsed.of((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "M0" in page.within("evidence")
    assert "C0" in page.within("lists")


def test_the_last_edition_is_compared_with(stream: Path, tmp_path: Path) -> None:
    """What the two tell together is warned of."""
    assert run(stream, "--out", tmp_path / "then", "--as-at", "2024-10-01").exit_code == 0
    then = tmp_path / "then" / "figures.csv"
    result = run(stream, "--out", tmp_path / "now", "--as-at", "2024-12-31", "--previous", then)
    assert result.exit_code == 0
    assert "\nwarning: makers, value is 60, and was " in result.output
    assert "less than 8" in (tmp_path / "now" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("moments", "until"), [((), "28 April 2024"), (("--known-at", "2024-12-31"), "31 December 2024")]
)
def test_restatements_are_explained(tmp_path: Path, moments: tuple[str, ...], until: str) -> None:
    """From a moment to that of the report, or to the last record; internally only."""
    path = tmp_path / "s.jsonl"
    write_json_lines(SMALL, path)
    result = run(path, "--out", tmp_path, "--audience", "internal", "--known-from", "2024-02-28", *moments)
    assert result.exit_code == 0, result.output
    text = Parsed.of((tmp_path / "report.html").read_text(encoding="utf-8")).within("changes")
    assert f"From what was known on 28 February 2024, 00:00:00 UTC and {until}" in text
    refused = run(path, "--out", tmp_path, "--known-from", "2024-02-28")
    assert refused.exit_code == 2
    assert "--known-from explains changes by records" in refused.output


def test_a_moment_without_later_records_changes_nothing(stream: Path, tmp_path: Path) -> None:
    """Where no record says when it was made."""
    assert not any(event.recorded_at for event in events())
    run(stream, "--out", tmp_path, "--audience", "internal", "--known-from", "2024-02-28")
    assert "No figure changed between" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_report_does_not_depend_on_what_reads_the_records(stream: Path, tmp_path: Path) -> None:
    """From a folder of tables, which a database evaluates, it is the same to the letter."""
    converted = CliRunner().invoke(
        command, ["convert", str(stream), str(tmp_path / "tables"), "--catalogue", CATALOGUE]
    )
    assert converted.exit_code == 0, converted.output
    asked = ("--as-at", "2024-12-31", "--by", "shape")
    for source, out in ((stream, "one"), (tmp_path / "tables", "other")):
        assert run(source, "--out", tmp_path / out, *asked).exit_code == 0
    one, other = (
        {
            file.name: without_manifest(file)
            for file in (tmp_path / folder).iterdir()
            if file.suffix in {".html", ".csv"}
        }
        for folder in ("one", "other")
    )
    assert one == other
    assert len(one) == 3


def without_manifest(file: Path) -> str:
    """Leave out what says by which engine a page was made, and when."""
    return re.sub(r'<section id="manifest".*?</section>', "", file.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_what_is_published_can_be_verified(stream: Path, tmp_path: Path) -> None:
    """For both audiences, with every breakdown and list; and not from other records."""
    for audience, file in (("publishable", "report.json"), ("internal", "report.json.gz")):
        asked = ("--by", "shape", "--by", "safe,shape", "--list", "orders", "--audience", audience)
        assert run(stream, "--out", tmp_path, *asked).exit_code == 0
        verified = CliRunner().invoke(command, ["verify", str(tmp_path / file), str(stream), "--catalogue", CATALOGUE])
        assert verified.exit_code == 0, verified.output
        assert "identical" in verified.output
        fewer = tmp_path / "fewer.jsonl"
        fewer.write_text("".join(stream.read_text().splitlines(keepends=True)[:-9]))
        verified = CliRunner().invoke(command, ["verify", str(tmp_path / file), str(fewer), "--catalogue", CATALOGUE])
        assert verified.exit_code == 1, verified.output


def test_formats_without_their_extra_are_told(stream: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are written."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    result = run(stream, "--out", tmp_path)
    assert result.exit_code == 0
    assert f"not written: {tmp_path / 'figures.xlsx'}: " in result.output
    assert 'pip install "impact-metrics[xlsx]"' in result.output
    assert (tmp_path / "figures.sdmx.csv").exists()


def test_options_without_effect_are_refused(stream: Path, tmp_path: Path) -> None:
    """A policy for exact figures."""
    result = run(stream, "--out", tmp_path, "--audience", "internal", "--policy", "strict")
    assert result.exit_code == 2
    assert "--policy is for publishable editions" in result.output


def test_what_cannot_be_published_is_refused(stream: Path, tmp_path: Path) -> None:
    """With exit code 2, and nothing written."""
    result = run(stream, "--out", tmp_path / "out", "--by", "colour", "--by", "shap")
    assert result.exit_code == 2
    assert "no count can be broken down by" in result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_told(stream: Path, tmp_path: Path) -> None:
    """There is a file of its name."""
    (tmp_path / "taken").write_text("")
    result = run(stream, "--out", tmp_path / "taken")
    assert result.exit_code == 2
    assert f"error: {tmp_path / 'taken'}: the folder cannot be made: File exists" in result.output


def test_what_was_set_aside_ends_with_one(stream: Path, tmp_path: Path) -> None:
    """And is counted on the page, where that is no small number."""
    with stream.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps({"type": "Made", "id": f"x{n}"}) + "\n" for n in range(9))
    result = run(stream, "--out", tmp_path, "--as-at", "2024-12-31")
    assert result.exit_code == 1
    page = Parsed.of((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "Set aside, and counted nowhere ≈ 10" in page.within("quality")


def test_an_edition_lands_whole_or_not_at_all(stream: Path, tmp_path: Path) -> None:
    """Where one of its files is blocked, those of the last edition stay."""
    out = tmp_path / "out"
    assert run(stream, "--out", out, "--as-at", "2024-10-01").exit_code == 0
    then = {path.name: path.read_bytes() for path in out.iterdir()}
    (out / "figures.sdmx.csv").unlink()
    (out / "figures.sdmx.csv").mkdir()
    result = run(stream, "--out", out, "--as-at", "2024-12-31")
    assert result.exit_code == 2
    assert (
        f"error: {out / 'figures.sdmx.csv'}: what stands here is no file\n  hint: nothing was changed" in result.output
    )
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == {
        name: content for name, content in then.items() if name != "figures.sdmx.csv"
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "s.jsonl"]
