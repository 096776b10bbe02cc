"""Proofs: whether a claim about metrics holds for every valid stream, for all dates and periods."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.errors import RuleError, nearest
from impact_metrics.model import Constraint
from impact_metrics.proofs.figures import Counted, TimeScope
from impact_metrics.proofs.outcomes import Example, Outcome, Proved, Refuted, Unknown
from impact_metrics.proofs.questions import Question, changed, counted_by, more_than
from impact_metrics.proofs.showing import Show
from impact_metrics.proofs.solving import LEVELS, Answer, Impossible, Possible, Undecided, answer
from impact_metrics.proofs.tallies import claimed
from impact_metrics.rules import Catalogue
from impact_metrics.rules.invariants import (
    AtMost,
    CoveredBy,
    Disjoint,
    Equivalent,
    Invariant,
    Monotone,
    Satisfiable,
    Subset,
    check_claim,
    metrics_of,
)
from impact_metrics.rules.measures import Count, RowCount, Rows, Tally, Total
from impact_metrics.rules.populations import Distinct, entering

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from impact_metrics.expressions import Row

MOST_SUBJECTS = 3
"""How many subjects are tried, to have one figure above another although neither is within the other."""


def prove(
    claim: Invariant,
    catalogue: Catalogue,
    *,
    time: TimeScope = TimeScope.AS_AT,
    without: Iterable[str] = (),
    levels: int = LEVELS,
) -> Outcome:
    """Decide a claim for **all** streams that satisfy the constraints of the catalogue's model at every date.

    The claim need not be declared in the catalogue. ``time`` says whether it is made as at any date or within any
    period; what ``Monotone`` and ``Satisfiable`` say, they say as at any date. ``without`` names constraints that are
    not to be relied on. ``levels`` is how far to go where constraints ask for events in a circle of types, see
    ``Unknown``.

    Streams are taken as they are known: corrections, retractions and merges have been applied. Raises ``RuleError`` for
    a metric or a constraint that the catalogue does not have, and for metrics that cannot be compared.
    """
    metrics = [catalogue[name] for name in metrics_of(claim)]
    check_claim(claim, metrics)
    return Prover(catalogue, _constraints(catalogue, tuple(without)), levels).prove(claim, time)


def _constraints(catalogue: Catalogue, without: Sequence[str]) -> tuple[Constraint, ...]:
    known = [constraint.id for constraint in catalogue.model.constraints]
    for name in without:
        if name not in known:
            raise RuleError(f"there is no constraint {name!r}", where="without", hint=nearest(name, known))
    return tuple(constraint for constraint in catalogue.model.constraints if constraint.id not in without)


@attrs.frozen
class Prover:
    """Decides claims about the metrics of a catalogue under constraints, going so many levels where it must."""

    catalogue: Catalogue
    constraints: tuple[Constraint, ...]
    levels: int = LEVELS

    def prove(self, claim: Invariant, time: TimeScope) -> Outcome:
        """Decide a claim in one scope of time."""
        match claim:
            case Subset(part, whole):
                return self._impossible(claim, time, [self._asks((part, True), (whole, False), time=time)], part)
            case CoveredBy(part, wholes):
                nowhere = [(whole, False) for whole in wholes]
                return self._impossible(claim, time, [self._asks((part, True), *nowhere, time=time)], part)
            case Disjoint(one, other):
                return self._impossible(claim, time, [self._asks((one, True), (other, True), time=time)], one)
            case Equivalent(one, other):
                either_way = [
                    self._asks((one, True), (other, False), time=time),
                    self._asks((other, True), (one, False), time=time),
                ]
                return self._impossible(claim, time, either_way, one)
            case AtMost(lesser, greater):
                return self._at_most(claim, time, self._measure(lesser), self._measure(greater))
            case Monotone(metric):
                measure = self._measure(metric)
                asked = [changed(measure, gone=True)]
                if isinstance(measure, Total):
                    asked.append(changed(measure, gone=False))
                return self._impossible(claim, TimeScope.AS_AT, asked, metric)
            case Satisfiable(metric):
                return self._satisfiable(claim, metric)
            case _:
                assert_never(claim)

    def answer(self, question: Question) -> Answer:
        """Answer a question about the streams that satisfy the constraints."""
        order = [event.__name__ for event in self.catalogue.model.events]
        return answer(question, self.constraints, order, self.levels)

    def _measure(self, metric_id: str) -> Tally:
        return claimed(self.catalogue[metric_id].measure)

    def _asks(self, *wanted: tuple[str, bool], time: TimeScope) -> Question:
        return counted_by(*((self._measure(name), holds) for name, holds in wanted), time=time)

    def _impossible(self, claim: Invariant, time: TimeScope, questions: Sequence[Question], first: str) -> Outcome:
        """The claim holds if the answer to each question is that there is no such stream."""
        used: dict[str, None] = {}
        exact = True
        undecided: Unknown | None = None
        search = _Search(self, claim, time)
        for question in questions:
            found = self.answer(question)
            search.add(question, found)
            match found:
                case Impossible(needs, decided):
                    used.update(dict.fromkeys(needs))
                    exact = exact and decided
                case Possible():
                    undecided = Unknown(
                        claim=claim, time=time, bound=1, reason="single subjects differ, and no figure was found to"
                    )
                case Undecided(bound, reason):
                    undecided = Unknown(claim=claim, time=time, bound=bound, reason=reason)
                case _:
                    assert_never(found)
        if undecided is not None:
            return search.refuted() or undecided
        return Proved(
            claim=claim,
            time=time,
            constraints_used=self._needed(questions, tuple(used), exact=exact),
            exact=exact,
            vacuous=self._nobody(first, time),
        )

    def _nobody(self, metric_id: str, time: TimeScope) -> bool:
        """Tell whether a metric can never count anything under the constraints: then a proof says nothing."""
        found = self.answer(self._asks((metric_id, True), time=time))
        return isinstance(found, Impossible)

    def _satisfiable(self, claim: Satisfiable, metric_id: str) -> Outcome:
        time = TimeScope.AS_AT
        question = counted_by((self._measure(metric_id), True), time=time, worth="!=")
        found = self.answer(question)
        match found:
            case Possible():
                example = Show(self.catalogue, self.constraints, claim, time).example(question, found)
                if example is None:
                    return Unknown(claim=claim, time=time, bound=1, reason="the rows that were found add up to nothing")
                return Proved(claim=claim, time=time, constraints_used=(), exact=True, example=example)
            case Impossible(needs, exact):
                needs = self._needed([question], needs, exact=exact)
                return Refuted(claim=claim, time=time, example=None, minimal=True, constraints_used=needs)
            case Undecided(bound, reason):
                return Unknown(claim=claim, time=time, bound=bound, reason=reason)
            case _:
                assert_never(found)

    # --- figures that are at most others

    def _needed(self, questions: Sequence[Question], used: tuple[str, ...], *, exact: bool) -> tuple[str, ...]:
        """Leave out constraints that are not needed after all.

        What one of several questions needs, it may do without thanks to what another needs; and what needs a constraint
        where the universe is cut may do without it where it is cut later.
        """
        if len(questions) == 1 and exact:
            return used
        for name in used:
            kept = tuple(other for other in used if other != name)
            fewer = attrs.evolve(self, constraints=tuple(item for item in self.constraints if item.id in kept))
            if all(isinstance(fewer.answer(question), Impossible) for question in questions):
                used = kept
        return used

    def _at_most(self, claim: AtMost, time: TimeScope, lesser: Tally, greater: Tally) -> Outcome:
        """One by one first: whoever the lesser counts, the greater counts. Failing that, look for figures."""
        enough = _one_by_one(lesser, greater, time)
        found = [self.answer(question) for question in enough]
        proofs = [item for item in found if isinstance(item, Impossible)]
        if enough and len(proofs) == len(found):
            used = tuple(dict.fromkeys(name for item in proofs for name in item.needs))
            exact = all(item.exact for item in proofs)
            return Proved(
                claim=claim,
                time=time,
                constraints_used=self._needed(enough, used, exact=exact),
                exact=exact,
                vacuous=self._nobody(claim.lesser, time),
            )
        search = _Search(self, claim, time)
        for number in range(1, MOST_SUBJECTS + 1):
            question = more_than(lesser, greater, number, time)
            search.add(question, self.answer(question))
            refuted = search.refuted()
            if refuted is not None and _most(lesser, search.size - 1) <= number:
                break
        refuted = search.refuted()
        if refuted is not None:
            # Whether fewer events could do it by more subjects than were tried, or by other sums, nobody asked.
            all_asked = _most(lesser, search.size - 1) <= MOST_SUBJECTS and not isinstance(greater, Total)
            return attrs.evolve(refuted, minimal=search.size == 1 or (refuted.minimal and all_asked))
        reason = (
            "the one is not within the other, and yet no stream was found in which it is more: "
            f"streams were tried in which it counts up to {MOST_SUBJECTS}"
        )
        return Unknown(claim=claim, time=time, bound=MOST_SUBJECTS, reason=reason)


@attrs.define
class _Search:
    """Keeps the smallest stream that refutes a claim, out of the answers to several questions."""

    prover: Prover
    claim: Invariant
    time: TimeScope
    size: int = 0
    """How many events the stream has, once there is one."""
    _example: Example | None = None
    _bounds: list[int] = attrs.field(factory=list)
    """How many events each question takes at the least: as many as in its answer, or none where that is not sure."""

    def add(self, question: Question, found: Answer) -> None:
        """Take the answer to one of the questions; no stream of it refutes if the figures do not break the claim."""
        if isinstance(found, Impossible):
            return
        if isinstance(found, Undecided):
            self._bounds.append(0)
            return
        size = len(found.events(question.worlds))
        self._bounds.append(size if found.smallest else 0)
        if self._example is not None and self.size <= size:
            return
        show = Show(self.prover.catalogue, self.prover.constraints, self.claim, self.time)
        example = show.example(question, found)
        if example is not None:
            self._example, self.size = example, size

    def refuted(self) -> Refuted | None:
        """Give the refutation, if there is one; minimal where no question can be answered by fewer events."""
        if self._example is None:
            return None
        minimal = self.size == 1 or all(self.size <= bound for bound in self._bounds)
        return Refuted(claim=self.claim, time=self.time, example=self._example, minimal=minimal)


def _most(measure: Tally, events: int) -> float:
    """Give how many subjects a measure can count at the most, in so many events; of sums nothing is said."""
    match measure:
        case Count(population):
            entries = list(entering(population))
            return events * (math.inf if any(entry.subject.spec.many for entry in entries) else len(entries))
        case RowCount():
            return events
        case Total():
            return math.inf
        case _:
            assert_never(measure)


def _one_row_each(counted: Distinct[Any], row: Row) -> bool:
    """Tell whether each subject has a row of its own among rows: one that no other subject has."""
    return not counted.subject.spec.many and counted.row.record == row.record


def _one_by_one(lesser: Tally, greater: Tally, time: TimeScope) -> tuple[Question, ...]:
    """Give the questions that, all answered by no, make one figure at most another; none where no such are known."""
    match lesser, greater:
        case Count(), Count() if Counted(lesser, time).kind == Counted(greater, time).kind:
            return (counted_by((lesser, True), (greater, False), time=time),)
        case RowCount(Rows(row)), RowCount(Rows(other)) if row.record == other.record:
            return (counted_by((lesser, True), (greater, False), time=time),)
        case Count(Distinct() as counted), RowCount(Rows(row)) if (
            _one_row_each(counted, row) and time is TimeScope.AS_AT
        ):
            rows = RowCount(Rows(counted.row, counted.condition))
            return (counted_by((rows, True), (greater, False), time=time),)
        case Total(field), Total(other) if (field.row.record, field.name) == (other.row.record, other.name):
            return (
                counted_by((lesser, True), (greater, False), time=time, worth=">"),
                counted_by((greater, True), (lesser, False), time=time, worth="<"),
            )
        case _:
            return ()
