"""Sections: the headings of a publication, and the reckoning of the shares below them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from impact_metrics import (
    Catalogue,
    RuleError,
    Section,
    Stream,
    at_most,
    count,
    distinct,
    evaluate,
    followed_up,
    share,
    subset,
)
from impact_metrics.errors import ExchangeError
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.rules.sections import OTHERS
from tests.test_follow_up import CATALOGUE as FOLLOWED
from tests.test_follow_up import DAY, MAKERS, RATE
from tests.test_follow_up import STREAM as COURSES
from tests.test_shares import BUYERS, BUYING, CATALOGUE, STREAM, metric
from tests.toys import TOYS, Made

MADE = CATALOGUE["makers"]
BOUGHT = metric(count(BUYERS), "buyers")
SECTIONED = Catalogue(
    id="toys",
    version="1",
    title="Toys",
    model=TOYS,
    metrics=(MADE, BOUGHT, BUYING),
    sections=(Section.of("Who <buys>", (BUYING, BOUGHT)), Section("Nothing yet", ())),
)
DECEMBER = date(2024, 12, 31)


def test_metrics_stand_under_their_headings() -> None:
    """In the order of the sections, those that are in none last; an empty section has no heading in a terminal."""
    assert SECTIONED.by_section == (("Who <buys>", (BUYING, BOUGHT)), ("Nothing yet", ()), ("", (MADE,)))
    report = evaluate(SECTIONED, STREAM, as_at=DECEMBER)
    text = str(report)
    places = [text.index(part) for part in ("Who <buys>", "buyers 1", "buying_makers 1", f"\n{OTHERS}\n", "makers 1\n")]
    assert places[0] < places[1] < places[2] < places[3]
    assert "Nothing yet" not in text
    assert "Outcomes" not in text
    html = report._repr_html_()
    assert '<th scope="rowgroup" colspan="3">Who &lt;buys&gt;</th>' in html
    assert (
        html.index("Who &lt;buys&gt;") < html.index("buying_makers 1") < html.index(OTHERS) < html.index('"makers 1"')
    )
    whole = attrs.evolve(SECTIONED, sections=(Section.of("All", SECTIONED.metrics),))
    assert [title for title, _ in whole.by_section] == ["All"]
    assert "rowgroup" not in evaluate(CATALOGUE, STREAM, as_at=DECEMBER)._repr_html_()


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ((Section("A", ("byuers",)),), "there is no metric 'byuers'\n  hint: did you mean 'buyers'"),
        ((Section("A", ("buyers",)), Section("A", ())), "two sections have the same title"),
        ((Section("A", ("buyers",)), Section("B", ("buyers",))), "the metric 'buyers' is in 'A' already"),
        ((Section("A", ("buyers", "buyers")),), "the metric 'buyers' is in 'A' already"),
    ],
)
def test_wrong_sections_are_refused(sections: Any, message: str) -> None:
    """A metric that is not there, one in two places, and two headings of one name."""
    with pytest.raises(RuleError) as caught:
        attrs.evolve(SECTIONED, sections=sections)
    assert message in str(caught.value)


def test_some_metrics_stand_by_themselves() -> None:
    """With what speaks of them alone: their versions, the relations between them, and their headings."""
    other = attrs.evolve(BOUGHT, version="2", reason="another")
    related = attrs.evolve(
        SECTIONED,
        other_versions=(other, attrs.evolve(MADE, version="2", reason="another")),
        invariants=(subset(BOUGHT, BOUGHT, because="it is itself"), at_most(BOUGHT, MADE, because="here")),
    )
    alone = related.only("buyers")
    assert (alone.metrics, alone.other_versions) == ((BOUGHT,), (other,))
    assert alone.invariants == related.invariants[:1]
    assert alone.sections == (Section("Who <buys>", ("buyers",)),)
    assert related.only("buying_makers", "makers", "buyers") == attrs.evolve(related, sections=SECTIONED.sections[:1])
    with pytest.raises(RuleError, match="did you mean 'buyers'"):
        related.only("byuers")


def test_a_section_has_a_title() -> None:
    """Its metrics say which one it is."""
    with pytest.raises(RuleError, match="section of buyers: a section has a title"):
        Section(" ", ("buyers",))
    with pytest.raises(RuleError, match="section of nothing: a section has a title"):
        Section("", ())


def test_sections_cross_files() -> None:
    """There and back; what is wrong is named with its place. A catalogue without any writes none."""
    plain = to_plain(SECTIONED)
    assert from_plain(plain, TOYS) == SECTIONED
    assert "sections" not in to_plain(CATALOGUE)
    plain["sections"][0]["titel"] = "x"
    with pytest.raises(ExchangeError, match=r"sections\[0\]: there is no key 'titel' here"):
        from_plain(plain, TOYS)
    del plain["sections"][0]["titel"]
    plain["sections"][0]["title"] = ""
    with pytest.raises(ExchangeError, match=r"sections\[0\]: a section has a title"):
        from_plain(plain, TOYS)


def test_a_rate_is_reckoned_from_everybody_who_entered() -> None:
    """What is left out step by step, the rate with its bounds, and the naive one for contrast."""
    report = evaluate(FOLLOWED, COURSES, as_at=DAY)
    parts = report["rate"].parts
    assert parts is not None
    steps = {row["step"]: row for row in report.reckoning("rate").to_dicts()}
    numbers = {step: row["number"] for step, row in steps.items() if row["number"] is not None}
    assert numbers == {
        "entered": 5,
        "not yet due": 2,
        "not yet due, with the outcome": 1,
        "lost": 1,
        "denominator": 2,
        "numerator": 1,
    }
    assert numbers["entered"] - numbers["not yet due"] - numbers["lost"] == numbers["denominator"]
    rates = {step: row["rate"] for step, row in steps.items() if row["rate"] is not None}
    bounds = report["rate"].interval
    assert bounds is not None
    assert rates == {
        "rate": Decimal("0.5"),
        "lower": bounds[0],
        "upper": bounds[1],
        "least": parts.least,
        "most": parts.most,
        "naive rate": parts.naive_rate,
    }
    assert list(steps) == [
        "entered", "not yet due", "not yet due, with the outcome", "lost", "denominator", "numerator", "rate", "lower",
        "upper", "least", "most", "naive rate",
    ]  # fmt: skip
    assert "12 months" in steps["denominator"]["meaning"]
    assert steps["naive rate"]["meaning"].startswith("wrong, and here for contrast")


def test_a_rate_that_names_nobody_lost_speaks_of_none() -> None:
    """Nor of bounds; a month is one month; of nobody there is no rate and no interval."""
    outcome = RATE.measure.outcome  # type: ignore[union-attr]
    month = attrs.evolve(RATE, measure=followed_up(outcome, within_months=1, of=MAKERS))
    only = attrs.evolve(FOLLOWED, metrics=(month,))
    steps = {row["step"]: row for row in evaluate(only, COURSES, as_at=DAY).reckoning("rate").to_dicts()}
    assert not steps.keys() & {"lost", "least", "most"}
    assert "less those not yet due" in steps["denominator"]["meaning"]
    assert "followed up for 1 month:" in steps["denominator"]["meaning"]
    nobody = evaluate(only, Stream([]), as_at=DAY).reckoning("rate").to_dicts()
    assert [row["rate"] for row in nobody] == [None] * len(nobody)


def test_a_share_is_reckoned_from_its_denominator() -> None:
    """With those not known, where it names any; other figures have no such steps."""
    report = evaluate(SECTIONED, STREAM, as_at=DECEMBER)
    found = report.reckoning("buying_makers").to_dicts()
    assert [(row["step"], row["number"]) for row in found if row["number"] is not None] == [
        ("denominator", 4),
        ("numerator", 2),
        ("not known", 1),
    ]
    assert (found[-1]["step"], found[-1]["rate"]) == ("most", Decimal("0.75"))
    bare = attrs.evolve(BUYING, measure=share(BUYERS, of=distinct(Made.maker)))
    plain = evaluate(attrs.evolve(CATALOGUE, metrics=(bare,)), STREAM, as_at=DECEMBER).reckoning(bare.id).to_dicts()
    assert [row["step"] for row in plain] == ["denominator", "numerator", "share", "lower", "upper"]
    with pytest.raises(RuleError, match="only a share or a rate is reckoned"):
        report.reckoning("makers")
