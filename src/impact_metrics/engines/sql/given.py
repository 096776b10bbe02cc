"""Tables that are given by record type, whichever database reads them: names, paths, and that there are any."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import StreamError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from os import PathLike

    from impact_metrics.engines.sql.relation import Relation
    from impact_metrics.model import Model


def by_name(tables: Mapping[Any, Any], model: Model) -> Iterator[tuple[str, Any]]:
    """Give each table with the name of its record type. Raises ``StreamError`` for a type that the model has not."""
    for key, table in tables.items():
        name = key if isinstance(key, str) else getattr(key, "__name__", str(key))
        if name not in model.by_name:
            raise StreamError(
                f"the model {model.name!r} has no record type {name!r}", hint=nearest(name, model.by_name)
            )
        yield name, table


def existing(path: str | PathLike[str]) -> Path:
    """Give the path of a file or folder. Raises ``StreamError`` where there is none."""
    found = Path(path)
    if not found.exists():
        raise StreamError("there is no such file", where=str(found), hint="check the path")
    return found


def some(found: dict[str, Relation], model: Model, where: str) -> dict[str, Relation]:
    """Give the relations that were found. Raises ``StreamError`` where there is none."""
    if not found:
        raise StreamError(
            f"there is nothing of the model {model.name!r}",
            where=where,
            hint="name files and tables as the record types: " + ", ".join(model.by_name),
        )
    return found
