"""Parquet files as DuckDB reads them: every setting is stated, and no name is a pattern or a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.sql.query import Statement
from impact_metrics.engines.sql.relation import FILE, ROW, Part, Relation
from impact_metrics.errors import StreamError
from impact_metrics.streams.headers import check_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from impact_metrics.engines.duckdb.database import DuckDB

STATED = {
    "binary_as_string": "FALSE",
    "can_have_nan": "TRUE",
    "hive_partitioning": "FALSE",
    "hive_types_autocast": "FALSE",
    "union_by_name": "TRUE",
}
"""What ``read_parquet`` is told in every version of DuckDB."""
SINCE = {"allow_empty": "FALSE", "int96_as": "'timestamp'", "utf8_validation": "'strict'"}
"""What it is told beside these where it knows it, which is since version 2."""
LEFT_OUT = {
    "filename": "told where it is asked for",
    "file_row_number": "told where it is asked for",
    "bound_schema": "the schema is that of the files",
    "schema": "the schema is that of the files",
    "hive_types": "no column is made of a path",
    "column_statistics": "a promise about the data, which nobody gives",
    "explicit_cardinality": "a promise about the data, which nobody gives",
    "encryption_config": "a key, which nobody gives",
    "debug_use_openssl": "of encryption",
    "compression": "of writing",
    "parquet_version": "of writing",
    "maximum_files_for_stats": "of speed",
    "prefetch_strategy": "of speed",
}
"""What it is not told, with the reason."""
_SCHEMA = ("file_name", "name", "num_children", "type", "converted_type", "scale", "precision", "logical_type")
"""What is asked of each column, and of what it is made of."""
_PATTERN = re.compile(r"([*?\[])")


def escaped(path: Path) -> str:
    """Give the path of a file, in which no character means anything else.

    Raises ``StreamError`` for a name that no text of SQL can hold.
    """
    name = _PATTERN.sub(r"[\1]", str(path))
    try:
        name.encode()
    except UnicodeEncodeError:
        raise StreamError("the name is not UTF-8", where=str(path), hint="give the file another name") from None
    return name


def reading(files: str, more: Mapping[str, str] | None = None) -> str:
    """Write the reading of files, with every setting."""
    told = {**STATED, **(more or {})}
    return f"read_parquet({files}, {', '.join(f'{name} = {value}' for name, value in told.items())})"


def parquet(database: DuckDB, name: str, label: str, paths: Sequence[Path]) -> Relation:
    """Find what Parquet files hold: the columns of each, and how many rows its footer counts."""
    for path in paths:
        database.steady.watch(path)
    dialect = database.dialect
    files = f"[{', '.join(dialect.literal(escaped(path.absolute())) for path in paths)}]"
    known = database.settings_of("read_parquet")
    since = {setting: value for setting, value in SINCE.items() if setting in known}
    source = reading(files, since)
    placed = reading(files, {**since, "filename": dialect.literal(FILE), "file_row_number": "TRUE"})
    rows = f"SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS {dialect.quoted(ROW)} FROM {placed}"
    parts = _parts(database, files, paths, since)
    return Relation(name, label, source, database.described(source), rows=rows, parts=parts)


def _parts(database: DuckDB, files: str, paths: Sequence[Path], since: Mapping[str, str]) -> dict[str, Part]:
    """Give the files by the names that DuckDB has for them; many have the same schema, which is looked up once."""
    sizes = dict(database.rows(Statement(f"SELECT file_name, num_rows FROM parquet_file_metadata({files})")))
    if others := ", ".join(sorted(sizes.keys() ^ {str(path.absolute()) for path in paths})):
        raise StreamError(f"DuckDB reads other files than it is told to: {others}", hint="give them plain names")
    schemas: dict[str, list[tuple[Any, ...]]] = {}
    for file, *column in database.rows(Statement(f"SELECT {', '.join(_SCHEMA)} FROM parquet_schema({files})")):
        schemas.setdefault(file, []).append(tuple(column))
    described: dict[tuple[tuple[Any, ...], ...], Mapping[str, str]] = {}
    parts: dict[str, Part] = {}
    for path in paths:
        file, label = str(path.absolute()), str(path)
        schema = tuple(schemas[file])
        if schema not in described:
            check_header(_top(schema), label)
            described[schema] = database.described(reading(database.dialect.literal(escaped(path.absolute())), since))
        parts[file] = Part(label, described[schema], sizes[file])
    return parts


def _top(schema: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    """Give the names of the columns themselves, and not of what they are made of, which stands behind each."""
    inside = 0
    for name, children in ((name, children) for name, children, *_ in schema[1:]):
        if not inside:
            yield name
        inside = max(inside - 1, 0) + (children or 0)
