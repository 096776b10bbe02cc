"""How much is taken of what comes from outside, so that no file fills the memory, the stack or an afternoon.

All limits stand here. Each is far above what honest files need, and a file beyond one is refused with an error that
names the file and the limit.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os

    from impact_metrics.errors import ImpactMetricsError

MAX_FILE = 16 * 2**20
"""The largest catalogue, or file of test vectors, in bytes."""

MAX_LINE = 16 * 2**20
"""The longest line of JSON Lines, and the longest row of CSV, in bytes. A record is a few hundred bytes."""

MAX_MAPPING = 2**20
"""The largest mapping, in bytes."""

MAX_LOG = 2**30
"""The largest OCEL file, in bytes, unpacked, unless more is allowed: a file of JSON is parsed as a whole."""

MAX_DEPTH = 300
"""How deeply lists and objects may lie in each other in a catalogue, test vectors or a line of JSON."""

MAX_LOG_DEPTH = 64
"""The same for an OCEL file. The standard needs five."""

MAX_MAPPING_DEPTH = 20
"""The same for a mapping, which needs six."""

MAX_CONDITIONS = 60
"""How deeply conditions, or populations, may lie in each other."""

MAX_SHOWN = 500
"""How many characters of a problem are told where a file wrote part of it."""


def content(path: str | os.PathLike[str], most: int, what: str, refuse: type[ImpactMetricsError]) -> str:
    """Read a file of text in UTF-8 (with or without byte order mark) of at most so many bytes.

    Raises ``refuse`` for one that is larger, is not in UTF-8 or cannot be read; ``what`` names it in the error.
    """
    try:
        with Path(path).open("rb") as file:
            held = file.read(most + 1)
    except (OSError, ValueError) as error:  # a name with a zero character is a ValueError
        problem = f"the {what} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise refuse(problem, where=str(path), hint="check the path") from None
    if len(held) > most:
        raise refuse(
            f"the {what} is larger than {most:,} bytes", where=str(path), hint="check that this is the right file"
        )
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"the {what} is not in UTF-8, at its byte {error.start + 1}"
        raise refuse(problem, where=str(path), hint="save it as UTF-8") from None


def is_deeper(value: object, most: int) -> bool:
    """Tell whether lists and mappings lie more than so deep in each other. It goes down level by level."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(most):
        inner: Any = (held for part in level for held in (part.values() if isinstance(part, dict) else part))
        level = [held for held in inner if isinstance(held, dict | list)]
        if not level:
            return False
    return True


def cut(text: str, most: int = MAX_SHOWN) -> str:
    """Give a text, or its beginning where it is long."""
    return text if len(text) <= most else f"{text[: most - 3]}..."
