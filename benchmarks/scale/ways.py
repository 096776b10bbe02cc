"""The ways by hand to the eight headline figures, each as far as it can go."""

from __future__ import annotations

import importlib
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.loops import headline_figures
from benchmarks.scale import by_duckdb, by_sqlite
from benchmarks.work import AS_AT
from impact_metrics.anti_trafficking import MODEL
from impact_metrics.model import Event
from impact_metrics.streams import read_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from benchmarks.timing import Stopwatch

Figures: TypeAlias = "Callable[[], Mapping[str, object]]"

DUCKDB = tuple(f"DuckDB, {shape}" for shape in by_duckdb.SHAPES)
DATA_FRAMES = {"Polars": "by_polars", "pandas": "by_pandas"}
MOST = {"Polars": 10**8, "pandas": 10**7, "SQLite": 10**7, "Python loops": 10**6}
"""The most events each is asked for: beyond these it takes more memory or patience than there is."""


def by_hand(folder: Path, events: int, scratch: Path, watch: Stopwatch) -> dict[str, Figures]:
    """Give the ways by name. Loading a database, and objects for loops, is done here and timed under its own name."""
    ways: dict[str, Figures] = {
        name: partial(by_duckdb.figures, folder, AS_AT, shape)
        for name, shape in zip(DUCKDB, by_duckdb.SHAPES, strict=True)
    }
    for name, module in DATA_FRAMES.items():
        if events <= MOST[name]:
            try:
                ways[name] = partial(importlib.import_module(f"benchmarks.scale.{module}").figures, folder, AS_AT)
            except ImportError:
                continue  # the extra bench is not installed; the table says which are
    if events <= MOST["SQLite"]:
        database = scratch / f"{events}.db"
        watch.time("SQLite, loading", lambda: by_sqlite.load(folder, database))
        ways["SQLite"] = partial(by_sqlite.figures, database, AS_AT)
    if events <= MOST["Python loops"]:
        stream = watch.time("Python loops, reading", lambda: read_parquet(folder, MODEL)).stream
        happened = [record for record in stream if isinstance(record, Event)]
        ways["Python loops"] = partial(headline_figures, happened, AS_AT)
    return ways
