"""Questions: what a claim comes down to. A claim is refuted by a stream for which the answer to one of them is yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from impact_metrics.proofs.figures import WINDOW, Counted, TimeScope
from impact_metrics.proofs.logic import Term, Truth, at_most, every, firsts, opposite, some
from impact_metrics.proofs.terms import Slot
from impact_metrics.proofs.universe import Scope, World
from impact_metrics.rules.measures import Count, Tally, Total
from impact_metrics.rules.populations import distincts, subject_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from impact_metrics.proofs.encoding import Encoder
    from impact_metrics.proofs.figures import Subject
    from impact_metrics.proofs.universe import Universe

ONE = World()
BEFORE = World("before", "stream")
AFTER = World("after", "stream")

State: TypeAlias = "Callable[[Encoder], Truth]"
Costs: TypeAlias = "Callable[[Encoder], Sequence[Sequence[Truth]]]"


def _no_costs(_: Encoder) -> Sequence[Sequence[Truth]]:
    return ()


@attrs.frozen
class Question:
    """Whether there can be such streams. ``state`` says what they are like; ``worlds`` names them.

    ``costs`` are lists of truths, of which as few as can be are to hold in what is shown: those of the first list come
    first.
    """

    state: State
    worlds: tuple[World, ...] = (ONE,)
    costs: Costs = _no_costs


def now(world: World, *path: str) -> Scope:
    """Stand at the closing of the window in a stream."""
    return Scope(world, WINDOW.closing, path=path)


def subject_of(counted: Counted, universe: Universe, number: int = 0) -> Subject:
    """Give the subject that a question asks for, or one of several: an id, or the place of a row."""
    if counted.kind is not None:
        return universe.terms.subject(counted.kind, number)
    row, _ = counted.row
    slot = universe.witness(row.record, now(ONE, "subject"), number)
    assert slot is not None  # noqa: S101 - nothing stands above it that could cut the universe
    return slot


def counted_by(*wanted: tuple[Tally, bool], time: TimeScope, worth: str = "") -> Question:
    """Ask for a subject that each of the measures counts (``True``) or does not (``False``).

    Of totals, ask for a row whose number is above (``worth=">"``) or below (``"<"``) zero, or either (``"!="``).
    """
    measures = [(Counted(measure, time), holds) for measure, holds in wanted]

    def state(encoder: Encoder) -> Truth:
        subject = subject_of(measures[0][0], encoder.universe)
        parts = [
            counted.counts(subject, encoder, now(ONE, f"measure {number}"), holds=holds)
            for number, (counted, holds) in enumerate(measures)
        ]
        return every([*parts, _worth(measures[0][0], subject, worth, encoder)])

    return Question(state)


def _worth(counted: Counted, subject: Subject, worth: str, encoder: Encoder) -> Truth:
    """The row has a number above or below zero, or either; measures that are no totals have none."""
    if not isinstance(counted.measure, Total) or not worth:
        return True
    assert isinstance(subject, Slot)  # noqa: S101 - the subjects of totals are rows
    value = encoder.terms.field(ONE.family, subject, counted.measure.field.name)
    compared = {">": value.term > 0, "<": value.term < 0, "!=": value.term != 0}
    return every([value.known, compared[worth]])


def changed(measure: Tally, *, gone: bool) -> Question:
    """Ask for a subject that counts no more (``gone``), or only then, when events are added to a stream.

    Of totals, ask for a row that is worth something, or less than nothing, so that the figure falls.
    """
    counted = Counted(measure, TimeScope.AS_AT)

    def state(encoder: Encoder) -> Truth:
        subject = subject_of(counted, encoder.universe)
        return every(
            [
                counted.counts(subject, encoder, now(BEFORE, "before"), holds=gone),
                counted.counts(subject, encoder, now(AFTER, "after"), holds=not gone),
                _worth(counted, subject, ">" if gone else "<", encoder),
                *(some([opposite(BEFORE.has(slot)), AFTER.has(slot)]) for slot in encoder.universe.all_slots),
            ]
        )

    return Question(state, (BEFORE, AFTER))


def more_than(lesser: Tally, greater: Tally, number: int, time: TimeScope) -> Question:
    """Ask for so many subjects of one measure, where the other has fewer. Of totals, the rows are worth something."""
    one, other = Counted(lesser, time), Counted(greater, time)

    def state(encoder: Encoder) -> Truth:
        subjects = [subject_of(one, encoder.universe, position) for position in range(number)]
        counted = [
            every(
                [
                    one.counts(subject, encoder, now(ONE, f"subject {position}"), holds=True),
                    _worth(one, subject, ">", encoder),
                ]
            )
            for position, subject in enumerate(subjects)
        ]
        apart = [opposite(_same(a, b)) for position, a in enumerate(subjects) for b in subjects[:position]]
        return every([*counted, *apart, _fewer(number, other, encoder)])

    return Question(state)


def _same(one: Subject, other: Subject) -> Term:
    return getattr(one, "term", one) == getattr(other, "term", other)


def _fewer(number: int, counted: Counted, encoder: Encoder) -> Truth:
    """A measure counts fewer than so many subjects."""
    lacking: list[Truth] = []
    candidates: list[Subject] = []
    for position, (subject, slot) in enumerate(_candidates(counted, encoder)):
        scope = now(ONE, f"fewer {position}")
        scope = scope if slot is None else scope.under_any(slot)
        lacking.append(counted.counts(subject, encoder, scope, holds=False))
        candidates.append(subject)
    if number == 1:
        return every(lacking)
    held = [opposite(lack) for lack in lacking]
    same = [[_same(one, other) for other in candidates[:position]] for position, one in enumerate(candidates)]
    return at_most(number - 1, firsts(held, same))


def _candidates(counted: Counted, encoder: Encoder) -> list[tuple[Subject, Slot | None]]:
    """Give everything in the universe that may be a subject, with the event in which it stands."""
    if isinstance(counted.measure, Count):
        for distinct in distincts(counted.measure.population):
            if not distinct.subject.spec.many:
                for slot in encoder.universe.slots(distinct.row.record):
                    encoder.terms.field(ONE.family, slot, distinct.subject.name)
        return list(encoder.terms.ids(subject_kind(counted.measure.population)))
    row, _ = counted.row
    return [(slot, slot) for slot in encoder.universe.slots(row.record)]
