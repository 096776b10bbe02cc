"""Test vectors: worked examples as plain data, which any other implementation of the definitions can run.

A file holds streams, each with a metric, a date, a subject and where the metric puts it. ``check_vectors`` runs them on
an engine of this library, or on any function that says where a metric puts subjects.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from impact_metrics.exchange import digest
from impact_metrics.exchange.at import At
from impact_metrics.proofs.examples import worked_examples
from impact_metrics.proofs.places import Place, say_place
from impact_metrics.proofs.worked import named
from impact_metrics.rules import Metric
from impact_metrics.streams.json_lines import plain_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from impact_metrics.proofs.worked import WorkedExample
    from impact_metrics.rules import Catalogue

FORMAT = "impact_metrics.test_vectors"
FORMAT_VERSION = 2

Placing: TypeAlias = "Callable[[Metric, Sequence[Mapping[str, Any]], date], Mapping[str, Place]]"
"""Says where a version of a metric puts each subject of a stream (of plain records) as at a date.

Subjects are told by their ids, and of counts and totals of rows by the ids of the events. The words are those of
``Place``. Whoever is put nowhere is left out: whoever is not counted, not in the denominator of a share, not in the
first stage of a funnel, not in the cohort of a follow-up rate or time, and whom a paired change does not look at.
"""


def to_vectors(catalogue: Catalogue, metrics: Iterable[Metric] | None = None) -> dict[str, Any]:
    """Find the worked examples of metrics (without any named: all of the catalogue, other versions too) as plain data.

    The data name the catalogue, its version and digest. Each vector has ``metric``, ``version``, ``part`` (of the
    measure, or ``None`` where it is whom the metric counts), ``clause``, ``as_at``, ``subject``, ``standing`` (where
    the subject is put, in the words of ``Place``, or ``None`` where it is put nowhere), ``days`` (of a time: for how
    many the subject was watched) and the ``events`` of the stream in the form of a line of a JSON Lines file. Vectors
    come in pairs: the clause holds in the first, and not in the second.
    """
    chosen = (*catalogue.metrics, *catalogue.other_versions) if metrics is None else tuple(metrics)
    found = (example for metric in chosen for example in worked_examples(metric, catalogue).examples)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "catalogue": catalogue.id,
        "version": catalogue.version,
        "digest": digest(catalogue),
        "vectors": [vector for example in found for vector in _vectors(example)],
    }


def _vectors(example: WorkedExample) -> Iterator[dict[str, Any]]:
    for side in example.sides:
        place = side.place
        yield {
            "metric": example.metric.id,
            "version": example.metric.version,
            "part": example.part,
            "clause": example.clause,
            "as_at": example.as_at.isoformat(),
            "subject": example.subject,
            "standing": None if place is None else place.standing,
            **({} if place is None or place.days is None else {"days": place.days}),
            "events": [plain_record(event) for event in side.events],
        }


@attrs.frozen
class Failure:
    """A vector that an implementation gets wrong: where it is to put the subject, and where it does."""

    metric: Metric
    vector: Mapping[str, Any]
    expected: Place | None
    found: Place | None

    def __str__(self) -> str:
        """Say what is wrong."""
        plain = self.vector
        expected, found = (
            say_place(self.metric.measure, plain["subject"], place) for place in (self.expected, self.found)
        )
        clause = named(plain["part"], plain["clause"])
        return f"{self.metric}: as at {plain['as_at']} {expected}, and here {found}, which shows the clause: {clause}"


def check_vectors(vectors: Mapping[str, Any], catalogue: Catalogue, placing: Placing) -> tuple[Failure, ...]:
    """Run vectors on an implementation, and give those that it gets wrong.

    Raises ``ExchangeError`` for what is no test vectors of this form, and for those of a metric or version that the
    catalogue does not have, with the path to the fault.
    """
    at = At(vectors)
    at.keys(("format", "format_version", "catalogue", "version", "digest", "vectors"))
    if (at["format"].value, at["format_version"].value) != (FORMAT, FORMAT_VERSION):
        at["format_version"].fail(
            f"this is {at['format'].value!r} in version {at['format_version'].value!r}, and what is read is {FORMAT!r} "
            f"in version {FORMAT_VERSION}",
            "write the vectors anew: impact-metrics examples --out vectors.json",
        )
    failures = (_failure(vector, catalogue, placing) for vector in at["vectors"].items())
    return tuple(failure for failure in failures if failure is not None)


def _failure(at: At, catalogue: Catalogue, placing: Placing) -> Failure | None:
    at.keys(("metric", "version", "part", "clause", "as_at", "subject", "standing", "events"), ("days",))
    with at["metric"].building():
        named = {metric.version: metric for metric in catalogue.versions(at["metric"].text())}
    if at["version"].text() not in named:
        at["version"].fail(
            f"the catalogue {catalogue.id} {catalogue.version} has no version {at['version'].value!r} of "
            f"{at['metric'].value!r}",
            "take the catalogue that the vectors were made for",
        )
    metric, expected = named[at["version"].value], None
    if at["standing"].value is not None:
        expected = Place(at["standing"].text(), at["days"].number() if "days" in at else None)
    found = placing(metric, [event.value for event in at["events"].items()], _day(at["as_at"])).get(
        at["subject"].text()
    )
    return None if found == expected else Failure(metric, at.value, expected, found)


def _day(at: At) -> date:
    try:
        return date.fromisoformat(at.text())
    except ValueError:
        at.fail(f"{at.value!r} is no date", "write it as 2024-12-31")
