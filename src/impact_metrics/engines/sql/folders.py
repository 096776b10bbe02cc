"""Folders of tables: which file, or folder of files, holds the records of which type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import StreamError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from impact_metrics.model import Model

CSV = (".csv", ".csv.gz")
PARQUET = (".parquet",)


def tables_in(folder: Path, model: Model) -> dict[str, Path]:
    """Find the file or folder of each record type. Raises ``StreamError`` for what cannot be one."""
    if not folder.is_dir():
        problem = "this is a file, not a folder" if folder.exists() else "there is no such folder"
        raise StreamError(problem, where=str(folder), hint="name a folder with one Parquet or CSV file a record type")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        name = _type_of(path)
        if name is None:
            continue
        if name not in model.by_name:
            raise StreamError(
                f"the model {model.name!r} has no record type {name!r}",
                where=str(path),
                hint=nearest(name, model.by_name),
            )
        if name in found:
            raise StreamError(f"the records of {name} are in two places", where=str(path), hint=f"see {found[name]}")
        found[name] = path
    return found


def _type_of(path: Path) -> str | None:
    """Give the type whose records a file or folder holds, by its name; ``None`` for what is no data."""
    if path.is_dir():
        return path.name if any(files_in(path)) else None
    for ending in (*PARQUET, *CSV):
        if path.name.endswith(ending):
            return path.name.removesuffix(ending)
    return None


def files_in(folder: Path) -> Iterator[Path]:
    """Give the files of a table that is a folder, in the order of their names."""
    return (path for path in sorted(folder.iterdir()) if path.name.endswith((*PARQUET, *CSV)))
