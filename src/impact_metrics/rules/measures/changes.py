"""What a paired change is made of: how many changed by how much, and who is not paired."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, localcontext
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import attrs

from impact_metrics.rules.scales import Number, short
from impact_metrics.values.kinds import MAX_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.rules.measures.paired_change import PairedChange

PLACES = Decimal("0.000001")
"""To how many places a mean is given; the counts it is worked out from are exact."""


class Pair(NamedTuple):
    """The two scores of one subject; ``None`` where it has none. Whoever is paired has both."""

    before: Number | None
    after: Number | None

    def __str__(self) -> str:
        """Say both scores."""
        return f"{written(self.before)} before, {written(self.after)} after"


def written(number: Number | None) -> str:
    """Write a number in one way, from whichever form of file it came."""
    return "nothing" if number is None else format(short(number), "f") if isinstance(number, Decimal) else str(number)


@attrs.frozen
class Changes:
    """How many subjects changed by how much, and how many are not paired.

    ``counts`` are the changes that occur, from the least to the greatest, each with the number of subjects: a change is
    the score after minus the score before. Of the paired, ``improved``, ``unchanged`` and ``worsened`` are those whose
    score is better by enough, neither, and worse by as much. Not paired are those with a score ``before_only``, with
    one ``after_only``, and those who are ``unscored``.
    """

    improved: int
    unchanged: int
    worsened: int
    before_only: int
    after_only: int
    unscored: int
    counts: tuple[tuple[Number, int], ...]

    @classmethod
    def of(cls, measure: PairedChange, pairs: Iterable[tuple[Pair, int]]) -> Changes:
        """Count pairs of scores, each with the number of subjects that have these two."""
        counts: Counter[Number] = Counter()
        alone = {(True, False): 0, (False, True): 0, (False, False): 0}
        for (before, after), number in pairs:
            if before is None or after is None:
                alone[before is not None, after is not None] += number
            else:
                counts[measure.change(before, after)] += number
        improved = sum(n for change, n in counts.items() if measure.judged(change) > 0)
        worsened = sum(n for change, n in counts.items() if measure.judged(change) < 0)
        return cls(
            improved,
            counts.total() - improved - worsened,
            worsened,
            alone[True, False],
            alone[False, True],
            alone[False, False],
            tuple(sorted((short(change), n) for change, n in counts.items())),
        )

    @property
    def paired(self) -> int:
        """How many have a score before and one after."""
        return self.improved + self.unchanged + self.worsened

    @property
    def unmatched(self) -> int:
        """How many have a score at one end only."""
        return self.before_only + self.after_only

    @property
    def mean(self) -> Decimal | None:
        """The mean change, rounded half to even; ``None`` where nobody is paired."""
        if not self.paired:
            return None
        with localcontext(prec=4 * MAX_DIGITS):
            return (sum((change * Decimal(n) for change, n in self.counts), Decimal(0)) / self.paired).quantize(PLACES)

    @property
    def median(self) -> Number | None:
        """The median change, exact: of an even number of subjects, halfway between the two in the middle."""
        if not self.paired:
            return None
        low, high = self._at((self.paired - 1) // 2), self._at(self.paired // 2)
        with localcontext(prec=4 * MAX_DIGITS):
            return low if low == high else short((Decimal(low) + Decimal(high)) / 2)

    def _at(self, position: int) -> Number:
        """Give the change of the subject in a position, in the order of changes."""
        upto = accumulate(n for _, n in self.counts)
        return next(change for (change, _), end in zip(self.counts, upto, strict=True) if position < end)

    def said(self) -> list[str]:
        """Say what became of the paired, who is not paired, and how large the changes are."""
        alone = {
            "before only": self.before_only,
            "after only": self.after_only,
            "without a score": self.unscored,
        }
        told = [
            f"{self.unchanged:,} without a change that counts, {self.worsened:,} worsened",
            f"not paired: {', '.join(f'{number:,} {what}' for what, number in alone.items())}",
        ]
        if self.mean is not None and self.median is not None:
            median = f"{Decimal(self.median):+f}" if self.median else "0"
            told.append(f"mean change {self.mean.quantize(Decimal('0.01')):+}, median {median}")
        return told
