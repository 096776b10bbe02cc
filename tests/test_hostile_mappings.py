"""Mappings and exports that would leave the folder, cost memory or time, or mean something that they do not say."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from impact_metrics import MappingError, StreamError
from impact_metrics.limits import MAX_MAPPING, MAX_MAPPING_DEPTH
from impact_metrics.streams import csv_rows, load_mapping, read_mapped
from tests.test_mapping import HEADER, MAPPING, ROW, read
from tests.toys import TOYS


def named(name: str) -> str:
    return MAPPING.replace('path = "toys.csv"', f"path = '{name}'")


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../secret.csv",
        "a/../../secret.csv",
        "C:/x.csv",
        "C:x.csv",
        r"\\host\share\x",
        r"..\x",
        r"\x.csv",
    ],
)
def test_no_name_leaves_the_folder_on_any_system(tmp_path: Path, name: str) -> None:
    """Absolute names, parents and drives are refused as they stand in the mapping, whatever is there."""
    (tmp_path / "secret.csv").write_text(HEADER + ROW)
    inner = tmp_path / "inner"
    inner.mkdir()
    with pytest.raises(MappingError, match=r"(?s)files\[0\].path: .* leaves the folder\n  hint: name a file inside"):
        read(inner, HEADER + ROW, named(name))


def test_no_link_leaves_the_folder(tmp_path: Path) -> None:
    """A link is followed inside the folder and refused where it leads out of it."""
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret.csv").write_text(HEADER + ROW)
    (inner / "out.csv").symlink_to(tmp_path / "secret.csv")
    (inner / "near.csv").symlink_to("toys.csv")
    with pytest.raises(MappingError, match=r"'out\.csv' leaves the folder by a link"):
        read(inner, HEADER + ROW, named("out.csv"))
    assert read(inner, HEADER + ROW, named("near.csv")).taken == 1


def test_no_link_goes_round(tmp_path: Path) -> None:
    """Links in a ring name no file."""
    (tmp_path / "a.csv").symlink_to("b.csv")
    (tmp_path / "b.csv").symlink_to("a.csv")
    with pytest.raises((MappingError, StreamError), match=r"a\.csv"):
        read(tmp_path, HEADER + ROW, named("a.csv"))


def test_a_name_that_no_file_has_is_refused(tmp_path: Path) -> None:
    """Such as one with a zero character."""
    with pytest.raises(MappingError, match="names no file: embedded null"):
        read(tmp_path, HEADER + ROW, MAPPING.replace('path = "toys.csv"', r'path = "a\u0000b"'))


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    """Reading it would wait for ever."""
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(MappingError, match="is a device or pipe"):
        read(tmp_path, HEADER + ROW, named("pipe.csv"))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('["day", "seen"]', '"day"', "a list is expected, and 'day' is given"),
        ('formats = ["%Y-%m-%d", "%d/%m/%Y %H:%M"]', 'formats = "%Y"', "a list is expected, and '%Y' is given"),
        ('missing = ["", "n/a"]', 'missing = "n/a"', "a list is expected, and 'n/a' is given"),
        ('in = ["test", "draft"]', 'in = "test"', "a list is expected, and 'test' is given"),
        ('["day", "seen"]', '["day", 1]', "text in quotes is expected, and 1 is given"),
        ("order-{no}", "order-{no!r}", "has a form, or braces without a name"),
        ("order-{no}", "order-{no:>9}", "has a form, or braces without a name"),
        ("order-{no}", "order-{}", "has a form, or braces without a name"),
        ("order-{no}", "order-{no.__class__}", "there is no column 'no.__class__'"),
        ("order-{no}", "order-{no[0]}", r"there is no column 'no\[0\]'"),
        ("order-{no}", "order-{0}", "there is no column '0'"),
        ("order-{no}", "order-{no", "the template 'order-{no' is wrong: "),
        ('"%Y-%m-%d"', '"%d %d"', "'%d %d' is no format: something stands twice in it"),
        ('"%Y-%m-%d"', '"%Q"', "'%Q' is no format: 'Q' is a bad directive"),
        ('"%Y-%m-%d"', '"%"', "'%' is no format: stray %"),
        ('"%Y-%m-%d"', '"' + "x" * 201 + '"', "is no format: it is longer than 200 characters"),
        ("hours = -12", "hours = 100000000000000", "moves a date by days"),
        ('path = "toys.csv"', 'path = "toys.csv"\nencoding = "punycode"', "'punycode' is no encoding of files"),
        ('path = "toys.csv"', 'path = "toys.csv"\nencoding = "undefined"', "'undefined' is no encoding of files"),
        ('path = "toys.csv"', 'path = "toys.csv"\nencoding = "a\\u0000"', "is no encoding of files"),
        ('path = "toys.csv"', 'path = "toys.csv"\nencoding = "hex"', "cannot be read as the mapping says"),
        ('path = "toys.csv"', 'path = "toys.csv"\ndelimiter = ""', "cannot be read as the mapping says"),
    ],
)
def test_what_a_mapping_does_not_mean_is_refused(tmp_path: Path, before: str, after: str, words: str) -> None:
    """Texts in place of lists, forms in templates, formats and encodings that are none."""
    assert before in MAPPING
    with pytest.raises(MappingError, match=f"(?s){words}"):
        read(tmp_path, HEADER + ROW, MAPPING.replace(before, after))


def test_a_column_may_be_named_like_a_form(tmp_path: Path) -> None:
    """A template holds names of columns and nothing else, so that a dot is a dot."""
    header, mapping = HEADER.replace("no,", "case.no,"), MAPPING.replace("{no}", "{case.no}")
    (made,) = read(tmp_path, header + ROW, mapping).stream
    assert made.id == "made-toys-7-2-x"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = " + "[" * 100_000, "nested more than 20 deep"),
        ("x = " + "[" * MAX_MAPPING_DEPTH + "]" * MAX_MAPPING_DEPTH, "nested more than 20 deep"),
        ("a." * 100_000 + "b = 1", "line 1: a line has more than 1,000 dots"),
        ("x = " + "9" * 5000, "the mapping is no TOML: Exceeds the limit"),
        ("#" * (MAX_MAPPING + 1), "the mapping is larger than 1,048,576 bytes"),
        ("x = 1\n" + "\udcff", "the mapping is not in UTF-8, at its byte 7"),
    ],
)
def test_a_mapping_that_costs_time_or_stack_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """Size, depth, names of very many parts, and numbers that nothing can hold."""
    (tmp_path / "m.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(MappingError, match=words):
        load_mapping(tmp_path / "m.toml")


def test_a_date_at_the_end_of_time_is_set_aside(tmp_path: Path) -> None:
    """Moved by hours it would lie in the year 10000."""
    mapping = MAPPING.replace('formats = ["%Y-%m-%d", "%d/%m/%Y %H:%M"], hours = -12', "hours = 12")
    row = ROW.replace("2024-01-05", "9999-12-31T23:00:00")
    (finding,) = read(tmp_path, HEADER + row, mapping).set_aside
    assert "lies outside the years 1 to 9999" in finding.reason


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_row_without_end_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    """Neither one line, nor many lines in one open quote after the other; before it rows are counted."""
    monkeypatch.setattr(csv_rows, "MAX_LINE", 1000)
    for long in ("x," * 501, '"\n",' * 251):
        data = (HEADER + ROW + long).encode()
        (tmp_path / f"toys.csv{ending}").write_bytes(gzip.compress(data) if ending else data)
        (tmp_path / "m.toml").write_text(named(f"toys.csv{ending}"))
        with pytest.raises(StreamError, match="after row 2 a row is longer than 1,000 characters"):
            read_mapped(load_mapping(tmp_path / "m.toml"), TOYS, tmp_path)
    fine = HEADER + ROW * 100
    (tmp_path / f"toys.csv{ending}").write_bytes(gzip.compress(fine.encode()) if ending else fine.encode())
    assert read_mapped(load_mapping(tmp_path / "m.toml"), TOYS, tmp_path).read == 100


def test_an_encoding_that_fails_otherwise_is_told(tmp_path: Path) -> None:
    """UTF-16 without its mark is an error of another kind inside Python."""
    with pytest.raises(StreamError, match="after row 0 the file is not utf-16"):
        read(tmp_path, b"a", MAPPING.replace('path = "toys.csv"', 'path = "toys.csv"\nencoding = "utf-16"'))
