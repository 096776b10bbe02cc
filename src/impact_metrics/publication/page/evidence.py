"""The section of evidence: that it is kept, and on an internal page which events stand behind each figure."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from impact_metrics.documents.english.words import event_noun, plural
from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.given import Section
from impact_metrics.publication.page.layout import fold, table, to_definition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.publication.page.given import Given
    from impact_metrics.reports import Report

FIRST = 5
"""How many subjects of each figure are named."""
_KEPT = (
    "Behind every figure stand the people and records that it counts. The organisation keeps them, and whoever it lets "
    "in can verify each figure from them. A page that is published names none of them."
)


def evidence(given: Given) -> Section:
    """Say that evidence is kept; on an internal page count and name it."""
    if not given.internal or given.report is None:
        return Section("evidence", "Evidence", (tag("p", _KEPT),))
    return Section("evidence", "Evidence", tuple(_named(given, given.report)))


def _named(given: Given, report: Report) -> Iterator[Element]:
    subjects: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, subject, kind, event in report.entries().rows:
        subjects[name][subject].append(event)
        types[name][kind] += 1
    metrics = [metric for _, found in given.edition.catalogue.by_section for metric in found]
    counted = [metric for metric in metrics if metric.measure.counted or metric.measure.lines]
    yield tag("p", "Each figure counts its subjects through events. Of a share those are the ones in the numerator.")
    yield table(
        "What stands behind each figure",
        [("Figure", "text"), ("Subjects or rows", "number"), ("Events", "text")],
        [[to_definition(metric), f"{len(subjects[metric.id]):,}", _by_type(types[metric.id])] for metric in counted],
        note="Follow-up rates, times and paired changes are explained subject by subject: impact-metrics explain.",
    )
    rows: list[list[Content]] = [
        [metric.title, subject, ", ".join(sorted(subjects[metric.id][subject]))]
        for metric in counted
        for subject in sorted(subjects[metric.id])[:FIRST]
    ]
    yield fold(
        f"The first {FIRST} subjects of each figure, with their events",
        table("First subjects", [("Figure", "text"), ("Subject or row", "text"), ("Events", "text")], rows),
    )


def _by_type(types: Counter[str]) -> str:
    """Name the types of events with how many there are of each."""
    said = [
        f"{number:,} {event_noun(name) if number == 1 else plural(event_noun(name))}"
        for name, number in sorted(types.items())
    ]
    return ", ".join(said) or "none"
