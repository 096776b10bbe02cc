"""What the Parquet files of a folder say of their data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.engines.sql.query import Statement
from impact_metrics.streams.about import KEY, parsed, said_once

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from impact_metrics.engines.duckdb.database import DuckDB


def about(database: DuckDB, folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """Give what each file says, or the folder where all say the same; nothing where none says anything."""
    files = sorted(str(path) for path in folder.glob("**/*.parquet"))
    if not files:
        return {}
    listed = ", ".join(map(database.dialect.literal, files))
    key = database.dialect.literal(KEY.decode())
    found = database.rows(
        Statement(
            f"SELECT file_name, decode(value) FROM parquet_kv_metadata([{listed}])\n"
            f"WHERE decode(key) = {key} ORDER BY file_name"
        )
    )
    return said_once({file: parsed(text, file) for file, text in found}, str(folder))
