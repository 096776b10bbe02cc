"""Records that are evaluated where they are, in whichever database: the part that all of these share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar

import attrs

from impact_metrics.engines.sql.database import Database, stays_here
from impact_metrics.engines.sql.engine import SqlEngine
from impact_metrics.engines.sql.intake import Checks, TableIntake
from impact_metrics.engines.sql.known import Known
from impact_metrics.engines.sql.loading import load
from impact_metrics.engines.sql.query import Statement
from impact_metrics.engines.sql.records import fetch
from impact_metrics.engines.sql.relation import FILE, ROW
from impact_metrics.errors import MappingError, StreamError, nearest
from impact_metrics.lazy import cached_property
from impact_metrics.model import Event, Person
from impact_metrics.streams import Stream
from impact_metrics.streams.reading import Origin, summary
from impact_metrics.streams.table_files import PARQUET
from impact_metrics.streams.versions import as_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from types import TracebackType

    from impact_metrics.engines.sql.relation import Relation
    from impact_metrics.model import Model
    from impact_metrics.streams.notes import Note
    from impact_metrics.streams.reading import Account, SetAside
    from impact_metrics.streams.versions import AnyRecord


DatabaseT = TypeVar("DatabaseT", bound=Database)


class Opened(ABC, Generic[DatabaseT]):
    """The records that a source has: evaluated by engines, read as objects, and accounted for."""

    def __init__(self, database: DatabaseT, model: Model) -> None:
        """Keep where the records are to be evaluated."""
        self.model = model
        self._database = database
        self._engines: dict[datetime | None, SqlEngine] = {}

    def __reduce__(self) -> NoReturn:
        """Refuse to travel: raise ``StreamError`` with what to do instead."""
        stays_here()

    def _take_in(
        self,
        source: object,
        find: Callable[[], Mapping[str, Relation]],
        columns: Mapping[Any, Mapping[str, str]],
        *,
        strict: bool,
        trusted: bool,
    ) -> None:
        """Take in a stream, or the relations that are to be found; the database is closed where that fails."""
        try:
            if isinstance(source, Stream):
                self.model = _with_types_of(source, self.model)
            _check_names(self.model)
            mapping = _checked(columns, self.model)
            if isinstance(source, Stream):
                # A stream is checked already. Its ids may have several versions, which do not contradict each other.
                found: Mapping[str, Relation] = load(self._database, self.model, source)
                checks = Checks.NONE if _ids_differ(source) else Checks.VERSIONS
            else:
                found, checks = find(), Checks.NONE if trusted else Checks.ALL
            self._intake = TableIntake(self._database, self.model, found, mapping, checks=checks, strict=strict)
            self._taken = self._intake.taken
        except BaseException:
            self.close()
            raise

    def engine(self, known_at: datetime | None = None) -> SqlEngine:
        """Give the engine over what was known at a moment, or over everything that is recorded.

        Raises ``ContradictionError`` when merges of persons, or retractions, go round in a circle.
        """
        known_at = as_moment(known_at)
        if known_at not in self._engines:
            self._engines[known_at] = SqlEngine(self._database, Known(self._taken, known_at))
        return self._engines[known_at]

    def records(self) -> Iterator[AnyRecord]:
        """Read all records that were taken, every version of each, as Python objects."""
        for name, record in self.model.by_name.items():
            yield from fetch(self._database, record, self._taken.single[name])
            if name in self._taken.several:
                yield from self._taken.versions(name, contradicting=False)

    @cached_property
    def stream(self) -> Stream:
        """Everything that was taken, as a stream of Python objects."""
        return Stream(self.records())

    @property
    def source(self) -> Self:
        """What is evaluated: the tables themselves."""
        return self

    @property
    def _parquet(self) -> list[Path]:
        """The files of Parquet that the records are in."""
        parts = (part for taking in self._intake.takings.values() for part in taking.relation.parts.values())
        return [Path(part.label) for part in parts if part.label.endswith(PARQUET)]

    # --- the account

    @property
    def accounts(self) -> tuple[Account, ...]:
        """What became of the rows of each table."""
        return self._intake.accounts

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """The first rows that were set aside, with the reason."""
        return self._intake.set_aside

    @property
    def set_aside_count(self) -> int:
        """How many rows were set aside."""
        return self._intake.set_aside_count

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is told of tables beside their rows: columns that are not read, and fields that have none."""
        return self._intake.notes

    @property
    def read(self) -> int:
        """How many rows there are, whatever became of them."""
        return sum(account.read for account in self.accounts)

    @property
    def taken(self) -> int:
        """How many records were taken."""
        return sum(account.taken for account in self.accounts)

    def summary(self) -> str:
        """Say in one line what became of the rows; the counts add up."""
        return summary(self.accounts)

    def origin(self, record: AnyRecord) -> Origin | None:
        """Tell in which file and row the record of an id stands: the last where there are several."""
        taking = self._intake.takings[type(record).__name__]
        key = next(column.read for column in taking.columns if column.spec.name == "id")
        dialect = self._database.dialect
        text = (
            f"SELECT {dialect.quoted(FILE)}, {dialect.quoted(ROW)} FROM {taking.relation.numbered(dialect)} "
            f"WHERE {key} = \x02wanted\x03 ORDER BY 1 DESC, 2 DESC LIMIT 1"
        )
        for file, row in self._database.rows(Statement(text, {"wanted": record.id})):
            return Origin(taking.relation.file(file), row)
        return None

    # --- the end of it

    @abstractmethod
    def close(self) -> None:
        """Forget what was worked out."""

    def __enter__(self) -> Self:
        """Use the tables in a ``with`` statement."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close them at its end."""
        self.close()


def _checked(columns: Mapping[Any, Mapping[str, str]], model: Model) -> Mapping[str, Mapping[str, str]]:
    mapping = {key if isinstance(key, str) else key.__name__: dict(held) for key, held in columns.items()}
    for name in mapping:
        if name not in model.by_name:
            raise MappingError(f"there is no record type {name!r}", where="columns", hint=nearest(name, model.by_name))
    return mapping


def _ids_differ(stream: Stream) -> bool:
    ids = {(isinstance(record, Person), record.id) for record in stream}
    return len(ids) == len(stream)


def _with_types_of(stream: Stream, model: Model) -> Model:
    """Give the model with every type of the stream: events that no rule reads can still be versions of others."""
    types = dict.fromkeys(map(type, stream))
    events = tuple(kind for kind in types if issubclass(kind, Event) and kind not in model.events)
    persons = [kind for kind in types if issubclass(kind, Person)]
    person = model.person if model.person is not None or not persons else persons[0]
    return attrs.evolve(model, events=(*model.events, *events), person=person) if events or persons else model


def _check_names(model: Model) -> None:
    """Refuse names that a database takes for the same, or cannot hold."""
    for where, names in [
        ("record types", list(model.by_name)),
        *((name, list(record.__record__.by_name)) for name, record in model.by_name.items()),
    ]:
        lower: dict[str, str] = {}
        for name in names:
            if not name.isprintable():
                raise StreamError(f"{name!r} has a character that no table's name can have", where=where)
            if name.lower() in lower:
                raise StreamError(
                    f"{lower[name.lower()]!r} and {name!r} are the same name in a database",
                    where=where,
                    hint="rename one of them: upper and lower case are not told apart",
                )
            lower[name.lower()] = name
