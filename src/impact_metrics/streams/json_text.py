"""JSON text to Python values and back: by orjson where it is installed, else by the standard library, alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_TAB, _RETURN, _BACKSLASH = b"\t\r\\"
"""Bytes are found fastest by their numbers, and every line is looked through."""


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


class RepeatedKeyError(ValueError):
    """An object has a key twice, of which a reader would keep one without a word."""

    def __init__(self, key: str) -> None:
        """Keep the key."""
        super().__init__(f"the key {key!r} stands twice")
        self.key = key


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise RepeatedKeyError(key)
        made[key] = value
    return made


def check_keys(text: bytes, keys: int) -> None:
    """Raise ``RepeatedKeyError`` where an object, of which ``keys`` came out of the text, has more keys in it.

    Every quote but an escaped one begins or ends a string, so that ``":`` stands behind keys and nowhere else; where
    nothing is escaped or nested, and no blank stands before a colon, counting these is enough. Any other text is parsed
    again, key by key.
    """
    counted = (
        text.count(b'":') == keys
        and text.rfind(b"{") == 0
        and text.find(b" :") < 0
        and _TAB not in text
        and _RETURN not in text
        and (_BACKSLASH not in text or text.find(b'\\"') < 0)
    )
    if not counted:
        json.loads(text, object_pairs_hook=_once, parse_int=float)  # no number of digits is too long for float


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
