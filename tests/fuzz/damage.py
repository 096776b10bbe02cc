"""Damage to files: bytes that are cut, doubled or replaced, and places of a JSON value that hold something else."""

from __future__ import annotations

import copy
import json
from typing import Any

from fuzz.seeds import WORDS
from hypothesis import strategies as st

WORD = st.one_of(st.sampled_from(WORDS), st.binary(max_size=8), st.integers(-(10**20), 10**20).map(lambda n: b"%d" % n))

ODD = st.sampled_from(
    [
        *(None, True, 0, -1, 2**63, 10**40, 1.5, 1e308, "", " ", "a.b", "x" * 300, "\ud800", "\0", "class", "__init__"),
        *("2024-02-30", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1e999999999", "NaN", [], {}, [[]]),
        *({"a": 1}, [1, "a", None], ["a", "a"], {"value": 1}, {"field": "Made.parts"}, "Made.maker", "Made", "EventId"),
    ]
)
ANY = st.recursive(
    st.one_of(ODD, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def damaged_bytes(draw: st.DrawFn, seed: bytes) -> bytes:
    """Cut, double, replace or add pieces, a few times."""
    data = seed
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        match draw(st.sampled_from(["cut off", "remove", "double", "replace", "add"])):
            case "cut off":
                data = data[:start]
            case "remove":
                data = data[:start] + data[end:]
            case "double":
                data = data[:end] + data[start:]
            case "replace":
                data = data[:start] + draw(WORD) + data[end:]
            case _:
                data = data[:start] + draw(WORD) + data[start:]
    return data


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the path of every place in a value but the whole."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [place for key, part in inner for place in places(part, (*path, key))]
    return [path, *found] if path else found


@st.composite
def damaged_value(draw: st.DrawFn, value: Any) -> Any:
    """Put something else in a few places: any value, a part of the whole from elsewhere, or nothing."""
    made = copy.deepcopy(value)
    for _ in range(draw(st.integers(1, 3))):
        every = places(made)
        if not every:
            return draw(ANY)
        *way, last = draw(st.sampled_from(every))
        holder = made
        for key in way:
            holder = holder[key]
        match draw(st.sampled_from(["other", "elsewhere", "remove", "rename"])):
            case "other":
                holder[last] = draw(ANY)
            case "elsewhere":
                part = made
                for key in draw(st.sampled_from(every)):
                    part = part[key]
                holder[last] = copy.deepcopy(part)
            case "rename" if isinstance(holder, dict):
                holder[draw(st.text(max_size=5) | st.sampled_from(["id", "type", "name", "not", "where"]))] = (
                    holder.pop(last)
                )
            case _:
                del holder[last]
    return made


def as_json(value: Any) -> bytes:
    """Write a value as JSON, half characters escaped."""
    return json.dumps(value).encode()
