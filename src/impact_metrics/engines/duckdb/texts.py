"""Columns of text, as in CSV, read as what fields hold."""

from __future__ import annotations

from typing import assert_never

import attrs

from impact_metrics.engines.sql.dialect import DuckDBDialect
from impact_metrics.values import (
    CodeKind,
    DateKind,
    FieldSpec,
    FlagKind,
    IdKind,
    NumberKind,
    TextKind,
    TimestampKind,
)

SEPARATOR = ";"
"""What stands between the members of a set in a CSV file."""
PLACES = 9
"""How many decimal places a number in a CSV file may have."""


def from_text(spec: FieldSpec, given: str) -> str:
    """Write a column of text as its field; what is no value of the field becomes NULL."""
    if spec.many:
        each = _text_as(attrs.evolve(spec, many=False), "item")
        items = f"list_filter(string_split({given}, {DuckDBDialect().literal(SEPARATOR)}), lambda item: item <> '')"
        held = items if each == "item" else f"list_transform({items}, lambda item: {each})"
        return held if spec.optional else f"coalesce({held}, [])"
    return _text_as(spec, given)


def _text_as(spec: FieldSpec, given: str) -> str:
    match spec.kind:
        case IdKind() | CodeKind() | TextKind():
            return given
        case FlagKind():
            return f"TRY_CAST({given} AS BOOLEAN)"
        case DateKind():
            # A cast would take a moment as well, and forget its time.
            plain = f"regexp_full_match({given}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
            return f"CASE WHEN {plain} THEN TRY_CAST({given} AS DATE) END"
        case TimestampKind():
            # A text with an offset is a moment; one without is read as UTC, whatever the zone of the machine.
            zoned = f"regexp_matches({given}, '([zZ]|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$') AND contains({given}, ':')"
            return (
                f"CASE WHEN {zoned} THEN TRY_CAST({given} AS TIMESTAMPTZ) "
                f"ELSE TRY_CAST({given} AS TIMESTAMP) AT TIME ZONE 'UTC' END"
            )
        case NumberKind(decimal=True):
            # A cast would round what has more places.
            plain = f"regexp_full_match({given}, '[+-]?[0-9]+([.][0-9]{{1,{PLACES}}})?')"
            return f"CASE WHEN {plain} THEN TRY_CAST({given} AS DECIMAL(38, {PLACES})) END"
        case NumberKind():
            return f"CASE WHEN regexp_full_match({given}, '-?[0-9]+') THEN TRY_CAST({given} AS BIGINT) END"
        case _:
            assert_never(spec.kind)
