"""What Parquet files say that their data are, as the library writes it into them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.sql.query import Statement
from impact_metrics.streams.arrow_types import ABOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impact_metrics.engines.duckdb.database import DuckDB


def said(database: DuckDB, source: object) -> dict[str, Mapping[str, Any]]:
    """Give what the files of a folder say, by file; by the folder, said once, where all say the same."""
    if not isinstance(source, str | os.PathLike):
        return {}
    paths = sorted(path for path in Path(source).glob("**/*.parquet") if path.is_file())
    if not paths:
        return {}
    named = ", ".join(database.dialect.literal(str(path)) for path in paths)
    text = (
        f"SELECT file_name, decode(value) FROM parquet_kv_metadata([{named}]) "
        f"WHERE decode(key) = {database.dialect.literal(ABOUT.decode())} ORDER BY 1"
    )
    abouts = {file: json.loads(value) for file, value in database.rows(Statement(text))}
    first = next(iter(abouts.values()), None)
    return {str(source): first} if first is not None and all(about == first for about in abouts.values()) else abouts
