"""Numbers in the cells of an export, with the marks that its locale puts between digits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from impact_metrics.errors import MappingError
from impact_metrics.streams.converters import ValueFaultError
from impact_metrics.values import written

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from impact_metrics.streams.mapping import FieldFrom, FileFrom

_TWO_WAYS = re.compile("-?[1-9][0-9]{0,2}[.][0-9]{3}")
"""What is one number where a point is before the decimals, and another where it is between thousands."""


def number_reader(source: FieldFrom, file: FileFrom, path: str, *, decimal: bool) -> Callable[[str], int | Decimal]:
    """Build the function that reads a number. Raises ``MappingError`` for marks that no number could be read by."""
    stated = source.decimal or file.decimal
    point = "." if stated is None else stated
    group = file.thousands if source.thousands is None else source.thousands
    if not _is_mark(point) or (group and not _is_mark(group)) or group == point:
        problem = f"decimal = {point!r} and thousands = {group!r} are no two marks"
        raise MappingError(problem, where=path, hint='name one sign each, as in decimal = ",", thousands = "."')
    read, what = (written.decimal, "decimal") if decimal else (written.whole, "whole")
    told = f"{point!r} before the decimals" + (f" and {group!r} between groups of three digits" if group else "")
    mark, between = re.escape(point), re.escape(group)
    grouped = f"|[0-9]{{1,3}}({between}[0-9]{{3}})+" if group else ""
    form = re.compile(f"-?([0-9]+{grouped})({mark}[0-9]+)?")

    def number(text: str) -> int | Decimal:
        if stated is None and not group and _TWO_WAYS.fullmatch(text):
            hint = 'say decimal = "." in the mapping, or decimal = "," and thousands = "."'
            raise ValueFaultError(f"could be {text} or {text.replace('.', '')}, by the marks of the file", hint)
        plain = text.replace(group, "") if group else text
        found = read(plain.replace(point, ".")) if form.fullmatch(text) else None
        if found is None:
            hint = f"the mapping has {told}; say decimal and thousands there where the file has others"
            raise ValueFaultError(f"is no {what} number", hint)
        return found

    return number


def _is_mark(text: str) -> bool:
    return len(text) == 1 and not text.isalnum() and text not in "+-"
