"""What a publishable page does not tell."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import attrs
import pytest

from impact_metrics import Stream, evaluate
from impact_metrics.errors import DisclosureError
from impact_metrics.publication import Audience
from impact_metrics.publication.certainty import Certainty
from impact_metrics.publication.page import html_report
from impact_metrics.publication.previous import Previous
from impact_metrics.values import CaseId, EventId, PersonId
from tests.publication.crowd import DAY, SECTIONED, edition, events, report
from tests.publication.parsed import Parsed


def renamed(event: Any) -> Any:
    """Give an event other ids throughout."""
    names: dict[str, str] = {"id": EventId(f"zz{event.id}")}
    if event.case is not None:
        names["case"] = CaseId(f"zz{event.case}")
    for role in ("maker", "buyer"):
        if hasattr(event, role):
            names[role] = PersonId(f"zz{getattr(event, role)}")
    return attrs.evolve(event, **names)


def test_a_publishable_page_depends_on_no_id() -> None:
    """With other people, orders and records of other names, it is the same to the letter."""
    other = evaluate(SECTIONED, Stream([renamed(event) for event in events()]), as_at=DAY)
    pages = [html_report(edition(of), report=of, proofs=Certainty.of(of)) for of in (report(), other)]
    assert pages[0] == pages[1]
    internal = html_report(edition(other, Audience.INTERNAL), report=other)
    assert "zzM0" in internal
    assert "zzP00" in internal


def test_a_suppressed_figure_is_nowhere() -> None:
    """What is fewer than 8 is told in words: in the card, the table and the trend."""
    few = report(number=4)
    parsed = Parsed.of(html_report(edition(few, by=[]), report=few))
    card = parsed.within("figure-makers")
    assert "Fewer than 8" in card
    assert "not shown" in card
    assert not re.search(r"\b[1-7] several", parsed.within("figures"))
    money = parsed.within("figure-money")
    assert "Not shown" in money
    assert "it is below 8, or of fewer than 8 records" in money
    trend = parsed.within("trend-makers")
    assert "[c]" in trend
    assert "Not shown: 2022." in trend
    assert "Not shown" in parsed.within("figure-safe_share")


def test_an_internal_edition_is_not_compared_with_in_public() -> None:
    """Its exact figures would be printed."""
    previous = Previous(audience=Audience.INTERNAL, as_at=date(2023, 12, 31), numbers=())
    with pytest.raises(DisclosureError, match="the previous edition is internal"):
        html_report(edition(report()), previous=previous)
    assert "Since the last edition" in html_report(edition(report(), Audience.INTERNAL), previous=previous)


def test_evidence_is_that_of_the_edition() -> None:
    """The report of another day, or of another catalogue, is refused."""
    with pytest.raises(DisclosureError, match="the edition is of another report"):
        html_report(edition(report()), report=report(as_at=date(2023, 12, 31)))
