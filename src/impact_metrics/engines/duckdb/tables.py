"""Tables: records in files, frames or a database, which are evaluated where they are."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, cast

import attrs

from impact_metrics.engines.duckdb.database import DuckDB, connect
from impact_metrics.engines.duckdb.intake import Checks, TableIntake
from impact_metrics.engines.duckdb.loading import load
from impact_metrics.engines.duckdb.relations import relations
from impact_metrics.engines.duckdb.said import said
from impact_metrics.engines.sql.engine import SqlEngine
from impact_metrics.engines.sql.known import Known
from impact_metrics.engines.sql.query import Statement
from impact_metrics.engines.sql.records import fetch
from impact_metrics.engines.sql.versions import moment
from impact_metrics.errors import MappingError, StreamError, nearest
from impact_metrics.model import Event, Person
from impact_metrics.streams import Stream
from impact_metrics.streams.reading import Origin, summary
from impact_metrics.streams.versions import as_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from os import PathLike
    from types import TracebackType

    from duckdb import DuckDBPyConnection

    from impact_metrics.model import Model
    from impact_metrics.streams.reading import Account, SetAside
    from impact_metrics.streams.versions import AnyRecord


class Tables:
    """Records that are read where they are: one table for each record type, named as the type.

    ``source`` is a folder of Parquet or CSV files (``Trial.parquet``, or a folder ``Trial`` of several), a mapping from
    record types to files, Arrow tables, pandas or polars frames, or a connection of DuckDB that has such tables; a
    ``Stream`` is put into tables first. A type without a table has no records. ``columns`` says which column holds a
    field, where it is called otherwise: ``{"Trial": {"defendant": "accused_id"}}``.

    Every value is checked once. A row with a fault is set aside and counted, as when files are read; ``strict`` raises
    ``StreamError`` at the first. ``trusted`` leaves the checks out: say so of data that were checked before, in which
    every id occurs once. ``memory_limit`` (as in ``"4GB"``), ``temp_directory`` and ``threads`` are settings of DuckDB
    for what it holds in memory and on disk; or give a ``connection`` that has them already. ``progress`` is called with
    the percentage done of a long statement.

    Raises ``StreamError`` for a table that cannot be read: a missing column, or one of another type; and
    ``MissingExtraError`` without the extra ``duckdb``.
    """

    def __init__(  # noqa: PLR0913 - how tables are read
        self,
        source: Stream | str | PathLike[str] | Mapping[Any, Any] | DuckDBPyConnection,
        model: Model,
        *,
        columns: Mapping[str, Mapping[str, str]] | None = None,
        strict: bool = False,
        trusted: bool = False,
        memory_limit: str | None = None,
        temp_directory: str | None = None,
        threads: int | None = None,
        connection: DuckDBPyConnection | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Find the tables and take them in."""
        settings = (memory_limit, temp_directory, threads)
        if hasattr(source, "execute") and hasattr(source, "register"):
            connection = cast("DuckDBPyConnection", source)
        if connection is not None and settings != (None, None, None):
            raise StreamError("a connection has its own settings", hint="set them on the connection, not here")
        self.model = model = _with_types_of(source, model) if isinstance(source, Stream) else model
        self._source = source
        self._given = connection is not None
        self._engines: dict[datetime | None, SqlEngine] = {}
        self._database = DuckDB(connect(*settings) if connection is None else connection, progress)
        try:
            _check_names(model)
            self._intake = self._taken_in(source, columns or {}, strict=strict, trusted=trusted)
        except BaseException:
            self.close()
            raise
        self._taken = self._intake.taken

    def _taken_in(
        self, source: object, columns: Mapping[Any, Mapping[str, str]], *, strict: bool, trusted: bool
    ) -> TableIntake:
        mapping = _checked(columns, self.model)
        if isinstance(source, Stream):
            # A stream is checked already. Its ids may have several versions, which do not contradict each other.
            source = load(self._database, self.model, source)
            return TableIntake(self._database, self.model, source, mapping, checks=Checks.VERSIONS, strict=strict)
        found = relations(self._database, self.model, source)
        checks = Checks.NONE if trusted else Checks.ALL
        return TableIntake(self._database, self.model, found, mapping, checks=checks, strict=strict)

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
        dialect = self._database.dialect
        for name, record in self.model.by_name.items():
            yield from fetch(self._database, record, self._taken.single[name])
            if name in self._taken.several:
                wrong = self._taken.contradicting[self._taken.is_person(name)]
                sound = f"(id, {moment(dialect)}) NOT IN (SELECT (id, moment) FROM {wrong})"
                yield from fetch(self._database, record, self._taken.several[name], [sound])

    @cached_property
    def stream(self) -> Stream:
        """Everything that was taken, as a stream of Python objects."""
        return Stream(self.records())

    @property
    def source(self) -> Self:
        """What is evaluated: the tables themselves."""
        return self

    @cached_property
    def about(self) -> Mapping[str, Mapping[str, Any]]:
        """What the files say that their data are, by file; by folder where they all say the same."""
        return said(self._database, self._source)

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
        numbered = taking.relation.numbered('"the file"', '"the row"')
        text = (
            f'SELECT "the file", "the row" FROM {numbered} WHERE {key} = \x02wanted\x03 ORDER BY 1 DESC, 2 DESC LIMIT 1'
        )
        for file, row in self._database.rows(Statement(text, {"wanted": record.id})):
            return Origin(file or taking.relation.label, row)
        return None

    # --- the connection

    def cancel(self) -> None:
        """Stop, from another thread, the statement that is running: it raises ``CancelledError`` there."""
        self._database.interrupt()

    def close(self) -> None:
        """Forget what was worked out. A connection that was given stays open, as it was."""
        if self._given:
            self._database.drop_all()
        else:
            self._database.connection.close()

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


def _with_types_of(stream: Stream, model: Model) -> Model:
    """Give the model with every type of the stream: events that no rule reads can still be versions of others."""
    types = dict.fromkeys(map(type, stream))
    events = tuple(kind for kind in types if issubclass(kind, Event) and kind not in model.events)
    persons = [kind for kind in types if issubclass(kind, Person)]
    person = model.person if model.person is not None or not persons else persons[0]
    return attrs.evolve(model, events=(*model.events, *events), person=person) if events or persons else model


def _check_names(model: Model) -> None:
    """Refuse names that DuckDB takes for the same, or cannot hold."""
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
