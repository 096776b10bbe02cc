"""What a catalogue is evaluated over, and by which engine."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.engines.spark import SparkTables
from impact_metrics.errors import RuleError, StreamError
from impact_metrics.streams import Stream

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from impact_metrics.engines import Engine
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
    tables = _tables(source, model, engine)
    for name, record in model.by_name.items():
        if tables.model.by_name.get(name) is not record:
            raise StreamError(
                f"the tables were opened for the model {tables.model.name!r}, which has no such {name}",
                hint="open them with the model of the catalogue",
            )
    return SpansEngine(tables.stream.known(known_at)) if engine == "reference" else tables.engine(known_at)


def _tables(source: Any, model: Model, engine: EngineName) -> Tables | SparkTables:  # noqa: ANN401 - what a user gives
    """Open a source that is not open yet, for the engine that is to read it."""
    if isinstance(source, Tables | SparkTables):
        ours = Tables if engine == "duckdb" else SparkTables
        if engine in {"duckdb", "spark"} and not isinstance(source, ours):
            raise RuleError(
                f"the tables are open for another engine than {engine!r}",
                where="engine",
                hint="leave it out, or give the folder or the frames that they were opened from",
            )
        return source
    if engine == "spark" or (engine == "auto" and _is_of_spark(source)):
        return SparkTables(source if isinstance(source, Stream) else _checked(source), model)
    return Tables(source if isinstance(source, Stream) else _checked(source), model)


def _is_of_spark(source: object) -> bool:
    frames = source.values() if isinstance(source, Mapping) else ()
    return any(hasattr(frame, "sparkSession") for frame in frames)


def _checked(source: Any) -> Any:  # noqa: ANN401 - what a user gives
    if isinstance(source, str | PathLike | Mapping) or (hasattr(source, "execute") and hasattr(source, "register")):
        return source
    raise StreamError(
        f"{type(source).__name__} is nothing that events can be read from",
        hint="give a Stream, a folder, a mapping from record types to tables, or a connection of DuckDB",
    )
