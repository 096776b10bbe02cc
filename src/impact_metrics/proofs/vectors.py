"""Test vectors: worked examples as plain data, which any other implementation of the definitions can run.

A file holds streams, each with a metric, a date, a subject and whether the metric counts it. ``check_vectors`` runs
them on an engine of this library, or on any function that says whom a metric counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from impact_metrics.exchange import digest
from impact_metrics.proofs.examples import worked_examples
from impact_metrics.rules.paired_change import PairedChange
from impact_metrics.rules.time_between import Timed
from impact_metrics.streams.json_lines import plain_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from impact_metrics.proofs.examples import WorkedExample
    from impact_metrics.rules import Catalogue, Metric

FORMAT = "impact_metrics.test_vectors"
FORMAT_VERSION = 1

Counting: TypeAlias = "Callable[[Metric, Sequence[Mapping[str, Any]], date], Iterable[str]]"
"""Says whom a version of a metric counts in a stream (of plain records) as at a date: ids of subjects, of a share those
in its numerator, of a funnel those in its last stage, or of the events of its rows."""


def to_vectors(catalogue: Catalogue, metrics: Iterable[Metric] | None = None) -> dict[str, Any]:
    """Find the worked examples of metrics (without any named: all of the catalogue, other versions too) as plain data.

    Follow-up rates and times have none, and are left out where no metrics are named.

    The data name the catalogue, its version and digest. Each vector has ``metric``, ``version``, ``clause``, ``as_at``,
    ``subject``, ``counts`` and the ``events`` of the stream in the form of a line of a JSON Lines file.
    """
    every = (*catalogue.metrics, *catalogue.other_versions)
    chosen = exemplified(every) if metrics is None else tuple(metrics)
    found = (example for metric in chosen for example in worked_examples(metric, catalogue).examples)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "catalogue": catalogue.id,
        "version": catalogue.version,
        "digest": digest(catalogue),
        "vectors": [vector for example in found for vector in _vectors(example)],
    }


def exemplified(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """Keep the metrics for which worked examples can be found: all but follow-up rates, times and paired changes."""
    return tuple(metric for metric in metrics if not isinstance(metric.measure, Timed | PairedChange))


def _vectors(example: WorkedExample) -> Iterator[dict[str, Any]]:
    for events, counts in ((example.counted, True), (example.not_counted, False)):
        yield {
            "metric": example.metric.id,
            "version": example.metric.version,
            "clause": example.clause,
            "as_at": example.as_at.isoformat(),
            "subject": example.subject,
            "counts": counts,
            "events": [plain_record(event) for event in events],
        }


@attrs.frozen
class Failure:
    """A vector that an implementation gets wrong."""

    vector: Mapping[str, Any]

    def __str__(self) -> str:
        """Say what is wrong."""
        plain = self.vector
        expected = "counts" if plain["counts"] else "does not count"
        return (
            f"{plain['metric']} {plain['version']} {expected} {plain['subject']} as at {plain['as_at']}, which shows "
            f"the clause: {plain['clause']}"
        )


def check_vectors(vectors: Mapping[str, Any], catalogue: Catalogue, counting: Counting) -> tuple[Failure, ...]:
    """Run vectors on an implementation, and give those that it gets wrong."""
    failures: list[Failure] = []
    for vector in vectors["vectors"]:
        versions = {metric.version: metric for metric in catalogue.versions(vector["metric"])}
        day = date.fromisoformat(vector["as_at"])
        counted = set(counting(versions[vector["version"]], vector["events"], day))
        if (vector["subject"] in counted) is not vector["counts"]:
            failures.append(Failure(vector))
    return tuple(failures)
