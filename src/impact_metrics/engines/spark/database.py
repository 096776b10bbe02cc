"""A session of Spark, as the SQL engine uses databases."""

from __future__ import annotations

import itertools
import re
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.spark.dialect import SparkDialect
from impact_metrics.engines.spark.session import opened
from impact_metrics.engines.sql.steady import Steady
from impact_metrics.errors import CancelledError, ImpactMetricsError, StreamError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from os import PathLike

    from pyspark.sql import DataFrame, SparkSession

    from impact_metrics.engines.sql.query import Statement

_NUMBERS = itertools.count(1)
"""Tells what belongs to one source from what belongs to every other in the same application."""
_NO_FIT = ("ARITHMETIC_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE", "CAST_OVERFLOW", "CAST_INVALID_INPUT")
_UNREADABLE = ("FAILED_READ_FILE", "PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA")
_CONDITION = re.compile(r"\[([A-Z][A-Z0-9_.]+)\] *(.*)")


class Spark:
    """Runs statements in one session, and keeps temporary views in it, some of them with their rows."""

    dialect = SparkDialect()
    at_once: int | None = None

    def __init__(self, session: SparkSession | None) -> None:
        """Open a session of its own beside one that is given, or on this machine."""
        self.session = opened(session)
        self._prefix = f"impact_metrics {next(_NUMBERS)}"
        self._count = itertools.count()
        self._made: dict[str, DataFrame] = {}
        self.steady = Steady()
        # Rows that are kept would stay in the memory of Spark, where nobody asks for them any more.
        weakref.finalize(self, _forget, self._made).atexit = False

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run a statement and give its rows."""
        with self.running():
            return [tuple(row) for row in self._frame(statement).collect()]

    def _frame(self, statement: Statement) -> DataFrame:
        """Plan a statement, part by part: Spark would plan a part anew wherever it is read, and those that it reads.

        What is read more than once is kept when it is worked out, with nothing left to be planned, and forgotten when
        nobody holds the frame any more.
        The names stand in this session only, which nobody else has, until the next statement has parts of these names.
        """
        for name, part in statement.parts.items():
            frame = self.session.sql(statement.written(part, self.dialect))
            if sum(text.count(name) for text in (*statement.parts.values(), statement.body)) > 1:
                frame = frame.localCheckpoint(eager=False)
            frame.createOrReplaceTempView(name)
        return self.session.sql(statement.written(statement.body, self.dialect))

    def view(self, name: str, statement: Statement) -> str:
        """Make a temporary view."""
        with self.running():
            return self.registered(name, self._frame(statement))

    def often(self, name: str, statement: Statement) -> str:
        """Make a temporary view whose rows are kept when they are first read, with nothing left to be planned."""
        with self.running():
            return self.registered(name, self._frame(statement).localCheckpoint(eager=False))

    def table(self, name: str, statement: Statement) -> str:
        """Make a temporary view whose rows are kept once they are worked out, on disk where memory is short."""
        with self.running():
            frame = self._frame(statement).cache()
            quoted = self.registered(name, frame)
        self._made[quoted] = frame
        return quoted

    def write(self, statement: Statement, path: str | PathLike[str]) -> None:
        """Write the rows of a statement to a folder of Parquet files, which must be new; it may be an address."""
        with self.running():
            self._frame(statement).write.parquet(str(path))

    def small_table(self, name: str, columns: Mapping[str, tuple[str, Sequence[Any]]]) -> str:
        """Make a temporary view of values."""
        from impact_metrics.engines.spark.types import arrow_table  # noqa: PLC0415 - needs pyspark, which is there

        with self.running():
            return self.registered(name, self.session.createDataFrame(arrow_table(dict(columns))))

    def registered(self, name: str, frame: DataFrame) -> str:
        """Let a frame of this session stand under a name like the one given, and give its quoted name."""
        quoted = self._named(name)
        frame.createOrReplaceTempView(quoted)
        return quoted

    def borrowed(self, name: str, frame: DataFrame) -> str:
        """Let a frame of another session stand under a name, and give the query that reads it."""
        quoted = self._named(name)
        with self.running():
            frame.createOrReplaceGlobalTempView(quoted)
        return f"{self.session.conf.get('spark.sql.globalTempDatabase')}.{quoted}"

    def _named(self, name: str) -> str:
        return self.dialect.quoted(f"{self._prefix} {next(self._count)} {name}")

    def drop(self, names: Iterable[str]) -> None:
        """Forget rows that are kept here."""
        for name in names:
            self._made.pop(name).unpersist()

    def drop_all(self) -> None:
        """Forget all rows that are kept here; the views end with the session, which nobody else has."""
        self.drop(list(self._made))

    def interrupt(self) -> None:
        """Stop the statement that is running in another thread, which raises ``CancelledError`` there."""
        self.session.sparkContext.cancelJobsWithTag(self._tag)

    @property
    def _tag(self) -> str:
        return self._prefix.replace(" ", "-")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Turn the errors of Spark into those of the library; what runs can be found by its tag."""
        from py4j.protocol import Py4JJavaError  # noqa: PLC0415 - an optional dependency, and there is a session
        from pyspark.errors import PySparkException  # noqa: PLC0415 - the same

        context = self.session.sparkContext
        context.addJobTag(self._tag)
        context.setInterruptOnCancel(True)
        try:
            yield
            self.steady.check()
        except (PySparkException, Py4JJavaError) as error:
            self.steady.check()
            raise _error(str(error)) from error
        finally:
            context.setInterruptOnCancel(False)
            context.removeJobTag(self._tag)


def _forget(made: Mapping[str, DataFrame]) -> None:
    for frame in made.values():
        frame.unpersist()


def _error(told: str) -> ImpactMetricsError:
    """Build the error for what Spark says: a name in brackets, then a sentence, wherever they stand in it."""
    found = _CONDITION.search(told)
    condition, told = (found[1], found[2]) if found else ("", told.strip().split("\n", 1)[0])
    if "cancelled" in told.lower() or condition == "OPERATION_CANCELED":
        return CancelledError("the evaluation was cancelled")
    if condition.startswith(_NO_FIT):
        return StreamError(
            f"a number does not fit: {told}", hint="sums are exact, with at most 38 digits: use smaller decimals"
        )
    if condition.startswith(_UNREADABLE):
        return StreamError(f"a file cannot be read: {told}", hint="check the file, and the room on the disk")
    return StreamError(f"Spark cannot answer: {told}", hint="check the files and tables it reads")
