"""Where the records of each type are: files in a folder, frames and Arrow data, or tables of a connection."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.engines.duckdb.csv_files import csv
from impact_metrics.engines.duckdb.parquet_files import parquet
from impact_metrics.engines.sql.given import by_name, existing, some
from impact_metrics.engines.sql.query import Statement
from impact_metrics.engines.sql.relation import Relation
from impact_metrics.errors import StreamError
from impact_metrics.streams.headers import check_header
from impact_metrics.streams.table_files import CSV, PARQUET, files_in, tables_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.engines.duckdb.database import DuckDB
    from impact_metrics.model import Model


def relations(database: DuckDB, model: Model, source: Any) -> dict[str, Relation]:  # noqa: ANN401 - see Tables
    """Find the relation of each record type that the source has. Raises ``StreamError`` where it has none."""
    if isinstance(source, str | os.PathLike):
        found = {
            name: _file(database, name, path) for name, path in tables_in(Path(source), model, (*PARQUET, *CSV)).items()
        }
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
    paths = files_in(path, (*PARQUET, *CSV))
    texts = [other.name.endswith(CSV) for other in paths]
    if any(texts) and not all(texts):
        raise StreamError("the folder has both Parquet and CSV files", where=str(path), hint="keep one of them")
    return (csv if all(texts) else parquet)(database, name, str(path), paths)


# --- frames and tables


def _named(database: DuckDB, model: Model, tables: Mapping[Any, Any]) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    for name, table in by_name(tables, model):
        if isinstance(table, str | os.PathLike):
            found[name] = _file(database, name, existing(table))
        else:
            label = f"the table given for {name}"
            check_header(_header(table), label)
            source = database.register(name, table)
            found[name] = Relation(name, label, source, database.described(source))
    return found


def _header(table: Any) -> list[str]:  # noqa: ANN401 - anything that DuckDB scans
    """Give the names of the columns of a table, by the ways in which frames and Arrow data tell them."""
    names = getattr(table, "column_names", None) or getattr(getattr(table, "schema", None), "names", None)
    return [str(name) for name in (getattr(table, "columns", ()) if names is None or callable(names) else names)]


def _tables(database: DuckDB, model: Model) -> dict[str, Relation]:
    """Find the tables and views named as record types: temporary ones, and those of the schema that is in use."""
    text = (
        "SELECT table_name, table_catalog, table_schema, (table_catalog, table_schema) IN "
        "(('temp', 'main'), (current_database(), current_schema())) FROM information_schema.tables"
    )
    rows = database.rows(Statement(text))
    _check_case({name for name, *_ in rows}, model.by_name)
    found: dict[str, Relation] = {}
    for name in model.by_name:
        here, elsewhere = (
            [
                ".".join(map(database.dialect.quoted, (*home, name)))
                for table, *home, used in rows
                if (table, used) == of
            ]
            for of in ((name, True), (name, False))
        )
        if len(here) > 1 or (elsewhere and not here):
            places = " and ".join(here or elsewhere)
            hint = "drop or rename one of them" if here else "USE its schema, DETACH its database, or make a view of it"
            raise StreamError(f"the table of {name} is {places}, and not one in the schema in use", hint=hint)
        for table in here:
            columns = database.described(table)
            read = ", ".join(
                _without_collation(database.dialect.quoted(column), kind) for column, kind in columns.items()
            )
            found[name] = Relation(name, f"table {name}", f"(SELECT {read} FROM {table})", columns)
    return found


def _without_collation(column: str, kind: str) -> str:
    """Read a text as it is: a column may be declared to take several texts for the same."""
    if kind == "VARCHAR":
        return f'{column} COLLATE "binary" AS {column}'
    return (
        f'list_transform({column}, lambda text: text COLLATE "binary") AS {column}' if kind == "VARCHAR[]" else column
    )


def _check_case(names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a table whose name differs from that of a type in its case only: to DuckDB it is the same name."""
    by_lower = {name.lower(): name for name in known}
    for name in sorted(names):
        meant = by_lower.get(name.lower(), name)
        if meant != name:
            raise StreamError(f"the table is called {name!r}, and the record type {meant!r}", hint="rename the table")
