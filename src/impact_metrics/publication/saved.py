"""Saved reports: one file that holds what was published, and what is needed to make it again and to compare.

The file is JSON, gzipped where its name ends in ``.gz``: ``format`` and ``format_version``, the ``manifest``, the
``numbers`` and the ``invariants``; of an internal report also the ``evidence`` (every subject with the words for how it
counts and the ids of its events) and the ``records`` (each with its digest); and last ``sha256``, the SHA-256 of the
canonical JSON of all the rest. A publishable report holds no id of a person, case or record.

The ``sha256`` finds what was changed by accident, or by somebody who did not know of it. Whoever means to deceive can
work it out anew: keep the digest of the file, or a signature of it, elsewhere.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from impact_metrics.errors import ExchangeError, RuleError, StreamError
from impact_metrics.exchange import json_text
from impact_metrics.exchange.at import At
from impact_metrics.limits import MAX_LOG, cut
from impact_metrics.publication.evidence import Counted, evidence_of
from impact_metrics.publication.manifest import Manifest
from impact_metrics.publication.numbers import SavedNumber, numbers_of
from impact_metrics.publication.read_values import read_sha256
from impact_metrics.publication.records import RecordMark
from impact_metrics.publication.released import released
from impact_metrics.replacing import replaced_file
from impact_metrics.streams import StreamDigest
from impact_metrics.streams.digest import recorded_by
from impact_metrics.streams.json_lines import open_bytes, unreadable
from impact_metrics.streams.json_text import by_lines, dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from os import PathLike

    from impact_metrics.reports import Report
    from impact_metrics.streams.versions import AnyRecord

T = TypeVar("T")

FORMAT = "impact_metrics.report"
FORMAT_VERSION = 1
_KEYS = ("format", "format_version", "manifest", "numbers", "invariants", "sha256")
_INTERNAL = ("evidence", "records")


@attrs.frozen(kw_only=True)
class SavedReport:
    """A report as it was saved: its manifest, its numbers, whether its invariants held, and who stands behind it.

    ``evidence`` and ``records`` are ``None`` where the file does not hold them, as no publishable one does. ``intact``
    tells that nothing was changed since it was written.
    """

    manifest: Manifest
    numbers: tuple[SavedNumber, ...]
    invariants: tuple[tuple[str, bool], ...]
    evidence: tuple[Counted, ...] | None = None
    records: tuple[RecordMark, ...] | None = None
    intact: bool = True

    @classmethod
    def of(
        cls,
        report: Report,
        manifest: Manifest,
        *,
        records: Iterable[AnyRecord] | None = None,
        numbers: Iterable[SavedNumber] | None = None,
    ) -> SavedReport:
        """Take from a report what is saved.

        An internal report holds every number, exactly, and the evidence; and with ``records`` (the stream) a mark of
        each record known at the moment of the report. A publishable report holds the ``numbers`` that were released
        and no others, by default those of the edition that the manifest describes. Raises ``RuleError`` where there is
        no such edition, a publishable report is given records, or the manifest is of another report.
        """
        if (manifest.as_at, manifest.known_at) != (report.as_at, report.known_at):
            raise RuleError("the manifest is of another report", where="manifest", hint="make it with Manifest.of")
        internal = manifest.audience == "internal"
        if not internal and records is not None:
            problem = "a publishable report holds the numbers that were released, and no records"
            raise RuleError(problem, where="SavedReport.of", hint="leave out records, or save an internal report")
        held = numbers
        if held is None:
            held = numbers_of(report, manifest.layout) if internal else released(report, manifest)
        marks = None if records is None else map(RecordMark.of, recorded_by(records, manifest.known_at))
        return cls(
            manifest=manifest,
            numbers=tuple(held),
            invariants=tuple((str(finding.invariant), finding.holds) for finding in report.invariants),
            evidence=tuple(evidence_of(report)) if internal else None,
            records=None if marks is None else tuple(sorted(set(marks), key=lambda mark: mark.order)),
        )

    def to_plain(self) -> dict[str, Any]:
        """Give all of it as plain data, with its SHA-256."""
        plain: dict[str, Any] = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "manifest": self.manifest.to_plain(),
            "numbers": [number.to_plain() for number in self.numbers],
            "invariants": [[words, holds] for words, holds in self.invariants],
        }
        if self.evidence is not None:
            plain["evidence"] = [counted.to_plain() for counted in self.evidence]
        if self.records is not None:
            plain["records"] = [mark.to_plain() for mark in self.records]
        return {**plain, "sha256": _sha256(plain)}

    @classmethod
    def from_plain(cls, plain: object) -> SavedReport:
        """Read a saved report from plain data.

        Raises ``ExchangeError`` that names the place for anything that is missing, unknown, of another type or newer
        than this library. What merely has another SHA-256 than it says is not ``intact``.
        """
        at = At(plain, "report")
        at.keys(("format", "format_version"), at.value if isinstance(at.value, dict) else ())
        kind, number = at["format"], at["format_version"]
        if kind.value != FORMAT:
            kind.fail(f"this is no saved report: {cut(repr(kind.value), 80)}", f"the format is {FORMAT!r}")
        if number.number() != FORMAT_VERSION:
            told = f"version {cut(str(number.value), 80)} of the format, and this library knows {FORMAT_VERSION}"
            number.fail(f"the file has {told}", "use the version of impact-metrics that the manifest names")
        at.keys(_KEYS, _INTERNAL)
        manifest = Manifest.from_plain(at["manifest"])
        if manifest.audience != "internal":
            at.keys(_KEYS)
        numbers = _all(at["numbers"], SavedNumber.from_plain)
        _check_numbers(at["numbers"], numbers)
        records = _all(at["records"], RecordMark.from_plain) if "records" in at else None
        intact = _sha256({key: at.value[key] for key in at.value if key != "sha256"}) == read_sha256(at["sha256"])
        if intact and records is not None:
            _check_records(at["records"], manifest, records)
        return cls(
            manifest=manifest,
            numbers=numbers,
            invariants=_all(at["invariants"], _read_invariant),
            evidence=_all(at["evidence"], Counted.from_plain) if "evidence" in at else None,
            records=records,
            intact=intact,
        )


def save(
    report: Report,
    path: str | PathLike[str],
    manifest: Manifest,
    *,
    records: Iterable[AnyRecord] | None = None,
    numbers: Iterable[SavedNumber] | None = None,
) -> SavedReport:
    """Write a report to one file, which is replaced whole; see :meth:`SavedReport.of` for what it holds.

    Raises ``RuleError`` as that does, and ``StreamError`` where the disk does not let it, or a text can be in no file.
    """
    saved = SavedReport.of(report, manifest, records=records, numbers=numbers)
    write_saved(saved, path)
    return saved


def write_saved(saved: SavedReport, path: str | PathLike[str]) -> None:
    """Write a saved report to a file."""
    target = Path(path)
    try:
        data = by_lines(saved.to_plain()).encode("utf-8")
    except UnicodeEncodeError as error:
        problem = f"a text cannot be written in UTF-8: {error}"
        raise ExchangeError(problem, where=str(target), hint="half of a character is no text") from None
    with replaced_file(target, StreamError) as new:
        new.write_bytes(gzip.compress(data, mtime=0) if target.suffix == ".gz" else data)


def read_saved(path: str | PathLike[str], *, changed_too: bool = False) -> SavedReport:
    """Read a saved report from a file.

    Raises ``StreamError`` for a file that cannot be read at all, and ``ExchangeError`` for one that is no saved report
    or is malformed, with the place; and for one that was changed after it was written, unless ``changed_too``.
    """
    target = Path(path)
    try:
        with open_bytes(target, None) as file:
            data = file.read(MAX_LOG + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(target, error) from None
    try:
        saved = SavedReport.from_plain(json_text.read(_text(data)))
    except ExchangeError as error:
        where = f"{target}: {error.where}" if error.where else str(target)
        raise ExchangeError(error.problem, where=where, hint=error.hint) from None
    if not saved.intact and not changed_too:
        raise ExchangeError(
            "the report was changed after it was written: it has another SHA-256 than it says",
            where=str(target),
            hint="get it again from whoever wrote it, or see what differs with: impact-metrics verify",
        )
    return saved


def _text(data: bytes) -> str:
    if len(data) > MAX_LOG:
        raise ExchangeError(f"the report is larger than {MAX_LOG:,} bytes", hint="check that this is the right file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExchangeError(f"the report is not in UTF-8, at its byte {error.start + 1}") from None


def _sha256(plain: Mapping[str, Any]) -> str:
    return hashlib.sha256(dumps(plain).encode("utf-8", "surrogatepass")).hexdigest()


def _all(at: At, read: Callable[[At], T]) -> tuple[T, ...]:
    return tuple(map(read, at.items()))


def _read_invariant(at: At) -> tuple[str, bool]:
    items = at.items()
    if len(items) != 2:  # noqa: PLR2004 - words and a flag
        at.fail(f"an invariant has words and whether it holds, and this has {len(items)} parts")
    return items[0].text(), items[1].flag()


def _check_numbers(at: At, numbers: Iterable[SavedNumber]) -> None:
    places = Counter(number.key for number in numbers)
    for item, number in zip(at.items(), numbers, strict=True):
        if places[number.key] > 1:
            item.fail(f"there are two numbers of {number.place}", "keep one of them")


def _check_records(at: At, manifest: Manifest, records: Iterable[RecordMark]) -> None:
    if StreamDigest.of_digests(bytes.fromhex(mark.sha256) for mark in records) != manifest.stream:
        at.fail("these are not the records whose digest the manifest holds", "save the report with the same records")
