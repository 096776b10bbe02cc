"""The rows of a CSV file inside a folder: found, decoded and split in bounded memory."""

from __future__ import annotations

import codecs
import csv
import io
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from impact_metrics.errors import MappingError, StreamError
from impact_metrics.limits import MAX_LINE, cut
from impact_metrics.streams.json_lines import open_bytes, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from impact_metrics.streams.mapping import FileFrom

_NO_ENCODINGS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})


def inside(folder: Path, name: str, where: str) -> Path:
    """Find a file in the folder, links followed. What would leave it on any system is refused on every one."""
    hint = "name a file inside the folder, such as exports/cases.csv"
    here, there = PurePosixPath(name), PureWindowsPath(name)
    if here.is_absolute() or there.drive or there.root or ".." in {*here.parts, *there.parts}:
        raise MappingError(f"{cut(repr(name), 80)} leaves the folder", where=where, hint=hint)
    try:
        path, home = (folder / name).resolve(), folder.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # links in a ring, or characters that no name has
        raise MappingError(f"{cut(repr(name), 80)} names no file: {error}", where=where, hint=hint) from None
    if not path.is_relative_to(home):
        raise MappingError(f"{cut(repr(name), 80)} leaves the folder by a link", where=where, hint=hint)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise MappingError(f"{cut(repr(name), 80)} is a device or pipe, and no file", where=where, hint=hint)
    return path


def _check_encoding(file: FileFrom) -> None:
    """Refuse codecs that are no encodings of files: some take a time that grows with the square of the length."""
    try:
        name = codecs.lookup(file.encoding).name
    except (LookupError, ValueError):
        name = ""
    if not name or name in _NO_ENCODINGS:
        problem = f"{cut(repr(file.encoding), 80)} is no encoding of files"
        raise MappingError(problem, where=file.path, hint="write utf-8-sig, cp1252 or the like")


class _Lines:
    """The lines of a file, which end together with its rows: one that goes on and on is not read whole."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._held = 0
        self.whole = True

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(MAX_LINE + 1 - self._held):
            self._held += len(line)
            if self._held > MAX_LINE:
                raise _TooLongError
            self.whole = line.endswith(("\n", "\r"))
            yield line

    def row_ends(self) -> None:
        """Begin to count anew."""
        self._held = 0


class _TooLongError(Exception):
    """A row is longer than any row is."""


def misfit(cells: Sequence[str], header: Sequence[str], *, whole: bool) -> tuple[str, str] | None:
    """Say why a row cannot be read by a header, and what to do; ``None`` where it can."""
    if len(cells) == len(header):
        return None
    reason = f"the row has {len(cells)} cells, and the header has {len(header)}"
    if whole:
        return reason, "check delimiters and quotes in the row"
    reason = f"the last row is incomplete: {reason}; the file may still be written, or is cut"
    return reason, "read the file again when it is whole"


def rows_of(
    path: Path, file: FileFrom, progress: Callable[[int], None] | None
) -> Iterator[tuple[int, Sequence[str], bool]]:
    """Give the rows that are not blank with their numbers, and whether the file goes on; the header is row 1."""
    row = 0
    _check_encoding(file)
    try:
        with open_bytes(path, progress) as raw, io.TextIOWrapper(raw, encoding=file.encoding, newline="") as text:
            lines = _Lines(text)
            reader = csv.reader(iter(lines), delimiter=file.delimiter, quotechar=file.quotechar, strict=True)
            for row, cells in enumerate(reader, 1):
                lines.row_ends()
                if cells:
                    yield row, cells, lines.whole
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from None
    except UnicodeError as error:
        hint = "state the encoding of the file in the mapping, such as cp1252"
        why = getattr(error, "reason", error)
        raise StreamError(
            f"after row {row} the file is not {file.encoding}: {why}", where=file.path, hint=hint
        ) from None
    except _TooLongError:
        problem = f"after row {row} a row is longer than {MAX_LINE:,} characters"
        hint = "check delimiter and quotechar in the mapping, and quotes that are not closed"
        raise StreamError(problem, where=file.path, hint=hint) from None
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            problem = f"after row {row} a quote is not closed to the end of the file: it is cut, or still being written"
            raise StreamError(problem, where=file.path, hint="read it again when it is whole, or close it") from None
        hint = "check delimiter and quotechar in the mapping, and quotes that are not closed"
        raise StreamError(f"after row {row} the file is no CSV: {error}", where=file.path, hint=hint) from None
    except (LookupError, TypeError, ValueError) as error:
        raise MappingError(f"the file cannot be read as the mapping says: {error}", where=file.path) from None
