"""JSON text to Python values and back: by orjson where it is installed, else by the standard library, alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _standard_loads(text: bytes) -> Any:  # noqa: ANN401 - any JSON value
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("the value is nested too deeply") from None
    if b"\\u" in text:
        dumps(value).encode("utf-8")  # half of a character, which no file can hold, is a ValueError here
    return value


def best_loads() -> Callable[[bytes], Any]:
    """Give the fastest decoder there is. It raises ``ValueError`` for text that is not JSON or not UTF-8."""
    try:
        import orjson  # noqa: PLC0415 - an optional dependency
    except ImportError:
        return _standard_loads
    return orjson.loads


def dumps(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Write a value as one line of canonical JSON: keys sorted, no spaces, characters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def by_lines(plain: Mapping[str, Any]) -> str:
    """Write a mapping so that people and tools that compare files can read it: of its lists, one item a line.

    Raises ``TypeError`` or ``ValueError`` for what is no JSON value.
    """
    parts: list[str] = []
    for key, value in plain.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(item, ensure_ascii=False, allow_nan=False) for item in value)
            parts.append(f"{json.dumps(key)}: [\n{rows}\n]" if rows else f"{json.dumps(key)}: []")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
