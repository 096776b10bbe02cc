"""Labels: what the cells of a breakdown are called, and in which order they stand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from impact_metrics.rules.dimensions import ByAge, ByBand, ByField, ByPerson, Dimension
from impact_metrics.values import CodeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN = "unknown"
"""What the cell of a missing value is called where it is joined with others, and in tables."""
RECORDED_UNKNOWN = "unknown (recorded)"
"""What a code or text that is itself called unknown is called."""
NONE = "none"
"""The cell of an empty set."""
OUTSIDE_BANDS = "outside all bands"
BETWEEN = " + "
"""What joins the labels of a set that is in one cell."""


def label(value: object) -> str:
    """Print a value as the name of a cell. A code that is itself called unknown is told from a missing value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = _plain(value) if isinstance(value, Decimal) else str(value)
    return RECORDED_UNKNOWN if text == UNKNOWN else text


def _plain(number: Decimal) -> str:
    """Print a decimal without trailing zeros, as one text for all the ways to write one number."""
    text = f"{number:f}" if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ranks(dimension: Dimension) -> Mapping[str, int]:
    """Give the order of a dimension's cells where it is not that of their names: bands, and codes of a list."""
    match dimension:
        case ByBand(_, bands) | ByAge(_, bands):
            names = [band.name for band in bands]
        case ByField(field) if isinstance(field.spec.kind, CodeKind):
            names = [label(code) for code in field.spec.kind.codes]
        case ByPerson(attribute) if isinstance(attribute.spec.kind, CodeKind):
            names = [label(code) for code in attribute.spec.kind.codes]
        case _:
            names = []
    return {name: position for position, name in enumerate(names)}
