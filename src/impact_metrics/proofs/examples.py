"""Worked examples: for each clause and each boundary of a rule, two streams apart by just enough for it to decide.

Clauses are found by the solver. In the first stream the subject is where the clause helps it to be, and would not be
without the clause. In the second it is not, and would be if the clause were granted. Of all such pairs the one with the
fewest events is taken, and of these one with the fewest differences.

Of days, months and scores the solver decides nothing. Where they decide, in follow-up rates, times and paired changes,
the reference engine is asked day by day, or score by score: see :mod:`impact_metrics.proofs.boundaries`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.proofs.boundaries import boundaries
from impact_metrics.proofs.boundaries.scenes import Scene, in_time
from impact_metrics.proofs.figures import Counted, TimeScope
from impact_metrics.proofs.logic import Term, Truth, every, some
from impact_metrics.proofs.parts import parts
from impact_metrics.proofs.plausible import candidates
from impact_metrics.proofs.questions import Question, now, subject_of
from impact_metrics.proofs.reading import Reader
from impact_metrics.proofs.replay import Replay
from impact_metrics.proofs.settling import settings
from impact_metrics.proofs.showing import disagreement
from impact_metrics.proofs.solving import Possible, answer
from impact_metrics.proofs.tidying import Streams, tidied
from impact_metrics.proofs.universe import World
from impact_metrics.proofs.worked import Side, WorkedExample, WorkedExamples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from impact_metrics.proofs.clauses import Turn
    from impact_metrics.proofs.encoding import Encoder
    from impact_metrics.proofs.parts import Part
    from impact_metrics.proofs.terms import Slot
    from impact_metrics.rules import Catalogue, Metric
    from impact_metrics.rules.measures import Tally

WITH = World("counted", "counted")
WITHOUT = World("not counted", "not counted")


def worked_examples(metric: Metric, catalogue: Catalogue) -> WorkedExamples:
    """Find a pair of streams for each clause and each boundary of a metric. Pairs that show the same are given once.

    A share counts whoever is in its numerator, a funnel whoever is in its last stage.

    Raises ``ProofError`` where the reference engine disagrees with what was found.
    """
    found: dict[tuple[object, ...], WorkedExample] = {}
    idle: dict[str, str] = {}
    for part in parts(metric):
        for turn in part.turns:
            _keep(_by_solver(metric, part, turn, catalogue), turn.text, part.name, found, idle)
    for boundary, scene in boundaries(metric, catalogue):
        _keep(boundary.example(scene), boundary.clause, boundary.part, found, idle)
    shown = {example.clause for example in found.values()}
    kept = tuple(text for clause, text in idle.items() if clause not in shown)
    return WorkedExamples(metric, tuple(found.values()), kept)


def _keep(
    example: WorkedExample | None,
    clause: str,
    part: str | None,
    found: dict[tuple[object, ...], WorkedExample],
    idle: dict[str, str],
) -> None:
    if example is None:
        idle.setdefault(clause, clause if part is None else f"{part}: {clause}")
    else:
        found.setdefault((example.holding, example.failing, example.as_at), example)


def _by_solver(metric: Metric, part: Part, turn: Turn, catalogue: Catalogue) -> WorkedExample | None:
    """Find the pair of streams for one clause; ``None`` where there is none, or none was found."""
    question = _question(part.rule, turn)
    order = [event.__name__ for event in catalogue.model.events]
    answered = answer(question, catalogue.model.constraints, order)
    if not isinstance(answered, Possible):
        return None
    reader = Reader(answered, catalogue.model, question.worlds)
    _, day = reader.window
    streams: Streams = [reader.events(world) for world in question.worlds]
    scene = Scene(metric, catalogue, reader.subject(Counted(part.rule, TimeScope.AS_AT)), streams[0])

    def found(streams: Streams, day: date) -> bool:
        replays = [Replay.of(events, day, day) for events in streams]
        counts = [scene.subject in replay.subjects(part.rule, TimeScope.AS_AT) for replay in replays]
        return counts == [True, False] and all(map(scene.valid, streams))

    if not found(streams, day):
        raise disagreement(f"{metric}: {turn.text}")
    for settled, as_at in settings(scene, part.name, streams, day):

        def shows(streams: Streams, as_at: date = as_at) -> bool:
            one, other = (scene.place(events, as_at) for events in streams)
            return one != other and found(streams, as_at)

        if shows(settled):
            holding, failing = (Side(in_time(events), scene.place(events, as_at)) for events in tidied(settled, shows))
            return WorkedExample(
                metric=metric,
                part=part.name,
                clause=turn.text,
                subject=scene.subject,
                as_at=as_at,
                holding=holding,
                failing=failing,
            )
    return None


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
