"""What the Parquet files of a folder say of their data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.duckdb.parquet_files import escaped
from impact_metrics.engines.sql.query import Statement
from impact_metrics.streams.about import KEY, parsed, said_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from impact_metrics.engines.duckdb.database import DuckDB


def about(database: DuckDB, paths: Iterable[Path], folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """Give what each file says, or the folder where all say the same; nothing where none says anything."""
    files = {str(path.absolute()): str(path) for path in paths}
    if not files:
        return {}
    listed = ", ".join(database.dialect.literal(escaped(Path(path))) for path in files)
    key = database.dialect.literal(KEY.decode())
    found = database.rows(
        Statement(
            f"SELECT file_name, decode(value) FROM parquet_kv_metadata([{listed}])\n"
            f"WHERE decode(key) = {key} ORDER BY file_name"
        )
    )
    return said_once({files[file]: parsed(text, files[file]) for file, text in found}, str(folder))
