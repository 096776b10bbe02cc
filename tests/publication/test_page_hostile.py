"""A hostile catalogue and stream: whatever they hold is shown as text."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from impact_metrics import Section, Source, Stream, Unit, evaluate
from impact_metrics.publication import Audience
from impact_metrics.publication.page import html_report
from impact_metrics.rules import Listing
from impact_metrics.values import CaseId
from tests.publication.crowd import SECTIONED, edition
from tests.publication.parsed import Parsed
from tests.publication.shop import made, sold

BAD = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;]]>"
PERSONS = Unit(singular=BAD, plural=BAD, identified_by="PersonId")


def hostile_metrics() -> tuple[object, ...]:
    said = {"definition": BAD, "assumptions": (BAD,), "limits": (BAD,), "source": Source(BAD, BAD, BAD)}
    return tuple(
        attrs.evolve(
            metric,
            title=f"{metric.id} {BAD}",
            unit=PERSONS if metric.unit.identified_by == "PersonId" else attrs.evolve(metric.unit, plural=BAD),
            **said,
        )
        for metric in SECTIONED.metrics
    )


HOSTILE = attrs.evolve(
    SECTIONED,
    title=BAD,
    metrics=hostile_metrics(),
    invariants=tuple(attrs.evolve(found, because=BAD) for found in SECTIONED.invariants),
    sections=tuple(Section(f"{section.title} {BAD}", section.metrics) for section in SECTIONED.sections),
)


@pytest.mark.parametrize("audience", list(Audience))
def test_hostile_texts_are_shown_as_texts(audience: Audience) -> None:
    """Titles, units, headings, definitions, categories, notes of a list, ids, and what files say of themselves."""
    people = [BAD, *(f"P{n}" for n in range(30))]
    events = [
        made(f"M{n} {BAD}", date(2024, 1, 1), who, case=CaseId(f"C{n} {BAD}"), note=BAD, parts=3)
        for n, who in enumerate(people)
    ]
    stream = Stream([*events, sold("S", date(2024, 2, 2), BAD, f"C0 {BAD}")])
    report = evaluate(HOSTILE, stream, as_at=date(2024, 12, 31))
    asked = {"lists": ["orders"]} if audience is Audience.INTERNAL else {}
    page = html_report(
        edition(report, audience, by=[["shape"]], **asked),
        report=report,
        about=[{"title": BAD, "note": BAD}],
        manifest_rows=[(BAD, BAD)],
    )
    parsed = Parsed.of(page)
    assert not parsed.faults
    assert not {tag for tag, _, _ in parsed.elements} & {"script", "img"}
    assert not {name for _, attributes, _ in parsed.elements for name in attributes if name.startswith("on")}
    for place in ("figures", "trends", "outcomes", "definitions", "relations", "manifest"):
        assert BAD in parsed.within(place), place
    if audience is Audience.INTERNAL:
        assert any(isinstance(metric.measure, Listing) for metric in HOSTILE.metrics)
        assert BAD in parsed.within("list-orders")
        assert f"M0 {BAD}" in parsed.within("evidence")
