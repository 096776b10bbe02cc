"""What reading gives: a stream, what was set aside and why, and accounts that add up."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from impact_metrics.errors import StreamError, printable
from impact_metrics.lazy import cached_property
from impact_metrics.model import Event
from impact_metrics.streams.doubts import doubt, today
from impact_metrics.streams.notes import Note, Notes
from impact_metrics.streams.stream import Stream, contradiction
from impact_metrics.streams.versions import AnyRecord, group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LISTED = 1000
"""How many findings are listed one by one; beyond these only the counts grow, so that memory stays bounded."""

Findings: TypeAlias = "Callable[[SetAside], None] | None"
"""What is called with every finding as it is met, however many there are; or nothing."""


@attrs.frozen
class Origin:
    """Where a record was read: a file and a row, counted from 1 (in CSV the header is row 1)."""

    file: str
    row: int

    def __str__(self) -> str:
        """Print file and row."""
        return f"{self.file}, row {self.row}"


@attrs.frozen(kw_only=True)
class SetAside:
    """A record that could not be taken, or that breaks a constraint: where, which field, which value, why, what to do.

    ``row`` is 0 for a finding about a whole file.
    """

    file: str
    row: int
    type: str = ""
    field: str = ""
    value: str = ""
    reason: str
    hint: str = ""

    @property
    def where(self) -> str:
        """File, row, record type and field, as far as they are known."""
        row = f", row {self.row}" if self.row else ""
        what = ".".join(part for part in (self.type, self.field) if part)
        return f"{self.file}{row}" + (f", {what}" if what else "")

    def __str__(self) -> str:
        """Print the finding with its hint, in one line."""
        value = f" (value {self.value})" if self.value else ""
        colon = "" if self.field else ":"
        told = f"{self.where}{colon} {self.reason}{value}" + (f"; {self.hint}" if self.hint else "")
        return printable(told).replace("\n", "\\n")

    def error(self) -> StreamError:
        """Turn the finding into the error that strict reading raises."""
        value = f" (value {self.value})" if self.value else ""
        return StreamError(f"{self.reason}{value}", where=self.where, hint=self.hint)


@attrs.frozen(kw_only=True)
class Account:
    """What became of the records of one type in one file: read = taken + repeats + filtered + set aside.

    ``type`` is empty for lines whose type is not known. ``filtered`` counts, by reason, rows that a mapping leaves out.
    """

    file: str
    type: str
    read: int
    taken: int
    repeats: int
    filtered: Mapping[str, int]
    set_aside: int

    def __attrs_post_init__(self) -> None:
        """Nothing is lost, or there is no account."""
        if self.read != self.taken + self.repeats + sum(self.filtered.values()) + self.set_aside:
            raise AssertionError(f"the account does not add up: {self}")

    def __str__(self) -> str:
        """Print the account as one sentence."""
        parts = [f"{self.taken:,} taken"]
        if self.repeats:
            parts.append(f"{self.repeats:,} repeated")
        parts.extend(f"{count:,} left out ({reason})" for reason, count in self.filtered.items())
        if self.set_aside:
            parts.append(f"{self.set_aside:,} set aside")
        return f"{self.file}, {self.type or 'type unknown'}: {self.read:,} read = {' + '.join(parts)}"


@attrs.frozen(kw_only=True, slots=False, eq=False)
class Reading:
    """A stream with the account of how it was read.

    ``set_aside`` lists the first findings (see ``LISTED``); ``set_aside_count`` counts them all. ``about`` is what the
    files say of themselves in their ``About`` lines, by file.
    """

    stream: Stream
    accounts: tuple[Account, ...]
    set_aside: tuple[SetAside, ...]
    set_aside_count: int
    about: Mapping[str, Mapping[str, Any]]
    doubts: tuple[SetAside, ...] = ()
    """The first of the records that are in the stream, and dated later than they can be."""
    doubts_count: int = 0
    notes: tuple[Note, ...] = ()
    """What is told of files beside their records, such as columns that nothing reads."""
    rows: Mapping[str, int] = attrs.field(factory=dict)
    """How many rows were read of the files of a mapping, of which each may give several records, or none."""
    _origins: Origins = attrs.field(alias="origins", repr=False)

    @property
    def read(self) -> int:
        """How many records were read, whatever became of them."""
        return sum(account.read for account in self.accounts)

    @property
    def taken(self) -> int:
        """How many records are in the stream."""
        return sum(account.taken for account in self.accounts)

    @property
    def source(self) -> Stream:
        """What is evaluated: the stream."""
        return self.stream

    def origin(self, record: AnyRecord) -> Origin | None:
        """Tell where a record of the stream was read; ``None`` for a record that was not read here."""
        return self._origins.of(record)

    def summary(self) -> str:
        """Say in one line what became of the records; the counts add up."""
        return summary(self.accounts, sum(self.rows.values()))


def summary(accounts: Sequence[Account], rows: int = 0) -> str:
    """Say in one line what became of the records of several accounts, which rows gave where so many are counted."""
    totals: Counter[str] = Counter()
    for account in accounts:
        totals["repeated"] += account.repeats
        totals["left out by the mapping"] += sum(account.filtered.values())
        totals["set aside"] += account.set_aside
    rest = "".join(f" + {count:,} {what}" for what, count in totals.items() if count)
    read = sum(account.read for account in accounts)
    what = f"{read:,} records read"
    if rows:
        what = f"{rows:,} rows read" + (f", of which {read:,} records are asked" if read != rows else "")
    return f"{what} = {sum(account.taken for account in accounts):,} taken{rest}"


class Origins:
    """Where records were read, kept as row numbers beside the records: no object for each."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self.records: list[AnyRecord] = []
        self._rows = array("Q")
        self._files: list[str] = []
        self._starts: list[int] = []

    def add(self, record: AnyRecord, file: str, row: int) -> None:
        """Keep a record with the place where it was read. Records of one file come one after the other."""
        self._begin(file)
        self.records.append(record)
        self._rows.append(row)

    def add_all(self, records: Sequence[AnyRecord], file: str, first: int) -> None:
        """Keep records of rows that follow each other."""
        self._begin(file)
        self.records.extend(records)
        self._rows.extend(range(first, first + len(records)))

    def _begin(self, file: str) -> None:
        if not self._files or self._files[-1] != file:
            self._files.append(file)
            self._starts.append(len(self.records))

    def with_places(self) -> Iterator[tuple[tuple[str, str], AnyRecord]]:
        """Go through the records, each with its file and the name of its type."""
        ends = [*self._starts[1:], len(self.records)]
        for file, start, end in zip(self._files, self._starts, ends, strict=False):  # nothing read: one end, no file
            for record in self.records[start:end]:
                yield (file, type(record).__name__), record

    @cached_property
    def _positions(self) -> Mapping[int, int]:
        return {id(record): position for position, record in enumerate(self.records)}

    @cached_property
    def _by_id(self) -> Mapping[str, int]:
        return {record.id: position for position, record in enumerate(self.records)}

    def of(self, record: AnyRecord) -> Origin | None:
        """Find the place of a record: of the very record, or, for one that a merge changed, the last with its id."""
        position = self._positions.get(id(record), self._by_id.get(record.id))
        if position is None:
            return None
        return Origin(self._files[bisect_right(self._starts, position) - 1], self._rows[position])


class Intake:
    """Gathers records and findings while files are read, and closes the accounts at the end."""

    def __init__(self, *, strict: bool, findings: Findings = None) -> None:
        """With ``strict``, the first finding is raised as ``StreamError``; ``findings`` is called with each."""
        self._strict = strict
        self._tell = findings
        self._origins = Origins()
        self._read: Counter[tuple[str, str]] = Counter()
        self._refused: Counter[tuple[str, str]] = Counter()
        self._filtered: dict[tuple[str, str], Counter[str]] = {}
        self._findings: list[SetAside] = []
        self.notes = Notes()
        self.about: dict[str, Mapping[str, Any]] = {}

    def take(self, record: AnyRecord, file: str, row: int) -> None:
        """Take a record."""
        self._read[file, type(record).__name__] += 1
        self._origins.add(record, file, row)

    def take_all(self, records: Sequence[AnyRecord], file: str, first: int) -> None:
        """Take records from rows that follow each other, the first of that number."""
        self._read.update([(file, type(record).__name__) for record in records])
        self._origins.add_all(records, file, first)

    def leave_out(self, file: str, record_type: str, reason: str) -> None:
        """Count a row that a mapping leaves out on purpose."""
        self._read[file, record_type] += 1
        self._filtered.setdefault((file, record_type), Counter())[reason] += 1

    def refuse(self, finding: SetAside) -> None:
        """Set a record aside, or raise in strict reading."""
        self._read[finding.file, finding.type] += 1
        self._list(finding)

    def _list(self, finding: SetAside) -> None:
        if self._strict:
            raise finding.error()
        self._refused[finding.file, finding.type] += 1
        if self._tell is not None:
            self._tell(finding)
        if len(self._findings) < LISTED:
            self._findings.append(finding)

    def close(self) -> Reading:
        """Group versions, set contradicting records aside, and close the accounts."""
        origins = self._origins
        versions = group(origins.records)
        for records in versions.contradictions:
            self._contradiction(records)
        kept = {id(record) for several in versions.several for record in several}
        kept.update(id(record) for record in versions.single)
        refused = {id(record) for records in versions.contradictions for record in records}
        taken: Counter[tuple[str, str]] = Counter()
        repeats: Counter[tuple[str, str]] = Counter()
        doubted: list[tuple[AnyRecord, str]] = []
        until = today()
        for place, record in origins.with_places():
            if id(record) in kept:
                taken[place] += 1
                if reason := doubt(record, until):
                    doubted.append((record, reason))
            elif id(record) not in refused:
                repeats[place] += 1
        accounts = tuple(
            Account(
                file=file,
                type=record_type,
                read=count,
                taken=taken[file, record_type],
                repeats=repeats[file, record_type],
                filtered=dict(self._filtered.get((file, record_type), {})),
                set_aside=self._refused[file, record_type],
            )
            for (file, record_type), count in self._read.items()
        )
        stream = Stream(versions=attrs.evolve(versions, contradictions=()))
        return Reading(
            stream=stream,
            accounts=accounts,
            set_aside=tuple(self._findings),
            set_aside_count=self._refused.total(),
            about=self.about,
            doubts=tuple(self._doubted(record, reason) for record, reason in doubted[:LISTED]),
            doubts_count=len(doubted),
            notes=self.notes.told(origins.with_places()),
            rows=self.notes.rows,
            origins=origins,
        )

    def _doubted(self, record: AnyRecord, reason: str) -> SetAside:
        origin = self._origins.of(record)
        assert origin is not None  # noqa: S101 - the intake has read every record itself
        assert isinstance(record, Event)  # noqa: S101 - nothing else is doubted
        return SetAside(
            file=origin.file,
            row=origin.row,
            type=type(record).__name__,
            field="occurred_on",
            value=repr(record.occurred_on.isoformat()),
            reason=reason,
            hint="a slip of the year?",
        )

    def _contradiction(self, records: Sequence[AnyRecord]) -> None:
        """Set aside each of several records that cannot all be true: none of them is to be preferred."""
        for record in records:
            rival = next(other for other in records if other is not record)
            origin = self._origins.of(record)
            assert origin is not None  # noqa: S101 - the intake has read every record itself
            error = contradiction((record, rival))
            self._list(
                SetAside(
                    file=origin.file,
                    row=origin.row,
                    type=type(record).__name__,
                    field="id",
                    value=repr(record.id),
                    reason=f"is not unique: {error.problem}; the other is {self._origins.of(rival)}",
                    hint=error.hint,
                )
            )
