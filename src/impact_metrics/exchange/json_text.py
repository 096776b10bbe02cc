"""JSON text from a file that anybody may have written: plain data, or an error that says where it is wrong."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from impact_metrics.errors import ExchangeError
from impact_metrics.limits import MAX_DEPTH, cut

_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
"""Strings, which are passed over whole, and brackets. It never goes back over what it has read."""


def read(text: str) -> Any:  # noqa: ANN401 - plain data of any shape
    """Read JSON. Raises ``ExchangeError`` for text that is none, a key that stands twice, and what is nested too deep.

    The depth is looked at before anything is parsed, since the parser would run out of stack.
    """
    _check_depth(text)
    try:
        plain = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
        if "\\u" in text:
            json.dumps(plain, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise ExchangeError(f"the text is no JSON: {error.msg}", where=f"line {error.lineno}") from None
    except UnicodeEncodeError:
        raise ExchangeError("a text has half of a character", hint="write both halves, or the character") from None
    except ValueError as error:  # a number of thousands of digits
        raise ExchangeError(f"the text cannot be read: {error}", hint="write numbers as they are") from None
    return plain


def _check_depth(text: str) -> None:
    depth = 0
    for found in _BRACKETS.finditer(text):
        match found[0]:
            case "[" | "{":
                depth += 1
                if depth > MAX_DEPTH:
                    where = f"line {text.count(chr(10), 0, found.start()) + 1}"
                    raise too_deep(where)
            case "]" | "}":
                depth -= 1
            case _:
                pass


def too_deep(where: str) -> ExchangeError:
    """Build the error for what is nested too deep."""
    return ExchangeError(
        f"lists and mappings are nested more than {MAX_DEPTH} deep",
        where=where,
        hint="nothing that is written here is nested so deep",
    )


def _no_constant(name: str) -> NoReturn:
    raise ExchangeError(f"{name} is no JSON number", hint="write a number, or null")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise repeated(key)
        made[key] = value
    return made


def repeated(key: object, where: str = "") -> ExchangeError:
    """Build the error for a key that stands twice in one mapping."""
    shown = cut(repr(key), 80)
    return ExchangeError("the key stands twice in one mapping", where=where or shown, hint=f"keep one {shown}")
