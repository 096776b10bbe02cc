"""Policies: which counts are shown, which are rounded, and which are suppressed."""

from __future__ import annotations

from enum import Enum
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import attrs

from impact_metrics.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(Enum):
    """What became of a count at the boundary of publication."""

    EXACT = "exact"
    ROUNDED = "rounded"
    SUPPRESSED = "suppressed"
    SECONDARY = "suppressed to protect another"
    WITHHELD = "withheld"


class Range(NamedTuple):
    """The whole numbers from ``least`` to ``most``, both included; ``most`` may be infinite."""

    least: float
    most: float

    def __contains__(self, number: object) -> bool:
        """Tell whether a number lies in the range."""
        return isinstance(number, int | float) and self.least <= number <= self.most


@attrs.frozen(kw_only=True)
class Policy:
    """A rule for counts that are published: ``threshold`` is the least count that is shown, besides 0.

    Counts of 1 up to it are suppressed. With ``base`` (an odd number), others are rounded to its nearest multiple, each
    by itself; without one they are exact. ``source`` says whose rule it is.
    """

    name: str
    title: str
    threshold: int
    base: int | None
    source: str

    def __attrs_post_init__(self) -> None:
        """Rounding is to the nearest multiple, and there is always one nearest."""
        where = f"policy {self.name!r}"
        if self.threshold < 3:  # noqa: PLR2004 - of 1 alone, everybody would know that it is 1
            raise DisclosureError("the least count that is shown is 3 at least", where=where)
        if self.base is not None and (self.base < 3 or self.base % 2 == 0):  # noqa: PLR2004 - odd, and not 1
            raise DisclosureError(f"counts cannot be rounded to {self.base}", where=where, hint="use 3, 5 or 7")

    @property
    def least_behind_median(self) -> int:
        """How many must stand behind a median or mean that is shown: what is in the middle may be one person's own."""
        return 2 * self.threshold

    @property
    def least_behind_quartiles(self) -> int:
        """How many must stand behind quartiles that are shown."""
        return 4 * self.threshold

    @property
    def words(self) -> str:
        """Say the rule in plain English, as a reader of the publication needs it."""
        others = "other counts are exact" if self.base is None else f"other counts are rounded to {self.base}"
        return (
            f"Counts of 1 to {self.threshold - 1} are suppressed; {others}; zeros are shown. Further counts are "
            "suppressed, rounded or withheld where one that is suppressed could otherwise be worked out. Totals that "
            "nothing breaks down are exact unless they are small. Percentages are worked out from what is shown."
        )

    def rounded(self, count: int) -> int:
        """Round a count to the nearest multiple of the base; without one, it stays."""
        return count if self.base is None else (count + self.base // 2) // self.base * self.base

    def shown(self, count: int, status: Status) -> int | None:
        """Give what is printed of a count; ``None`` where nothing is."""
        match status:
            case Status.EXACT:
                return count
            case Status.ROUNDED:
                return self.rounded(count)
            case _:
                return None

    def possible(self, count: int, status: Status) -> Range:
        """Give what a reader knows of a count who knows the policy, and whether a suppressed count is small itself."""
        match status:
            case Status.EXACT:
                return Range(count, count)
            case Status.ROUNDED:
                half = (self.base or 1) // 2
                return Range(max(self.threshold, self.rounded(count) - half), self.rounded(count) + half)
            case Status.SUPPRESSED:
                return Range(1, self.threshold - 1)
            case Status.SECONDARY:
                return Range(self.threshold, inf)
            case _:
                return Range(0, inf)


HOSPITAL = Policy(
    name="hospital",
    title="Suppressed below 8, others rounded to 5",
    threshold=8,
    base=5,
    source="the rule of England's hospital statistics: counts of 1 to 7 suppressed, others rounded to the nearest 5",
)
STRICT = Policy(
    name="strict",
    title="Suppressed below 11, others rounded to 5",
    threshold=11,
    base=5,
    source="the least count of 11 that United States health statistics use, with rounding to 5",
)
COMPLEMENTARY = Policy(
    name="complementary",
    title="Suppressed below 5, with secondary suppression, others exact",
    threshold=5,
    base=None,
    source="cell suppression with secondary suppression, as official statistics have it",
)
POLICIES: Mapping[str, Policy] = {policy.name: policy for policy in (HOSPITAL, STRICT, COMPLEMENTARY)}
"""The policies by name; the first is the default."""
