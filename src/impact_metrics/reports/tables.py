"""Tables that a catalogue is evaluated over: opened, where they are not yet, by the engine that is to read them.

This module alone brings the SQL compiler into a report, and it is loaded with the first tables: who reads streams, or
only writes rules, never waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.spark import SparkTables
from impact_metrics.errors import RuleError, StreamError
from impact_metrics.streams import Stream

if TYPE_CHECKING:
    from impact_metrics.model import Model
    from impact_metrics.reports.sources import EngineName, Source


def opened(source: Source, model: Model, engine: EngineName) -> Tables | SparkTables:
    """Give the tables of a source, which have every type of the model. Raises ``StreamError`` where they lack one."""
    tables = _tables(source, model, engine)
    for name, record in model.by_name.items():
        if tables.model.by_name.get(name) is not record:
            raise StreamError(
                f"the tables were opened for the model {tables.model.name!r}, which has no such {name}",
                hint="open them with the model of the catalogue",
            )
    return tables


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
        hint="wrap records, as in Stream([...]), or give a folder, a mapping of tables by record type, or a connection",
    )
