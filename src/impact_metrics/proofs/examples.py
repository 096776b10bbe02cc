"""Worked examples, found by the solver: for each clause of a rule, two streams apart by just enough for it to decide.

In the first the subject counts, and would not without the clause. In the second it does not count, and would if the
clause were granted. Of all such pairs the one with the fewest events is taken, and of these one with the fewest
differences.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from impact_metrics.model import Event
from impact_metrics.proofs.clauses import Turn, turns
from impact_metrics.proofs.figures import Counted, TimeScope
from impact_metrics.proofs.logic import Term, Truth, every, some
from impact_metrics.proofs.plausible import candidates
from impact_metrics.proofs.questions import Question, now, subject_of
from impact_metrics.proofs.reading import Reader
from impact_metrics.proofs.replay import Replay
from impact_metrics.proofs.showing import disagreement
from impact_metrics.proofs.solving import Possible, answer
from impact_metrics.proofs.tallies import counted
from impact_metrics.proofs.tidying import Streams, tidied
from impact_metrics.proofs.universe import World
from impact_metrics.rules import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.proofs.encoding import Encoder
    from impact_metrics.proofs.terms import Slot
    from impact_metrics.rules import Catalogue

WITH = World("counted", "counted")
WITHOUT = World("not counted", "not counted")


@attrs.frozen(kw_only=True)
class WorkedExample:
    """Two streams in which one clause of a metric decides over one subject, as at a date.

    ``clause`` is said in the words that help the metric to count. Both streams satisfy the constraints.
    """

    metric: Metric
    clause: str
    subject: str
    as_at: date
    counted: tuple[Event, ...]
    not_counted: tuple[Event, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        """The ids of events that are in one of the streams only, or differ."""
        one, other = ({event.id: event for event in events} for events in (self.counted, self.not_counted))
        return tuple(sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)))


@attrs.frozen
class WorkedExamples:
    """The examples of a metric, and the clauses that no pair of streams can show.

    ``idle`` clauses never decide alone: wherever a valid stream fails one, it fails another as well.
    """

    metric: Metric
    examples: tuple[WorkedExample, ...]
    idle: tuple[str, ...]


def worked_examples(metric: Metric, catalogue: Catalogue) -> WorkedExamples:
    """Find a pair of streams for each clause of a metric. Pairs that would show the same are given once.

    A share counts whoever is in its numerator.

    Raises ``ProofError`` where the reference engine disagrees with what was found.
    """
    found: dict[tuple[object, ...], WorkedExample] = {}
    idle: list[str] = []
    for turn in turns(metric):
        example = worked_example(metric, turn, catalogue)
        if example is None:
            idle.append(turn.text)
        else:
            found.setdefault((example.counted, example.not_counted), example)
    return WorkedExamples(metric, tuple(found.values()), tuple(idle))


def worked_example(metric: Metric, turn: Turn, catalogue: Catalogue) -> WorkedExample | None:
    """Find the pair of streams for one clause; ``None`` where there is none, or none was found."""
    question = _question(metric, turn)
    order = [event.__name__ for event in catalogue.model.events]
    answered = answer(question, catalogue.model.constraints, order)
    if not isinstance(answered, Possible):
        return None
    reader = Reader(answered, catalogue.model, question.worlds)
    _, day = reader.window
    rule = counted(metric.measure)
    subject = reader.subject(Counted(rule, TimeScope.AS_AT))

    def shows(streams: Streams) -> bool:
        replays = [Replay.of(events, day, day) for events in streams]
        counts = [subject in replay.subjects(rule, TimeScope.AS_AT) for replay in replays]
        return counts == [True, False] and not any(replay.broken(catalogue.model.constraints) for replay in replays)

    streams: Streams = [reader.events(world) for world in question.worlds]
    if not shows(streams):
        raise disagreement(f"{metric}: {turn.text}")
    with_it, without_it = tidied(streams, shows)
    return WorkedExample(
        metric=metric, clause=turn.text, subject=subject, as_at=day, counted=with_it, not_counted=without_it
    )


def _question(metric: Metric, turn: Turn) -> Question:
    as_at = TimeScope.AS_AT
    rule, easier, harder = (Counted(measure, as_at) for measure in (counted(metric.measure), turn.easier, turn.harder))

    def state(encoder: Encoder) -> Truth:
        subject = subject_of(rule, encoder.universe)
        return every(
            [
                rule.counts(subject, encoder, now(WITH, "rule"), holds=True),
                harder.counts(subject, encoder, now(WITH, "harder"), holds=False),
                rule.counts(subject, encoder, now(WITHOUT, "rule"), holds=False),
                easier.counts(subject, encoder, now(WITHOUT, "easier"), holds=True),
            ]
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
