"""Tables that Spark reads: records in Parquet files or frames, evaluated on this machine or on a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.spark.about import about
from impact_metrics.engines.spark.database import Spark
from impact_metrics.engines.sql.opened import Opened
from impact_metrics.lazy import cached_property

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from impact_metrics.engines.sql.relation import Relation
    from impact_metrics.model import Model
    from impact_metrics.streams import Stream


class SparkTables(Opened[Spark]):
    """Records that Spark reads where they are: one table for each record type, named as the type.

    ``source`` is a folder of Parquet files (``Trial.parquet``, or a folder ``Trial`` of several), or a mapping from
    record types to such paths, to addresses that Spark can read, and to frames of Spark; a ``Stream`` is handed over
    first. A type without a table has no records. ``columns``, ``strict`` and ``trusted`` mean what they mean for
    :class:`~impact_metrics.engines.duckdb.tables.Tables`, and every value is checked as there.

    Without a ``session``, that of the frames or the active one is used, or one is started on this machine. Either way
    the tables have a new session beside it, with settings and views of its own: that of the caller stays as it is.

    Raises ``StreamError`` for a table that cannot be read, and where there is no Java to start Spark with; and
    ``MissingExtraError`` without the extra ``spark``.
    """

    def __init__(  # noqa: PLR0913 - how tables are read
        self,
        source: Stream | str | PathLike[str] | Mapping[Any, Any],
        model: Model,
        *,
        session: SparkSession | None = None,
        columns: Mapping[str, Mapping[str, str]] | None = None,
        strict: bool = False,
        trusted: bool = False,
    ) -> None:
        """Find the tables and take them in."""
        database = Spark(session or _session_of(source))
        super().__init__(database, model)

        def find() -> Mapping[str, Relation]:
            from impact_metrics.engines.spark.relations import relations  # noqa: PLC0415 - needs pyspark, which is there

            return relations(database, model, source)

        self._folder = Path(source) if isinstance(source, str | PathLike) else None
        self._take_in(source, find, columns or {}, strict=strict, trusted=trusted)

    @cached_property
    def about(self) -> Mapping[str, Mapping[str, Any]]:
        """What the files of a folder say of their data, by file, or by the folder where all say the same."""
        return {} if self._folder is None else about(self._parquet, self._folder)

    def cancel(self) -> None:
        """Stop, from another thread, the statement that is running: it raises ``CancelledError`` there."""
        self._database.interrupt()

    def close(self) -> None:
        """Forget what was worked out. Spark goes on: it belongs to the whole process."""
        self._database.drop_all()


def _session_of(source: object) -> SparkSession | None:
    """Give the session of the first frame among the tables that are given."""
    tables = source.values() if isinstance(source, Mapping) else ()
    return next((table.sparkSession for table in tables if hasattr(table, "sparkSession")), None)
