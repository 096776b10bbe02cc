"""Test vectors: worked examples as data, run on every engine."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from impact_metrics import Catalogue, Metric, Stream, evaluate, exchange
from impact_metrics.anti_trafficking import CATALOGUE, MODEL
from impact_metrics.anti_trafficking.paired import PAIRED
from impact_metrics.anti_trafficking.times import TIMES
from impact_metrics.engines.duckdb import Tables
from impact_metrics.proofs import check_vectors, exemplified, to_vectors
from impact_metrics.proofs.clauses import turns
from impact_metrics.rules import Count, Funnel, Share
from impact_metrics.streams import read_json_lines, to_arrow
from tests import oracle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from impact_metrics.model import Event

PUBLISHED = Path(__file__).parents[2] / "docs" / "vectors" / "anti_trafficking-2024.1.json"


@cache
def published() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    return found


def events_of(records: Sequence[Mapping[str, Any]], folder: Path) -> list[Any]:
    """Read records as anybody would: as the lines of a file."""
    path = folder / "stream.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    reading = read_json_lines(path, MODEL)
    assert reading.set_aside_count == 0
    return list(reading.stream)


def by_reference(metric: Metric, events: list[Event], day: date) -> set[str]:
    return counted(metric, Stream(events), day)


def by_duckdb(metric: Metric, events: list[Event], day: date) -> set[str]:
    return counted(metric, Tables(to_arrow(Stream(events), MODEL), MODEL), day)


def counted(metric: Metric, source: Any, day: date) -> set[str]:
    alone = Catalogue(id="c", version="1", title="C", model=MODEL, metrics=(metric,))
    report = evaluate(alone, source, as_at=day)
    return {evidence.subject for evidence in report.evidence(metric.id)}


def by_brute_force(metric: Metric, events: list[Event], day: date) -> set[str]:
    measure: Any = metric.measure
    if isinstance(measure, Count | Share | Funnel):
        counting = measure.population if isinstance(measure, Count) else measure.inside
        return oracle.members(counting, events, day)
    return {event.id for event in oracle.rows(measure.field.row, measure.condition, events, day)}


ENGINES: dict[str, Callable[[Metric, list[Any], date], set[str]]] = {
    "reference": by_reference,
    "duckdb": by_duckdb,
    "brute force": by_brute_force,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_passes_the_published_vectors(engine: str, tmp_path: Path) -> None:
    """All of them, read from the file that other implementations read."""
    failures = check_vectors(
        published(),
        CATALOGUE,
        lambda metric, records, day: ENGINES[engine](metric, events_of(records, tmp_path), day),
    )
    assert [str(failure) for failure in failures] == []


WITHOUT_VECTORS = {
    *("re_trafficking_12_months", "re_trafficking_24_months", "systemic_change"),
    *(metric.id for metric in (*TIMES, *PAIRED)),
}
"""Rates, times and changes, of which months, days and scores decide; and a list that asks nothing of its entries."""


def test_the_published_vectors_are_of_this_catalogue_and_of_every_clause() -> None:
    """After a change: ``impact-metrics examples --out docs/vectors/anti_trafficking-2024.1.json``.

    Two clauses never decide alone: whoever is not stable, or not independent, is said otherwise by the same assessment.
    """
    assert published()["digest"] == exchange.digest(CATALOGUE)
    shown = {(vector["metric"], vector["version"], vector["clause"]) for vector in published()["vectors"]}
    clauses = {
        (metric.id, metric.version, turn.text)
        for metric in exemplified((*CATALOGUE.metrics, *CATALOGUE.other_versions))
        for turn in turns(metric)
    }
    assert shown <= clauses
    idle = {
        "the survivor has reached a stable point of reintegration",
        "the survivor lives independently of our support",
    }
    assert {clause for metric, _, clause in clauses - shown if metric == "survivors_rehabilitated"} >= idle
    with_clauses = {metric.id for metric in exemplified(CATALOGUE.metrics) if any(turns(metric))}
    assert {name for name, _, _ in shown} == with_clauses == set(CATALOGUE.by_id) - WITHOUT_VECTORS


def test_an_implementation_that_forgets_a_clause_is_told_which() -> None:
    """Arrests without the question who supported them fail one vector, with the clause in words."""
    vectors = to_vectors(CATALOGUE, [CATALOGUE["arrests"]])

    def forgetful(metric: Metric, records: Sequence[Mapping[str, Any]], day: date) -> set[str]:
        assert (metric.id, day) == ("arrests", date(2024, 12, 31))
        return {record["suspect"] for record in records if record["type"] == "Arrest"}

    (failure,) = check_vectors(vectors, CATALOGUE, forgetful)
    assert str(failure) == (
        "arrests 2024.1 does not count person-1 as at 2024-12-31, which shows the clause: the help that our teams gave "
        'the authority during the intervention includes one or more of "operational support by our teams"'
    )
    (other,) = check_vectors(vectors, CATALOGUE, lambda *_: [])
    assert str(other).startswith("arrests 2024.1 counts person-1")
