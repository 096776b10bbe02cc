"""Columns of text, as in CSV, read as what fields hold: in the one notation of every reader."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.engines.sql.dialect import MAX_DECIMAL, DuckDBDialect
from impact_metrics.values import (
    CodeKind,
    DateKind,
    FieldSpec,
    FlagKind,
    IdKind,
    NumberKind,
    TextKind,
    TimestampKind,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SEPARATOR = ";"
"""What stands between the members of a set in a CSV file."""
DECIMAL = f"-?[0-9]+([.][0-9]{{1,{MAX_DECIMAL}}}0*)?"
"""A decimal, with no more places than any column has: a cast would round."""
_LITERAL = DuckDBDialect().literal
_BLANK = _LITERAL("".join(sign for sign in map(chr, range(sys.maxunicode + 1)) if sign.isspace()))


def from_text(spec: FieldSpec, given: str, least: int, *, places: Callable[[str], int]) -> str:
    """Write a column of text as its field; what is no value of the field becomes NULL.

    ``places`` gives how many digits behind the point are needed for numbers that are selected as ``text``; there is
    room for ``least`` of them in any case.
    """
    if not spec.many:
        return _text_as(spec, given, lambda: max(least, places(f"SELECT {given} AS text")))
    split = f"string_split({given}, {_LITERAL(SEPARATOR)})"
    # Blanks of every script are looked for where there may be any: it takes ten times as long.
    trimmed = f"CASE WHEN regexp_full_match(item, '(?s)[!-~](.*[!-~])?') THEN item ELSE trim(item, {_BLANK}) END"
    items = f"list_filter(list_transform({split}, lambda item: {trimmed}), lambda item: item <> '')"
    one = attrs.evolve(spec, many=False)
    each = _text_as(one, "item", lambda: max(least, places(f"SELECT unnest({items}) AS text")))
    held = items if each == "item" else f"list_transform({items}, lambda item: {each})"
    return f"CASE WHEN {given} = {_LITERAL(written.NONE)} THEN [] WHEN len({items}) > 0 THEN {held} END"


def _text_as(spec: FieldSpec, given: str, places: Callable[[], int]) -> str:
    match spec.kind:
        case IdKind() | CodeKind() | TextKind():
            return given
        case FlagKind():
            words = {
                value: [_LITERAL(word) for word, held in written.FLAGS.items() if held is value]
                for value in (True, False)
            }
            tests = " ".join(f"WHEN lower({given}) IN ({', '.join(of)}) THEN {value}" for value, of in words.items())
            return f"CASE {tests} END"
        case DateKind():
            return _plain(given, written.DAY, f"TRY_CAST({given} AS DATE)")
        case TimestampKind():
            return _plain(given, written.MOMENT, _moment(given))
        case NumberKind(decimal=True):
            return _plain(given, DECIMAL, f"TRY_CAST({given} AS DECIMAL({MAX_DECIMAL}, {places()}))")
        case NumberKind():
            return _plain(given, written.WHOLE, f"TRY_CAST(split_part({given}, '.', 1) AS BIGINT)")
        case _:
            assert_never(spec.kind)


def _moment(given: str) -> str:
    """Read a text as a moment by its parts: what a cast makes of an offset depends on the version, and on the zone.

    Without an offset it is in UTC, whatever the zone of the machine.
    """
    offset = f"regexp_extract({given}, '(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$', 1)"
    hours = f"coalesce(TRY_CAST({offset}[1:3] AS BIGINT), 0)"
    minutes = f"CASE WHEN length({offset}) > 3 THEN TRY_CAST({offset}[1] || {offset}[-2:] AS BIGINT) ELSE 0 END"
    local = f"TRY_CAST({given}[1:length({given}) - length({offset})] AS TIMESTAMP)"
    return f"({local} - to_minutes({hours} * 60 + {minutes})) AT TIME ZONE 'UTC'"


def _plain(given: str, pattern: str, read: str) -> str:
    """Read a text that is written as the pattern says, and nothing else: a cast takes more, and cuts and rounds."""
    return f"CASE WHEN regexp_full_match({given}, {_LITERAL(pattern)}) THEN {read} END"
