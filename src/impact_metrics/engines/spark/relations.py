"""Where the records of each type are: Parquet files in a folder, or files and frames given one by one."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pyspark.sql import DataFrame
from pyspark.sql import functions as columns

from impact_metrics.engines.spark.types import name_of
from impact_metrics.engines.sql.given import by_name, existing, some
from impact_metrics.engines.sql.relation import FILE, ROW, Part, Relation
from impact_metrics.errors import StreamError
from impact_metrics.streams.arrow_types import arrow
from impact_metrics.streams.headers import check_header
from impact_metrics.streams.table_files import CSV, PARQUET, files_in, tables_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impact_metrics.engines.spark.database import Spark
    from impact_metrics.model import Model

_STATED = {
    "mergeSchema": "true",
    "recursiveFileLookup": "true",  # else a folder called key=value would become a column
    "ignoreCorruptFiles": "false",
    "ignoreMissingFiles": "false",
}
_GLOB = re.compile(r"([\\\[\]{}*?])")
"""What means more than itself in the path of a file for Spark."""


def relations(database: Spark, model: Model, source: Any) -> dict[str, Relation]:  # noqa: ANN401 - see SparkTables
    """Find the relation of each record type that the source has. Raises ``StreamError`` where it has none."""
    if isinstance(source, str | os.PathLike):
        found = {
            name: _local(database, name, path)
            for name, path in tables_in(Path(source), model, (*PARQUET, *CSV)).items()
        }
        where = str(source)
    else:
        found = _named(database, model, source)
        where = "the tables given"
    return some(found, model, where)


def _local(database: Spark, name: str, path: Path) -> Relation:
    """Read a Parquet file of this machine, or all such files of a folder."""
    paths = files_in(path, (*PARQUET, *CSV))
    if not all(file.name.endswith(PARQUET) for file in paths):
        raise StreamError(
            "Spark reads Parquet files here, and nothing else",
            where=str(path),
            hint='write the records as Parquet, or use engine="duckdb", which reads CSV as well',
        )
    for file in paths:
        database.steady.watch(file)
    places = [f"file:{_GLOB.sub(_escaped, str(file.absolute()))}" for file in paths]
    return _parquet(database, name, str(path), places, paths)


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[1]}"


def _parquet(database: Spark, name: str, label: str, places: Sequence[str], files: Sequence[Path] = ()) -> Relation:
    """Read Parquet files, with the place of each row, which costs nothing where nobody asks for it."""
    with database.running():
        frame = database.session.read.options(**_STATED).parquet(*places)
        placed = frame.select(
            "*",
            columns.col("_metadata.file_path").alias(FILE),
            (columns.col("_metadata.row_index") + 1).alias(ROW),
        )
        found = {_path(file): file for (file,) in placed.select(FILE).distinct().collect()}
    kinds = _described(frame)
    parts: dict[str, Part] = {}
    for file in files:
        path = str(file.absolute())  # which Spark knows as an address, where the file has any row
        parts[found.get(path, path)] = _part(file, kinds)
    source = database.registered(name, placed)
    return Relation(name, label, source, kinds, rows=f"SELECT * FROM {source}", parts=parts)


def _part(file: Path, kinds: Mapping[str, str]) -> Part:
    """Give what a file of this machine holds, and how many rows its footer counts."""
    footer = arrow().parquet.read_metadata(file)
    names = footer.schema.to_arrow_schema().names
    check_header(names, str(file))
    held = {name.lower() for name in names}
    return Part(str(file), {name: kind for name, kind in kinds.items() if name.lower() in held}, footer.num_rows)


def _path(found: str) -> str:
    """Give the path of a file of this machine, which Spark gives as an address."""
    address = urlsplit(found)
    return unquote(address.path) if address.scheme == "file" else found


def _described(frame: DataFrame) -> dict[str, str]:
    return {column.name: name_of(column.dataType) for column in frame.schema.fields}


def _named(database: Spark, model: Model, tables: Mapping[Any, Any]) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    for name, table in by_name(tables, model):
        if isinstance(table, DataFrame):
            label = f"the table given for {name}"
            check_header(table.columns, label)
            source = database.borrowed(name, table)
            found[name] = Relation(name, label, source, _described(table))
        elif isinstance(table, str) and "://" in table:
            found[name] = _parquet(database, name, table, [table])
        elif isinstance(table, str | os.PathLike):
            found[name] = _local(database, name, existing(table))
        else:
            raise StreamError(
                f"{type(table).__name__} is nothing that Spark reads as a table",
                where=name,
                hint="give a frame of Spark, or the path of Parquet files",
            )
    return found
