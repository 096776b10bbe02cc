"""Worked examples: for each clause and each boundary of a rule, two streams apart by just enough for it to decide.

Clauses are found by the solver. In the first stream the subject is where the clause helps it to be, and would not be
without the clause. In the second it is not, and would be if the clause were granted. Of all such pairs the one with the
fewest events is taken, and of these one with the fewest differences.

Of days, months and scores the solver decides nothing. Where they decide, in follow-up rates, times and paired changes,
the reference engine is asked day by day, or score by score: see :mod:`impact_metrics.proofs.boundaries`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from impact_metrics.proofs.boundaries import boundaries
from impact_metrics.proofs.boundaries.scenes import Scene
from impact_metrics.proofs.clauses import Turn
from impact_metrics.proofs.figures import Counted, TimeScope
from impact_metrics.proofs.logic import Term, Truth, every, some
from impact_metrics.proofs.parts import Part, parts
from impact_metrics.proofs.plausible import candidates
from impact_metrics.proofs.questions import Question, now, subject_of
from impact_metrics.proofs.reading import Reader
from impact_metrics.proofs.replay import Replay
from impact_metrics.proofs.settling import settings
from impact_metrics.proofs.showing import disagreement
from impact_metrics.proofs.solving import Possible, answer
from impact_metrics.proofs.tidying import Streams, tidied
from impact_metrics.proofs.universe import World
from impact_metrics.proofs.worked import WorkedExample, WorkedExamples, named
from impact_metrics.rules import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.proofs.encoding import Encoder
    from impact_metrics.proofs.terms import Slot
    from impact_metrics.rules import Catalogue
    from impact_metrics.rules.measures import Tally

WITH = World("counted", "counted")
WITHOUT = World("not counted", "not counted")


def worked_examples(metric: Metric, catalogue: Catalogue) -> WorkedExamples:
    """Find a pair of streams for each clause and each boundary of a metric. Pairs that show the same are given once.

    A share counts whoever is in its numerator, a funnel whoever is in its last stage.

    Raises ``ProofError`` where the reference engine disagrees with what was found.
    """
    gathered = _Gathered(metric)
    for part in parts(metric):
        for turn in part.turns:
            pair = _pair(metric, part, turn, catalogue)
            if pair is None:
                gathered.idle.setdefault(turn.text, named(part.name, turn.text))
            else:
                gathered.take(pair.example(), part.name, turn.text)
    for boundary, scene in boundaries(metric, catalogue):
        gathered.take(boundary.example(scene), boundary.part, boundary.clause)
    return gathered.examples()


@attrs.define
class _Gathered:
    """Keeps examples, each pair of streams once; and clauses without, unless they are shown in another part."""

    metric: Metric
    idle: dict[str, str] = attrs.field(factory=dict)
    _found: dict[tuple[object, ...], WorkedExample] = attrs.field(factory=dict)
    _unshown: dict[str, str] = attrs.field(factory=dict)

    def take(self, example: WorkedExample | None, part: str | None, clause: str) -> None:
        """Take an example, or that none was found for a clause."""
        if example is None:
            self._unshown.setdefault(clause, named(part, clause))
        else:
            self._found.setdefault((example.holding, example.failing, example.as_at), example)

    def examples(self) -> WorkedExamples:
        """Give what was gathered."""
        shown = {example.clause for example in self._found.values()}
        idle, unshown = (
            tuple(text for clause, text in kept.items() if clause not in shown) for kept in (self.idle, self._unshown)
        )
        return WorkedExamples(self.metric, tuple(self._found.values()), idle, unshown)


@attrs.frozen
class _Pair:
    """Two streams between which a clause decides whether a subject is in a part of a measure, as at a date."""

    part: Part
    turn: Turn
    scene: Scene
    streams: Streams
    day: date

    def decides(self, streams: Streams, day: date) -> bool:
        """Tell whether they are valid, and the reference engine finds the subject in the first and not in the other."""
        replays = [Replay.of(events, day, day) for events in streams]
        counts = [self.scene.subject in replay.subjects(self.part.rule, TimeScope.AS_AT) for replay in replays]
        return counts == [True, False] and all(map(self.scene.valid, streams))

    def example(self) -> WorkedExample | None:
        """Settle the pair on days on which the metric puts the subject into two places; ``None`` for none found."""
        scene = self.scene
        for settled, as_at in settings(scene, self.part.name, self.streams, self.day):

            def shows(streams: Streams, as_at: date = as_at) -> bool:
                one, other = (scene.place(events, as_at) for events in streams)
                return one != other and self.decides(streams, as_at)

            if shows(settled):
                return scene.example(self.part.name, self.turn.text, tidied(settled, shows), as_at)
        return None


def _pair(metric: Metric, part: Part, turn: Turn, catalogue: Catalogue) -> _Pair | None:
    """Let the solver find the pair of streams for one clause; ``None`` where there is none, or none was found."""
    question = _question(part.rule, turn)
    order = [event.__name__ for event in catalogue.model.events]
    answered = answer(question, catalogue.model.constraints, order)
    if not isinstance(answered, Possible):
        return None
    reader = Reader(answered, catalogue.model, question.worlds)
    streams: Streams = [reader.events(world) for world in question.worlds]
    scene = Scene(metric, catalogue, reader.subject(Counted(part.rule, TimeScope.AS_AT)), streams[0])
    pair = _Pair(part, turn, scene, streams, reader.window[1])
    if not pair.decides(streams, pair.day):
        raise disagreement(f"{metric}: {turn.text}")
    return pair


def _question(measure: Tally, turn: Turn) -> Question:
    rule = Counted(measure, TimeScope.AS_AT)

    def state(encoder: Encoder) -> Truth:
        subject = subject_of(rule, encoder.universe)
        asked = [
            (measure, WITH, "rule", True),
            (turn.harder, WITH, "harder", False),
            (measure, WITHOUT, "rule", False),
            (turn.easier, WITHOUT, "easier", True),
        ]
        return every(
            Counted(tally, TimeScope.AS_AT).counts(subject, encoder, now(world, name), holds=holds)
            for tally, world, name, holds in asked
            if tally is not None
        )

    return Question(state, (WITH, WITHOUT), _differences)


def _differences(encoder: Encoder) -> Sequence[Sequence[Truth]]:
    """Give one truth for each event that is in one stream only, and one for each field that differs."""
    events: list[Truth] = []
    fields: list[Truth] = []
    for slot in encoder.universe.all_slots:
        here, there = WITH.has(slot), WITHOUT.has(slot)
        events.append(here != there)
        fields.extend(every([here, there, differs]) for differs in _fields_apart(slot, encoder))
    return ([*events, *fields],)


def _fields_apart(slot: Slot, encoder: Encoder) -> Iterator[Truth]:
    terms = encoder.terms
    read = {spec.name: spec for world in (WITH, WITHOUT) for spec in terms.fields_read(world.family, slot)}
    for spec in read.values():
        one, other = (terms.known(world.family, slot, spec) for world in (WITH, WITHOUT))
        apart = [] if isinstance(one, bool) else [one != other]
        if spec.many:
            for member in candidates(slot, spec, encoder.universe):
                held = [terms.holds_member(world.family, slot, spec.name, member) for world in (WITH, WITHOUT)]
                apart.append(held[0] != held[1])
        else:
            values: list[Term] = [terms.field(world.family, slot, spec.name).term for world in (WITH, WITHOUT)]
            apart.append(values[0] != values[1])
        yield some(apart)
