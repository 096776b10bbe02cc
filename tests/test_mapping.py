"""Exports read through a mapping: each feature, each fault of a mapping, and each damage of a file."""

from __future__ import annotations

import gzip
import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from impact_metrics import MappingError, StreamError
from impact_metrics.streams import Mapping, Reading, load_mapping, read_mapped
from tests.toys import TOYS, Colour, Made, Owner, Shape, Sold

HEADER = "no,who,helpers,day,seen,red,blue,shape,safe,parts,price,kind\n"
ROW = "7, Eve ,Ann;Ben,2024-01-05,05/01/2024 23:30,yes,,circle,1,4,1.50,real\n"
MAPPING = """
latest = 2024-12-31

[[files]]
path = "toys.csv"
missing = ["", "n/a"]
time_zone = "+05:30"

[[files.records]]
type = "Made"
id = "made-{file}-{no}-{row}-x"
leave_out = [
  { column = "kind", in = ["test", "draft"], because = "not a real toy" },
  { column = "who", missing = true, because = "nobody is named" },
]

[files.records.fields]
maker = "who"
helpers = { column = "helpers", separator = ";" }
occurred_on = { columns = ["day", "seen"], formats = ["%Y-%m-%d", "%d/%m/%Y %H:%M"], hours = -12 }
recorded_at = { column = "seen", formats = ["%d/%m/%Y %H:%M"] }
case = "order-{no}"
colours = { columns = ["red", "blue"], all = true, values = { yes = "red", azure = "blue" } }
shape = { column = "shape", values = { circle = "round", box = "square" }, otherwise = "missing" }
safe = "safe"
parts = "parts"
price = "price"
note = { constant = "from the export" }
"""


def read(tmp_path: Path, text: str | bytes, mapping: str = MAPPING, **options: Any) -> Reading:
    data = text.encode() if isinstance(text, str) else text
    (tmp_path / "toys.csv").write_bytes(data)
    (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
    return read_mapped(load_mapping(tmp_path / "m.toml"), TOYS, tmp_path, **options)


def with_fields(fields: str, **file: str) -> str:
    """A mapping of Sold with the fields that a test is not about."""
    options = "".join(f"{key} = {value}\n" for key, value in file.items())
    defaults = {
        "occurred_on": '"day"',
        "case": '"no"',
        "box": '"no"',
        "colour": '{ constant = "red" }',
        "gift": "{ constant = false }",
        "pieces": "{ constant = 1 }",
    }
    given = tomllib.loads(fields)
    rest = "".join(f"{key} = {value}\n" for key, value in defaults.items() if key not in given)
    return (
        f'[[files]]\npath = "toys.csv"\n{options}[[files.records]]\ntype = "Sold"\nid = "s-{{row}}"\n'
        f"[files.records.fields]\n{rest}{fields}\n"
    )


def test_a_row_becomes_a_record(tmp_path: Path) -> None:
    """Columns, templates, sets, value maps, formats, time zones, constants: each value is what it is."""
    (made,) = read(tmp_path, HEADER + ROW).stream
    assert isinstance(made, Made)
    assert made.id == "made-toys-7-2-x"
    assert made.maker == "Eve"
    assert made.helpers == {"Ann", "Ben"}
    assert made.occurred_on == date(2024, 1, 5), "a date without a time is not moved by hours"
    assert made.recorded_at == datetime(2024, 1, 5, 23, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert made.case == "order-7"
    assert made.colours == {Colour.RED}
    assert made.shape == Shape.ROUND
    assert made.safe is True
    assert (made.parts, made.price, made.note) == (4, Decimal("1.50"), "from the export")


def test_missing_cells_are_missing_values(tmp_path: Path) -> None:
    """Empty cells, the file's own words for nothing, a fallback column, and a value map that lets strangers go."""
    row = "8,Eve,,n/a,06/01/2024 13:00,,,triangle,,,n/a,real\n"
    (made,) = read(
        tmp_path,
        HEADER + row,
        MAPPING.replace("helpers =", "boxes =").replace(
            "[files.records.fields]", '[files.records.fields]\nhelpers = { constant = "Zed" }'
        ),
    ).stream
    assert isinstance(made, Made)
    assert made.occurred_on == date(2024, 1, 6), "the second column, where the first is missing"
    assert (made.boxes, made.colours, made.shape, made.safe, made.parts, made.price) == (None,) * 6
    assert made.helpers == {"Zed"}


def test_rows_are_left_out_with_their_reason_and_counted(tmp_path: Path) -> None:
    """Filtered rows are no loss: the account names each reason."""
    rows = ROW + ROW.replace("real", "test") + ROW.replace(" Eve ", "n/a") + "\n" + ROW
    reading = read(tmp_path, HEADER + rows)
    (account,) = reading.accounts
    assert account.filtered == {"not a real toy": 1, "nobody is named": 1}
    assert str(account) == (
        "toys.csv, Made: 4 read = 2 taken + 1 left out (not a real toy) + 1 left out (nobody is named)"
    )
    assert reading.summary() == "4 rows read = 2 taken + 2 left out by the mapping"
    other = MAPPING.replace('in = ["test", "draft"]', 'not_in = ["real"]')
    assert read(tmp_path, HEADER + rows, other).accounts[0].filtered["not a real toy"] == 1


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            ROW.replace("2024-01-05", "5.1.2024"),
            "occurred_on is no date in %Y-%m-%d or %d/%m/%Y %H:%M (value '5.1.2024')",
        ),
        (ROW.replace("2024-01-05", "2109-01-05"), "occurred_on is impossible: after 2024-12-31, the latest date taken"),
        (ROW.replace("05/01/2024 23:30", "soon"), "recorded_at is no moment in %d/%m/%Y %H:%M (value 'soon')"),
        (ROW.replace("yes", "yess"), "colours is not among the values of the mapping (value 'yess'); add it"),
        (ROW.replace(",1,4", ",maybe,4"), "safe is neither yes nor no (value 'maybe'); map it with values"),
        (ROW.replace(",4,", ",4.5,"), "parts is no whole number (value '4.5')"),
        (ROW.replace("1.50", "a lot"), "price is no decimal number (value 'a lot')"),
        (ROW.replace("2024-01-05,05/01/2024 23:30", ",n/a"), "occurred_on is missing; every Made gives the day"),
        (ROW.replace("7, Eve", ", Eve"), "Made.id is made from a column that is missing here"),
        ("7,Eve\n", "Made: the row has 2 cells, and the header has 12"),
    ],
)
def test_a_row_that_does_not_fit_is_set_aside(tmp_path: Path, row: str, words: str) -> None:
    """With file, row, field, value, reason and hint; strict reading stops there instead."""
    reading = read(tmp_path, HEADER + ROW + row)
    assert (reading.taken, reading.set_aside_count) == (1, 1)
    assert str(reading.set_aside[0]).startswith("toys.csv, row 3, Made")
    assert words in str(reading.set_aside[0])
    with pytest.raises(StreamError, match="row 3"):
        read(tmp_path, HEADER + ROW + row, strict=True)


def test_dates_and_codes_without_formats_are_iso_and_plain(tmp_path: Path) -> None:
    """An ISO date, an ISO date time whose day is taken, a code, and a moment in UTC."""
    mapping = with_fields('colour = "red"\nrecorded_at = "seen"\ngift = "safe"\npieces = "parts"\n')
    rows = (
        "1,,,2024-01-05,2024-01-06T07:00:00,blue,,,No,-3,,\n1,,,2024-01-05 23:00:00,2024-01-06 00:00Z,green,,,0,3,,\n"
    )
    one, two = read(tmp_path, HEADER + rows, mapping).stream
    assert isinstance(one, Sold)
    assert isinstance(two, Sold)
    assert (one.occurred_on, two.occurred_on) == (date(2024, 1, 5), date(2024, 1, 5))
    assert one.recorded_at == datetime(2024, 1, 6, 7, tzinfo=UTC)
    assert two.recorded_at == datetime(2024, 1, 6, tzinfo=UTC)
    assert (one.colour, one.gift, one.pieces) == (Colour.BLUE, False, -3)


def test_bounds_of_a_field_replace_those_of_the_mapping(tmp_path: Path) -> None:
    """A field may be earlier or later than the rest."""
    fields = 'occurred_on = { column = "day", earliest = "2024-02-01", latest = "2030-01-01" }'
    rows = "1,,,2024-01-31,,,,,,,,\n1,,,2024-02-01,,,,,,,,\n"
    reading = read(tmp_path, HEADER + rows, with_fields(fields))
    assert reading.taken == 1
    assert "before 2024-02-01" in reading.set_aside[0].reason


def test_values_keep_what_they_do_not_name_on_request(tmp_path: Path) -> None:
    """Otherwise = "keep" takes a cell as it stands."""
    fields = 'buyer = { column = "who", values = { "?" = "nobody" }, otherwise = "keep" }'
    rows = "1,?,,2024-01-31,,,,,,,,\n1,Ann,,2024-02-01,,,,,,,,\n"
    stream = read(tmp_path, HEADER + rows, with_fields(fields)).stream
    assert [record.buyer for record in stream if isinstance(record, Sold)] == ["nobody", "Ann"]


def test_texts_that_never_repeat_do_not_fill_the_memory(tmp_path: Path) -> None:
    """Ids are read by the thousands; each is still read right."""
    rows = "".join(f"{number},,,2024-01-31,,,,,,,,\n" for number in range(10_050))
    stream = read(tmp_path, HEADER + rows, with_fields("")).stream
    assert {record.case for record in stream if isinstance(record, Sold)} == {str(number) for number in range(10_050)}


def test_one_row_gives_several_records_and_persons(tmp_path: Path) -> None:
    """A file may feed several types; a person that stands in several rows alike is a repeat."""
    mapping = (
        MAPPING
        + '\n[[files.records]]\ntype = "Owner"\nid = "{who}"\n[files.records.fields]\ncolour = { constant = "red" }\n'
    )
    reading = read(tmp_path, HEADER + ROW + ROW, mapping)
    owners = [record for record in reading.stream if isinstance(record, Owner)]
    assert [owner.id for owner in owners] == ["Eve"]
    assert reading.accounts[1].repeats == 1


def test_gzip_encoding_and_delimiter_are_the_files_own(tmp_path: Path) -> None:
    """A gzipped file in another encoding with another delimiter; progress counts the bytes on disk."""
    text = (HEADER + ROW).replace(",", "|").replace(" Eve ", "Zoë")
    (tmp_path / "toys.csv.gz").write_bytes(gzip.compress(text.encode("cp1252")))
    tables = tomllib.loads(MAPPING)
    tables["files"][0] |= {"path": "toys.csv.gz", "encoding": "cp1252", "delimiter": "|", "quotechar": "'"}
    told: list[int] = []
    (made,) = read_mapped(Mapping.of(tables), TOYS, tmp_path, progress=told.append).stream
    assert isinstance(made, Made)
    assert made.maker == "Zoë"
    assert sum(told) == (tmp_path / "toys.csv.gz").stat().st_size


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (HEADER.encode() + b"\xff\xff\n", "after row 0 the file is not utf-8-sig|is not utf-8"),
        (HEADER.encode() + b'7,"Eve\n', "after row 1 a quote is not closed to the end of the file"),
        (HEADER.encode() + b"7," + b"x" * 200_000, "after row 1 the file is no CSV"),
    ],
    ids=["empty", "encoding", "quotes", "huge cell"],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    """A file that breaks off in its form is one error: what follows the fault cannot be told."""
    with pytest.raises(StreamError, match=words):
        read(tmp_path, data)


def test_files_that_are_not_there_or_not_inside_are_named(tmp_path: Path) -> None:
    """A missing file, and paths that leave the folder."""
    with pytest.raises(StreamError, match="no such file"):
        read(tmp_path, HEADER, MAPPING.replace("toys.csv", "gone.csv"))
    for path in ("../toys.csv", "/etc/passwd"):
        with pytest.raises(MappingError, match=r"files\[0\].path: .* leaves the folder"):
            read(tmp_path, HEADER, MAPPING.replace("toys.csv", path))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('maker = "who"', 'makr = "who"', r"files\[0\].records\[0\].fields: Made has no field 'makr'.*'maker'"),
        ('maker = "who"', 'id = "who"', "has no field 'id'"),
        ('maker = "who"', "", "Made needs 'maker': the person who made it"),
        ('maker = "who"', 'maker = "whoo"', "no column 'whoo'.*asked for by.*fields.maker.*'who'"),
        ('maker = "who"', 'maker = { column = "who", sep = ";" }', "'sep' is not known.*separator"),
        ('maker = "who"', 'maker = { column = "who", constant = "x" }', "exactly one of column"),
        ('maker = "who"', "maker = 3", "a column, a template or a table is expected, and 3"),
        ('maker = "who"', "maker = { column = 3 }", "text in quotes is expected, and 3 is given"),
        ('maker = "who"', "maker = { constant = 1.5 }", "text, true, false or a whole number is expected"),
        ('maker = "who"', 'maker = "{who"', "the template .* is wrong"),
        ('maker = "who"', 'maker = { columns = ["who"], all = true }', "holds one value"),
        ('type = "Made"', 'type = "Maid"', r"files\[0\].records\[0\].type: the model has no type 'Maid'.*'Made'"),
        ('type = "Made"', "", "'type' is required"),
        ("latest = 2024-12-31", 'latest = "soon"', "a date YYYY-MM-DD is expected, and 'soon'"),
        ("latest = 2024-12-31", "latest = 2024-12-31T00:00:00", "a date YYYY-MM-DD is expected"),
        ("latest = 2024-12-31", "latest =", "the mapping is no TOML"),
        ('time_zone = "+05:30"', 'time_zone = "Dhaka"', "'Dhaka' is no time zone"),
        ('circle = "round"', 'circle = "oval"', "the value 'oval' for 'circle' is no code of Shape"),
        ('constant = "from the export"', "constant = 7", ""),
        ('parts = "parts"', 'parts = { constant = "many" }', "the constant 'many' is no whole number"),
        ("missing = true", "missing = false", "exactly one of missing = true, in and not_in"),
        (', because = "nobody is named"', "", "'because' is required"),
        ('path = "toys.csv"', 'path = "toys.csv"\nencoding = "klingon"', "'klingon' is no encoding of files"),
        ('path = "toys.csv"', 'path = "toys.csv"\ndelimiter = "ab"', "cannot be read as the mapping says"),
        ('otherwise = "missing"', 'otherwise = "drop"', "is expected here|drop"),
        ("hours = -12", "hours = true", "a whole number is expected, and True"),
    ],
)
def test_a_wrong_mapping_says_where_and_what(tmp_path: Path, before: str, after: str, words: str) -> None:
    """The path to the fault, the nearest right name, and what is expected there."""
    assert before in MAPPING
    mapping = MAPPING.replace(before, after)
    if not words:
        assert read(tmp_path, HEADER + ROW, mapping).taken == 1
        return
    with pytest.raises(MappingError, match=f"(?s){words}"):
        read(tmp_path, HEADER + ROW, mapping)


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Which of the two is meant cannot be told."""
    with pytest.raises(MappingError, match="'who' 2 times"):
        read(tmp_path, HEADER.replace("blue", "who") + ROW)


def test_a_mapping_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The path and the reason."""
    with pytest.raises(MappingError, match=r"(?s)nowhere.toml.*cannot be read"):
        load_mapping(tmp_path / "nowhere.toml")


def test_progress_is_told_for_plain_files(tmp_path: Path) -> None:
    """Every byte of the file is told once."""
    told: list[int] = []
    read(tmp_path, HEADER + ROW * 2000, progress=told.append)
    assert sum(told) == (tmp_path / "toys.csv").stat().st_size


def test_an_empty_set_of_flags_is_a_set(tmp_path: Path) -> None:
    """A required set whose cells are all missing is missing, and set aside: nothing is made up."""
    reading = read(tmp_path, HEADER + ROW.replace("Ann;Ben", ""))
    assert "Made.helpers is missing" in str(reading.set_aside[0])
