"""Answers: grounding a question, asking the solver, and taking the smallest and plainest stream that it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs
import z3

from impact_metrics.proofs.axioms import axiom
from impact_metrics.proofs.encoding import Beyond, Encoder
from impact_metrics.proofs.figures import WINDOW
from impact_metrics.proofs.logic import Term, Truth, every, opposite, some
from impact_metrics.proofs.plausible import STAGES, Setting
from impact_metrics.proofs.universe import Universe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from impact_metrics.model import Constraint
    from impact_metrics.proofs.questions import Question
    from impact_metrics.proofs.terms import Slot
    from impact_metrics.proofs.universe import World

LEVELS = 4
"""How many steps of 'for every event there is another' are tried where they go on for ever."""

PATIENCE = 10_000
"""How many milliseconds the solver may take for one check before it counts as unable to tell."""


@attrs.frozen
class Impossible:
    """No valid stream is like that.

    The constraints named are needed for it: without any one of them, some is. ``exact`` tells that the universe held
    everything that could be asked for, so that the answer was bound to come.
    """

    needs: tuple[str, ...]
    exact: bool = True


@attrs.frozen(eq=False)
class Possible:
    """A stream is like that: the model of the solver, and the universe that says how to read it.

    ``smallest`` tells whether none with fewer events is.
    """

    model: Term
    universe: Universe
    smallest: bool

    def events(self, worlds: Sequence[World]) -> list[Slot]:
        """Give the places of the events that are in one of the streams."""
        return Setting(self.universe, worlds, self.model).present()


@attrs.frozen
class Undecided:
    """Neither could be shown, up to so many steps of 'for every event there is another'."""

    bound: int
    reason: str


Answer: TypeAlias = Impossible | Possible | Undecided


@attrs.frozen(eq=False)
class Ground:
    """A question over a universe that holds everything it asks for."""

    encoder: Encoder
    state: Truth
    axioms: dict[str, Truth]

    @property
    def universe(self) -> Universe:
        """The universe."""
        return self.encoder.universe


def ground(question: Question, constraints: Sequence[Constraint], limit: int | None, beyond: Beyond) -> Ground:
    """Write the question and its constraints over a universe that grows until nothing more is asked for."""
    universe = Universe(limit)
    while True:
        before = universe.size
        encoder = Encoder(universe, beyond)
        state = question.state(encoder)
        axioms = {
            constraint.id: every(axiom(constraint, encoder, world) for world in question.worlds)
            for constraint in constraints
        }
        if universe.size == before or (limit is None and universe.cut):
            return Ground(encoder, state, axioms)


def answer(
    question: Question, constraints: Sequence[Constraint], order: Sequence[str] = (), levels: int = LEVELS
) -> Answer:
    """Decide whether there are such streams among those that satisfy the constraints.

    ``order`` names event types in the order in which a reader expects them, for the stream that is shown.
    """
    whole = ground(question, constraints, None, Beyond.GRANTED)
    if not whole.universe.cut:
        return _decided(question, whole, order)
    for level in range(levels + 1):
        granted = ground(question, constraints, level, Beyond.GRANTED)
        needs = _Check(granted).impossible()
        if needs is not None:
            return attrs.evolve(needs, exact=False)
        reused = ground(question, constraints, level, Beyond.REUSED)
        found = _decided(question, reused, order)
        if isinstance(found, Possible):
            fewer = len(found.events(question.worlds)) - 1
            return attrs.evolve(found, smallest=_Check(granted).no_more_than(fewer, _events(granted, question)))
    return Undecided(levels, "what the rules and constraints ask for goes round in a circle of event types")


def _decided(question: Question, over: Ground, order: Sequence[str]) -> Answer:
    check = _Check(over)
    needs = check.impossible()
    if needs is not None:
        return needs
    if not check.possible():
        return Undecided(0, "the solver gave up")
    smallest = check.as_few_as_can_be(_events(over, question))
    for costs in question.costs(over.encoder):
        check.as_few_as_can_be(costs)
    return Possible(check.plainest(question.worlds, order), over.universe, smallest)


class _Check:
    """One conversation with the solver about a grounded question."""

    def __init__(self, over: Ground) -> None:
        self._universe = over.universe
        self._labels = {name: z3.Bool(f"constraint {name}") for name in over.axioms}
        self._solver = z3.Solver()
        self._solver.set("timeout", PATIENCE)
        self._solver.add(WINDOW.facts, *over.encoder.terms.facts(), over.state)
        for name, label in self._labels.items():
            self._solver.add(z3.Implies(label, over.axioms[name]))

    def impossible(self) -> Impossible | None:
        """Tell that there is none, and because of which constraints: one after another is left out for a try."""
        if self._solver.check(*self._labels.values()) != z3.unsat:
            return None
        core = {str(label) for label in self._solver.unsat_core()}
        kept = [name for name, label in self._labels.items() if str(label) in core]
        for name in list(kept):
            without = [other for other in kept if other != name]
            if self._solver.check(*(self._labels[other] for other in without)) == z3.unsat:
                kept = without
        return Impossible(tuple(kept))

    def no_more_than(self, number: int, truths: Iterable[Truth]) -> bool:
        """Tell that it is impossible for so few of the truths to hold."""
        self._solver.add(*self._labels.values(), z3.PbLe([(truth, 1) for truth in truths], number))
        return bool(self._solver.check() == z3.unsat)

    def possible(self) -> bool:
        """Tell whether there is one, and hold to the constraints from here on."""
        self._solver.add(*self._labels.values())
        return bool(self._solver.check() == z3.sat)

    def as_few_as_can_be(self, truths: Iterable[Truth]) -> bool:
        """Hold to as few of the truths as can be; tell whether it is sure that fewer cannot be."""
        counted = [(truth, 1) for truth in truths if not isinstance(truth, bool)]
        sure = True
        for number in range(len(counted)):
            self._solver.push()
            self._solver.add(z3.PbLe(counted, number))
            found = self._solver.check()
            if found == z3.sat:
                return sure
            self._solver.pop()
            sure = sure and found == z3.unsat
        return sure

    def plainest(self, worlds: Sequence[World], order: Sequence[str]) -> Term:
        """Hold to one wish after another where it can be had, and give the model."""
        self._solver.check()
        setting = Setting(self._universe, worlds, self._solver.model(), order)
        for stage in STAGES:
            for wish in stage(setting):
                if setting.says(wish):
                    self._solver.add(wish)
                    continue
                self._solver.push()
                self._solver.add(wish)
                if self._solver.check() == z3.sat:
                    setting.model = self._solver.model()
                else:
                    self._solver.pop()
        return setting.model


def _events(over: Ground, question: Question) -> list[Truth]:
    """Give one truth a place: that it holds an event which no earlier place holds."""
    found: list[Truth] = []
    for slot in over.universe.all_slots:
        earlier = [other for other in over.universe.slots(slot.record) if other.number < slot.number]
        here = some(world.has(slot) for world in question.worlds)
        new = (opposite(slot.term == other.term) for other in earlier)
        found.append(every([here, *new]))
    return found
