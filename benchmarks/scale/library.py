"""The same figures by the library, from the folder to the report, and what else it gives beside them.

Code by hand takes the rows as they come. The library checks each as it opens a folder, unless it is told to trust the
files: the headline figures are measured both ways, and everything else on files that are trusted.
"""

from __future__ import annotations

import tempfile
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from benchmarks.work import AS_AT, EIGHT
from impact_metrics import evaluate
from impact_metrics.anti_trafficking import CATALOGUE, MODEL
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.duckdb.script import script
from impact_metrics.rules.periods import periods

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from impact_metrics.rules import Catalogue

MONTHS = periods("month", date(AS_AT.year - 1, AS_AT.month + 1, 1), AS_AT)
MOST = {"with evidence": 10**6}
"""The most events for what brings a Python object for every subject and every event behind it."""


def checked(folder: Path) -> Mapping[str, object]:
    """Give the eight headline figures, with every row checked."""
    return evaluate(EIGHT, folder, as_at=AS_AT).values()


def trusted(tables: Tables) -> Mapping[str, object]:
    """Give the eight headline figures."""
    return evaluate(EIGHT, tables, as_at=AS_AT).values()


FIGURES = attrs.evolve(CATALOGUE, invariants=(), sections=())
"""The catalogue that is shipped, less the relations between its figures and the headings above them."""
ALONE: tuple[Catalogue, ...] = tuple(
    attrs.evolve(FIGURES, metrics=(metric,), other_versions=()) for metric in FIGURES.metrics
)


def whole(tables: Tables) -> None:
    """Evaluate the whole catalogue."""
    evaluate(FIGURES, tables, as_at=AS_AT)


def with_invariants(tables: Tables) -> None:
    """Evaluate the whole catalogue, and check its invariants subject by subject."""
    evaluate(CATALOGUE, tables, as_at=AS_AT)


def alone(tables: Tables) -> None:
    """Evaluate each metric of the catalogue by itself."""
    for catalogue in ALONE:
        evaluate(catalogue, tables, as_at=AS_AT)


def with_evidence(tables: Tables) -> None:
    """Evaluate the whole catalogue, and name the events behind every subject of every metric."""
    report = evaluate(FIGURES, tables, as_at=AS_AT)
    for metric in FIGURES.metrics:
        report.evidence(metric.id)


def with_entries(tables: Tables) -> None:
    """Evaluate the whole catalogue, and write down the events through which every subject of every metric counts."""
    report = evaluate(FIGURES, tables, as_at=AS_AT)
    with tempfile.TemporaryDirectory() as scratch:
        report.write_entries(Path(scratch) / "entries.parquet")


def one_closing(tables: Tables) -> None:
    """Keep the books of the eight figures over the last month."""
    evaluate(EIGHT, tables, as_at=AS_AT).books(MONTHS[-1:])


def twelve_closings(tables: Tables) -> None:
    """Keep the books of the eight figures over twelve months."""
    evaluate(EIGHT, tables, as_at=AS_AT).books(MONTHS)


def with_violations(tables: Tables) -> None:
    """Evaluate the eight figures, test every constraint, and fetch the events that break one."""
    len(evaluate(EIGHT, tables, as_at=AS_AT).violations)


WORKS: dict[str, Callable[[Tables], Mapping[str, object] | None]] = {
    "library, files trusted": trusted,
    "whole catalogue": whole,
    "its metrics alone": alone,
    "with invariants": with_invariants,
    "with entries": with_entries,
    "with evidence": with_evidence,
    "one closing": one_closing,
    "twelve closings": twelve_closings,
    "with violations": with_violations,
}


def compiled() -> None:
    """Write the SQL of the whole catalogue."""
    for metric in FIGURES.metrics:
        script(metric, MODEL, AS_AT, Path("nowhere"))


def measures(folder: Path, events: int) -> dict[str, Callable[[], Mapping[str, object] | None]]:
    """Give what is measured by name. Each opens the folder anew, but for compiling, which runs no query."""

    def opened(work: Callable[[Tables], Mapping[str, object] | None]) -> Mapping[str, object] | None:
        with Tables(folder, MODEL, trusted=True) as tables:
            return work(tables)

    fitting = {name: partial(opened, work) for name, work in WORKS.items() if events <= MOST.get(name, events)}
    return {"compiling": compiled, "library, rows checked": partial(checked, folder), **fitting}
