"""What is told of files beside the account of their records: values and columns that say nothing in the stream.

No record is lost by any of it, and none is set aside; but a typing error in a header, or in the name of an activity,
shows nowhere else.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from impact_metrics.errors import MOST_NAMED, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impact_metrics.streams.versions import AnyRecord

KEPT = 1000
"""How many different values are counted one by one; beyond these they are counted together."""
SHOWN = 10
"""How many different values a note shows."""


@attrs.frozen
class Note:
    """What is told of a file, or of a field of a record type in it."""

    file: str
    what: str
    text: str

    def __str__(self) -> str:
        """Print the note in one line."""
        place = f"{self.file}, {self.what}" if self.what else self.file
        return printable(f"{place}: {self.text}").replace("\n", "\\n")


class Notes:
    """Gathers what is told of files while they are read."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self.rows: Counter[str] = Counter()
        self._lost: dict[tuple[str, str], Counter[str]] = {}
        self._unmatched: dict[str, Counter[str]] = {}
        self._unread: dict[str, Mapping[str, str]] = {}
        self._lacking: dict[str, Sequence[str]] = {}

    def lose(self, file: str, what: str, value: str) -> None:
        """Count a value of a field that a mapping takes as missing."""
        _count(self._lost.setdefault((file, what), Counter()), repr(value))

    def match_none(self, file: str, said: str) -> None:
        """Count a row that matches no part of a mapping; ``said`` is what it would have been matched by."""
        _count(self._unmatched.setdefault(file, Counter()), said)

    def leave_unread(self, file: str, columns: Mapping[str, str]) -> None:
        """Keep the columns of a file that nothing reads, each with the field that it may have been meant for."""
        self._unread[file] = columns

    def lack(self, file: str, fields: Sequence[str]) -> None:
        """Keep the fields for which a file has no column, though it could."""
        if fields:
            self._lacking[file] = fields

    def told(self, records: Iterable[tuple[tuple[str, str], AnyRecord]]) -> tuple[Note, ...]:
        """Put the notes together, in the end; ``records`` come with file and name of their type."""
        told = [Note(file, "", _columns(columns)) for file, columns in self._unread.items() if columns]
        told += [Note(file, "", f"no column for {_some(list(names))}") for file, names in self._lacking.items()]
        for file, names in _blank(records).items():
            if blank := [name for name in names if name not in self._lacking.get(file, ())]:
                told.append(Note(file, "", f"no value at all in {_some(blank)}"))
        for (file, what), values in self._lost.items():
            told.append(Note(file, what, f"{values.total():,} values are taken as missing: {_tally(values)}"))
        for file, values in self._unmatched.items():
            told.append(Note(file, "", f"{values.total():,} rows gave no record: {_tally(values)}"))
        return tuple(told)


def _count(values: Counter[str], value: str) -> None:
    values[value if value in values or len(values) < KEPT else ""] += 1


def _tally(values: Counter[str]) -> str:
    named = [(value, count) for value, count in values.most_common() if value]
    shown = [f"{value} {count:,}" for value, count in named[:SHOWN]]
    rest = values.total() - sum(count for _, count in named[:SHOWN])
    return ", ".join(shown) + (f", and others {rest:,}" if rest else "")


def _columns(columns: Mapping[str, str]) -> str:
    meant = (f"{name!r} (is it meant for {field}?)" if field else repr(name) for name, field in columns.items())
    return f"columns that are not read: {_some(list(meant))}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _blank(records: Iterable[tuple[tuple[str, str], AnyRecord]]) -> dict[str, list[str]]:
    """Name, by file, the fields that may be missing, and are in every record."""
    blank: dict[tuple[str, str], list[str]] = {}
    for place, record in records:
        names = blank.get(place)
        if names is None:
            names = [spec.name for spec in record.__record__.fields if spec.optional]
        if names or place not in blank:
            blank[place] = [name for name in names if getattr(record, name) is None]
    found: dict[str, list[str]] = {}
    for (file, record_type), names in blank.items():
        if names:
            found.setdefault(file, []).extend(f"{record_type}.{name}" for name in names)
    return found
