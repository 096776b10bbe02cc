"""A connection to DuckDB, as the SQL engine uses databases."""

from __future__ import annotations

import itertools
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.duckdb.settings import Settings
from impact_metrics.engines.sql.dialect import DuckDBDialect
from impact_metrics.engines.sql.query import Statement, bound
from impact_metrics.engines.sql.steady import Steady
from impact_metrics.errors import CancelledError, ImpactMetricsError, StreamError, missing_extra
from impact_metrics.replacing import replaced_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from os import PathLike

    from duckdb import DuckDBPyConnection

_NUMBERS = itertools.count(1)
"""Tells the views and tables of one source from those of every other in the same connection."""
_POLL = 0.2
"""How often the progress of a statement is asked for, in seconds."""


def connect(memory_limit: str | None = None, temp_directory: str | None = None, threads: int | None = None) -> Any:  # noqa: ANN401 - a connection of an optional package
    """Open a database in memory. Raises ``MissingExtraError`` without the extra ``duckdb``."""
    try:
        import duckdb  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise missing_extra("evaluating files and tables", "duckdb", "duckdb") from None
    wanted = {"memory_limit": memory_limit, "temp_directory": temp_directory, "threads": threads}
    config: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    try:
        return duckdb.connect(":memory:", config=config)
    except duckdb.Error as error:
        raise StreamError(f"DuckDB refuses its settings: {error}", hint='memory_limit is written as "4GB"') from None


class DuckDB:
    """Runs statements on one connection, and keeps temporary views and tables in it."""

    dialect = DuckDBDialect()
    at_once: int | None = 20_000_000

    def __init__(
        self, connection: DuckDBPyConnection, progress: Callable[[float], None] | None = None, *, given: bool = False
    ) -> None:
        """Take a connection; ``progress`` is told the percentage of a long statement that is done.

        One that is ``given`` by others must have settings by which statements mean what they say, all the time.
        """
        self.connection = connection
        self._progress = progress
        self._prefix = f"impact_metrics {next(_NUMBERS)}"
        self._made: dict[str, str] = {}
        self._numbers = itertools.count()
        self._one = threading.RLock()  # a connection runs one statement at a time: other threads wait for their turn
        self.steady = Steady()
        self._settings = Settings(connection) if given else None

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run a statement and give its rows."""
        with self._running():
            return self._run(statement).fetchall()

    def _run(self, statement: Statement) -> DuckDBPyConnection:
        text = bound(statement, self.dialect)
        parameters = dict(statement.parameters)
        return self.connection.execute(text, parameters) if parameters else self.connection.execute(text)

    def view(self, name: str, statement: Statement) -> str:
        """Make a temporary view."""
        return self._make("VIEW", name, statement)

    def often(self, name: str, statement: Statement) -> str:
        """Make a view, which each statement takes in as if it were written there."""
        return self.view(name, statement)

    def table(self, name: str, statement: Statement) -> str:
        """Make a temporary table, which goes to disk beyond the memory limit."""
        return self._make("TABLE", name, statement)

    def _make(self, kind: str, name: str, statement: Statement) -> str:
        with self._running():
            quoted = self._named(name)
            self.connection.execute(f"CREATE TEMP {kind} {quoted} AS\n{statement.by_hand(self.dialect)}")
            self._made[quoted] = kind
        return quoted

    def write(self, statement: Statement, path: str | PathLike[str]) -> None:
        """Write the rows of a statement to a Parquet file, which takes its place when it is whole."""
        with replaced_file(path, StreamError) as new, self._running():
            to = self.dialect.literal(str(new))
            self.connection.execute(f"COPY (\n{statement.by_hand(self.dialect)}\n) TO {to} (FORMAT parquet)")

    def _named(self, name: str) -> str:
        return self.dialect.quoted(f"{self._prefix} {next(self._numbers)} {name}")

    def small_table(self, name: str, columns: Mapping[str, tuple[str, Sequence[Any]]]) -> str:
        """Make a temporary table of values."""
        declared = ", ".join(f"{self.dialect.quoted(column)} {kind}" for column, (kind, _) in columns.items())
        with self._translated():
            quoted = self._named(name)
            self.connection.execute(f"CREATE TEMP TABLE {quoted} ({declared})")
            self._made[quoted] = "TABLE"
            self.fill(quoted, columns)
        return quoted

    def fill(self, table: str, columns: Mapping[str, tuple[str, Sequence[Any]]]) -> None:
        """Insert values, given by column with their type, into a table."""
        selected = ", ".join(
            f"unnest(CAST($c{number} AS {kind}[]))" for number, (kind, _) in enumerate(columns.values())
        )
        values = {f"c{number}": list(held) for number, (_, held) in enumerate(columns.values())}
        with self._translated():
            self.connection.execute(f"INSERT INTO {table} SELECT {selected}", values)

    def insert(self, text: str, values: Mapping[str, Any]) -> None:
        """Run a statement that puts values into a table."""
        with self._translated():
            self.connection.execute(text, dict(values))

    def described(self, source: str) -> dict[str, str]:
        """Give the columns of a relation with their types."""
        rows = self.rows(Statement(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {source})"))
        return dict(rows)

    def settings_of(self, function: str) -> frozenset[str]:
        """Give the names of the settings that this version knows for a function."""
        text = "SELECT DISTINCT unnest(parameters) FROM duckdb_functions() WHERE function_name = "
        return frozenset(name for (name,) in self.rows(Statement(text + self.dialect.literal(function))))

    def register(self, name: str, table: Any) -> str:  # noqa: ANN401 - anything that DuckDB scans
        """Let a frame or Arrow table stand under a name. Raises ``StreamError`` for what DuckDB cannot read."""
        import duckdb  # noqa: PLC0415 - an optional dependency, and there is a connection

        with self._one:
            plain = f"{self._prefix} {next(self._numbers)} {name}"
            try:
                self.connection.register(plain, table)
            except duckdb.Error as error:
                raise StreamError(
                    f"{type(table).__name__} is nothing that DuckDB reads as a table: {str(error).splitlines()[0]}",
                    where=name,
                    hint="give a file, an Arrow table, or a pandas or polars frame",
                ) from None
            self._made[self.dialect.quoted(plain)] = "VIEW"
            return self.dialect.quoted(plain)

    def drop(self, names: Iterable[str]) -> None:
        """Drop views and tables that were made here."""
        for name in names:
            with self._translated():
                self.connection.execute(f"DROP {self._made.pop(name)} IF EXISTS {name}")

    def drop_all(self) -> None:
        """Drop everything that was made here."""
        self.drop(list(reversed(self._made)))

    def interrupt(self) -> None:
        """Stop the statement that is running in another thread, which raises ``CancelledError`` there."""
        self.connection.interrupt()

    @contextmanager
    def _running(self) -> Iterator[None]:
        """Run something that reads, which may take long: its files must have stayed as they were."""
        with self._one, self._watched(), self._translated():
            yield
            if self._settings is not None:
                self._settings.check(self.connection)
        self.steady.check()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the errors of DuckDB into those of the library; a file that changed is the reason of many."""
        import duckdb  # noqa: PLC0415 - an optional dependency, and there is a connection

        try:
            with self._one:
                yield
        except duckdb.InterruptException:
            raise CancelledError("the evaluation was cancelled") from None
        except duckdb.Error as error:
            self.steady.check()
            raise _error(error) from error

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Tell the progress of a statement while it runs."""
        progress = self._progress
        if progress is None:
            yield
            return
        done = threading.Event()

        def watch() -> None:
            while not done.wait(_POLL):
                progress(max(self.connection.query_progress(), 0.0))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
        progress(100.0)


def _error(error: Exception) -> ImpactMetricsError:
    import duckdb  # noqa: PLC0415 - an optional dependency, and there is a connection

    told = str(error).split("\n", 1)[0]
    if isinstance(error, duckdb.OutOfMemoryException):
        return StreamError(
            f"the memory or the disk of the database is full: {told}",
            hint="give a larger memory_limit, or a temp_directory with more room",
        )
    if isinstance(error, duckdb.OutOfRangeException | duckdb.ConversionException):
        return StreamError(
            f"a number does not fit: {told}", hint="sums are exact, with at most 38 digits: use smaller decimals"
        )
    if isinstance(error, duckdb.IOException):
        return StreamError(f"a file cannot be read or written: {told}", hint="check the file, and the room on the disk")
    return StreamError(f"DuckDB cannot answer: {told}", hint="check the files and tables it reads")
