"""JSON Lines: one record a line, tagged with its type.

A line is an object with ``type`` (the name of the record class) and one key a field. Dates are ISO dates, moments ISO
date times, sets lists, decimals strings or whole numbers; a missing value is left out or null. The first line of a file
may be ``{"type": "About", ...}``, which says what the file is and is no record. Files end in ``.gz`` when they are
gzipped. Blank lines are skipped; a UTF-8 byte order mark at the start is ignored.
"""

from __future__ import annotations

import gzip
import os
import zlib
from contextlib import contextmanager
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from impact_metrics.errors import StreamError, nearest
from impact_metrics.limits import MAX_DEPTH, MAX_LINE, is_deeper
from impact_metrics.replacing import replaced_file
from impact_metrics.streams.converters import faults, record_converter, shown
from impact_metrics.streams.json_text import RepeatedKeyError, best_loads, check_keys, dumps
from impact_metrics.streams.reading import Findings, Intake, Reading, SetAside
from impact_metrics.streams.sniffing import HEAD, check_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from impact_metrics.model import Model
    from impact_metrics.streams.versions import AnyRecord

ABOUT = "About"

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_json_lines(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    model: Model,
    *,
    strict: bool = False,
    progress: Callable[[int], None] | None = None,
    findings: Findings = None,
) -> Reading:
    """Read files of JSON Lines into one stream.

    Every line is in the stream or set aside with its file, row, field, value, reason and hint; ``strict`` raises
    ``StreamError`` at the first that would be set aside. Records of one id and one moment with different content are
    all set aside, each naming the other. ``findings`` is called with every ``SetAside`` as it is met, of which the
    reading itself keeps the first thousand. ``progress`` is called with the number of bytes read since it was last
    called. Raises ``StreamError`` for a file that cannot be read at all, or that holds no record.
    """
    intake = Intake(strict=strict, findings=findings)
    reader = _LineReader(model, intake)
    for path in _paths(paths):
        reader.read_file(Path(path), progress)
    return intake.close()


def _paths(paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> Iterable[str | os.PathLike[str]]:
    return [paths] if isinstance(paths, str | os.PathLike) else paths


class _LineReader:
    """Turns lines into records or findings."""

    def __init__(self, model: Model, intake: Intake) -> None:
        self._model = model
        self._intake = intake
        self._loads = best_loads()
        fast = record_converter(detailed=False)
        self._detailed = record_converter(detailed=True)
        self._structure = {name: (record, fast.get_structure_hook(record)) for name, record in model.by_name.items()}

    def read_file(self, path: Path, progress: Callable[[int], None] | None) -> None:
        file = str(path)
        rows = 0
        try:
            with open_bytes(path, progress) as lines:
                for row, line in enumerate(_of_this_form(bounded_lines(lines), file), 1):
                    text = line.strip()
                    if row == 1:
                        text = without_mark(text, file)
                    if text:
                        rows += 1
                        self._read_line(text, file, row, whole=line.endswith(b"\n"))
        except (OSError, EOFError, zlib.error) as error:
            raise unreadable(path, error) from None
        if not rows:
            raise StreamError("the file holds no record", where=file, hint="check that this is the right file")

    def _read_line(self, text: bytes, file: str, row: int, *, whole: bool) -> None:
        if len(text) > MAX_LINE:
            reason = f"the line is longer than {MAX_LINE:,} bytes"
            self._refuse(file, row, reason, "write one record, a short object, on each line")
            return
        try:
            plain = self._loads(text)
        except ValueError as error:
            self._refuse_text(text, file, row, error, whole=whole)
            return
        if len(text) > 2 * MAX_DEPTH and is_deeper(plain, MAX_DEPTH):
            reason = f"the line is nested more than {MAX_DEPTH} deep"
            self._refuse(file, row, reason, "write one record, a short object, on each line")
            return
        if not isinstance(plain, dict):
            self._refuse(file, row, f"the line is no JSON object but {shown(plain)}", "write {...} on each line")
            return
        try:
            check_keys(text, len(plain))
        except RepeatedKeyError as repeated:
            tag = plain.get("type")
            known_type = tag if isinstance(tag, str) and tag in self._structure else ""
            field, reason = shown(repeated.key), "stands twice in the line, and only one could be taken"
            self._intake.refuse(
                SetAside(file=file, row=row, type=known_type, field=field, reason=reason, hint="keep the right one")
            )
            return
        tag = plain.pop("type", None)
        if tag == ABOUT and row == 1:
            self._intake.about[file] = plain
            return
        known = self._structure.get(tag) if isinstance(tag, str) else None
        if known is None:
            self._refuse_type(tag, file, row)
            return
        record, structure = known
        if None in plain.values():
            fields = record.__record__.by_name
            plain = {name: value for name, value in plain.items() if value is not None or name not in fields}
        try:
            taken = structure(plain, record)
        except Exception:  # noqa: BLE001 - whatever it is, the detailed converter says it better
            self._refuse_record(plain, tag, file, row)
            return
        self._intake.take(taken, file, row)

    def _refuse(self, file: str, row: int, reason: str, hint: str) -> None:
        self._intake.refuse(SetAside(file=file, row=row, reason=reason, hint=hint))

    def _refuse_text(self, text: bytes, file: str, row: int, error: ValueError, *, whole: bool) -> None:
        if not whole:  # nothing stands behind it, not even the end of a line
            reason = "the last line is incomplete: the file may still be written, or is cut"
            self._refuse(file, row, reason, "read the file again when it is whole")
            return
        try:
            text.decode("utf-8")
        except UnicodeDecodeError as wrong:
            reason = f"the line is not UTF-8 at its byte {wrong.start + 1}"
            self._refuse(file, row, reason, "save the file in the encoding UTF-8")
        else:
            self._refuse(file, row, f"the line is no JSON: {error}", "check quotes, commas and brackets")

    def _refuse_type(self, tag: object, file: str, row: int) -> None:
        if tag is None:
            self._refuse(file, row, "the record has no type", 'name its type, as in "type": "Arrest"')
        elif tag == ABOUT:
            self._refuse(file, row, "an About line stands only at the start of a file", "move it to the first line")
        else:
            hint = nearest(tag, self._model.by_name) if isinstance(tag, str) else "write the type in quotes"
            finding = SetAside(
                file=file, row=row, field="type", value=shown(tag), reason="the model has no such type", hint=hint
            )
            self._intake.refuse(finding)

    def _refuse_record(self, plain: dict[str, Any], tag: str, file: str, row: int) -> None:
        """Say everything that is wrong with the record, the first fault in its fields."""
        record = self._model.by_name[tag]
        found = list(faults(self._detailed, plain, record))
        (field, value, reason, hint), *others = found
        more = "".join(f"; also {name} {why}" for name, _, why, _ in others)
        finding = SetAside(file=file, row=row, type=tag, field=field, value=value, reason=reason + more, hint=hint)
        self._intake.refuse(finding)


@contextmanager
def open_bytes(path: Path, progress: Callable[[int], None] | None) -> Iterator[BinaryIO]:
    """Open a file, plain or gzipped by the ending ``.gz``; progress counts the bytes on disk."""
    with path.open("rb") as raw:
        watched = raw if progress is None else cast("BinaryIO", _Watched(raw, progress))
        if path.suffix == ".gz":
            with gzip.GzipFile(fileobj=watched) as unpacked:
                yield cast("BinaryIO", unpacked)
        else:
            yield watched


class _Watched:
    """A file that tells how many bytes were read from it."""

    def __init__(self, raw: BinaryIO, progress: Callable[[int], None]) -> None:
        self._raw = raw
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        block = self._raw.read(size)
        self._progress(len(block))
        return block

    def read1(self, size: int = -1) -> bytes:
        return self.read(size)

    def readline(self, size: int = -1) -> bytes:
        line = self._raw.readline(size)
        self._progress(len(line))
        return line

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - everything else is the file's own
        return getattr(self._raw, name)


def bounded_lines(lines: BinaryIO) -> Iterator[bytes]:
    """Give the lines of a file; of an overlong one only the start, so that memory stays bounded."""
    while line := lines.readline(MAX_LINE + 2):
        yield line
        while len(line) == MAX_LINE + 2 and not line.endswith(b"\n"):
            line = lines.readline(MAX_LINE + 2)


def _of_this_form(lines: Iterator[bytes], file: str) -> Iterator[bytes]:
    """Give the lines, of which the first are looked at. Raises ``StreamError`` for a file of another form."""
    head: list[bytes] = []
    while sum(map(len, head)) < HEAD and (line := next(lines, b"")):
        head.append(line)
    check_form(b"".join(head)[:HEAD], file)
    return chain(head, lines)


def without_mark(text: bytes, file: str) -> bytes:
    """Drop a byte order mark of UTF-8, or raise ``StreamError`` for one of UTF-16."""
    if text.startswith(_UTF16_MARKS):
        raise StreamError("the file is in the encoding UTF-16", where=file, hint="save it in the encoding UTF-8")
    return text.removeprefix(_UTF8_MARK).strip()


def unreadable(path: Path, error: Exception) -> StreamError:
    """Build the error for a file that cannot be opened, or breaks off."""
    if isinstance(error, FileNotFoundError):
        return StreamError("there is no such file", where=str(path), hint="check the path")
    if isinstance(error, IsADirectoryError):
        return StreamError("this is a folder, not a file", where=str(path), hint="name the file in it")
    if isinstance(error, EOFError):
        return StreamError("the gzipped file breaks off", where=str(path), hint="copy it again: a part is missing")
    if isinstance(error, gzip.BadGzipFile | zlib.error):
        return StreamError("the file is damaged or not gzipped", where=str(path), hint="files in .gz are gzipped")
    return StreamError(f"the file cannot be read: {error}", where=str(path), hint="check that you may read it")


def plain_record(record: AnyRecord) -> dict[str, Any]:
    """Give a record as plain JSON values, with its type and without missing values."""
    plain: dict[str, Any] = {"type": type(record).__name__}
    for spec in record.__record__.fields:
        value = getattr(record, spec.name)
        if value is not None:
            plain[spec.name] = sorted(map(_plain, value)) if spec.many else _plain(value)
    return plain


def _plain(value: Any) -> Any:  # noqa: ANN401 - the value of any field
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")  # an exponent is no part of how numbers are written
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def write_json_lines(
    records: Iterable[AnyRecord], path: str | os.PathLike[str], *, about: dict[str, Any] | None = None
) -> None:
    """Write records so that reading them gives an equal stream; ``about`` becomes the first line.

    The file is replaced whole at the end, so that a failure leaves an old file as it was. Ends in ``.gz``: gzipped, the
    same bytes for the same records at any time. Raises ``StreamError`` where the disk does not let it.
    """
    target = Path(path)
    lines = [] if about is None else [dumps({**about, "type": ABOUT})]
    lines.extend(dumps(plain_record(record)) for record in records)
    data = "".join(f"{line}\n" for line in lines).encode("utf-8")
    if target.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    with replaced_file(target, StreamError) as new:
        new.write_bytes(data)
