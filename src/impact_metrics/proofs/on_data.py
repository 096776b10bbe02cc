"""From proof to data: whether a real stream keeps the constraints that a proof needs.

A proof speaks of streams that keep the constraints at every date. So for each proof exactly its constraints are
checked, at every date up to that of the report: an event that breaks one for a while, and not in the end, is named too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from impact_metrics.model import Event
from impact_metrics.proofs.outcomes import Proved
from impact_metrics.proofs.replay import breaking
from impact_metrics.rules.invariants import Monotone, Satisfiable

if TYPE_CHECKING:
    from impact_metrics.model import Constraint
    from impact_metrics.proofs.certificate import Certificate
    from impact_metrics.reports import Report

SHOWN = 3
"""How many events that break a constraint are named in a sentence."""


@attrs.frozen
class OnData:
    """A proof, and the events of a stream that break what it needs, by the id of the constraint."""

    proof: Proved
    broken: Mapping[str, tuple[Event, ...]] = attrs.field(hash=False)

    @property
    def holds(self) -> bool:
        """Whether the data keep what the proof needs, so that the claim is certain for them."""
        return not self.broken

    def __str__(self) -> str:
        """Say whether the proof speaks of this stream."""
        said = f"{self.proof.claim}, {self.proof.time}: proved"
        if self.holds:
            return f"{said}, and its conditions hold on this data"
        faults = "; ".join(f"{_named(events)} break {name}" for name, events in self.broken.items())
        return f"{said}, but not for this data: {faults}"


def _named(events: tuple[Event, ...]) -> str:
    more = f" and {len(events) - SHOWN:,} more" if len(events) > SHOWN else ""
    return f"{', '.join(event.id for event in events[:SHOWN])}{more}"


def on_data(certificate: Certificate, report: Report) -> tuple[OnData, ...]:
    """Check what each proof of a relation needs on the stream of a report, at every date up to the report's.

    Proofs of what a metric can do at all say nothing about one stream, and are left out.
    """
    proofs = [proof for proof in certificate.proved if not isinstance(proof.claim, Monotone | Satisfiable)]
    constraints = {constraint.id: constraint for constraint in report.catalogue.model.constraints}
    needed = dict.fromkeys(name for proof in proofs for name in proof.constraints_used)
    broken = {name: _breaking(constraints[name], report) for name in needed}
    return tuple(
        OnData(proof, {name: broken[name] for name in proof.constraints_used if broken[name]}) for proof in proofs
    )


def _breaking(constraint: Constraint, report: Report) -> tuple[Event, ...]:
    return tuple(breaking(report.engine, constraint, report.as_at))
