"""Columns: what is asked of each subject of a frame: a small closed union, all that an engine has to know of a kind.

Dates are told in days from the subject's own entry where a kind compares times, so that subjects who differ in nothing
but their dates have the same values, and engines can count them together.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs

from impact_metrics.expressions import FieldRef
from impact_metrics.rules.populations import Distinct, Population
from impact_metrics.values import DateKind, FlagKind, Kind, NumberKind


@attrs.frozen
class Window:
    """Days from the subject's own entry on: from ``after`` days later, for so many ``months`` (``None``: for good)."""

    after: int = 0
    months: int | None = None


@attrs.frozen
class Member:
    """Whether the subject is a member of a population."""

    population: Population[Any]


@attrs.frozen
class Due:
    """Whether so many months have passed since the subject's entry."""

    months: int


@attrs.frozen
class EntryDate:
    """The day on which the subject entered a population; missing outside of the window."""

    population: Population[Any]
    within: Window | None = None


@attrs.frozen
class FirstDate:
    """The day of the subject's first index event that fits, inside the window where there is one."""

    population: Distinct[Any]
    within: Window | None = None


@attrs.frozen
class LastDate:
    """The day of the subject's last index event that fits."""

    population: Distinct[Any]


@attrs.frozen
class Watched:
    """The date of the figure, as the day until which the subject was watched.

    With ``months``, whoever was watched for all of them counts as watched for as many days as they have at most.
    """

    months: int | None = None


Dated: TypeAlias = EntryDate | FirstDate | LastDate | Watched


@attrs.frozen
class Known:
    """Whether there is such a day."""

    dated: FirstDate


@attrs.frozen
class FirstKnown:
    """Of several days the first in this order that is known: which one, from 0 on, and in how many days from entry."""

    dated: tuple[Dated, ...]


@attrs.frozen
class Picked:
    """A field of one of the subject's index events that fit: of the first day, or the ``last``.

    Of several on that day it is the ``greatest`` value or the least; with ``greatest=None`` that of the event with the
    greatest id (least for the first day). With ``later_than``, the day is later than that of another that is picked,
    or the value is missing.
    """

    population: Distinct[Any]
    field: FieldRef
    last: bool = True
    greatest: bool | None = None
    later_than: Picked | None = None


@attrs.frozen
class Summed:
    """The sum of a number over the subject's index events that fit; missing where none of them has the number."""

    population: Distinct[Any]
    number: FieldRef


@attrs.frozen
class Rows:
    """How many index events of the subject fit."""

    population: Distinct[Any]


Column: TypeAlias = Member | Due | EntryDate | FirstDate | LastDate | Known | FirstKnown | Picked | Summed | Rows


def kind_of(column: Column) -> Kind:
    """Give the kind of the values of a column."""
    match column:
        case Member() | Due() | Known():
            return FlagKind()
        case EntryDate() | FirstDate() | LastDate():
            return DateKind()
        case Picked(_, field) | Summed(_, field):
            return field.spec.kind
        case _:
            return NumberKind()


def looks_from_entry(column: Column | Dated) -> bool:
    """Tell whether a column depends on the events through which subjects entered, so that these are looked for."""
    match column:
        case Due() | FirstKnown() | Watched() | EntryDate():
            return True
        case Known(dated):
            return looks_from_entry(dated)
        case FirstDate(_, within):
            return within is not None
        case _:
            return False
