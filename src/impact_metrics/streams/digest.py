"""The digest of a stream: a short text that two streams share exactly when they hold the same records.

The *canonical form* of a record is one line of JSON: its type and its fields, without those that are missing, keys
sorted, no blanks, characters as they are, in UTF-8. Sets are sorted lists without repeats, days ISO dates, moments ISO
date times in UTC, whole numbers numbers, and decimals text without an exponent and without zeros at the end. Equal
records have the same form, whichever file they came from.

The *digest of a record* is the SHA-256 of its canonical form. The *digest of a stream* is the SHA-256 of the digests of
its records, each once, in order, as a text of one hexadecimal number a line. So it depends neither on the order of the
records nor on the form of the file, and a record that is repeated is the same record, as everywhere. Corrections,
retractions and merges are records like others. To find two different streams of one digest is as hard as for SHA-256
itself, whoever writes the records.

A sum of the records' digests would be shorter to compute, and is not used. It counts repeats, it must be thousands of
bits wide before no two streams can be made to agree, and the sums of two publications tell the digest of what was
recorded between them, which, where that is one person, can be guessed.
"""

from __future__ import annotations

import hashlib
import heapq
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby, islice
from typing import IO, TYPE_CHECKING, Any

import attrs

from impact_metrics.rules.scales import short
from impact_metrics.streams.json_text import dumps
from impact_metrics.streams.versions import AnyRecord, as_moment, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RUN = 2**19
"""How many digests of records are held in memory at a time; more are sorted on disk, in a file without a name."""

_SIZE = hashlib.sha256().digest_size
_BLOCK = 2**12 * _SIZE


@attrs.frozen
class StreamDigest:
    """The SHA-256 that stands for a stream, in hexadecimal, and how many different records the stream holds."""

    sha256: str
    records: int

    @classmethod
    def of(cls, records: Iterable[AnyRecord], *, known_at: datetime | None = None) -> StreamDigest:
        """Digest records in any order, such as a stream; with ``known_at`` only those recorded by that moment.

        Memory holds a fixed number of them (see ``RUN``), so that the records of tables of any size can be given one
        by one: ``StreamDigest.of(tables.records())``. Raises ``StreamError`` for a ``known_at`` that is no moment.
        """
        return cls.of_digests(bytes.fromhex(record_digest(record)) for record in recorded_by(records, known_at))

    @classmethod
    def of_digests(cls, digests: Iterable[bytes]) -> StreamDigest:
        """Put the digests of records together, in any order and however often each is given."""
        whole, count = hashlib.sha256(), 0
        with tempfile.TemporaryFile() as file:
            for digest, _ in groupby(_sorted(digests, file)):
                whole.update(digest.hex().encode() + b"\n")
                count += 1
        return cls(whole.hexdigest(), count)

    def __str__(self) -> str:
        """Print the digest."""
        return self.sha256


def recorded_by(records: Iterable[AnyRecord], known_at: datetime | None) -> Iterator[AnyRecord]:
    """Leave out what was recorded after a moment; without one, nothing."""
    until = as_moment(known_at)
    return (record for record in records if until is None or moment(record) <= until)


def record_digest(record: AnyRecord) -> str:
    """Give the SHA-256 of the canonical form of a record, in hexadecimal."""
    # Half of a character can stand in a text made in Python, though in no file.
    return hashlib.sha256(canonical_record(record).encode("utf-8", "surrogatepass")).hexdigest()


def canonical_record(record: AnyRecord) -> str:
    """Give the one line of JSON that stands for a record, as the module says."""
    plain: dict[str, Any] = {"type": type(record).__name__}
    for spec in record.__record__.fields:
        value = getattr(record, spec.name)
        if value is not None:
            plain[spec.name] = sorted(map(_canonical, value)) if spec.many else _canonical(value)
    return dumps(plain)


def _canonical(value: Any) -> Any:  # noqa: ANN401 - the value of any field
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return format(short(value), "f")
    if isinstance(value, datetime):
        return _in_utc(value).isoformat()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _in_utc(value: datetime) -> datetime:
    """Give a moment in UTC; one that is not within the years 1 to 9999 there stays in its own zone."""
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return value


def _sorted(digests: Iterable[bytes], file: IO[bytes]) -> Iterator[bytes]:
    """Sort digests: all but the last run of them in a file, from which the runs are merged."""
    given = iter(digests)
    runs: list[tuple[int, int]] = []
    held: list[bytes] = []
    while block := set(islice(given, RUN)):
        if held:
            start = file.tell()
            file.writelines(held)
            runs.append((start, file.tell()))
        held = sorted(block)
    return heapq.merge(held, *(_read(file, start, end) for start, end in runs))


def _read(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    """Read a run block by block, wherever the file stands meanwhile."""
    for position in range(start, end, _BLOCK):
        file.seek(position)
        block = file.read(min(_BLOCK, end - position))
        for first in range(0, len(block), _SIZE):
            yield block[first : first + _SIZE]
