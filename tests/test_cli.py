"""The command: what it prints, and how it ends."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from impact_metrics import EventId, PersonId, cli, revised
from impact_metrics.cli import inputs
from impact_metrics.cli.commands import command
from impact_metrics.streams import write_json_lines
from tests.test_reports import STREAM, sold
from tests.toys import Made

CATALOGUE = "tests.test_reports:CATALOGUE"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    path = tmp_path / "s.jsonl"
    write_json_lines(STREAM, path, about={"title": "Toys", "note": "made up"})
    return path


def test_report_prints_the_table_and_points_to_findings(stream: Path) -> None:
    """The account, the figures, what breaks a constraint; exit 1, since something does."""
    result = run("report", stream, "--catalogue", CATALOGUE)
    assert result.exit_code == 1
    assert result.output.startswith("Toys: made up\n6 records read = 6 taken\n\nToys & more, as at 2024-01-09")
    assert "     2  persons  Buyers" in result.output
    assert "1 records break constraints, and count all the same:" in result.output
    assert "Sold.id breaks the constraint pieces_count (value 'S4'); nobody sells nothing" in result.output


def test_report_is_as_at_a_date_and_known_at_a_moment(stream: Path) -> None:
    """Nothing is wrong before the sale of nothing: exit 0."""
    result = run("report", stream, "--catalogue", CATALOGUE, "--as-at", "2024-01-04", "--known-at", "2024-01-04")
    assert (
        result.exit_code,
        "as at 2024-01-04, from what was known at 2024-01-04T00:00:00+00:00" in result.output,
    ) == (
        0,
        True,
    )


def test_report_names_evidence(stream: Path) -> None:
    """Each figure with its subjects and their events."""
    output = run("report", stream, "--catalogue", CATALOGUE, "--evidence").output
    assert "Makers (makers 1): 1 persons\n  Eve: M1; with S1, S2\n" in output
    assert "  Ann: S1, S2\n" in output


def test_report_gives_json(stream: Path) -> None:
    """One object with results, invariants and counts; decimals exact, in quotes."""
    plain = json.loads(run("report", stream, "--catalogue", CATALOGUE, "--json", "--evidence").output)
    assert plain["results"][6]["value"] == "1.50"
    assert plain["results"][2]["evidence"][0]["subject"] == "Eve"
    assert plain["invariants"][1] == {"invariant": "buyers is within regulars", "holds": False, "exceptions": ["Ben"]}
    assert (plain["read"], plain["taken"], plain["set_aside"], plain["violations"]) == (6, 6, 0, 1)
    assert (plain["sections"], plain["funnels"], plain["lists"]) == ([], {}, {})


def test_json_has_the_entries_of_lists_and_the_stages_of_funnels(tmp_path: Path) -> None:
    """With the sections they stand in, and dates as texts; a catalogue without any has none."""
    change = {"type": "SystemicChange", "id": "SC", "occurred_on": "2024-01-01", "change": "CG"}
    line = json.dumps({**change, "kind": "policy", "stage": "piloted"})
    (tmp_path / "stream.jsonl").write_text(f"{line}\n", encoding="utf-8")
    plain = json.loads(run("report", tmp_path / "stream.jsonl", "--json").output)
    (entry,) = plain["lists"]["systemic_change"]
    assert (entry["change"], entry["stage"], entry["level"], entry["occurred_on"]) == (
        "CG",
        "piloted",
        None,
        "2024-01-01",
    )
    assert [stage["number"] for stage in plain["funnels"]["way_of_survivors"]] == [0, 0, 0]
    assert plain["sections"][2] == {"title": "Systemic change", "metrics": ["systemic_change"]}


def test_report_keeps_the_books(stream: Path) -> None:
    """Period by period, broken down by what a metric has; the others are named."""
    books = run("report", stream, "--catalogue", CATALOGUE, "--period", "month", "--year-starts", "April").output
    assert "2024-01 (to 2024-01-09)        0        2     0        2       2      2" in books
    broken = run("report", stream, "--catalogue", CATALOGUE, "--by", "colour", "--by", "year", "--every").output
    assert "Buyers (persons; buyers 1; cells overlap and need not add up)" in broken
    assert "Parts (parts 1) has no colour, and is not broken down" in broken
    assert "to date  red     2024" in broken
    refused = run("report", stream, "--catalogue", CATALOGUE, "--by", "colours", "--by", "color")
    assert (refused.exit_code, "by: no metric can be broken down by 'color'" in refused.output) == (2, True)
    assert "did you mean 'colour'?" in refused.output


def test_restate_builds_bridges(stream: Path, tmp_path: Path) -> None:
    """The figures of one date at two moments, with the catalogue of the later one where it is named."""
    late = tmp_path / "late.jsonl"
    write_json_lines([revised(sold("S9", 8, "Zoe"), recorded_at=datetime(2024, 6, 1, tzinfo=UTC))], late)
    moments = ("--known-from", "2024-05-01", "--known-to", "2024-07-01")
    result = run("restate", stream, late, "--catalogue", CATALOGUE, *moments, "--restated-by", CATALOGUE)
    assert result.exit_code == 0
    assert "buyers    2024-01-09  recorded late       1  Zoe                     S9" in result.output
    dated = run("restate", stream, late, "--catalogue", CATALOGUE, *moments, "--as-at", "2024-01-02")
    assert "recorded late" not in dated.output


def test_restate_changes_to_a_version_of_a_metric(stream: Path) -> None:
    """By its name; one that there is not is refused with those there are."""
    moments = ("--known-from", "2024-05-01", "--known-to", "2024-05-01")
    versioned = "tests.test_versions:VERSIONED"
    result = run("restate", stream, "--catalogue", versioned, *moments, "--to-version", "buyers=2")
    assert "buyers    2024-01-09  definition changed      -1         Ben" in result.output
    refused = run("restate", stream, "--catalogue", versioned, *moments, "--to-version", "buyers=9")
    assert (refused.exit_code, "known names are: 0, 1, 2" in refused.output) == (2, True)


def test_history_tells_of_one_person(stream: Path) -> None:
    """When and through which events; also as it was known at a moment."""
    told = run("history", "Ann", stream, "--catalogue", CATALOGUE, "--known-at", "2024-12-31").output
    assert "regulars  2024-01-05         S1, S2" in told
    unknown = run("history", "Anne", stream, "--catalogue", CATALOGUE)
    assert unknown.exit_code == 2
    assert "error: 'Anne' stands in no record as PersonId\n  hint: the nearest are Ann" in unknown.output


def test_history_of_somebody_who_is_counted_nowhere_says_so(tmp_path: Path) -> None:
    """A person of the records, and not of the figures."""
    made = Made(
        id=EventId("M9"), occurred_on=date(2024, 1, 2), maker=PersonId("Eve"), helpers=frozenset({PersonId("Olga")})
    )
    write_json_lines([*STREAM, made], tmp_path / "s.jsonl")
    told = run("history", "Olga", tmp_path / "s.jsonl", "--catalogue", CATALOGUE)
    assert (told.exit_code, told.output) == (0, "Olga is counted in no figure\n")


def test_periods_may_lie_between_boundaries(stream: Path) -> None:
    """Three boundaries are two periods; a unit besides is refused."""
    boundaries = ("--boundary", "2024-01-01", "--boundary", "2024-01-05", "--boundary", "2024-01-10")
    books = run("report", stream, "--catalogue", CATALOGUE, *boundaries).output
    assert "2024-01-01 to 2024-01-04        0        1     0        1       1      1" in books
    both = run("report", stream, "--catalogue", CATALOGUE, *boundaries, "--period", "month")
    assert both.exit_code == 2
    assert "leave out one of them" in both.output


def test_pictures_are_drawn_to_files(stream: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines, a funnel, a survival curve and a bridge, each where it was asked for."""
    monkeypatch.chdir(tmp_path)
    metrics = ("--catalogue", CATALOGUE, "--metric", "buyers", "--metric", "regulars")
    for name, more in (("lines.svg", ("--period", "month")), ("funnel.png", ("--funnel",))):
        result = run("plot", name, stream, *metrics, *more)
        assert (result.exit_code, result.output) == (0, f"drawn: {name}\n")
    timed = ("--catalogue", "tests.test_times:CATALOGUE", "--metric", "plain", "--survival")
    assert run("plot", "curve.svg", stream, *timed).output == "drawn: curve.svg\n"
    assert "still watched (at risk)" in (tmp_path / "curve.svg").read_text()
    moments = ("--known-from", "2024-05-01", "--known-to", "2024-07-01")
    assert "drawn: buyers.svg" in run("restate", stream, "--catalogue", CATALOGUE, *moments, "--plot", "buyers").output
    svg = (tmp_path / "lines.svg").read_text(), (tmp_path / "buyers.svg").read_text()
    assert all("<svg" in text for text in svg)
    assert (tmp_path / "funnel.png").read_bytes().startswith(b"\x89PNG")


def test_findings_beyond_a_few_are_left_to_check(stream: Path) -> None:
    """Report shows five and says how many more; check lists them."""
    with stream.open("a", encoding="utf-8") as out:
        out.write("{bad\n" * 8)
    result = run("report", stream, "--catalogue", CATALOGUE)
    assert result.exit_code == 1
    assert "8 records are set aside and count nowhere:" in result.output
    assert "and 3 more; impact-metrics check lists them" in result.output
    checked = run("check", stream, "--catalogue", CATALOGUE)
    assert checked.exit_code == 1
    assert checked.output.count("the line is no JSON") == 8
    assert "14 records read = 6 taken + 8 set aside" in checked.output
    assert "1 records break constraints; they are in the stream:" in checked.output
    assert run("check", stream, "--catalogue", CATALOGUE, "--strict").exit_code == 2


def test_check_speaks_only_of_what_there_is(stream: Path) -> None:
    """Broken constraints alone, or set-aside records alone."""
    broken = run("check", stream, "--catalogue", CATALOGUE)
    assert ("set aside" in broken.output, "break constraints" in broken.output) == (False, True)
    with stream.open("a", encoding="utf-8") as out:
        out.write("{bad\n")
    early = run("check", stream, "--catalogue", CATALOGUE, "--as-at", "2024-01-04")
    assert ("1 records are set aside:" in early.output, "break constraints" in early.output) == (True, False)
    assert early.exit_code == 1


def test_check_counts_what_it_does_not_list(stream: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit of listed findings the number is told."""
    monkeypatch.setattr("impact_metrics.streams.reading.LISTED", 2)
    with stream.open("a", encoding="utf-8") as out:
        out.write("{bad\n" * 8)
    assert "and 6 more; only the first are listed one by one" in run("check", stream, "--catalogue", CATALOGUE).output


def test_check_says_that_all_is_well(stream: Path) -> None:
    """Exit 0, and how many records that is."""
    result = run("check", stream, "--catalogue", CATALOGUE, "--as-at", "2024-01-04")
    assert result.exit_code == 0
    assert result.output.endswith("all is well: 6 records are in the stream and satisfy the constraints\n")


def test_metrics_lists_a_catalogue() -> None:
    """Definitions, sources and units; with --verbose assumptions, constraints and invariants too."""
    short = run("metrics").output
    assert "Exploiters Convicted (convictions 2024.1)" in short
    assert '"the number of perpetrators convicted for any offence' in short
    assert "the source gives no definition" in short
    assert "assumption" not in short
    long = run("metrics", "--verbose").output
    assert "assumption: Verdicts are per charge" in long
    assert "conviction_has_trial, on Verdict: nobody is convicted" in long
    assert "convictions is within prosecutions: a valid conviction" in long


def test_a_catalogue_is_found_in_a_module_or_a_file(tmp_path: Path) -> None:
    """And what is there instead is named when it is not."""
    home = tmp_path / "my_catalogue.py"
    home.write_text("from tests.test_reports import CATALOGUE as MINE\n", encoding="utf-8")
    assert "Toys & more" in run("metrics", "--catalogue", f"{home}:MINE").output
    for place, words in (
        ("nothing", "names no catalogue"),
        (f"{home}:YOURS", "did you mean 'MINE'|known names are: MINE"),
        (f"{tmp_path}/gone.py:MINE", "there is no file"),
        ("no.such.module:MINE", "there is no module 'no'"),
    ):
        result = run("metrics", "--catalogue", place)
        assert result.exit_code == 2
        assert any(word in result.output for word in words.split("|"))


def test_input_is_one_or_the_other(stream: Path, tmp_path: Path) -> None:
    """Stream files or a mapping: neither and both are refused, with the usage."""
    assert "give at least one stream file, a folder of tables, or --mapping" in run("report").output
    both = run("report", stream, "--mapping", tmp_path / "m.toml")
    assert (both.exit_code, "not both" in both.output) == (2, True)
    missing = run("report", tmp_path / "gone.jsonl")
    assert (missing.exit_code, "there is no such file" in missing.output) == (2, True)


def test_exports_are_read_through_a_mapping(tmp_path: Path) -> None:
    """The folder is the mapping's own unless another is named."""
    (tmp_path / "s.csv").write_text("who,day\nAnn,2024-01-01\n", encoding="utf-8")
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[[files]]\npath = "s.csv"\n[[files.records]]\ntype = "Made"\nid = "{row}"\n'
        '[files.records.fields]\nmaker = "who"\nhelpers = "who"\noccurred_on = "day"\n',
        encoding="utf-8",
    )
    result = run("report", "--mapping", mapping, "--catalogue", CATALOGUE)
    assert (result.exit_code, "1 rows read = 1 taken" in result.output) == (0, True)
    assert run("check", "--mapping", mapping, "--folder", tmp_path, "--catalogue", CATALOGUE).exit_code == 0


def test_a_progress_bar_is_shown_to_a_person_who_waits(
    stream: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only on a terminal, and only for a long read."""
    monkeypatch.setattr(inputs, "_LONG", 1)
    catalogue = inputs.load_catalogue(CATALOGUE)
    assert inputs.read(catalogue, (stream,), None, None, strict=False).taken == 6
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert inputs.read(catalogue, (stream,), None, None, strict=False).taken == 6
    assert "reading" in capsys.readouterr().err


def test_main_runs_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The entry point is the command itself."""
    monkeypatch.setattr(sys, "argv", ["impact-metrics", "--help"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 0
    assert "Exit codes: 0 when all is well" in capsys.readouterr().out


def test_main_takes_streams_of_any_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where something else than a terminal or a file stands for what is printed on."""
    monkeypatch.setattr("sys.argv", ["impact-metrics", "--help"])
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    with pytest.raises(SystemExit):
        cli.main()
    assert "Exit codes" in out.getvalue()


def test_a_folder_of_tables_is_read_where_stream_files_are(tmp_path: Path) -> None:
    """Report, check, explain and history give over a folder what they give over its records."""
    _arrests(tmp_path)
    reported = run("report", tmp_path, "--as-at", "2024-12-31", "--json")
    assert reported.exit_code == 0
    figures = {result["metric"]: result["value"] for result in json.loads(reported.output)["results"]}
    assert figures["arrests"] == 3
    assert "all is well: 4 records" in run("check", tmp_path).output
    assert "is counted" in run("explain", "arrests", "P-1", tmp_path).output
    assert "A-1" in run("history", "P-1", tmp_path).output
    assert run("restate", tmp_path, "--known-from", "2024-01-01", "--known-to", "2024-02-01").exit_code == 0
    two = run("report", tmp_path, tmp_path)
    assert (two.exit_code, "one folder of tables, or stream files" in two.output) == (2, True)


def _arrests(folder: Path) -> None:
    duckdb.connect().execute(
        "COPY (SELECT 'A-' || n AS id, DATE '2024-01-01' AS occurred_on, 'P-' || n % 3 AS suspect, 'C' AS \"case\", "
        f"['tactical_advice'] AS support FROM range(4) AS numbers(n)) TO '{folder}/Arrest.parquet'"
    )


def test_a_metric_is_printed_as_sql_that_gives_its_figure(tmp_path: Path) -> None:
    """The statements run as they are in DuckDB, over a folder with or without all the tables."""
    _arrests(tmp_path)
    printed = run("sql", "prosecutions", tmp_path, "--as-at", "2024-12-31").output
    assert "trials of exploiters" not in printed
    assert duckdb.connect().execute(printed).fetchall() == [(0,)]
    printed = run("sql", "arrests", tmp_path, "--as-at", "2024-12-31", "--metric-version", "2024.1").output
    assert duckdb.connect().execute(printed).fetchall() == [(3,)]
    (tmp_path / "Arrest").mkdir()
    (tmp_path / "Arrest.parquet").rename(tmp_path / "Arrest" / "1.parquet")
    assert duckdb.connect().execute(run("sql", "arrests", tmp_path).output).fetchall() == [(3,)]
    assert "read_parquet('elsewhere/Arrest.parquet', " in run("sql", "arrests", "elsewhere").output
