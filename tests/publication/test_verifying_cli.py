"""The commands that save and verify reports, and that hand records over under pseudonyms."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from impact_metrics import Stream, evaluate, revised
from impact_metrics.cli.commands import command
from impact_metrics.exchange import save as save_catalogue
from impact_metrics.publication import Manifest, Pseudonyms, SavedReport, read_saved, write_saved
from impact_metrics.streams import StreamDigest, read_json_lines, read_ocel, read_parquet, write_json_lines
from tests.publication.shop import SHOP, STREAM
from tests.test_cli import run
from tests.toys import STRICT_TOYS, TOYS

CATALOGUE = ("--catalogue", "tests.publication.shop:SHOP")
RENAMED = attrs.evolve(SHOP, title="Another shop")
OTHER_MODEL = attrs.evolve(SHOP, model=STRICT_TOYS)


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    path = tmp_path / "s.jsonl"
    write_json_lines(STREAM, path)
    return path


@pytest.fixture
def saved(stream: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    path = tmp_path / "report.json"
    result = run("report", stream, *CATALOGUE, "--period", "year", "--by", "shape", "--save", path)
    assert result.exit_code == 0
    assert result.output.endswith(f"saved: {path} (INTERNAL, with the people and records behind it)\n")
    return path


def altered(stream: Path) -> Path:
    """Write the stream with one sale by another person."""
    path = stream.with_name("altered.jsonl")
    write_json_lines([revised(item, case="C-nine") if item.id == "S-two" else item for item in STREAM], path)  # type: ignore[type-var]
    return path


def test_a_report_is_saved_with_its_manifest(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what was read, how it is broken down, and the time that the environment fixes."""
    manifest = read_saved(saved).manifest
    assert (manifest.records, manifest.set_aside, manifest.audience) == (12, 0, "internal")
    assert str(manifest.layout) == "by year; by shape"
    assert manifest.created_at is not None
    assert manifest.created_at.isoformat() == "2023-11-14T22:13:20+00:00"
    once = saved.read_bytes()
    run("report", saved.with_name("s.jsonl"), *CATALOGUE, "--period", "year", "--by", "shape", "--save", saved)
    assert saved.read_bytes() == once
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    run("report", saved.with_name("s.jsonl"), *CATALOGUE, "--save", saved)
    again = read_saved(saved).manifest.created_at
    assert again is not None
    assert again.year >= 2024


def test_json_stays_json_when_a_report_is_saved(
    stream: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line that says so is no part of it."""
    asked = ("report", stream, *CATALOGUE, "--json", "--save", tmp_path / "r.json")
    command.main([*map(str, asked)], standalone_mode=False)
    printed = capsys.readouterr()
    assert json.loads(printed.out)["taken"] == 12
    assert "saved: " in printed.err


def test_the_same_stream_is_identical(stream: Path, saved: Path) -> None:
    """Exit 0, with the manifest and the verdict."""
    result = run("verify", saved, stream, *CATALOGUE)
    assert result.exit_code == 0
    assert result.output.startswith(f"{saved}: shop 2024.1, internal\n  Catalogue: shop 2024.1\n")
    assert result.output.endswith(
        "12 records read = 12 taken\n\nidentical: every figure is as saved, from the same records\n"
    )


def test_another_stream_differs(stream: Path, saved: Path) -> None:
    """Exit 1, with the figure, the person and the record."""
    result = run("verify", saved, altered(stream), *CATALOGUE)
    assert result.exit_code == 1
    assert "  safe_makers: 2 as saved, 1 now\n" in result.output
    assert "    counted as saved and not now: Ben\n    by records: Sold S-two altered\n" in result.output
    assert result.output.endswith("DIFFERENT RECORDS:\n  records: Sold S-two altered\n")


def test_what_cannot_be_read_ends_with_two(stream: Path, saved: Path, tmp_path: Path) -> None:
    """No report, no stream, or a report that is none."""
    assert run("verify", tmp_path / "none.json", stream).exit_code == 2
    assert run("verify", saved, tmp_path / "none.jsonl").exit_code == 2
    assert run("verify", saved).exit_code == 2
    saved.write_text("{}")
    result = run("verify", saved, stream)
    assert (result.exit_code, "the key 'format' is missing" in result.output) == (2, True)


def test_the_catalogue_in_the_report_is_enough(stream: Path, saved: Path, tmp_path: Path) -> None:
    """Without --catalogue nothing is compared; with another one, it says what differs, and the report stays its own."""
    result = run("verify", saved, stream)
    assert (result.exit_code, "catalogue differs" in result.output) == (0, False)
    save_catalogue(RENAMED, tmp_path / "c.json")
    for place in ("tests.publication.test_verifying_cli:RENAMED", tmp_path / "c.json"):
        result = run("verify", saved, stream, "--catalogue", place)
        assert result.exit_code == 0
        assert result.output.endswith("which was evaluated:\n  the catalogue differs in title\n")
    result = run("verify", saved, stream, "--catalogue", "tests.publication.test_verifying_cli:OTHER_MODEL")
    assert result.exit_code == 0
    assert "  the catalogue differs in constraints\n" in result.output
    assert result.output.endswith("the records were read with the model of the report; today's is another, at model\n")


def test_a_folder_is_verified_by_duckdb(stream: Path, saved: Path, tmp_path: Path) -> None:
    """And a report that DuckDB made by the reference."""
    pytest.importorskip("duckdb")
    run("convert", stream, tmp_path / "folder", *CATALOGUE)
    result = run("verify", saved, tmp_path / "folder", *CATALOGUE)
    assert result.exit_code == 0
    assert "made by the engine 'reference', and made again by 'duckdb'" in result.output
    assert run("report", tmp_path / "folder", *CATALOGUE, "--save", saved).exit_code == 0
    result = run("verify", saved, stream, *CATALOGUE)
    assert (result.exit_code, "by the engine 'duckdb'" in result.output) == (0, True)


def test_a_tampered_report_is_told(stream: Path, saved: Path) -> None:
    """Exit 1, with the number that was changed in it."""
    plain = json.loads(saved.read_text())
    plain["numbers"][0]["value"] = 300
    saved.write_text(json.dumps(plain))
    result = run("verify", saved, stream, *CATALOGUE)
    assert result.exit_code == 1
    assert "CHANGED FILE" in result.output
    assert "makers: 300 as saved, 3 now" in result.output


def test_what_is_set_aside_is_compared(stream: Path, saved: Path) -> None:
    """A line that cannot be read changes no figure, and is noted."""
    with stream.open("a") as lines:
        lines.write("no record\n")
    result = run("verify", saved, stream, *CATALOGUE)
    assert result.exit_code == 0
    assert result.output.endswith("note: 0 records were set aside then, and 1 are now\n")


def test_a_publishable_report_is_saved_and_verified(stream: Path, tmp_path: Path) -> None:
    """By a policy, without anybody's id; a policy without a file is no use."""
    pytest.importorskip("z3")
    path = tmp_path / "public.json"
    result = run("report", stream, *CATALOGUE, "--policy", "hospital", "--save", path)
    assert result.output.endswith(f"saved: {path} (publishable by 'hospital')\n")
    for hidden in ("Ann", "M-one", "C-one"):
        assert hidden not in path.read_text()
    assert run("verify", path, stream, *CATALOGUE).exit_code == 0
    result = run("verify", path, altered(stream), *CATALOGUE)
    assert (result.exit_code, "holds no marks of records" in result.output) == (1, True)
    assert run("report", stream, *CATALOGUE, "--policy", "hospital").exit_code == 2


# --- pseudonyms


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.txt"
    path.write_text("0123456789abcdef" * 4 + "\n")
    return path


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("out.jsonl", read_json_lines),
        ("out.jsonl.gz", read_json_lines),
        ("out.ocel.json", read_ocel),
        ("out", read_parquet),
    ],
)
def test_records_are_written_under_pseudonyms(stream: Path, key: Path, tmp_path: Path, name: str, read: Any) -> None:
    """In every form of file, with the figures of the stream."""
    out = tmp_path / name
    result = run("pseudonymise", stream, out, "--key", key, "--release", "2024", *CATALOGUE)
    assert result.exit_code == 0
    assert result.output == f"12 records read = 12 taken\nwritten: {out}, with 12 records under pseudonyms\n"
    reading = read(out, TOYS)
    assert set(reading.stream) == set(Pseudonyms.from_file(key, "2024").pseudonymised(STREAM))
    assert evaluate(SHOP, reading.stream, as_at=date(2024, 12, 31)).values() == (
        evaluate(SHOP, STREAM, as_at=date(2024, 12, 31)).values()
    )
    assert next(iter(reading.about.values())) == {
        "title": "Records under pseudonyms, without free text",
        "release": "2024",
    }


def test_pseudonymise_needs_a_key_and_tells_what_is_set_aside(stream: Path, key: Path, tmp_path: Path) -> None:
    """Without a release nothing is said of one; a short key ends with 2."""
    with stream.open("a") as lines:
        lines.write("no record\n")
    result = run("pseudonymise", stream, tmp_path / "out.jsonl", "--key", key, *CATALOGUE)
    assert (result.exit_code, "1 records are set aside, and not in" in result.output) == (1, True)
    assert '"release"' not in (tmp_path / "out.jsonl").read_text()
    key.write_text("short")
    result = run("pseudonymise", stream, tmp_path / "out.jsonl", "--key", key, *CATALOGUE)
    assert (result.exit_code, "the key has 5 bytes" in result.output) == (2, True)
    assert run("pseudonymise", stream, tmp_path / "out.jsonl").exit_code == 2


def test_a_saved_report_of_the_shipped_catalogue_is_compared_with_it(tmp_path: Path) -> None:
    """Where no other is named."""
    from impact_metrics.anti_trafficking import CATALOGUE as SHIPPED  # noqa: PLC0415 - of this test alone

    older = attrs.evolve(SHIPPED.only("prosecutions"), title="Older")
    report = evaluate(older, Stream(), as_at=date(2024, 1, 1))
    path = tmp_path / "r.json"
    digest = StreamDigest.of(Stream())
    write_saved(SavedReport.of(report, Manifest.of(report, stream_digest=digest), records=[]), path)
    empty = tmp_path / "s.jsonl"
    empty.write_text('{"type": "About", "title": "nothing"}\n')
    result = run("verify", path, empty)
    assert (result.exit_code, "the catalogue differs in title" in result.output) == (0, True)
