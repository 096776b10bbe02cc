"""What the Parquet files of a folder on this machine say of their data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.streams.about import KEY, parsed, said_once
from impact_metrics.streams.arrow_types import arrow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def about(paths: Iterable[Path], folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """Give what each file says, or the folder where all say the same; nothing where none says anything."""
    read = arrow().parquet.read_metadata
    said = {str(path): (read(path).metadata or {}).get(KEY) for path in paths}
    return said_once({file: parsed(text.decode(), file) for file, text in said.items() if text}, str(folder))
