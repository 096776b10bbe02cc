"""What a catalogue is evaluated over, and by which engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from impact_metrics.engines.spans import SpansEngine
from impact_metrics.errors import RuleError
from impact_metrics.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from os import PathLike

    from duckdb import DuckDBPyConnection

    from impact_metrics.engines import Engine
    from impact_metrics.engines.duckdb import Tables
    from impact_metrics.engines.spark import SparkTables
    from impact_metrics.model import Model

Source: TypeAlias = "Stream | Tables | SparkTables | str | PathLike[str] | Mapping[Any, Any] | DuckDBPyConnection"
"""A stream; or tables: a folder, a mapping from record types to frames and files, a connection of DuckDB."""
EngineName: TypeAlias = Literal["auto", "reference", "duckdb", "spark"]


def engine_over(source: Source, model: Model, known_at: datetime | None, engine: EngineName) -> Engine:
    """Give the engine over a source as known at a moment.

    ``auto`` is the reference engine for a stream, Spark for tables that Spark holds, and DuckDB for everything else.
    Raises ``RuleError`` for an engine that there is not, and ``StreamError`` for a source that cannot be read or lacks
    a type of the model.
    """
    if engine not in get_args(EngineName):
        hint = "use auto, reference, duckdb or spark"
        raise RuleError(f"there is no engine {engine!r}", where="engine", hint=hint)
    if isinstance(source, Stream) and engine in {"auto", "reference"}:
        return SpansEngine(source.known(known_at))
    from impact_metrics.reports.tables import opened  # noqa: PLC0415 - only tables need the SQL compiler, a third of all

    tables = opened(source, model, engine)
    return SpansEngine(tables.stream.known(known_at)) if engine == "reference" else tables.engine(known_at)
