"""Folders of tables: which file, or folder of files, holds the records of which type. All their readers ask here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import StreamError, nearest
from impact_metrics.streams.json_lines import unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from impact_metrics.model import Model

PARQUET = (".parquet",)
CSV = (".csv", ".csv.gz")


def tables_in(folder: Path, model: Model, endings: tuple[str, ...]) -> dict[str, Path]:
    """Find the file of each record type, ``<Type>`` with an ending, or the folder ``<Type>/`` of its files.

    Names that begin with a dot or an underscore are passed over, and so are notes beside the data and empty folders.
    Raises ``StreamError`` for whatever else is no table of the model: it might be meant as one.
    """
    found: dict[str, Path] = {}
    for entry in _visible(folder):
        name = _table(entry, endings, model)
        if name is None and entry.name.split(".", 1)[0] not in model.by_name:
            continue
        if name is None:
            hint = f"a table ends in {' or '.join(endings)}; move the file away, or make it one"
            raise StreamError("this is named as a record type, and is no table", where=str(entry), hint=hint)
        if name not in model.by_name:
            hint = nearest(name, model.by_name)
            raise StreamError(f"the model {model.name!r} has no type {name!r}", where=str(entry), hint=hint)
        if name in found:
            raise StreamError(f"rows of {name} stand in {found[name].name} too", where=str(entry), hint="keep one")
        found[name] = entry
    if not found:
        hint = f"files are named <Type>{endings[0]}"
        raise StreamError(f"the folder holds nothing of the model {model.name!r}", where=str(folder), hint=hint)
    return found


def files_in(table: Path, endings: tuple[str, ...]) -> list[Path]:
    """Give the files of a table, by their names. Raises ``StreamError`` for a folder that holds anything else."""
    if not table.is_dir():
        return [table]
    files = _visible(table)
    for path in files:
        if path.is_dir() or not path.name.endswith(endings):
            hint = f"a folder of parts holds files that end in {' or '.join(endings)}, and nothing else"
            raise StreamError("this is no part of a table", where=str(path), hint=hint)
    if not files:
        raise StreamError("the folder holds no part", where=str(table), hint="remove it where there are no rows")
    return files


def _table(entry: Path, endings: tuple[str, ...], model: Model) -> str | None:
    """Give the type that a file or folder is named as; ``None`` for what is no table by its name."""
    if entry.is_dir():
        return entry.name if entry.name in model.by_name or any(_visible(entry)) else None
    return next((entry.name.removesuffix(ending) for ending in endings if entry.name.endswith(ending)), None)


def _visible(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "_")))
    except FileNotFoundError:
        raise StreamError("there is no such folder", where=str(folder), hint="check the path") from None
    except NotADirectoryError:
        raise StreamError("this is a file, not a folder", where=str(folder), hint="name the folder it is in") from None
    except OSError as error:
        raise unreadable(folder, error) from None
