"""Versions of a metric: the smallest stream on which two of them differ, each way, or a proof that there is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from impact_metrics.proofs.figures import TimeScope
from impact_metrics.proofs.prove import Prover
from impact_metrics.proofs.tallies import counted
from impact_metrics.rules.invariants import Subset

if TYPE_CHECKING:
    from impact_metrics.proofs.outcomes import Outcome
    from impact_metrics.rules import Catalogue, Metric


def differences(metric_id: str, one: str, other: str, catalogue: Catalogue) -> tuple[Outcome, Outcome]:
    """Decide whether each of two versions counts only what the other does, as at any date; shares, in their numerators.

    The first outcome is about what ``one`` counts and ``other`` does not, the second the other way round: each is
    ``Refuted`` with the smallest stream on which the versions differ in that way, or ``Proved``. Raises ``RuleError``
    for a metric or version that the catalogue does not have.
    """
    pair = [_named(catalogue.with_version(metric_id, version)[metric_id]) for version in (one, other)]
    beside = attrs.evolve(catalogue, metrics=tuple(pair), other_versions=(), invariants=(), sections=())
    prover = Prover(beside, catalogue.model.constraints)
    because = "two versions of one metric"
    first, second = (metric.id for metric in pair)
    return (
        prover.prove(Subset(first, second, because), TimeScope.AS_AT),
        prover.prove(Subset(second, first, because), TimeScope.AS_AT),
    )


def _named(metric: Metric) -> Metric:
    """Give a version an id of its own, since the two stand side by side; a share as the count of its numerator."""
    version = re.sub(r"[^a-z0-9]+", "_", metric.version.lower()).strip("_")
    return attrs.evolve(metric, id=f"{metric.id}__{version}", measure=counted(metric.measure))
