"""What files say of the data they hold, such as that they are made up: a JSON object among their metadata."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = b"impact_metrics.about"
"""The key of the metadata under which Arrow tables and Parquet files say it."""


def parsed(text: bytes | str, file: str) -> dict[str, Any]:
    """Read what a file says of its data. Raises ``StreamError`` where it is no JSON object."""
    try:
        about = json.loads(text)
    except ValueError:
        about = None
    if not isinstance(about, dict):
        hint = f"write a JSON object under the key {KEY.decode()}, or nothing"
        raise StreamError("what the metadata say of the data is no JSON object", where=file, hint=hint)
    return about


def said_once(abouts: Mapping[str, Mapping[str, Any]], folder: str) -> dict[str, Mapping[str, Any]]:
    """Let a folder say what all of its files say alike."""
    first = next(iter(abouts.values()), None)
    alike = first is not None and all(about == first for about in abouts.values())
    return {folder: first} if first is not None and alike else dict(abouts)
