"""Mappings as text: TOML of bounded size and depth, and its values."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from impact_metrics.limits import MAX_MAPPING, MAX_MAPPING_DEPTH, content, cut, is_deeper
from impact_metrics.values import written

if TYPE_CHECKING:
    import os

    from impact_metrics.errors import ImpactMetricsError

_MOST_DOTS = 1000


def toml_tables(path: str | os.PathLike[str], refuse: type[ImpactMetricsError]) -> dict[str, Any]:
    """Read the tables of a mapping. Raises ``refuse`` for a file that cannot be read, is no TOML, or has no end."""
    text = content(path, MAX_MAPPING, "mapping", refuse)
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MOST_DOTS:  # a name of so many parts would take its square in time
            problem = f"a line has more than {_MOST_DOTS:,} dots"
            raise refuse(problem, where=f"{path}, line {number}", hint="write lists over several lines")
    deep = f"lists and tables are nested more than {MAX_MAPPING_DEPTH} deep"
    try:
        tables = tomllib.loads(text)
    except RecursionError:
        raise refuse(deep, where=str(path), hint="this is no mapping") from None
    except ValueError as error:
        raise refuse(f"the mapping is no TOML: {error}", where=str(path), hint="check quotes and brackets") from None
    if is_deeper(tables, MAX_MAPPING_DEPTH):
        raise refuse(deep, where=str(path), hint="this is no mapping")
    return tables


class WrongValueError(ValueError):
    """A value of the mapping is of another type than is expected there."""


def read_day(value: object, _: object) -> date:
    """Read a date, written as one or as a text; a structure hook."""
    if isinstance(value, str):
        found = written.day(value)
        if found is not None:
            return found
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise WrongValueError(f"a date YYYY-MM-DD is expected, and {cut(repr(value), 80)} is given")
