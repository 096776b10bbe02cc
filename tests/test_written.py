"""Numbers, days and moments as text: each has one notation, whichever file it stands in."""

from __future__ import annotations

import json
import zoneinfo
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import EventId, MappingError, MissingExtraError, PersonId
from impact_metrics.streams import Reading, read_json_lines, read_ocel, write_json_lines, write_ocel, zones
from impact_metrics.values import written
from tests.test_mapping import read as read_mapping
from tests.test_mapping import with_fields
from tests.toys import TOYS, Made

NO_NUMBERS = (
    "1e3",
    "1_000",
    "\uff11\uff12",
    "+5",
    "5.",
    ".5",
    "NaN",
    "Infinity",
    "(5)",
    "1 000",
    "1,5",
    "0x10",
    "--1",
    "",
    "1.0e0",
)


def priced(tmp_path: Path, cell: str, marks: str = "") -> Reading:
    """Read one sale of which ``price`` is the text of a cell, in a file with these marks."""
    mapping = with_fields("").replace("Sold", "Made")
    fields = f'maker = "who"\nhelpers = "who"\noccurred_on = "day"\nprice = {{ column = "price"{marks} }}\n'
    mapping = mapping[: mapping.index("[files.records.fields]")] + "[files.records.fields]\n" + fields
    return read_mapping(tmp_path, f'who,day,price\nEve,2024-01-05,"{cell}"\n', mapping)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_none_in_any_reader(tmp_path: Path, text: str) -> None:
    """Exponents, underscores, digits of other scripts, a plus, blanks and marks are no part of a number."""
    assert written.decimal(text) is None
    assert written.whole(text) is None
    line = {"type": "Made", "id": "m", "occurred_on": "2024-01-05", "maker": "Eve", "helpers": ["Eve"], "price": text}
    (tmp_path / "s.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    (finding,) = read_json_lines(tmp_path / "s.jsonl", TOYS).set_aside
    assert (finding.field, finding.reason) == ("price", "is no exact decimal number")
    log = tmp_path / "s.ocel.json"
    write_ocel([made(price=Decimal(7))], log, TOYS)
    whole = json.loads(log.read_text())
    whole["events"][0]["attributes"] = [{"name": "price", "value": text}]
    log.write_text(json.dumps(whole))
    assert read_ocel(log, TOYS).set_aside[0].field == "price"
    if text:
        (finding,) = priced(tmp_path, text).set_aside
        assert (finding.field, finding.reason, finding.value) == ("price", "is no decimal number", repr(text))


def made(**values: object) -> Made:
    """A toy, of which a test says what matters."""
    plain = {"id": EventId("m"), "occurred_on": date(2024, 1, 5), "maker": PersonId("Eve")}
    return Made(**{**plain, "helpers": frozenset({PersonId("Ann")}), **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "marks", "value"),
    [
        ("1.234", ', decimal = "."', "1.234"),
        ("1.234", ', thousands = ","', "1.234"),
        ("0.125", "", "0.125"),
        ("1234.567", "", "1234.567"),
        ("-12.50", "", "-12.50"),
        ("1.234", ', decimal = ",", thousands = "."', "1234"),
        ("1.234.567,89", ', decimal = ",", thousands = "."', "1234567.89"),
        ("-1234,5", ', decimal = ",", thousands = "."', "-1234.5"),
        ("12,5", ', decimal = ","', "12.5"),
        ("1,234.5", ', thousands = ","', "1234.5"),
        ("1 234", ', thousands = " "', "1234"),
    ],
)
def test_marks_are_those_that_the_mapping_names(tmp_path: Path, cell: str, marks: str, value: str) -> None:
    """The decimal mark and that of thousands, of a field."""
    (record,) = priced(tmp_path, cell, marks).stream
    assert isinstance(record, Made)
    assert record.price == Decimal(value)


@pytest.mark.parametrize("cell", ["1.234", "-12.500", "1.000"])
def test_a_number_that_could_be_two_is_set_aside(tmp_path: Path, cell: str) -> None:
    """Until the mapping states its marks, nothing tells whether a point is before decimals or between thousands."""
    (finding,) = priced(tmp_path, cell).set_aside
    assert finding.reason == f"could be {cell} or {cell.replace('.', '')}, by the marks of the file"
    assert 'decimal = "."' in finding.hint


@pytest.mark.parametrize("cell", ["1.23", "12.3456", "1.234,", "1,234.5", "1.2345,6", ".234"])
def test_groups_that_are_no_thousands_are_set_aside(tmp_path: Path, cell: str) -> None:
    """A mark of thousands stands between groups of three digits, and nowhere else."""
    (finding,) = priced(tmp_path, cell, ', decimal = ",", thousands = "."').set_aside
    assert finding.reason == "is no decimal number"
    assert "',' before the decimals and '.' between groups of three digits" in finding.hint


def test_marks_of_a_file_are_those_of_its_whole_numbers_too(tmp_path: Path) -> None:
    """Unless a field has its own."""
    mapping = with_fields('pieces = "parts"', decimal='","', thousands='"."')
    stream = read_mapping(tmp_path, 'no,day,parts\n1,2024-01-05,"1.234"\n2,2024-01-05,"12,0"\n', mapping).stream
    assert sorted(record.pieces for record in stream) == [12, 1234]  # type: ignore[union-attr]
    own = mapping.replace('pieces = "parts"', 'pieces = { column = "parts", thousands = "" }')
    assert read_mapping(tmp_path, "no,day,parts\n1,2024-01-05,1.234\n", own).set_aside_count == 1


@pytest.mark.parametrize(
    "marks", ['decimal = ""', 'decimal = "--"', 'thousands = "."', 'decimal = "5"', 'thousands = "x"']
)
def test_marks_that_could_not_be_told_apart_are_refused(tmp_path: Path, marks: str) -> None:
    """One sign each, and no digit, letter or sign of a number."""
    mapping = with_fields('pieces = "parts"').replace("[[files.records]]", f"{marks}\n[[files.records]]")
    with pytest.raises(MappingError, match="are no two marks"):
        read_mapping(tmp_path, "no,day,parts\n1,2024-01-05,1\n", mapping)


@pytest.mark.parametrize(
    ("text", "number"), [("12.0", 12), ("-7.0", -7), ("007", 7), ("9223372036854775807", 2**63 - 1)]
)
def test_a_whole_number_may_have_zeros_behind_a_point(text: str, number: int) -> None:
    """So do tools write it that fill gaps; it is the same number."""
    assert written.whole(text) == number


@pytest.mark.parametrize("text", ["12.5", "1.000", "12.00", "9223372036854775808", "9" * 5000])
def test_what_is_not_whole_or_too_large_is_no_whole_number(text: str) -> None:
    """A fraction, more than 64 bits, and digits without end."""
    assert written.whole(text) is None


def test_a_whole_number_of_json_may_have_a_point(tmp_path: Path) -> None:
    """As pandas writes a column with gaps; from 2**53 on it could be another number as well."""
    lines = [{"id": "a", "parts": 12.0}, {"id": "b", "parts": 12.5}, {"id": "c", "parts": 2.0**54}]
    shared = {"type": "Made", "occurred_on": "2024-01-05", "maker": "Eve", "helpers": []}
    (tmp_path / "s.jsonl").write_text("".join(json.dumps(shared | line) + "\n" for line in lines))
    reading = read_json_lines(tmp_path / "s.jsonl", TOYS)
    assert [record.parts for record in reading.stream] == [12]  # type: ignore[union-attr]
    assert [finding.row for finding in reading.set_aside] == [2, 3]


@given(digits=st.integers(-(10**20), 10**20), exponent=st.integers(-38, 17))
def test_any_exact_decimal_comes_back(digits: int, exponent: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Written without an exponent, to JSON Lines and to a log, whatever the decimal is made of."""
    price = Decimal(f"{digits}E{exponent}")
    folder = tmp_path_factory.mktemp("d")
    write_json_lines([made(price=price)], folder / "s.jsonl")
    write_ocel([made(price=price)], folder / "s.ocel.json", TOYS)
    for read in (read_json_lines(folder / "s.jsonl", TOYS), read_ocel(folder / "s.ocel.json", TOYS)):
        (record,) = read.stream
        assert isinstance(record, Made)
        assert record.price == price


NO_DAYS = (
    "2021-W09-4",
    "20210304",
    "2021-3-4",
    "2021-063",
    "2021-02-30",
    "\uff12021-03-04",
    "04/03/2021",
    "2021-03-04 ",
)
NO_MOMENTS = (
    "20210304T100000", "2021-03-04x10:00:00", "2021-W09-4T10:00:00", "2021-03-04", "2021-03-04T10",
    "2021-03-04T24:00:00",
        "2021-03-04T10:00:60", "2021-03-04T10:00:00 +01:00", "2021-03-04T10:00:00 Europe/London",
    "2021-03-04T10:00:00,5",
    "2021-03-04T10:00:00.", "2021-03-04T10:00:00+1", "2021-02-30T10:00:00", "2021-03-04T10:00:00.1234567",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_DAYS)
def test_a_day_has_one_notation(tmp_path: Path, text: str) -> None:
    """YYYY-MM-DD, in JSON Lines, in a log, in an export and in a mapping itself; no week dates, no compact form."""
    assert written.day(text) is None
    lines = {"type": "Made", "id": "m", "occurred_on": "2024-01-05", "maker": "Eve", "helpers": ["Eve"], "due": text}
    (tmp_path / "s.jsonl").write_text(json.dumps(lines))
    (finding,) = read_json_lines(tmp_path / "s.jsonl", TOYS).set_aside
    assert (finding.field, finding.reason) == ("due", "is no date that exists")
    if text.strip() == text:
        write_ocel([made(due=date(2000, 1, 1))], tmp_path / "s.ocel.json", TOYS)
        changed = (tmp_path / "s.ocel.json").read_text().replace("2000-01-01T00:00:00Z", text)
        (tmp_path / "s.ocel.json").write_text(changed, encoding="utf-8")
        assert read_ocel(tmp_path / "s.ocel.json", TOYS).set_aside[0].reason == "is no date that exists"
        reading = read_mapping(tmp_path, f"no,day\n1,{text}\n", with_fields(""))
        assert reading.set_aside[0].reason == "is no date that exists"
    with pytest.raises(MappingError, match="a date YYYY-MM-DD is expected"):
        read_mapping(tmp_path, "no,day\n", f'latest = "{text}"\n' + with_fields(""))


@pytest.mark.parametrize("text", NO_MOMENTS)
def test_a_moment_has_one_notation(tmp_path: Path, text: str) -> None:
    """A day, a time and an offset; nothing is cut from it, and nothing of it is passed over."""
    assert written.moment(text) is None
    line = {"type": "Made", "id": "m", "occurred_on": "2024-01-05", "maker": "Eve", "helpers": [], "recorded_at": text}
    (tmp_path / "s.jsonl").write_text(json.dumps(line))
    (finding,) = read_json_lines(tmp_path / "s.jsonl", TOYS).set_aside

    reason = "is finer than a microsecond" if "1234567" in text else "is no moment that exists"
    assert (finding.field, finding.reason) == ("recorded_at", reason)
    mapping = with_fields('recorded_at = "seen"')
    reading = read_mapping(tmp_path, f'no,day,seen\n1,2024-01-05,"{text}"\n', mapping)
    assert [finding.field for finding in reading.set_aside] == ["recorded_at"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-03-04T10:00", datetime(2021, 3, 4, 10)),  # noqa: DTZ001 - it has none
        ("2021-03-04 10:00:00Z", datetime(2021, 3, 4, 10, tzinfo=UTC)),
        ("2021-03-04T10:00:00.123456000+01", datetime(2021, 3, 4, 9, 0, 0, 123456, tzinfo=UTC)),
        ("2021-03-04T10:00:00.5-0330", datetime(2021, 3, 4, 13, 30, 0, 500000, tzinfo=UTC)),
    ],
)
def test_moments_are_read_exactly(text: str, moment: datetime) -> None:
    """To the microsecond, with every form of offset; zeros beyond a microsecond say nothing."""
    assert written.moment(text) == moment


def dated(tmp_path: Path, cell: str, field: str, time_zone: str = "+00:00") -> Reading:
    """Read the day of one sale."""
    fields = f'occurred_on = {{ column = "day", {field} }}'
    return read_mapping(tmp_path, f"no,day\n1,{cell}\n", with_fields(fields, time_zone=f'"{time_zone}"'))


TWO_FORMATS = 'formats = ["%d/%m/%Y", "%Y-%m-%d %H:%M:%S"]'


@pytest.mark.parametrize("move", ["hours = -6", 'days_in = "America/Chicago"'])
@pytest.mark.parametrize(
    ("cell", "formats", "day"),
    [
        ("01/01/2024", TWO_FORMATS, date(2024, 1, 1)),
        ("2024-01-01 03:00:00", TWO_FORMATS, date(2023, 12, 31)),
        ("2024-01-01", "", date(2024, 1, 1)),
        ("2024-01-01T03:00:00", "", date(2023, 12, 31)),
        ("2024-01-01T03:00", 'formats = ["%Y-%m-%dT%H:%M"]', date(2023, 12, 31)),
        ("2024%I01", 'formats = ["%Y%%I%d"]', date(2024, 1, 1)),
    ],
)
def test_only_a_date_with_a_time_is_moved(tmp_path: Path, cell: str, formats: str, day: date, move: str) -> None:
    """A date alone is a day already, whichever format it is written in: the first of January stays in its year."""
    (record,) = dated(tmp_path, cell, ", ".join(filter(None, [formats, move]))).stream
    assert record.occurred_on == day  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-07-01T23:30:00", date(2024, 7, 2)),  # an hour ahead of UTC in summer
        ("2024-01-01T23:30:00", date(2024, 1, 1)),
        ("2024-07-01T23:30:00+01:00", date(2024, 7, 1)),
    ],
)
def test_days_of_a_place_know_summer_time(tmp_path: Path, cell: str, day: date) -> None:
    """A moment in UTC, or of its own offset, falls on the day that it was there."""
    (record,) = dated(tmp_path, cell, 'days_in = "Europe/London"').stream
    assert record.occurred_on == day  # type: ignore[union-attr]


def recorded(tmp_path: Path, cell: str, time_zone: str) -> Reading:
    """Read the moment at which one sale was recorded."""
    mapping = with_fields('recorded_at = "seen"', time_zone=f'"{time_zone}"')
    return read_mapping(tmp_path, f"no,day,seen\n1,2024-01-05,{cell}\n", mapping)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-07-01T12:00:00", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ("2024-01-01T12:00:00", datetime(2024, 1, 1, 11, tzinfo=UTC)),
        ("2024-01-01T12:00:00-05:00", datetime(2024, 1, 1, 17, tzinfo=UTC)),
        ("1890-01-01T12:00:00", datetime(1890, 1, 1, 11, 6, 32, tzinfo=UTC)),
    ],
)
def test_moments_of_a_named_zone_are_those_of_its_clocks(tmp_path: Path, cell: str, moment: datetime) -> None:
    """In summer and winter, and before there were zones; what says its own offset keeps it. A file gives it back."""
    reading = recorded(tmp_path, cell, "Europe/Berlin")
    (record,) = reading.stream
    assert record.recorded_at == moment
    write_json_lines(reading.stream, tmp_path / "s.jsonl")
    assert list(read_json_lines(tmp_path / "s.jsonl", TOYS).stream) == [record]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2024-03-31T02:30:00", "does not exist in Europe/Berlin, where clocks went forward"),
        ("2024-10-27T02:30:00", "was twice in Europe/Berlin, where clocks went back"),
        ("0001-01-01T00:00:00", "lies outside the years 1 to 9999"),
    ],
)
def test_a_time_that_clocks_skip_or_repeat_is_set_aside(tmp_path: Path, cell: str, reason: str) -> None:
    """Which moment was meant cannot be told, and is not guessed."""
    (finding,) = recorded(tmp_path, cell, "Europe/Berlin").set_aside
    assert finding.reason == reason


def test_an_offset_is_a_zone_without_seasons(tmp_path: Path) -> None:
    """Ahead of UTC and behind it."""
    for offset, hours in (("-03:30", -3.5), ("+05:30", 5.5)):
        (record,) = recorded(tmp_path, "2024-07-01T12:00:00", offset).stream
        assert record.recorded_at == datetime(2024, 7, 1, 12, tzinfo=timezone(timedelta(hours=hours)))


@pytest.mark.parametrize("name", ["Europe/Lundon", "+5:30", "../UTC", "/etc/localtime", "", "+24:00"])
def test_a_zone_that_there_is_not_is_refused(tmp_path: Path, name: str) -> None:
    """With the nearest right name, and no name is a path."""
    with pytest.raises(MappingError, match="is no time zone"):
        recorded(tmp_path, "2024-07-01T12:00:00", name)


def test_a_system_without_zones_is_told_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have none of its own; offsets need none."""
    monkeypatch.setattr(zones, "available_timezones", set)
    with pytest.raises(MissingExtraError, match=r"impact-metrics\[zones\]"):
        recorded(tmp_path, "2024-07-01T12:00:00", "Europe/London")
    assert recorded(tmp_path, "2024-07-01T12:00:00", "+01:00").taken == 1
    assert "Europe/London" in zoneinfo.available_timezones()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ('formats = ["%Y-%m-%d %H:%M %Z"]', "the %Z of '%Y-%m-%d %H:%M %Z' would be read and lost"),
        ('hours = -6, days_in = "Europe/London"', "hours and days_in both move a date"),
        ('days_in = "Nowhere"', "'Nowhere' is no time zone"),
    ],
)
def test_what_would_lose_or_confuse_zones_is_refused(tmp_path: Path, field: str, words: str) -> None:
    """Names of zones in a format, two ways to move a date, and a zone that there is not."""
    with pytest.raises(MappingError, match=words):
        dated(tmp_path, "2024-01-01", field)


def test_formats_take_digits_of_this_script_only(tmp_path: Path) -> None:
    """Letters may be of any."""
    assert dated(tmp_path, "\uff12\uff10\uff12\uff14-01-05", 'formats = ["%Y-%m-%d"]').set_aside_count == 1
    assert dated(tmp_path, "am 5.1.2024 \u2013 ja", 'formats = ["am %d.%m.%Y \u2013 ja"]').taken == 1


def test_a_day_is_no_moment_unless_a_format_says_so(tmp_path: Path) -> None:
    """That it means the beginning of the day is for the mapping to say."""
    (finding,) = recorded(tmp_path, "2024-01-05", "+00:00").set_aside
    assert (finding.reason, finding.hint) == (
        "is a day, and no moment",
        'to take its beginning: formats = ["%Y-%m-%d"]',
    )
