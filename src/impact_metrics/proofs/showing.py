"""Showing: what the prover found becomes events, and the reference engine has to agree before anybody sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.errors import ImpactMetricsError
from impact_metrics.model import Constraint
from impact_metrics.proofs.figures import Counted, TimeScope
from impact_metrics.proofs.outcomes import Example
from impact_metrics.proofs.reading import Reader
from impact_metrics.proofs.replay import Replay
from impact_metrics.proofs.tallies import claimed
from impact_metrics.proofs.tidying import Streams, tidied
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
    metrics_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from decimal import Decimal

    from impact_metrics.proofs.questions import Question
    from impact_metrics.proofs.solving import Possible


class ProofError(ImpactMetricsError):
    """The prover and the reference engine disagree about a stream: a defect of this library, to be reported."""


def disagreement(where: str) -> ProofError:
    """Build the error for a stream that does not show what the prover says it does."""
    return ProofError(
        "the reference engine does not find what the prover did",
        where=where,
        hint="please report this with the catalogue: it is a defect of the prover",
    )


@attrs.frozen
class Show:
    """Shows streams for claims about the metrics of a catalogue, in one scope of time, under constraints."""

    catalogue: Catalogue
    constraints: tuple[Constraint, ...]
    claim: Invariant
    time: TimeScope

    def example(self, question: Question, found: Possible) -> Example | None:
        """Give the stream found; ``None`` where it is about single subjects, and the figures do not break the claim.

        Raises ``ProofError`` where the stream breaks a constraint, or does not show what the solver says.
        """
        reader = Reader(found, self.catalogue.model, question.worlds)
        start, end = reader.window
        streams: Streams = [reader.events(world) for world in question.worlds]
        if not self._valid(streams, start, end):
            raise disagreement(f"{self.claim}, {self.time}")
        if not self._shown(streams, start, end):
            if isinstance(self.claim, AtMost | Monotone | Satisfiable):
                return None
            raise disagreement(f"{self.claim}, {self.time}")
        streams = tidied(streams, lambda others: self._valid(others, start, end) and self._shown(others, start, end))
        before, after = streams[0], streams[-1]
        added = tuple(event for event in after if event not in before)
        names = metrics_of(self.claim)
        return Example(
            events=before,
            subject=reader.subject(Counted(claimed(self.catalogue[names[0]].measure), self.time)),
            as_at=end,
            start=None if self.time is TimeScope.AS_AT else start,
            figures=self._figures(Replay.of(after, start, end)),
            added=added,
            figures_before=self._figures(Replay.of(before, start, end)) if added else {},
        )

    def _valid(self, streams: Streams, start: date, end: date) -> bool:
        return not any(Replay.of(events, start, end).broken(self.constraints) for events in streams)

    def _figures(self, replay: Replay) -> dict[str, int | Decimal]:
        return {
            name: replay.figure(claimed(self.catalogue[name].measure), self.time) for name in metrics_of(self.claim)
        }

    def _shown(self, streams: Streams, start: date, end: date) -> bool:
        """The streams break the claim; or, where the claim is that something can count, something does."""
        before, after = (Replay.of(events, start, end) for events in (streams[0], streams[-1]))
        subjects = self._subjects_in(after)
        match self.claim:
            case Subset(part, whole):
                return bool(subjects(part) - subjects(whole))
            case CoveredBy(part, wholes):
                return bool(subjects(part).difference(*map(subjects, wholes)))
            case Disjoint(one, other):
                return bool(subjects(one) & subjects(other))
            case Equivalent(one, other):
                return subjects(one) != subjects(other)
            case AtMost(lesser, greater):
                figures = self._figures(after)
                return figures[lesser] > figures[greater]
            case Monotone(metric):
                return self._figures(after)[metric] < self._figures(before)[metric]
            case Satisfiable(metric):
                return self._figures(after)[metric] != 0
            case _:
                assert_never(self.claim)

    def _subjects_in(self, replay: Replay) -> Callable[[str], frozenset[str]]:
        return lambda name: replay.subjects(claimed(self.catalogue[name].measure), self.time)
