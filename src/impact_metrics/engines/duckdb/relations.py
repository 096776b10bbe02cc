"""Where the records of each type are: files in a folder, frames and Arrow data, or tables of a connection."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.duckdb.texts import from_text
from impact_metrics.engines.sql.folders import CSV, files_in, tables_in
from impact_metrics.engines.sql.given import by_name, existing, some
from impact_metrics.engines.sql.query import Statement
from impact_metrics.engines.sql.relation import FILE, ROW, Relation
from impact_metrics.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.engines.duckdb.database import DuckDB
    from impact_metrics.model import Model


def relations(database: DuckDB, model: Model, source: Any) -> dict[str, Relation]:  # noqa: ANN401 - see Tables
    """Find the relation of each record type that the source has. Raises ``StreamError`` where it has none."""
    if isinstance(source, str | os.PathLike):
        found = {name: _file(database, name, path) for name, path in tables_in(Path(source), model).items()}
        where = str(source)
    elif isinstance(source, Mapping):
        found = _named(database, model, source)
        where = "the tables given"
    else:
        found = _tables(database, model)
        where = "the connection"
    return some(found, model, where)


# --- files


def _file(database: DuckDB, name: str, path: Path) -> Relation:
    """Read a Parquet or CSV file, or all such files of a folder."""
    paths = list(files_in(path)) if path.is_dir() else [path]
    if not paths:
        raise StreamError("there is no Parquet or CSV file", where=str(path), hint="name files in .parquet or .csv")
    texts = paths[0].name.endswith(CSV)
    if any(other.name.endswith(CSV) != texts for other in paths):
        raise StreamError("the folder has both Parquet and CSV files", where=str(path), hint="keep one of them")
    names = ", ".join(database.dialect.literal(str(other)) for other in paths)
    file, row = database.dialect.quoted(FILE), database.dialect.quoted(ROW)
    if texts:
        source = f"read_csv([{names}], header = true, all_varchar = true, union_by_name = true)"
        rows = (
            f"SELECT * EXCLUDE (filename), filename AS {file}, row_number() OVER (PARTITION BY filename) + 1 AS {row} "
            f"FROM read_csv([{names}], header = true, all_varchar = true, union_by_name = true, filename = true)"
        )
    else:
        source = f"read_parquet([{names}], union_by_name = true)" if len(paths) > 1 else f"read_parquet([{names}])"
        rows = (
            f"SELECT * EXCLUDE (filename, file_row_number), filename AS {file}, file_row_number + 1 AS {row} "
            f"FROM read_parquet([{names}], union_by_name = true, filename = true, file_row_number = true)"
        )
    return Relation(name, str(path), source, _described(database, source), from_text if texts else None, rows=rows)


def _described(database: DuckDB, source: str) -> dict[str, str]:
    rows = database.rows(Statement(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {source})"))
    return dict(rows)


# --- frames and tables


def _named(database: DuckDB, model: Model, tables: Mapping[Any, Any]) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    for name, table in by_name(tables, model):
        if isinstance(table, str | os.PathLike):
            found[name] = _file(database, name, existing(table))
        else:
            source = database.register(name, table)
            found[name] = Relation(name, f"the table given for {name}", source, _described(database, source))
    return found


def _tables(database: DuckDB, model: Model) -> dict[str, Relation]:
    """Find the tables and views of a connection that are named as record types."""
    names = {name for (name,) in database.rows(Statement("SELECT table_name FROM information_schema.tables"))}
    _check_case(names, model.by_name)
    return {
        name: Relation(
            name, f"table {name}", database.dialect.quoted(name), _described(database, database.dialect.quoted(name))
        )
        for name in model.by_name
        if name in names
    }


def _check_case(names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a table whose name differs from that of a type in its case only: to DuckDB it is the same name."""
    by_lower = {name.lower(): name for name in known}
    for name in sorted(names):
        meant = by_lower.get(name.lower(), name)
        if meant != name:
            raise StreamError(f"the table is called {name!r}, and the record type {meant!r}", hint="rename the table")
