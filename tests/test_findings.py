"""Every finding is told as it is met, and nothing that a file says is lost without a word."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import StreamError
from impact_metrics.errors import printable
from impact_metrics.streams import (
    SetAside,
    from_arrow,
    json_text,
    load_mapping,
    read_json_lines,
    read_mapped,
    read_ocel,
    read_parquet,
    to_arrow,
    write_parquet,
)
from impact_metrics.streams import reading as reading_module
from impact_metrics.streams.json_lines import plain_record
from impact_metrics.streams.json_text import RepeatedKeyError, best_loads, check_keys
from tests.test_cli import run
from tests.test_json_lines import GOOD, MADE, changed, read
from tests.test_mapping import HEADER, MAPPING, ROW
from tests.test_reports import STREAM
from tests.toys import STRICT_TOYS, TOYS

GOOD_KEYS = json.loads(GOOD).keys()
BAD = changed(maker=5)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only two are kept."""
    monkeypatch.setattr(reading_module, "LISTED", 2)


def test_every_finding_of_every_reader_is_told(tmp_path: Path) -> None:
    """More than are kept, in the order in which they are met, contradictions at the end."""
    told: list[SetAside] = []
    (tmp_path / "s.jsonl").write_text("\n".join([BAD] * 5 + [GOOD, changed(maker="Bob")]))
    reading = read_json_lines(tmp_path / "s.jsonl", TOYS, findings=told.append)
    assert [finding.row for finding in told] == [1, 2, 3, 4, 5, 6, 7]
    assert list(reading.set_aside) == told[:2]
    assert reading.set_aside_count == 7

    told.clear()
    (tmp_path / "toys.csv").write_text(HEADER + ROW.replace("1,4", "1,x") * 3)
    (tmp_path / "m.toml").write_text(MAPPING)
    mapped = read_mapped(load_mapping(tmp_path / "m.toml"), TOYS, tmp_path, findings=told.append)
    assert (len(told), mapped.set_aside_count) == (3, 3)

    told.clear()
    log = {"events": [{"type": "Mad"}] * 4, "objects": []}
    (tmp_path / "s.ocel.json").write_text(json.dumps(log))
    assert read_ocel(tmp_path / "s.ocel.json", TOYS, findings=told.append).set_aside_count == len(told) == 4

    told.clear()
    table = to_arrow([MADE], TOYS)["Made"]
    table = table.set_column(table.schema.get_field_index("shape"), "shape", pa.array(["oval"]))
    assert from_arrow({"Made": table}, TOYS, findings=told.append).set_aside_count == len(told) == 1

    told.clear()
    write_parquet([MADE], tmp_path / "toys", TOYS)
    pa.parquet.write_table(table, tmp_path / "toys" / "Made.parquet")
    assert read_parquet(tmp_path / "toys", TOYS, findings=told.append).set_aside_count == len(told) == 1


def test_strict_reading_raises_what_it_would_tell(tmp_path: Path) -> None:
    """The first finding ends it."""
    told: list[SetAside] = []
    with pytest.raises(StreamError, match="is no text"):
        read(tmp_path, BAD, BAD, strict=True, findings=told.append)
    assert not told


def test_the_command_writes_every_finding(tmp_path: Path) -> None:
    """One object a line: what is set aside, and what breaks a constraint; the terminal lists the first."""
    stream, out = tmp_path / "s.jsonl", tmp_path / "findings.jsonl"
    others = [json.dumps(plain_record(record)) for record in STREAM]  # some break a constraint
    stream.write_text("\n".join([BAD] * 5 + others))
    done = run("check", stream, "--catalogue", "tests.test_reports:CATALOGUE", "--findings", out)
    assert done.exit_code == 1
    assert "and 3 more; only the first are listed one by one" in done.output
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["finding"] for line in lines[:5]] == ["set aside"] * 5
    assert {line["finding"] for line in lines[5:]} == {"breaks a constraint"}
    assert lines[0] == {
        "finding": "set aside",
        "file": str(stream),
        "row": 1,
        "type": "Made",
        "field": "maker",
        "value": "5",
        "reason": "is no text",
        "hint": "write it in quotes",
    }


def test_the_command_reads_a_folder_too(tmp_path: Path) -> None:
    """Record by record; an engine of tables has its own account."""
    write_parquet([MADE], tmp_path / "toys", STRICT_TOYS)
    given = ("check", tmp_path / "toys", "--catalogue", "tests.test_reports:CATALOGUE", "--findings", tmp_path / "f")
    assert run(*given).exit_code in {0, 1}
    refused = run(*given, "--engine", "duckdb")
    assert "leave out --engine" in refused.output
    assert refused.exit_code == 2


def test_a_name_of_a_file_that_is_not_utf8_is_printed(tmp_path: Path) -> None:
    """Neither the terminal nor the file of findings fails over it."""
    name = tmp_path / "s\udcff.jsonl"
    name.write_text(BAD + "\n")
    out = tmp_path / "findings.jsonl"
    code = "from impact_metrics.cli import main; main()"
    given = ("check", name, "--catalogue", "tests.test_reports:CATALOGUE", "--findings", out)
    done = subprocess.run([sys.executable, "-c", code, *given], capture_output=True, check=False)  # noqa: S603 - our own command
    assert done.returncode == 1, done.stderr
    assert rb"s\udcff.jsonl" in done.stdout
    assert json.loads(out.read_bytes())["file"] == str(name)


# --- files that are still being written


@pytest.mark.parametrize("cut", [1, 20, len(GOOD) - 1])
def test_an_incomplete_last_line_is_told_as_such(tmp_path: Path, cut: int) -> None:
    """It is set aside and counted; the lines before it are taken."""
    path = tmp_path / "s.jsonl"
    path.write_text(GOOD + "\n" + changed(id="M2")[:cut])
    reading = read_json_lines(path, TOYS)
    assert (reading.taken, reading.set_aside_count, reading.read) == (1, 1, 2)
    (finding,) = reading.set_aside
    assert finding.row == 2
    assert "the last line is incomplete: the file may still be written" in finding.reason


def test_a_last_line_cut_in_a_character_is_told_as_such(tmp_path: Path) -> None:
    """Bytes of half a character are no other encoding where the file ends in them."""
    path = tmp_path / "s.jsonl"
    path.write_bytes(GOOD.encode() + b'\n{"type": "\xc3')
    (finding,) = read_json_lines(path, TOYS).set_aside
    assert "the last line is incomplete" in finding.reason


def test_a_whole_last_line_needs_no_newline(tmp_path: Path) -> None:
    """It is taken; one with a newline that is no JSON is not called incomplete."""
    path = tmp_path / "s.jsonl"
    path.write_text("{\n" + GOOD)
    reading = read_json_lines(path, TOYS)
    assert reading.taken == 1
    assert "is no JSON" in reading.set_aside[0].reason


def test_an_incomplete_last_row_is_told_as_such(tmp_path: Path) -> None:
    """A row of CSV that lacks cells and has nothing behind it; before others it is only short."""
    (tmp_path / "m.toml").write_text(MAPPING)
    (tmp_path / "toys.csv").write_text(HEADER + "7,Eve\n" + ROW + "7,Eve")
    reading = read_mapped(load_mapping(tmp_path / "m.toml"), TOYS, tmp_path)
    short, last = reading.set_aside
    assert short.reason == "the row has 2 cells, and the header has 12"
    assert last.reason == (
        "the last row is incomplete: the row has 2 cells, and the header has 12; "
        "the file may still be written, or is cut"
    )


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_quote_that_is_cut_is_told(tmp_path: Path, ending: str) -> None:
    """A file that ends within quotes."""
    data = (HEADER + ROW + '7,"Ev').encode()
    (tmp_path / "m.toml").write_text(MAPPING.replace("toys.csv", f"toys.csv{ending}"))
    (tmp_path / f"toys.csv{ending}").write_bytes(gzip.compress(data) if ending else data)
    with pytest.raises(StreamError, match="after row 2 a quote is not closed to the end of the file: it is cut"):
        read_mapped(load_mapping(tmp_path / "m.toml"), TOYS, tmp_path)


# --- keys that stand twice


@pytest.mark.parametrize(
    "line",
    [
        GOOD[:-1] + ', "maker": "Bob"}',
        GOOD[:-1] + ',"maker" : "Bob"}',
        GOOD[:-1] + ',"maker"\t: "Bob"}',
        GOOD[:-1] + ',"mak\\u0065r": "Bob"}',
        GOOD[:-1] + ', "maker": "say \\"no\\": Bob"}',
        GOOD[:-1] + ', "x": "{", "maker": "Bob"}',
        GOOD[:-1] + ', "maker": {"maker": 1}}',
        GOOD[:-1] + ', "type": "Sold"}',
    ],
)
def test_a_key_that_stands_twice_is_told(tmp_path: Path, line: str) -> None:
    """The line is set aside with the key, however it is written; neither value is taken."""
    (finding,) = read(tmp_path, line).set_aside
    assert finding.field in {"'maker'", "'type'"}
    assert finding.type in {"Made", "Sold"}
    assert "stands twice in the line" in finding.reason


def test_a_key_that_stands_twice_beside_no_type_is_told(tmp_path: Path) -> None:
    """Without a type that is known, as of any line."""
    for line in ('{"a": 1, "a": 1}', '{"type": 7, "a": 1, "a": 1}', '{"type": "Mad", "a": 1, "a": 1}'):
        (finding,) = read(tmp_path, line).set_aside
        assert (finding.field, finding.type) == ("'a'", "")


KEYS = st.text('ab\\" :\u00e9', max_size=3)
FLAT = st.lists(st.tuples(KEYS, st.one_of(KEYS, st.lists(KEYS, max_size=2), st.integers(), st.none())), max_size=5)


@given(FLAT, st.sampled_from([":", ": ", " :", "\t:", "\r:"]), st.booleans())
def test_repeats_are_found_in_any_text(pairs: list[tuple[str, Any]], colon: str, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever keys and values hold, and however blanks stand: a repeat is found, and nothing else is."""
    written = [(json.dumps(key, ensure_ascii=ascii_only), json.dumps(value)) for key, value in pairs]
    text = ("{" + ",".join(key + colon + value for key, value in written) + "}").encode()
    plain = best_loads()(text)
    repeated = len({key for key, _ in pairs}) < len(pairs)
    if repeated:
        with pytest.raises(RepeatedKeyError):
            check_keys(text, len(plain))
    else:
        check_keys(text, len(plain))


def test_a_plain_line_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting is enough for lines as they are written here, and for numbers that only a second look finds long."""
    check_keys(b'{"a": [{}], "b": ' + b"9" * 5000 + b"}", 2)
    monkeypatch.setattr(json_text, "json", None)
    for line in (changed(note="at 09:00"), changed(note="caf\u00e9")):
        check_keys(line.encode(), len(GOOD_KEYS))


# --- what is printed


def test_no_file_steers_a_terminal(tmp_path: Path) -> None:
    """Names from a file are printed with what steers a terminal told by its number; joined letters stay joined."""
    (finding,) = read(tmp_path, changed(**{"\x1b[2J\u202ex\ny": 1})).set_aside
    assert r"\x1b[2J\u202ex\ny" in str(finding)
    with pytest.raises(StreamError, match=r"\\x1b\[2J\\u202ex\ny"):
        read(tmp_path, changed(**{"\x1b[2J\u202ex\ny": 1}), strict=True)
    assert printable("\u09b0\u200d\u09cd\u09af") == "\u09b0\u200d\u09cd\u09af"
