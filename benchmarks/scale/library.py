"""The same figures by the library, from the folder to the report, and what else it gives beside them."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import attrs

from benchmarks.work import AS_AT, EIGHT
from impact_metrics import evaluate
from impact_metrics.anti_trafficking import CATALOGUE, MODEL
from impact_metrics.engines.duckdb import Tables
from impact_metrics.rules.periods import periods

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from impact_metrics.rules import Catalogue

MONTHS = periods("month", date(AS_AT.year - 1, AS_AT.month + 1, 1), AS_AT)
MOST = {"with evidence": 10**6}
"""The most events for what brings a Python object for every subject and every event behind it."""


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
    """Evaluate the eight figures, check every row against every constraint, and fetch the rows that break one."""
    len(evaluate(EIGHT, folder, as_at=AS_AT).violations)


def measures(folder: Path, events: int) -> dict[str, Callable[[], Mapping[str, object] | None]]:
    """Give what is measured by name. The folder is opened for compiling, and each other measure opens it anew."""
    engine = Tables(folder, MODEL).engine(None)
    named = [(metric.id, metric.measure) for metric in CATALOGUE.metrics]

    def compile_all() -> None:
        engine.statement(named, AS_AT)

    works: dict[str, Callable[[Path], Mapping[str, object] | None]] = {
        "library": figures,
        "whole catalogue": whole,
        "its metrics alone": alone,
        "with evidence": with_evidence,
        "one closing": one_closing,
        "twelve closings": twelve_closings,
        "with violations": with_violations,
    }
    fitting = {name: partial(work, folder) for name, work in works.items() if events <= MOST.get(name, events)}
    return {"compiling": compile_all, **fitting}
