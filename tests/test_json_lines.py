"""Reading and writing JSON Lines: nothing is lost, and every damage has its message."""

from __future__ import annotations

import builtins
import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import EventId, PersonId, Stream, StreamError
from impact_metrics.reports import violations
from impact_metrics.streams import Account, read_json_lines, write_json_lines
from impact_metrics.streams import json_lines as module
from impact_metrics.streams import reading as reading_module
from impact_metrics.streams.json_text import best_loads
from impact_metrics.streams.versions import AnyRecord
from impact_metrics.testing import streams
from tests.toys import STRICT_TOYS, TOYS, Broken, Colour, Made, Owner

GOOD = (
    '{"type":"Made","id":"M1","occurred_on":"2024-01-01","recorded_at":"2024-01-02T03:04:05+00:00","maker":"Eve",'
    '"helpers":["Ann"],"colours":["red","blue","red"],"safe":true,"due":"2024-02-29","parts":3,"price":"1.50",'
    '"shape":null,"note":"a \\"remark\\""}'
)
MADE = Made(
    id=EventId("M1"),
    occurred_on=date(2024, 1, 1),
    recorded_at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
    maker=PersonId("Eve"),
    helpers=frozenset({PersonId("Ann")}),
    colours=frozenset({Colour.RED, Colour.BLUE}),
    safe=True,
    due=date(2024, 2, 29),
    parts=3,
    price=Decimal("1.50"),
    note='a "remark"',
)


def changed(**changes: Any) -> str:
    plain = json.loads(GOOD) | changes
    return json.dumps({key: value for key, value in plain.items() if value is not ...})


def read(tmp_path: Path, *lines: str | bytes, **options: Any) -> Any:
    path = tmp_path / "s.jsonl"
    path.write_bytes(b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines))
    return read_json_lines(path, STRICT_TOYS, **options)


def the_finding(tmp_path: Path, line: str | bytes) -> str:
    reading = read(tmp_path, GOOD, line)
    assert (reading.read, reading.taken, reading.set_aside_count) == (2, 1, 1)
    return str(reading.set_aside[0]).removeprefix(str(tmp_path) + "/")


@pytest.fixture(params=["orjson", "json"])
def _either_decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with orjson, and with the standard library alone."""
    if request.param == "orjson":
        pytest.importorskip("orjson")
        return
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "orjson":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)


@pytest.mark.usefixtures("_either_decoder")
def test_a_record_is_read_whole(tmp_path: Path) -> None:
    """Every kind of value comes in as what it is; blank lines and a byte order mark are nothing."""
    reading = read(tmp_path, b"\xef\xbb\xbf" + GOOD.encode(), "", "   ")
    assert list(reading.stream) == [MADE]
    (taken,) = reading.stream
    assert str(reading.origin(taken)).endswith("s.jsonl, row 1")
    assert reading.summary() == "1 records read = 1 taken"


@pytest.mark.usefixtures("_either_decoder")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{bad", "s.jsonl, row 2: the line is no JSON"),
        ("[1]", "s.jsonl, row 2: the line is no JSON object but [1]; write {...} on each line"),
        (b"\xff\xfe", "the line is not UTF-8 at its byte 1; save the file in the encoding UTF-8"),
        (changed(type=...), 'the record has no type; name its type, as in "type": "Arrest"'),
        (changed(type=3), "type the model has no such type (value 3); write the type in quotes"),
        (changed(type="Maid"), "s.jsonl, row 2, type the model has no such type (value 'Maid'); did you mean 'Made'?"),
        (changed(type="About"), "an About line stands only at the start of a file; move it to the first line"),
        (changed(maker=...), "Made.maker is missing; every Made gives the person who made it"),
        (changed(makr="x"), "Made.makr is no field of it (value 'x'); did you mean 'maker'?"),
        (changed(maker=5), "Made.maker is no text (value 5); write it in quotes"),
        (changed(maker=None), "Made.maker is missing; every Made gives the person who made it"),
        (changed(makr=None), "Made.makr is no field of it (value None); did you mean 'maker'?"),
        (changed(colours=["rde"]), "Made.colours is no code of Colour (value ['rde']); did you mean 'red'?"),
        (changed(shape=7), "Made.shape is no code of Shape (value 7); write the code in quotes"),
        (changed(colours="red"), "Made.colours is no list (value 'red'); write the members of a set as a list"),
        (changed(occurred_on="2023-02-30"), "Made.occurred_on is no date that exists (value '2023-02-30')"),
        (changed(occurred_on="2023-02-03T00:00:00"), "Made.occurred_on is no date that exists"),
        (changed(due=20230203), "Made.due is no date that exists (value 20230203); write it as YYYY-MM-DD"),
        (changed(recorded_at="2023-02-30T00:00:00"), "Made.recorded_at is no moment that exists"),
        (changed(recorded_at="2023-02-03"), "Made.recorded_at is no moment that exists"),
        (changed(safe="false"), "Made.safe is neither true nor false (value 'false'); write true or false"),
        (changed(safe=1), "Made.safe is neither true nor false (value 1)"),
        (changed(parts="5"), "Made.parts is no whole number (value '5')"),
        (changed(parts=1.5), "Made.parts is no whole number (value 1.5)"),
        (changed(parts=True), "Made.parts is no whole number (value True)"),
        (changed(parts=2**70), "Made.parts is no whole number"),
        (changed(price=1.5), 'Made.price is no exact decimal number (value 1.5); write it in quotes, as "12.50"'),
        (changed(price="NaN"), "Made.price is no exact decimal number"),
        (changed(price="a lot"), "Made.price is no exact decimal number (value 'a lot')"),
        (changed(maker=5, makr=[1] * 99), "Made.maker is no text; also makr is no field of it (value 5)"),
        (changed(parts=...)[:-1] + ', "parts": NaN}', "the line is no JSON"),
        (changed(note=...)[:-1] + ', "note": "\\ud800"}', "the line is no JSON"),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, "the line is no JSON"),
    ],
)
def test_every_damage_has_its_message(tmp_path: Path, line: str | bytes, words: str) -> None:
    """The record is set aside with file, row, field, value, reason and hint, whichever decoder reads it."""
    assert words in the_finding(tmp_path, line)


def test_a_decimal_may_be_a_whole_number(tmp_path: Path) -> None:
    """Whole numbers are exact without quotes."""
    (made,) = read(tmp_path, changed(price=3)).stream
    assert isinstance(made, Made)
    assert made.price == Decimal(3)


def test_a_long_value_is_cut_in_a_message(tmp_path: Path) -> None:
    """A finding stays a line, whatever the value."""
    assert len(the_finding(tmp_path, changed(maker=[1] * 999))) < 200


def test_an_overlong_line_is_set_aside_in_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line beyond the limit is one finding; the next line is read."""
    monkeypatch.setattr(module, "MAX_LINE", 500)
    reading = read(tmp_path, "{" + " " * 400 + "x" * 1800, GOOD, "y" * 501)
    assert [finding.row for finding in reading.set_aside] == [1, 3]
    assert "longer than 500 bytes" in reading.set_aside[0].reason
    assert list(reading.stream) == [MADE]


def test_a_line_that_is_nested_too_deep_is_set_aside(tmp_path: Path) -> None:
    """It could not even be printed; many brackets side by side are no depth."""
    deep = "[" * 301 + "]" * 301
    wide = changed(maker=[[]] * 301)
    reading = read(tmp_path, deep, changed(maker="X").replace('"X"', deep), wide, GOOD)
    assert [finding.reason for finding in reading.set_aside] == [
        "the line is nested more than 300 deep",
        "the line is nested more than 300 deep",
        "is no text",
    ]
    assert list(reading.stream) == [MADE]


def test_contradicting_records_are_all_set_aside_each_naming_the_other(tmp_path: Path) -> None:
    """Neither is to be preferred, in whichever order they stand; an exact repeat is counted as one."""
    other = changed(maker="Bob")
    for lines in ((GOOD, other, GOOD), (other, GOOD, GOOD)):
        reading = read(tmp_path, *lines, changed(id="M2"), changed(id="M2"))
        assert len(reading.stream) == 1
        first, second = sorted(reading.set_aside, key=lambda finding: finding.row)
        assert (first.row, second.row) == (1, 2)
        assert "row 2" in first.reason
        assert "row 1" in second.reason
        assert "maker" in first.reason
        assert reading.accounts[0].repeats == 2
        assert reading.summary() == "5 records read = 1 taken + 2 repeated + 2 set aside"


def test_a_correction_is_no_contradiction(tmp_path: Path) -> None:
    """The same id, recorded later: both versions are in the stream."""
    reading = read(tmp_path, GOOD, changed(maker="Bob", recorded_at="2024-05-01T00:00:00+00:00"))
    assert len(reading.stream) == 2
    assert reading.set_aside == ()


def test_a_dangling_link_is_listed_where_it_was_read(tmp_path: Path) -> None:
    """A constraint violation has file, row, id and reason, and the record stays in the stream."""
    line = '{"type":"Broken","id":"X","occurred_on":"2024-01-01","case":"C"}'
    reading = read(tmp_path, GOOD, line)
    (violation,) = violations(STRICT_TOYS, reading.stream)
    found = str(violation.finding(reading)).removeprefix(str(tmp_path) + "/")
    assert found == (
        "s.jsonl, row 2, Broken.id breaks the constraint broken_was_sold (value 'X'); only what was sold breaks"
    )
    merged = '{"type":"SamePerson","id":"Y","person":"Ann","same_as":"Eve","recorded_at":"2024-01-01T00:00:00"}'
    again = read(
        tmp_path, line, '{"type":"Broken","id":"Z","occurred_on":"2024-01-01","case":"C","witnesses":["Ann"]}', merged
    )
    assert [item.finding(again).row for item in violations(STRICT_TOYS, again.stream)] == [1, 2]
    elsewhere = read(tmp_path, GOOD)
    assert violation.finding(elsewhere).where == "Broken.id" or violation.finding(elsewhere).row == 0


def test_strict_reading_stops_at_the_first_finding(tmp_path: Path) -> None:
    """The error says where, what and what to do; so it does for a contradiction."""
    with pytest.raises(StreamError, match=r"(?s)row 2, Made.makr.*is no field of it.*did you mean 'maker'"):
        read(tmp_path, GOOD, changed(makr=1), strict=True)
    with pytest.raises(StreamError, match="two records of this id"):
        read(tmp_path, GOOD, changed(maker="Bob"), strict=True)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    ids=["empty", "blank", "utf-16", "not gzipped", "cut off", "damaged"],
    argvalues=[
        ("e.jsonl", b"", "the file holds no record"),
        ("e.jsonl", b"\n \n", "the file holds no record"),
        ("e.jsonl", "{}".encode("utf-16"), "UTF-16"),
        ("e.gz", b"plain", "damaged or not gzipped"),
        ("e.gz", gzip.compress(b"{}\n" * 999)[:-12], "breaks off"),
        ("e.gz", gzip.compress(bytes(range(256)) * 99)[:20] + b"\xff" * 40, "damaged or not gzipped"),
    ],
)
def test_unreadable_files_are_named(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """A file that cannot be read at all is one error about the file."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(StreamError, match=words):
        read_json_lines([path], TOYS)


def test_files_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file, a folder, and a file that may not be read."""
    with pytest.raises(StreamError, match="no such file"):
        read_json_lines(tmp_path / "nowhere", TOYS)
    with pytest.raises(StreamError, match="a folder"):
        read_json_lines(tmp_path, TOYS)

    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError("not yours")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StreamError, match="cannot be read: not yours"):
        read_json_lines(tmp_path / "x", TOYS)


def test_several_files_make_one_stream_and_progress_is_told(tmp_path: Path) -> None:
    """Plain and gzipped files are read together; the bytes told are those on disk."""
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl.gz"
    write_json_lines([MADE], one, about={"title": "One"})
    write_json_lines([Owner(id=PersonId("P"))], two)
    told: list[int] = []
    reading = read_json_lines([one, two], TOYS, progress=told.append)
    assert len(reading.stream) == 2
    assert sum(told) >= one.stat().st_size + two.stat().st_size
    assert reading.about == {str(one): {"title": "One"}}
    assert [str(account).removeprefix(str(tmp_path) + "/") for account in reading.accounts] == [
        "one.jsonl, Made: 1 read = 1 taken",
        "two.jsonl.gz, Owner: 1 read = 1 taken",
    ]


def version(record: AnyRecord) -> tuple[str, str, str]:
    return type(record).__name__, record.id, str(record.recorded_at)


@given(stream=streams(TOYS, bookkeeping=True))
def test_writing_and_reading_is_a_round_trip(stream: Stream, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What was written is read back equal, every version of every record."""
    path = tmp_path_factory.mktemp("s") / "s.jsonl.gz"
    if len(stream) == 0:
        return
    write_json_lines(stream, path)
    written = path.read_bytes()
    reading = read_json_lines(path, TOYS)
    assert sorted(reading.stream, key=version) == sorted(stream, key=version)
    write_json_lines(stream, path)
    assert path.read_bytes() == written


@given(data=st.data(), stream=streams(TOYS))
def test_accounts_add_up_under_any_damage(
    data: st.DataObject, stream: Stream, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is done to the bytes, every line is taken, repeated or set aside, or the file is refused."""
    path = tmp_path_factory.mktemp("s") / "s.jsonl"
    write_json_lines(stream, path)
    text = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 4)) if text else 0):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(text))
    if not bytes(text).removeprefix(b"\xef\xbb\xbf").strip() or bytes(text[:2]) in {b"\xff\xfe", b"\xfe\xff"}:
        with pytest.raises(StreamError, match=r"holds no record|UTF-16"):
            read_json_lines(path, TOYS)
        return
    reading = read_json_lines(path, TOYS)
    lines = [line for line in bytes(text).removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    assert reading.read == len(lines)
    assert len(reading.stream) == reading.taken
    assert reading.set_aside_count == sum(account.set_aside for account in reading.accounts)


def test_details_are_bounded_and_counts_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a limit findings are only counted; nothing is lost from the accounts."""
    monkeypatch.setattr(reading_module, "LISTED", 3)
    reading = read(tmp_path, GOOD, *["{"] * 10)
    assert (len(reading.set_aside), reading.set_aside_count, reading.read) == (3, 10, 11)


def test_an_account_that_does_not_add_up_is_no_account() -> None:
    """The class itself refuses."""
    with pytest.raises(AssertionError, match="add up"):
        Account(file="f", type="t", read=3, taken=1, repeats=0, filtered={}, set_aside=1)
    assert str(Account(file="f", type="", read=4, taken=1, repeats=1, filtered={"why": 1}, set_aside=1)) == (
        "f, type unknown: 4 read = 1 taken + 1 repeated + 1 left out (why) + 1 set aside"
    )


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is replaced whole, or not at all; nothing half-written stays behind."""
    path = tmp_path / "s.jsonl"
    write_json_lines([MADE], path)
    before = path.read_bytes()

    def full(*_: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StreamError, match="cannot be written: no space"):
        write_json_lines([], path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["s.jsonl"]


def test_the_decoder_in_use_is_found() -> None:
    """Whichever it is, it reads JSON."""
    assert best_loads()(b'{"a": [1]}') == {"a": [1]}


def test_a_record_that_was_not_read_has_no_origin(tmp_path: Path) -> None:
    """Only what came from a file has a place in one."""
    reading = read(tmp_path, GOOD)
    stranger = Broken(id=EventId("unknown"), occurred_on=date(2024, 1, 1), case=MADE.case or "C")  # type: ignore[arg-type]
    assert reading.origin(stranger) is None
