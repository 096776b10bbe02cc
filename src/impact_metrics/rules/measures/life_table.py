"""Times as a life table: after how many days how many ended, and until when the others were watched.

Engines count; what follows from the counts is worked out here, once and exactly: the median and the quartiles after
Kaplan and Meier (1958), in whole numbers.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from impact_metrics.rules.measures.columns import EntryDate, FirstDate, FirstKnown, Watched, Window
from impact_metrics.rules.measures.measure import States, Subjects
from impact_metrics.rules.populations import Distinct, Population

if TYPE_CHECKING:
    from collections.abc import Iterator

_HALF, _QUARTER = Fraction(1, 2), Fraction(1, 4)


class Ending(Enum):
    """How the time of a subject ended, as far as it is known."""

    OUTCOME = "ended"
    NOT_YET = "not yet ended"
    LOST = "lost before it ended"


class Spell(NamedTuple):
    """For how many days a subject was watched from its entry on, and how that ended."""

    days: int
    ending: Ending

    def __str__(self) -> str:
        """Say it in words."""
        joined = "after" if self.ending is Ending.OUTCOME else "when last seen after"
        return f"{self.ending.value} {joined} {self.days} days"


@attrs.frozen
class Watching:
    """A cohort that is watched for an outcome in a window from each subject's entry on, until it is lost."""

    cohort: Population[Any]
    outcome: Distinct[Any]
    lost: Population[Any] | None
    within: Window

    @property
    def frame(self) -> Subjects:
        """The cohort: which came first of the outcome, the loss and the date, and in how many days."""
        lost = () if self.lost is None else (EntryDate(self.lost, Window(0, self.within.months)),)
        dated = (FirstDate(self.outcome, self.within), *lost, Watched(self.within.months))
        endings = (Ending.OUTCOME, *([] if self.lost is None else [Ending.LOST]), Ending.NOT_YET)

        def spell(known: tuple[int, int]) -> Spell:
            position, days = known
            return Spell(days, endings[position])

        return Subjects(self.cohort, (FirstKnown(dated),), spell, ("ending", "days"))

    def life_table(self, states: States) -> LifeTable:
        """Count the subjects by the days for which they were watched."""
        return LifeTable.of(states, tells_lost=self.lost is not None)


class LifeRow(NamedTuple):
    """How many subjects were watched for exactly so many days, by how that ended."""

    days: int
    ended: int
    not_yet: int
    lost: int

    @property
    def leaving(self) -> int:
        """How many are watched no longer."""
        return self.ended + self.not_yet + self.lost


class Step(NamedTuple):
    """One row of a life table, with how many were watched so long, and the part that has not ended after it.

    The part is ``staying`` over ``of``, exactly, and not in lowest terms.
    """

    row: LifeRow
    at_risk: int
    staying: int
    of: int


@attrs.frozen
class LifeTable:
    """Subjects counted by the days for which they were watched, in order. ``tells_lost``: the measure names the lost.

    Of whoever ended, that is the time itself. Of the others the time is longer: they are taken to be like those who
    were watched as long as they were and longer. Whoever is watched no longer from the day on which others ended was
    still watched on it.
    """

    rows: tuple[LifeRow, ...]
    tells_lost: bool = False

    @classmethod
    def of(cls, spells: States, *, tells_lost: bool) -> LifeTable:
        """Put spells in order, each with the number of subjects that have it."""
        rows = (
            LifeRow(
                days,
                spells.get(Spell(days, Ending.OUTCOME), 0),
                spells.get(Spell(days, Ending.NOT_YET), 0),
                spells.get(Spell(days, Ending.LOST), 0),
            )
            for days in sorted({spell.days for spell in spells})
        )
        return cls(tuple(rows), tells_lost)

    @property
    def size(self) -> int:
        """How many subjects there are."""
        return sum(row.leaving for row in self.rows)

    @property
    def ended(self) -> int:
        """How many ended."""
        return sum(row.ended for row in self.rows)

    @property
    def not_yet(self) -> int:
        """How many had not ended when they were last watched, and are not lost."""
        return sum(row.not_yet for row in self.rows)

    @property
    def lost(self) -> int | None:
        """How many are lost; ``None`` where the measure names nobody who is."""
        return sum(row.lost for row in self.rows) if self.tells_lost else None

    def at_risk(self, days: int) -> int:
        """Give how many were still watched on a day, with those who ended or left on it."""
        return sum(row.leaving for row in self.rows if row.days >= days)

    def steps(self) -> Iterator[Step]:
        """Give each row with the part that has not ended after it: the product of what is left of those at risk.

        Where nobody left without an end between two rows, what is left after one is at risk at the next, and cancels:
        where all ended, the part is what is left of all, over all.
        """
        at_risk = before = self.size
        staying, of = 1, max(1, before)
        for row in self.rows:
            if row.ended:
                if at_risk != before:
                    staying, of = staying * before, of * at_risk
                before = at_risk - row.ended
            yield Step(row, at_risk, staying * before, of)
            at_risk -= row.leaving

    def quantile(self, part: Fraction) -> int | None:
        """Give the first day by which at least a part has ended; ``None`` where that many are not seen to end."""
        for step in self.steps():
            if step.row.ended and step.staying * part.denominator <= step.of * (part.denominator - part.numerator):
                return step.row.days
        return None

    def remaining(self, days: int) -> Fraction:
        """Give the part that has not ended after so many days."""
        staying, of = 1, 1
        for step in self.steps():
            if step.row.days > days:
                break
            staying, of = step.staying, step.of
        return Fraction(staying, of)

    @property
    def median(self) -> int | None:
        """The first day by which at least half have ended, ``None`` where that is not reached."""
        return self.quantile(_HALF)

    @property
    def quartiles(self) -> tuple[int | None, int | None]:
        """The first days by which at least a quarter, and three quarters, have ended."""
        return self.quantile(_QUARTER), self.quantile(1 - _QUARTER)

    @property
    def naive_median(self) -> int | None:
        """The median that is wrong: that of those who ended, as if there were no others.

        Whoever takes long has had less of a chance to have ended, so that it is too short, and never longer than the
        other. ``None`` where nobody ended.
        """
        ended = tuple(LifeRow(row.days, row.ended, 0, 0) for row in self.rows if row.ended)
        return LifeTable(ended).median
