"""Paired change: the same subject's score before and after."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import AllOf, Condition, Expr, FieldRef
from impact_metrics.expressions.language import as_condition
from impact_metrics.rules.measures.changes import Changes, Pair
from impact_metrics.rules.measures.columns import Picked
from impact_metrics.rules.measures.measure import Clauses, Figure, Form, Measure, Slot, States, Subjects, Unit, Words
from impact_metrics.rules.measures.parts import (
    COHORT,
    DENOMINATOR,
    NUMERATOR,
    Nature,
    Part,
    PartUnit,
    Sum,
    proportion,
)
from impact_metrics.rules.measures.standing import COMPARED, Parts, Standing, by_chance, in_percent, of_how_many
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind
from impact_metrics.rules.scales import Number, Scale, field_ref
from impact_metrics.values.kinds import MAX_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from impact_metrics.expressions import Predicate, Row
    from impact_metrics.rules.measures.parts import Value

K = TypeVar("K", bound=str)

KIRKPATRICK = {1: "reaction", 2: "learning", 3: "behaviour", 4: "results"}
"""The four levels on which training is evaluated, after D. L. Kirkpatrick."""

_JUDGED = (
    Part(name="unchanged", title="unchanged", meaning="how many of the paired have no change that counts"),
    Part(name="worsened", title="worsened", meaning="how many of the paired are worse by as much as would count"),
)
_ALONE = (
    Part(
        name="before_only", title="score before only", meaning="how many have a score before only, and are not paired"
    ),
    Part(name="after_only", title="score after only", meaning="how many have a score after only, and are not paired"),
    Part(name="unscored", title="without a score", meaning="how many have rows and no score on the scale"),
)
_MEAN = Part(
    name="mean_change",
    title="mean change",
    meaning="the mean of the score after minus the score before",
    nature=Nature.MIDDLE,
    unit=PartUnit.POINTS,
    behind="denominator",
)
_MEDIAN = attrs.evolve(_MEAN, name="median_change", title="median change", meaning="its median", internal=True)


@attrs.frozen
class PairedChange(Measure):
    """The share of subjects whose score is better after than before by at least ``at_least``, of those with both.

    The score *before* is that of the subject's earliest day with a row for which ``before`` holds, the score *after*
    that of its latest day with a row for which ``after`` holds. Only rows with a score on the scale are looked at.
    Subjects are paired when they have both, and the day of the second is later than that of the first. Where a day has
    several such rows, the best score of it is the one before, and the worst of it the one after: a change is never
    overstated. Change is the score after minus the score before; it is an improvement in the scale's better direction.

    Whoever is not paired is in no denominator: those with a score *before only* (no score after on a later day), with
    one *after only* (none before at all), and those *without a score*, whose rows have none that is on the scale. With
    ``of``, only its members are looked at. ``kirkpatrick`` is the level on which training is evaluated, 1 to 4.
    """

    kind: ClassVar = "paired_change"
    called: ClassVar = "paired change"
    undecided: ClassVar = "of a paired change it is only decided whether anybody can have a row for either end"
    whom_undecided: ClassVar = (
        "whom a paired change counts depends on differences of scores, of which nothing is decided",
        "ask about a count of those with a score before, or after",
    )
    size_undecided: ClassVar = (
        "a share rises and falls with both of its numbers, and no claim about its size is decided",
        "make the claim of a count of its numerator, or of its denominator",
    )
    nowhere: ClassVar = "is not looked at"
    compared: ClassVar = "with both scores"
    better: ClassVar = "improved"
    slots: ClassVar = (
        Slot("row", "row", Form.ROW),
        Slot("score", "score", Form.FIELD),
        Slot("subject", "of", Form.FIELD),
        Slot("before", "before", Form.CONDITION, "score before"),
        Slot("after", "after", Form.CONDITION, "score after"),
        Slot("scale", "scale", Form.SCALE, "scale"),
        Slot("at_least", "at_least", Form.NUMBER, "least change that counts"),
        Slot("of", "within", Form.POPULATION, "looked at", optional=True),
        Slot("kirkpatrick", "kirkpatrick", Form.WHOLE, "Kirkpatrick level", optional=True, most=4),
    )

    score: FieldRef
    subject: FieldRef
    before: Condition
    after: Condition
    scale: Scale
    at_least: Number
    of: Population[Any] | None = None
    kirkpatrick: int | None = None

    def __attrs_post_init__(self) -> None:
        """Score, subject and conditions are of one row, and of kinds that can be what they are."""
        where = f"paired_change({self.score})"
        if self.subject.row != self.score.row:
            raise RuleError(
                f"{self.subject} and {self.score} are of two rows", where=where, hint="take both from one event type"
            )
        if not isinstance(self.scale, Scale):
            raise RuleError(
                f"{self.scale!r} is no scale", where=where, hint="declare one: Scale(id=..., least=..., ...)"
            )
        object.__setattr__(self, "at_least", self.scale.check_change(self.at_least, where))
        if self.kirkpatrick is not None and self.kirkpatrick not in KIRKPATRICK:
            levels = ", ".join(f"{level} ({name})" for level, name in KIRKPATRICK.items())
            raise RuleError(f"{self.kirkpatrick!r} is no Kirkpatrick level", where=where, hint=f"levels are: {levels}")
        subject_kind(Both(self.populations))

    @property
    def row(self) -> Row:
        """The event that has the score."""
        return self.score.row

    @property
    def fields(self) -> tuple[FieldRef, ...]:
        """The score."""
        return (self.score,)

    @property
    def scored_before(self) -> Distinct[Any]:
        """Those with a score before."""
        return self._scored(self.before)

    @property
    def scored_after(self) -> Distinct[Any]:
        """Those with a score after."""
        return self._scored(self.after)

    def _scored(self, condition: Condition) -> Distinct[Any]:
        asked = condition.items if isinstance(condition, AllOf) else (condition,)
        return Distinct(self.subject, AllOf((*asked, *self.scale.held(self.score))))

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """Those with a score before, those with one after, and whom it is of where that is said."""
        written = (self.scored_before, self.scored_after)
        return written if self.of is None else (*written, self.of)

    @property
    def population_names(self) -> tuple[str, ...]:
        """What they are called."""
        return ("score before", "score after") if self.of is None else ("score before", "score after", "looked at")

    @property
    def everybody(self) -> Population[Any]:
        """Everybody with a row for either end, with a score or without."""
        return self._looked_at(Either((Distinct(self.subject, self.before), Distinct(self.subject, self.after))))

    @property
    def cohort(self) -> Population[Any]:
        """Everybody with a row for either end too; each enters by the first row of the end that it has.

        That is the row of the score before for those who have one.
        """
        before, after = self.scored_before, self.scored_after
        rows: Population[Any] = Either((Distinct(self.subject, self.before), Distinct(self.subject, self.after)))
        return self._looked_at(Either((before, Without(after, before), Without(rows, Either((before, after))))))

    def _looked_at(self, every: Population[Any]) -> Population[Any]:
        return every if self.of is None else Both((every, self.of))

    def change(self, before: Number, after: Number) -> Number:
        """Give the score after minus the score before, exactly."""
        if isinstance(before, int) and isinstance(after, int):
            return after - before
        with localcontext(prec=4 * MAX_DIGITS):
            return Decimal(after) - Decimal(before)

    def judged(self, change: Number) -> int:
        """Say whether a change is an improvement that counts (1), one for the worse that counts (-1), or neither."""
        with localcontext(prec=4 * MAX_DIGITS):
            better = change if self.scale.better == "higher" else -change
            return (better >= self.at_least) - (better <= -self.at_least)

    @property
    def frames(self) -> tuple[Subjects]:
        """Everybody with a row for either end: the two scores of each."""
        higher = self.scale.better == "higher"
        before = Picked(self.scored_before, self.score, last=False, greatest=higher)
        after = Picked(self.scored_after, self.score, last=True, greatest=not higher, later_than=before)
        names = ("score_before", "score_after")
        return (Subjects(self.cohort, (before, after), Pair, names, members=self.everybody),)

    def figure(self, states: States) -> Figure:
        """Divide those who improved by those who are paired."""
        changes = Changes.of(self, states.items())
        parts = Parts(changes.improved, changes.paired, changes=changes)
        return Figure(parts.share, parts)

    def counts(self, state: Pair) -> bool:
        """Whoever improved counts."""
        return self.standing(state) is Standing.NUMERATOR

    def standing(self, state: Pair) -> Standing:
        """Say where a subject stands by its two scores."""
        if state.before is None:
            return Standing.UNSCORED if state.after is None else Standing.AFTER_ONLY
        if state.after is None:
            return Standing.BEFORE_ONLY
        judged = self.judged(self.change(state.before, state.after))
        return Standing.NUMERATOR if judged > 0 else Standing.WORSENED if judged < 0 else Standing.UNCHANGED

    def words_for(self, state: Pair) -> str:
        """Say where a subject stands, and its two scores."""
        return f"{self.standing(state).value}: {state}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The share, its counts and interval, who is not paired, and how large the changes are."""
        value, *interval = proportion()
        return (
            value,
            COHORT.of(self.cohort),
            NUMERATOR,
            DENOMINATOR,
            *_JUDGED,
            *_ALONE,
            *interval,
            _MEAN,
            _MEDIAN,
        )

    @property
    def traced(self) -> tuple[tuple[Measure, Part], ...]:
        """Numerator and denominator, by where subjects stand."""
        compared = attrs.evolve(DENOMINATOR, among=lambda state: self.standing(state) in COMPARED)
        return (self, attrs.evolve(NUMERATOR, among=self.counts)), (self, compared)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """Those looked at are paired or not, and the paired are better, worse or neither."""
        return (
            Sum("cohort", ("denominator", "before_only", "after_only", "unscored")),
            Sum("denominator", ("numerator", "unchanged", "worsened")),
        )

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """Everything that the changes tell."""
        changes: Changes = figure.behind.changes
        return {
            "cohort": changes.paired + changes.unmatched + changes.unscored,
            "numerator": changes.improved,
            "denominator": changes.paired,
            "unchanged": changes.unchanged,
            "worsened": changes.worsened,
            "before_only": changes.before_only,
            "after_only": changes.after_only,
            "unscored": changes.unscored,
            "mean_change": changes.mean,
            "median_change": None if changes.median is None else Decimal(changes.median),
        }

    def details(self, figure: Figure) -> Iterable[tuple[str, int]]:
        """How many changed by how much."""
        changes: Changes = figure.behind.changes
        return ((f"changed by {change}", number) for change, number in changes.counts)

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the share in percent, what became of the paired, who is not paired, and how large the changes are."""
        parts: Parts = figure.behind
        told = [of_how_many(parts, unit, " with both scores"), *figure.behind.changes.said()]
        return in_percent(parts), "; ".join([*told, *by_chance(parts)])

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The scale of the score."""
        return (self.scale,)

    def settings(self) -> Iterator[tuple[str, object]]:
        """The scale, the least change that counts, and the level on which training is evaluated."""
        yield "scale", self.scale
        yield "least change that counts", str(self.at_least)
        level = self.kirkpatrick
        yield "Kirkpatrick level", "none" if level is None else f"{level} ({KIRKPATRICK[level]})"

    def opening(self, words: Words) -> str:
        """Say whose score is compared with what."""
        return (
            f'gives the share of {words.plural} whose score on the scale "{self.scale.title}" is better after than '
            f"before by at least {self.at_least}, of those with both scores"
        )

    def clauses(self, words: Words) -> Clauses:  # noqa: ARG002 - it needs no other words
        """Say who has a score before and after, and who is looked at."""
        said = (
            ("with a score before is", self.scored_before),
            ("with a score after, on a later day than the score before, is", self.scored_after),
        )
        return said if self.of is None else (*said, ("looked at is", self.of))

    def placing(self, words: Words) -> Iterator[str]:
        """Say which scores are compared, who is paired, and of whom the share is over periods."""
        up, down = f"higher by at least {self.at_least}", f"lower by at least {self.at_least}"
        better, worse = (up, down) if self.scale.better == "higher" else (down, up)
        yield (
            "The score before is of the earliest day that has one, the score after of the latest. Where that day has "
            "several, the best is the score before, and the worst the score after, so that no improvement is "
            f"overstated. A {words.singular} with both scores is paired: improved when the score after is {better}, "
            f"worsened when it is {worse}, and otherwise without a change that counts. A report gives the number of "
            "each, and of each change."
        )
        yield (
            f"Only those who are paired are in the denominator. A report says how many {words.plural} have a score "
            "before only, how many have one after only, and how many have no score on the scale: of these nothing is "
            "known."
        )
        if self.kirkpatrick is not None:
            yield (
                f"It evaluates training on level {self.kirkpatrick} of the four levels of Kirkpatrick: "
                f"{KIRKPATRICK[self.kirkpatrick]}."
            )
        yield (
            f"Over periods, the share is of the {words.plural} who entered in a period, by the row of the score "
            "before, with the score after by the date of the report; whoever has none before enters by the first row "
            f"after. A breakdown places the {words.singular} by the same event. Where nobody is paired there is no "
            "share."
        )


def paired_change(  # noqa: PLR0913 - whose score, at which two ends, and what counts
    score: Expr[int] | Expr[Decimal],
    *,
    subject: Expr[K] | Expr[frozenset[K]],
    before: Predicate,
    after: Predicate,
    scale: Scale,
    at_least: Number | None = None,
    of: Population[K] | None = None,
    kirkpatrick: int | None = None,
) -> PairedChange:
    """Give the share of those with a score before and after whose score is better by at least so much.

    ``score`` is a number field of an event type, ``subject`` the role whose score it is. ``before`` and ``after`` are
    conditions on such an event; the earliest fitting day gives the score before, the latest the score after. Without
    ``at_least``, what counts is the least change of the scale that means something. ``of`` are those who are looked at,
    and ``kirkpatrick`` the level on which training is evaluated; see :class:`PairedChange`.
    """
    where = "paired_change"
    if of is not None and not isinstance(of, Distinct | Both | Either | Without):
        raise RuleError(f"{of!r} is no population", where=where, hint="make it with distinct(...)")
    return PairedChange(
        field_ref(score, where),
        field_ref(subject, where),
        as_condition(before),
        as_condition(after),
        scale,
        at_least if at_least is not None else getattr(scale, "least_change", 0),
        of,
        kirkpatrick,
    )
