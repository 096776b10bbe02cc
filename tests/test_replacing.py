"""Every file that the library writes is replaced whole, or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from impact_metrics import ImpactMetricsError, StreamError, evaluate
from impact_metrics.exchange import save
from impact_metrics.proofs import vectors
from impact_metrics.replacing import landed_together, replace_text, replaced_file
from impact_metrics.streams import Stream, write_json_lines, write_ocel, write_parquet
from tests.test_cli import run
from tests.test_json_lines import MADE
from tests.test_reports import CATALOGUE
from tests.toys import TOYS

REPORT = evaluate(CATALOGUE, Stream([MADE]), as_at=date(2024, 12, 31))


def write_vectors(path: Path) -> None:
    done = run("examples", "arrests", "--out", str(path))
    if done.exit_code:
        raise done.exception if done.exit_code == 1 else ImpactMetricsError(done.output)


WRITERS: dict[str, Callable[[Path], object]] = {
    "s.jsonl": lambda path: write_json_lines([MADE], path),
    "s.jsonl.gz": lambda path: write_json_lines([MADE], path),
    "s.ocel.json": lambda path: write_ocel([MADE], path, TOYS),
    "c.json": lambda path: save(CATALOGUE, path),
    "c.yaml": lambda path: save(CATALOGUE, path),
    "t.csv": REPORT.table.to_csv,
    "b.svg": lambda path: REPORT.plot("buyers", path=path),
    "e.parquet": REPORT.write_entries,
    "v.json": write_vectors,
}
"""A writer for every kind of file, by a name that it writes."""


def fail(error: BaseException) -> Callable[..., Any]:
    def failing(*_: Any, **__: Any) -> Any:
        raise error

    return failing


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture(autouse=True)
def quick_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of a metric are not what is tried here."""
    monkeypatch.setattr(vectors, "worked_examples", lambda *_: type("None", (), {"examples": ()}))


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the library says so, and the old file is as it was to the byte."""
    path = tmp_path / name
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fail(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(ImpactMetricsError, match=r"(?s)cannot be written: No space left.*nothing was changed"):
        WRITERS[name](path)
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == [name]


@pytest.mark.parametrize("name", WRITERS)
def test_an_end_midway_leaves_the_old_file_and_nothing_else(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is that ends the writing, such as a person."""
    path = tmp_path / name
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", fail(KeyboardInterrupt()))
    with pytest.raises((KeyboardInterrupt, SystemExit)):
        WRITERS[name](path)
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == [name]


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_takes_the_place_of_an_old_one(name: str, tmp_path: Path) -> None:
    """With its permissions; a new one can be read by all."""
    path = tmp_path / name
    path.write_bytes(b"old")
    path.chmod(0o600)
    WRITERS[name](path)
    assert path.read_bytes() != b"old"
    assert path.stat().st_mode & 0o777 == 0o600
    (tmp_path / "new").mkdir()
    WRITERS[name](tmp_path / "new" / name)
    assert (tmp_path / "new" / name).stat().st_mode & 0o777 == 0o644
    assert names_in(tmp_path / "new") == [name]


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_is_not_there_is_told(name: str, tmp_path: Path) -> None:
    """By an error of the library."""
    with pytest.raises(ImpactMetricsError, match="cannot be written: No such file or directory"):
        WRITERS[name](tmp_path / "nowhere" / name)
    (tmp_path / name).mkdir()
    with pytest.raises(ImpactMetricsError, match="cannot be written"):
        WRITERS[name](tmp_path / name)
    assert names_in(tmp_path) == [name]


def test_a_folder_of_tables_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for Parquet, which is a folder."""
    write_parquet([MADE], tmp_path / "toys", TOYS)
    before = {path.name: path.read_bytes() for path in (tmp_path / "toys").iterdir()}
    monkeypatch.setattr(os, "fsync", fail(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(StreamError, match="cannot be written: No space left"):
        write_parquet([], tmp_path / "toys", TOYS)
    assert {path.name: path.read_bytes() for path in (tmp_path / "toys").iterdir()} == before
    assert names_in(tmp_path) == ["toys"]


def test_a_link_leads_to_the_new_file(tmp_path: Path) -> None:
    """It is no file of its own afterwards."""
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    link, file = tmp_path / "here" / "link.csv", tmp_path / "there" / "file.csv"
    link.symlink_to(file)
    replace_text(link, "new")
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert names_in(tmp_path / "here") == ["link.csv"]
    assert names_in(tmp_path / "there") == ["file.csv"]


def test_what_is_no_file_is_written_itself(tmp_path: Path) -> None:
    """A pipe stays a pipe, and so does a device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    replace_text(pipe, "new")
    assert os.read(reader, 100) == b"new"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    """The new file beside it has a shorter one."""
    path = tmp_path / ("n" * 250 + ".csv")
    replace_text(path, "new")
    assert path.read_text() == "new"


def test_half_a_character_leaves_the_old_file(tmp_path: Path) -> None:
    """Any other error passes through as it is, after the same tidying."""
    path = tmp_path / "f.txt"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        replace_text(path, "\ud800")
    with pytest.raises(ZeroDivisionError), replaced_file(path):
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["f.txt"]


OLD = {"a": "old a", "c": "old c"}
NEW = {"a": "new a", "b": "new b", "c": "new c"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with two of three files from before, and one that is no part of them."""
    home = tmp_path / "out"
    home.mkdir()
    for name, text in {**OLD, "other": "not ours"}.items():
        (home / name).write_text(text)
    return home


def land(home: Path, *, before: Callable[[], object] = lambda: None) -> None:
    with landed_together(home) as new:
        for name, text in NEW.items():
            (new / name).write_text(text)
        before()


def texts(home: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(home.iterdir()) if path.is_file()}


def test_files_land_together(home: Path) -> None:
    """In the places of old ones, whose permissions they keep; what is no part of them stays, and nothing is left."""
    (home / "a").chmod(0o600)
    land(home)
    assert texts(home) == {**NEW, "other": "not ours"}
    assert [(home / name).stat().st_mode & 0o777 for name in ("a", "b")] == [0o600, 0o644]
    assert names_in(home.parent) == ["out"]


def test_folders_are_made_for_files_that_land(tmp_path: Path) -> None:
    """And vanish again where nothing landed in them."""
    land(tmp_path / "far" / "away")
    assert texts(tmp_path / "far" / "away") == NEW
    with pytest.raises(KeyError):
        land(tmp_path / "else" / "where", before=fail(KeyError()))
    assert names_in(tmp_path) == ["far"]


def test_links_lead_to_files_that_landed(home: Path, tmp_path: Path) -> None:
    """As for one file."""
    (home / "a").rename(tmp_path / "real")
    (home / "a").symlink_to(tmp_path / "real")
    land(home)
    assert (home / "a").is_symlink()
    assert (tmp_path / "real").read_text() == "new a"


def test_nothing_lands_where_one_place_is_blocked(home: Path) -> None:
    """Whatever stands in the way is named, and none of the files is touched."""
    (home / "b").mkdir()
    with pytest.raises(ImpactMetricsError, match="what stands here is no file") as caught:
        land(home)
    assert caught.value.where == str(home / "b")
    assert texts(home) == {**OLD, "other": "not ours"}
    assert names_in(home.parent) == ["out"]


@pytest.mark.parametrize("moves", range(5))
@pytest.mark.parametrize("error", [OSError(errno.EIO, "the disk is gone"), KeyboardInterrupt()])
def test_files_that_landed_are_taken_back(
    home: Path, monkeypatch: pytest.MonkeyPatch, moves: int, error: BaseException
) -> None:
    """Whichever move fails of the five that it takes, or is interrupted: the old files are as they were."""
    real, left = Path.replace, [moves]

    def moving(path: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] == -1:
            raise error
        return real(path, target)

    monkeypatch.setattr(Path, "replace", moving)
    with pytest.raises((ImpactMetricsError, KeyboardInterrupt)) as caught:
        land(home)
    if isinstance(caught.value, ImpactMetricsError):
        assert "the folder cannot be written: the disk is gone" in str(caught.value)
        assert "nothing was changed" in caught.value.hint
    assert texts(home) == {**OLD, "other": "not ours"}
    assert names_in(home.parent) == ["out"]


def test_what_cannot_be_taken_back_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the files that are new, and the place of the old ones, which are kept."""
    real, left = Path.replace, [2]

    def moving(path: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.EIO, "the disk is gone")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", moving)
    with pytest.raises(ImpactMetricsError, match="not all could be written, and these are new: a") as caught:
        land(home)
    assert texts(home) == {**OLD, "a": "new a", "other": "not ours"}
    (kept,) = home.parent.glob(".out.*/old")
    assert texts(kept) == {"a": "old a"}
    assert str(kept) in caught.value.hint


def test_an_error_while_files_are_written_speaks_of_their_places(home: Path) -> None:
    """And not of where they are written first."""
    with pytest.raises(ImpactMetricsError) as caught, landed_together(home) as new:
        raise ImpactMetricsError("full", where=str(new / "a"))
    assert caught.value.where == str(home / "a")
    assert names_in(home.parent) == ["out"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """And no part of its path is left."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ImpactMetricsError, match="the folder cannot be made: Not a directory"):
        land(tmp_path / "file" / "out")
    assert names_in(tmp_path) == ["file"]
