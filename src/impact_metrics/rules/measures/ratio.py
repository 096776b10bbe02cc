"""Ratios: one number over an unlike one, such as a cost per survivor, or convictions for every 100 prosecutions."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures.count import Count, RowCount
from impact_metrics.rules.measures.listing import Listing
from impact_metrics.rules.measures.measure import Figure, Form, Frame, Heading, Measure, OverTime, Slot, Unit, Words
from impact_metrics.rules.measures.parts import VALUE, Nature, Part, PartUnit
from impact_metrics.rules.measures.shares import PLACES
from impact_metrics.rules.measures.total import Total
from impact_metrics.values.kinds import MAX_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.rules.measures.parts import Numbers, Value

_NAMES = ("numerator", "denominator")


@attrs.frozen
class Ratio(Measure):
    """One number over another that need not be a part of it, times ``per``; it is no share, and can be above 1.

    Where the number below is 0 there is no ratio. In a period it is of what the period brought: of counts of subjects,
    those who entered in it; of totals and row counts, what occurred in it. So the ratio of a year is not the difference
    of two ratios to date, and the ratios of years do not add up.
    """

    kind: ClassVar = "ratio"
    called: ClassVar = "ratio"
    slots: ClassVar = (
        Slot("top", "number", Form.MEASURE, "the number above"),
        Slot("bottom", "of", Form.MEASURE, "the number below"),
        Slot("per", "per", Form.WHOLE, "for every", most=1_000_000_000),
    )
    over_time: ClassVar = OverTime.EACH
    heading: ClassVar = Heading.FIGURES
    undecided: ClassVar = "of a ratio it is only decided whom its two numbers count"
    whom_undecided: ClassVar = (
        "a ratio counts nobody by itself",
        "ask about a metric of the number above, or of the number below",
    )
    size_undecided: ClassVar = (
        "a ratio rises and falls with both of its numbers, and no claim about its size is decided",
        "make the claim of a metric of the number above, or of the number below",
    )

    top: Measure
    bottom: Measure
    per: int = 1

    def __attrs_post_init__(self) -> None:
        """Both are one number by themselves."""
        for measure in (self.top, self.bottom):
            if not isinstance(measure, Count | RowCount | Total | Listing):
                raise RuleError(
                    f"a ratio is of counts and totals, and got {measure!r}",
                    where="ratio",
                    hint="ratio(total(Grant.amount), of=count(CARED_FOR))",
                )
        if isinstance(self.per, bool) or self.per < 1:
            raise RuleError(f"a ratio is for every 1 or more, and got {self.per!r}", where="ratio", hint="per=100")

    @property
    def frames(self) -> tuple[Frame, ...]:
        """What the two numbers ask."""
        return (*self.top.frames, *self.bottom.frames)

    @property
    def subjects(self) -> None:
        """A ratio is of nobody by itself."""
        return

    @property
    def lines(self) -> None:
        """Nor of rows."""
        return

    def figure(self, top: Any, bottom: Any) -> Figure:  # noqa: ANN401 - what either is answered
        """Divide."""
        found = self.top.figure(top), self.bottom.figure(bottom)
        return Figure(self._divided(*(figure.value for figure in found)), found)

    def _divided(self, top: Value, bottom: Value) -> Value:
        if top is None or not bottom:
            return None
        with localcontext(prec=4 * MAX_DIGITS):
            return (Decimal(top) * self.per / Decimal(bottom)).quantize(PLACES)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The ratio, and its two numbers, with the rows behind those that are totals."""
        value = Part(
            name=VALUE,
            title="",
            meaning="numerator over denominator" + ("" if self.per == 1 else f", times {self.per:,}"),
            nature=Nature.QUOTIENT,
            needs=_NAMES,
            by=self._of_shown,
        )
        return (value, *self._number("numerator", self.top), *self._number("denominator", self.bottom))

    def _number(self, name: str, measure: Measure) -> Iterator[Part]:
        own = measure.parts[0]
        behind = f"{name}_rows" if own.nature is Nature.AMOUNT else ""
        meaning = f"the number {'above' if name == 'numerator' else 'below'}"
        yield attrs.evolve(own, name=name, title=f"in the {name}", meaning=meaning, behind=behind)
        if behind:
            yield Part(
                name=behind,
                title=f"rows of the {name}",
                meaning=f"how many rows stand behind the {name}",
                nature=Nature.AMOUNT,
                unit=PartUnit.ROWS,
                internal=True,
            )

    def _of_shown(self, numbers: Numbers) -> Value:
        return self._divided(numbers["numerator"], numbers["denominator"])

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """The two numbers, and the rows behind them."""
        found: dict[str, Value] = {}
        for name, measure, inside in zip(_NAMES, self.inner, figure.behind, strict=True):
            told = measure.told(inside)
            found |= {name: inside.value, f"{name}_rows": told.get("rows")}
        return found

    @property
    def traced(self) -> tuple[tuple[Measure, Part], ...]:
        """The two numbers: the change of a ratio is no sum of causes."""
        return tuple(
            (measure, attrs.evolve(part, name=name))
            for name, inside in zip(_NAMES, self.inner, strict=True)
            for measure, part in inside.traced
        )

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the ratio to two places, its unit, and the two numbers."""
        top, bottom = (f"{inside.value:,}" for inside in figure.behind)
        if figure.value is None:
            return "none", f"{unit.plural}: {top} over {bottom}"
        return f"{Decimal(figure.value).quantize(Decimal('0.01')):,}", f"{unit.plural}: {top} over {bottom}"

    def note(self, figure: Figure) -> str:
        """Say what either number needs to have said."""
        found = (inside.note(told) for inside, told in zip(self.inner, figure.behind, strict=True))
        return "; ".join(filter(None, found))

    def opening(self, words: Words) -> str:  # noqa: ARG002 - it needs no words of the unit
        """Say what is divided."""
        times = "" if self.per == 1 else f", for every {self.per:,}"
        return f"divides one number by another{times}"

    def placing(self, words: Words) -> Iterator[str]:  # noqa: ARG002 - it needs no words of the unit
        """Say as at when it is, that it is no share, and what it is in a period."""
        yield (
            "Both numbers are as at one date. Neither need be a part of the other: it is no share, and can be above 1. "
            "Where the number below is 0 there is no ratio."
        )
        yield (
            "Over periods, it is of what each period brought: of counts, those who entered in it; of totals and row "
            "counts, what occurred in it. Ratios of periods do not add up."
        )


def ratio(number: Measure, *, of: Measure, per: int = 1) -> Ratio:
    """Divide one count or total by another: ``ratio(total(Grant.amount), of=count(CARED_FOR))``.

    ``per=100`` tells it for every 100. For members of a population that are in another too, use ``share``.
    """
    return Ratio(number, of, per)
