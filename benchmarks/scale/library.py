"""The same figures by the library, from the folder to the report, and what else it gives beside them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from benchmarks.work import AS_AT, EIGHT
from impact_metrics import evaluate
from impact_metrics.anti_trafficking import CATALOGUE
from impact_metrics.rules.periods import periods

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from impact_metrics.rules import Catalogue

MONTHS = periods("month", date(AS_AT.year - 1, AS_AT.month + 1, 1), AS_AT)


def figures(folder: Path) -> Mapping[str, object]:
    """Give the eight headline figures."""
    return evaluate(EIGHT, folder, as_at=AS_AT).values()


def whole(folder: Path) -> None:
    """Evaluate the whole catalogue that is shipped, with its invariants."""
    evaluate(CATALOGUE, folder, as_at=AS_AT)


ALONE: tuple[Catalogue, ...] = tuple(
    attrs.evolve(CATALOGUE, metrics=(metric,), other_versions=(), invariants=()) for metric in CATALOGUE.metrics
)


def alone(folder: Path) -> None:
    """Evaluate each metric of the catalogue by itself."""
    for catalogue in ALONE:
        evaluate(catalogue, folder, as_at=AS_AT)


def with_evidence(folder: Path) -> None:
    """Evaluate the whole catalogue, and name the events behind every subject of every metric."""
    report = evaluate(CATALOGUE, folder, as_at=AS_AT)
    for metric in CATALOGUE.metrics:
        report.evidence(metric.id)


def one_closing(folder: Path) -> None:
    """Keep the books of the eight figures over the last month."""
    evaluate(EIGHT, folder, as_at=AS_AT).books(MONTHS[-1:])


def twelve_closings(folder: Path) -> None:
    """Keep the books of the eight figures over twelve months."""
    evaluate(EIGHT, folder, as_at=AS_AT).books(MONTHS)


def with_violations(folder: Path) -> None:
    """Evaluate the eight figures, and check every row against every constraint."""
    len(evaluate(EIGHT, folder, as_at=AS_AT).violations)


MEASURES: dict[str, Callable[[Path], Mapping[str, object] | None]] = {
    "library": figures,
    "whole catalogue": whole,
    "its metrics alone": alone,
    "with evidence": with_evidence,
    "one closing": one_closing,
    "twelve closings": twelve_closings,
    "with violations": with_violations,
}
