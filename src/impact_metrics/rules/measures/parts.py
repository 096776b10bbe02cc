"""Parts: every number that a figure tells, declared once: its name, title, meaning and unit, and how it is worked out.

Tables, JSON, CSV, pages, disclosure, saved reports, restatements and exports read this declaration, so that a number
has one name wherever it stands. ``value`` is the figure itself, whatever the kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from impact_metrics.rules.measures.shares import ratio
from impact_metrics.rules.measures.wilson import wilson
from impact_metrics.rules.populations import Population

if TYPE_CHECKING:
    from decimal import Decimal

Value: TypeAlias = "int | Decimal | None"
# Numbers of one figure, by the names of their parts.
Numbers: TypeAlias = Mapping[str, Value]


VALUE = "value"
"""The name of the part that is the figure itself."""


class Nature(Enum):
    """What sort of number a part is, which decides how it is protected when it is published."""

    COUNT = "a count of subjects or rows"
    AMOUNT = "a sum over rows"
    QUOTIENT = "worked out from counts"
    MIDDLE = "a median or mean"
    QUARTILE = "a quartile"


class PartUnit(Enum):
    """What a part is in, where that is not the unit of the metric."""

    OWN = ""
    PARTS_OF_ONE = "parts of 1"
    DAYS = "days"
    POINTS = "points of the scale"
    ROWS = "rows"
    EACH = "a number for each"


@attrs.frozen(kw_only=True)
class Part:
    """One number that a figure tells.

    ``title`` is what it is called where people read it, and ``meaning`` says it in full. A ``QUOTIENT`` is worked out
    ``by`` a function of the counts that it ``needs``, whichever of them are shown. What is ``behind`` a statistic is
    the count of those whose numbers it is of. ``members`` is the population whose members a count counts, where it is
    one: the same count has then the same name wherever it stands. ``among`` tells by its state whether a subject is one
    of those counted, where no population is. ``internal`` parts are in no publication.
    """

    name: str
    title: str
    meaning: str
    nature: Nature = Nature.COUNT
    unit: PartUnit = PartUnit.OWN
    needs: tuple[str, ...] = ()
    by: Callable[[Numbers], Value] | None = attrs.field(default=None, eq=False, repr=False)
    behind: str = ""
    members: Population[Any] | None = attrs.field(default=None, repr=False)
    among: Callable[[Any], bool] | None = attrs.field(default=None, eq=False, repr=False)
    internal: bool = False

    def of(self, population: Population[Any]) -> Part:
        """Say whose members the part counts."""
        return attrs.evolve(self, members=population)


@attrs.frozen
class Sum:
    """A sum that readers know: a part is the sum of others."""

    total: str
    parts: tuple[str, ...]


def quotient(name: str, title: str, meaning: str, needs: tuple[str, ...], by: Callable[[Numbers], Value]) -> Part:
    """Declare a part of 1 that follows from counts."""
    return Part(
        name=name,
        title=title,
        meaning=meaning,
        nature=Nature.QUOTIENT,
        unit=PartUnit.PARTS_OF_ONE,
        needs=needs,
        by=by,
    )


def whole(numbers: Numbers, *names: str) -> int:
    """Add up counts, those that are not told being none."""
    return sum(int(numbers.get(name) or 0) for name in names)


def proportion(top: str = "numerator", bottom: str = "denominator") -> tuple[Part, ...]:
    """Declare a share of two counts as a figure, with its interval."""
    needs = top, bottom

    def bound(position: int) -> Callable[[Numbers], Value]:
        def found(numbers: Numbers) -> Value:
            bounds = wilson(whole(numbers, top), whole(numbers, bottom))
            return None if bounds is None else bounds[position]

        return found

    interval = "of the Wilson interval at 95 % confidence: of chance alone"
    return (
        quotient(
            VALUE,
            "share",
            "numerator over denominator, as a part of 1",
            needs,
            lambda numbers: ratio(whole(numbers, top), whole(numbers, bottom)),
        ),
        quotient("lower", "lower bound", f"the lower bound {interval}", needs, bound(0)),
        quotient("upper", "upper bound", f"the upper bound {interval}", needs, bound(1)),
    )


def outside(least: str, most: str, needs: tuple[str, ...], *, lost: str = "", unknown: str = "") -> tuple[Part, Part]:
    """Declare between which shares the truth lies, whatever became of those who are lost or not known."""
    return (
        attrs.evolve(
            quotient(
                "least",
                "worst case",
                least,
                needs,
                lambda n: ratio(whole(n, "numerator"), whole(n, "denominator", lost)),
            ),
            internal=True,
        ),
        attrs.evolve(
            quotient(
                "most",
                "best case",
                most,
                needs,
                lambda n: ratio(whole(n, "numerator", unknown, lost), whole(n, "denominator", lost)),
            ),
            internal=True,
        ),
    )


NUMERATOR = Part(name="numerator", title="in the numerator", meaning="how many of the denominator have what is asked")
DENOMINATOR = Part(name="denominator", title="in the denominator", meaning="of how many the share is")
REST = Part(
    name="rest", title="the rest", meaning="how many of the denominator are neither in the numerator nor unknown"
)
COHORT = Part(name="cohort", title="looked at", meaning="everybody who is looked at")
LOST = Part(
    name="lost", title="lost to follow-up", meaning="how many were lost to follow-up, and so are watched no longer"
)

FLOWS = (
    Part(name="opening", title="at the start", meaning="of counts in a period: how many are in on the day before it"),
    Part(name="entered", title="entered", meaning="of counts in a period: how many came in and are in at its end"),
    Part(name="left", title="left", meaning="of counts in a period: how many were in before it and are not at its end"),
    Part(name="closing", title="at the end", meaning="of counts in a period: how many are in at its end"),
    Part(name="active", title="active", meaning="of counts in a period: how many of these have an event inside it"),
)
"""What a period does to a stock, whatever the kind."""
