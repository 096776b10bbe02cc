"""Tables: records in files, frames or a database, which are evaluated where they are."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from impact_metrics.engines.duckdb.about import about
from impact_metrics.engines.duckdb.database import DuckDB, connect
from impact_metrics.engines.duckdb.relations import relations
from impact_metrics.engines.sql.opened import Opened
from impact_metrics.errors import StreamError
from impact_metrics.lazy import cached_property

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from duckdb import DuckDBPyConnection

    from impact_metrics.model import Model
    from impact_metrics.streams import Stream


class Tables(Opened[DuckDB]):
    """Records that are read where they are: one table for each record type, named as the type.

    ``source`` is a folder of Parquet or CSV files (``Trial.parquet``, or a folder ``Trial`` of several), a mapping from
    record types to files, Arrow tables, pandas or polars frames, or a connection of DuckDB that has such tables; a
    ``Stream`` is put into tables first. A type without a table has no records. ``columns`` says which column holds a
    field, where it is called otherwise: ``{"Trial": {"defendant": "accused_id"}}``.

    Every value is checked once. A row with a fault is set aside and counted, as when files are read; ``strict`` raises
    ``StreamError`` at the first. CSV is read once, into a table; Parquet is read again for each figure, and once a file
    is changed nothing more is told of it. ``trusted`` leaves the checks out: say so of data that were checked before,
    in which every id occurs once.

    ``memory_limit`` (as in ``"4GB"``), ``temp_directory`` and ``threads`` are settings of DuckDB for what it holds in
    memory and on disk; or give a ``connection`` that has them already. One with settings that change what is equal, or
    what comes first, is refused; collations of its columns are not heeded: ids are texts as they are. ``progress`` is
    called with the percentage done of a long statement.

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
        given = connection is not None
        opened = DuckDB(connect(*settings) if connection is None else connection, progress, given=given)
        super().__init__(opened, model)
        self._given = given
        self._folder = Path(source) if isinstance(source, str | PathLike) else None
        self._take_in(source, lambda: relations(opened, model, source), columns or {}, strict=strict, trusted=trusted)

    @cached_property
    def about(self) -> Mapping[str, Mapping[str, Any]]:
        """What the files of a folder say of their data, by file, or by the folder where all say the same."""
        return {} if self._folder is None else about(self._database, self._parquet, self._folder)

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
