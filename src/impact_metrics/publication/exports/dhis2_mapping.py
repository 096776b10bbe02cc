"""DHIS2 mappings: which figures of an edition are which data elements of a DHIS2 instance, written as data.

A mapping is a TOML or JSON file (or the same tables in Python)::

    org_unit = "DiszpKrYNg8"
    period_type = "FinancialApril"
    periods = ["2022/23", "2023/24"]
    to_date = "2023April"
    data_set = "pBOMPrpg1QX"
    attribute_option_combo = "HllvX50cXC0"
    complete_date = "2024-04-30"

    [[values]]
    metric = "arrests"
    part = "entered"
    data_element = "f7n9E0hX8qk"

    [[values]]
    metric = "arrests"
    data_element = "Ix2HsbDMLea"
    category_option_combo = "V6L425pT3A0"
    by = { sex = "female" }

``org_unit`` is where figures are filed, unless one says where itself. ``period_type`` is ``Yearly``, ``Quarterly``,
``Monthly``, ``FinancialApril``, ``FinancialJuly`` or ``FinancialOct``; it is that of the periods of the edition.
``periods`` are those that are sent, by the names that the edition has for them: all that are whole, unless some are
named. ``to_date`` is the period of DHIS2 under which figures to date are filed; without it they are left out. The last
three are optional; a date of completion is for one period and one organisation unit.

The ``part`` of a value is ``value`` unless it is said. ``entered``, ``left`` and ``closing`` are over periods, and
everything else is to date: what is both, as the value of a total, is over periods with ``per_period = true``. ``by`` is
the cell of a breakdown; a dimension that is left out is summed over. Every uid is one that the instance has given:
eleven letters and digits, the first a letter.
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from operator import eq
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError, transform_error
from cattrs.v import format_exception

from impact_metrics.errors import ExchangeError, ExportError, nearest
from impact_metrics.exchange import json_text
from impact_metrics.limits import MAX_MAPPING, content, cut
from impact_metrics.streams.toml_text import WrongValueError, read_day, toml_tables

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

FIRST_MONTHS: Mapping[str, tuple[int, int]] = {
    "Yearly": (12, 1),
    "Quarterly": (3, 1),
    "Monthly": (1, 1),
    "FinancialApril": (12, 4),
    "FinancialJuly": (12, 7),
    "FinancialOct": (12, 10),
}
"""The types of period: how many months each is long, and in which month its year begins."""

_UID = re.compile("[A-Za-z][A-Za-z0-9]{10}")
_PERIOD = re.compile("[0-9]{4}(Q[1-4]|0[1-9]|1[0-2]|April|July|Oct)?")
_HERE = "DHIS2 mapping"


def _uid(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    optional = attribute.default == ""
    if not (value == "" and optional) and not _UID.fullmatch(value):
        raise ExportError(
            f"{value!r} is no uid",
            where=f"{_HERE}, {attribute.name}",
            hint="give the eleven letters and digits that DHIS2 shows, the first a letter",
        )


def _is_over_periods(value: ValueFor) -> bool:
    return value.part in {"entered", "left", "closing"}


@attrs.frozen(kw_only=True)
class ValueFor:
    """A figure of the edition, and the data element (and category option combination) that it is in DHIS2."""

    metric: str
    part: str = "value"
    by: dict[str, str] = attrs.field(factory=dict)
    per_period: bool = attrs.field(default=attrs.Factory(_is_over_periods, takes_self=True))
    data_element: str = attrs.field(validator=_uid)
    category_option_combo: str = attrs.field(default="", validator=_uid)
    org_unit: str = attrs.field(default="", validator=_uid)

    def __str__(self) -> str:
        """Name the figure as a person would."""
        return ", ".join(
            (f"{self.metric} {self.part}", *(f"{name} {label}" for name, label in sorted(self.by.items())))
        )


@attrs.frozen(kw_only=True)
class Dhis2Mapping:
    """Which figures go where; see the module for the notation. Raises ``ExportError`` for what DHIS2 does not take."""

    org_unit: str = attrs.field(validator=_uid)
    values: tuple[ValueFor, ...]
    period_type: str = "Yearly"
    periods: tuple[str, ...] = ()
    to_date: str = ""
    data_set: str = attrs.field(default="", validator=_uid)
    attribute_option_combo: str = attrs.field(default="", validator=_uid)
    complete_date: date | None = None

    def __attrs_post_init__(self) -> None:
        """Periods are written as DHIS2 writes them, and only a data set is ever complete."""
        kind = self.period_type
        if kind not in FIRST_MONTHS:
            hint = nearest(kind, FIRST_MONTHS)
            raise ExportError(f"there is no period type {kind!r}", where=f"{_HERE}, period_type", hint=hint)
        if self.to_date and not _PERIOD.fullmatch(self.to_date):
            hint = "write it as 2024, 2024Q1, 202404 or 2023April"
            raise ExportError(f"{self.to_date!r} is no period", where=f"{_HERE}, to_date", hint=hint)
        if self.complete_date is not None and not self.data_set:
            raise ExportError("only a data set is complete", where=f"{_HERE}, complete_date", hint="give data_set too")

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Dhis2Mapping:
        """Make a mapping from plain tables, as TOML and JSON give them. Raises ``ExportError`` with a fault's path."""
        try:
            return _converter().structure(tables, cls)
        except ClassValidationError as error:
            faults = transform_error(error, path="mapping", format_exception=_say)
            hint = "see the documentation of DHIS2 mappings for the notation"
            raise ExportError("; ".join(faults), where=_HERE, hint=hint) from None


def load_dhis2_mapping(path: str | os.PathLike[str]) -> Dhis2Mapping:
    """Read a mapping from a file of JSON, when its name ends in ``.json``, or else of TOML.

    Raises ``ExportError`` with the place of the fault.
    """
    if Path(path).suffix != ".json":
        return Dhis2Mapping.of(toml_tables(path, ExportError))
    try:
        tables = json_text.read(content(path, MAX_MAPPING, "mapping", ExportError))
    except ExchangeError as error:
        raise ExportError(f"the mapping is no JSON: {error.problem}", where=str(path), hint=error.hint) from None
    if not isinstance(tables, dict):
        raise ExportError("the mapping is no table", where=str(path), hint="write an object with org_unit and values")
    return Dhis2Mapping.of(tables)


def _say(error: BaseException, wanted: type[object] | None) -> str:
    if isinstance(error, WrongValueError):
        return str(error)
    if isinstance(error, ExportError):
        return f"{error.problem} ({error.hint})"
    if isinstance(error, ForbiddenExtraKeysError):
        return f"there is no {', '.join(sorted(error.extra_fields))}"
    return format_exception(error, wanted)


def _only(wanted: type, words: str) -> Any:  # noqa: ANN401 - structure hooks
    def read(value: object, _: object) -> object:
        if type(value) is not wanted:
            raise WrongValueError(f"{words} is expected, and {cut(repr(value), 80)} is given")
        return value

    return read


def _texts(value: object, _: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise WrongValueError(f"a list of texts is expected, and {cut(repr(value), 80)} is given")
    return tuple(value)


def _texts_by_name(value: object, _: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise WrongValueError(f"a table of texts is expected, and {cut(repr(value), 80)} is given")
    return value


def _values(converter: Converter) -> Any:  # noqa: ANN401 - structure hooks
    def read(value: object, _: object) -> tuple[ValueFor, ...]:
        if not isinstance(value, list):
            raise WrongValueError(f"a list of tables is expected, and {cut(repr(value), 80)} is given")
        return tuple(converter.structure(value, list[ValueFor]))

    return read


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(str, _only(str, "text in quotes"))
    converter.register_structure_hook(bool, _only(bool, "true or false"))
    converter.register_structure_hook(date, read_day)
    whole: dict[object, Any] = {
        tuple[str, ...]: _texts,
        dict[str, str]: _texts_by_name,
        tuple[ValueFor, ...]: _values(converter),
    }
    for wanted, hook in whole.items():
        converter.register_structure_hook_func(partial(eq, wanted), hook)
    return converter
