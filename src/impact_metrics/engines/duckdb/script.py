"""The SQL of one metric, to be read, and to be run by hand in the DuckDB shell over a folder of Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from impact_metrics.engines.duckdb.parquet_files import escaped, reading
from impact_metrics.engines.sql.dialect import DuckDBDialect
from impact_metrics.engines.sql.frames import FrameWriter
from impact_metrics.engines.sql.query import Query
from impact_metrics.engines.sql.records import column_type
from impact_metrics.streams.parquet import ENDING

if TYPE_CHECKING:
    from datetime import date

    from impact_metrics.model import Model
    from impact_metrics.rules.metric import Metric


def script(metric: Metric, model: Model, day: date, folder: str | Path) -> str:
    """Write what the DuckDB shell needs to give the figure of a metric as at a date over a folder of Parquet files.

    The records are read as they are: the script is for data in which every id occurs once, and nothing is retracted and
    nobody merged. Of shares, times and the like it gives how many subjects are in which state, from which the figure
    follows. A type without a file has no records, where the folder is there to be looked into.
    """
    dialect = DuckDBDialect()
    names = sorted({row.record.name for row in metric.measure.rows_read})
    views = [
        f"CREATE OR REPLACE TEMP VIEW {dialect.quoted(name)} AS {_records(name, model, Path(folder))};"
        for name in names
    ]
    statements = [
        FrameWriter(Query(dialect, model.by_name), dialect.quoted, day).shown(frame, metric.id)
        for frame in metric.measure.frames
    ]
    head = [f"-- {' '.join(str(metric).split())}, as at {day.isoformat()}, with every record as it is in the files"]
    return "\n".join([*head, *views, *(f"\n{statement.by_hand(dialect)};" for statement in statements)])


def _records(name: str, model: Model, folder: Path) -> str:
    dialect, file, several = DuckDBDialect(), folder / f"{name}.parquet", folder / name
    if folder.is_dir() and not file.exists() and not several.is_dir():
        fields = model.by_name[name].__record__.fields
        empty = ", ".join(f"CAST(NULL AS {column_type(spec)}) AS {dialect.quoted(spec.name)}" for spec in fields)
        return f"SELECT {empty} WHERE FALSE"
    place = f"{escaped(several)}/*{ENDING}" if several.is_dir() else escaped(file)
    return f"SELECT * FROM {reading(dialect.literal(place))}"
