"""Explanations: they say what the figure says, name the events, and tell what is lacking."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import assume, given

from impact_metrics import (
    Catalogue,
    EventId,
    PersonId,
    Report,
    RuleError,
    SamePerson,
    Stream,
    alias,
    any_of,
    at_least,
    clause,
    count,
    distinct,
    evaluate,
    exists,
    not_,
    rows,
    total,
)
from impact_metrics.anti_trafficking import CATALOGUE as DOMAIN
from impact_metrics.anti_trafficking import MODEL
from impact_metrics.documents import Explanation, Finding, Verdict, explain
from impact_metrics.expressions import AllOf
from impact_metrics.rules import (
    FollowUp,
    Funnel,
    Measure,
    PairedChange,
    Share,
    TimeBetween,
)
from impact_metrics.rules.measures import Average, Ratio
from impact_metrics.rules.populations import Distinct, Population, distincts
from impact_metrics.streams import read_json_lines
from impact_metrics.testing import DAYS, measures, streams
from tests import oracle
from tests.test_engine_properties import known_events
from tests.test_english import metric_of
from tests.test_reports import STREAM, made, sold
from tests.toys import STRICT_TOYS, TOYS, Broken, Colour, Made, Shape, Sold

EXAMPLE = Path(__file__).parent.parent / "examples" / "justice_and_care" / "stream.jsonl.gz"


def report_of(measure: Any, stream: Stream = STREAM, as_at: date = date(2024, 1, 31)) -> Report:
    only = Catalogue(id="c", version="1", title="C", model=STRICT_TOYS, metrics=(metric_of(measure),))
    return evaluate(only, stream, as_at=as_at)


def of(measure: Any, subject: str, stream: Stream = STREAM, as_at: date = date(2024, 1, 31)) -> Explanation:
    return explain(report_of(measure, stream, as_at), "m", subject)


def every_finding(finding: Finding) -> list[Finding]:
    return [finding, *(inner for item in finding.findings for inner in every_finding(item))]


@given(streams(TOYS), measures(TOYS))
def test_an_explanation_says_what_the_figure_says(stream: Stream, measure: Measure) -> None:
    """Of random rules and streams, for every subject that any event has: counted, or with something lacking."""
    only = Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(metric_of(measure),))
    report = evaluate(only, stream, as_at=DAYS[3])
    events = known_events(stream)
    assume(not isinstance(measure, Ratio))  # it is of nobody by itself: see its own tests
    if measure.populations:
        populations = measure.populations
        if isinstance(measure, FollowUp):
            courses = oracle.followed(measure, events, DAYS[3])
            expected = {subject for subject, (due, having) in courses.items() if due and having}
        elif isinstance(measure, TimeBetween):
            lives = oracle.lives(measure, events, DAYS[3])
            expected = {subject for subject, (_, how) in lives.items() if how == "ended"}
        elif isinstance(measure, PairedChange):
            compared = oracle.compared(measure, events, DAYS[3])
            expected = {subject for subject, (place, _) in compared.items() if place == "better"}
        elif isinstance(measure, Average):
            cohort = oracle.members(measure.cohort, events, DAYS[3])
            expected = {
                subject for subject in cohort if oracle.value_of(measure.number, subject, events, DAYS[3]) is not None
            }
        else:
            whole = measure.inside if isinstance(measure, Share | Funnel) else populations[0]
            expected = oracle.members(whole, events, DAYS[3])
        found = [item for population in populations for item in distincts(population)]
        subjects = {subject for item in found for subject in held(item, stream)} | {"nobody"}
    else:
        row, condition = (
            (measure.rows.row, measure.rows.condition)
            if not hasattr(measure, "field")
            else (measure.field.row, measure.condition)
        )
        expected = {event.id for event in oracle.rows(row, condition, events, DAYS[3])}
        subjects = {event.id for event in stream.known().rows.get(row.record.name, ())}
    for subject in subjects:
        told = explain(report, "m", subject)
        assert told.counted == (told.subject in expected)
        json.dumps(told.to_dict())
        for finding in every_finding(told.finding):
            assert (finding.verdict is Verdict.YES) == (finding.lacking == 0)
            assert finding.lacking == len(finding.needed)


def held(item: Distinct[Any], stream: Stream) -> set[str]:
    values = [getattr(event, item.subject.name) for event in stream.known().rows.get(item.row.record.name, ())]
    return {one for value in values for one in (value if isinstance(value, frozenset) else [value]) if one is not None}


@clause
def in_demand() -> Any:
    """Somebody bought it."""
    return exists(Sold, Sold.case == Made.case, Sold.pieces >= 1)


def test_who_is_counted_is_told_since_when_and_through_what() -> None:
    """The event of entry, the clause, and the events that it found."""
    told = of(count(distinct(Made.maker).where(in_demand())), "Eve")
    assert str(told) == (
        "Eve is counted by M (m 1) as at 2024-01-31.\n\n"
        "      yes since 2024-01-03: the person is the maker in a fitting made\n"
        "        yes since 2024-01-03: made M1 of 2024-01-01\n"
        "          yes since 2024-01-03: somebody bought it [S1, S2]\n"
        "            yes since 2024-01-03: there is a sold with the same case as the made, where how many were sold "
        "is at least 1 [S1, S2]"
    )


def test_who_is_not_counted_is_told_what_would_have_to_change() -> None:
    """The nearest event, and what of it fails."""
    told = of(count(distinct(Made.maker).where(in_demand(), Made.parts >= 9)), "Eve")
    assert told.finding.needed == ("how many parts it has is at least 9 (made M1 of 2024-01-01)",)
    assert "Nearest to counting: it would have to be so that how many parts it has is at least 9 (made M1" in str(told)
    assert [finding.text for finding in told.finding.findings] == ["made M1 of 2024-01-01", "made M2 of 2024-01-02"]


def test_missing_values_are_told_from_wrong_ones() -> None:
    """Where nothing but a missing value stands in the way, the verdict is 'not known', up to the top."""
    told = of(count(distinct(Made.maker).where(Made.parts >= 2, Made.shape == Shape.ROUND)), "Eve")
    assert told.finding.verdict is Verdict.UNKNOWN
    assert of(count(distinct(Made.maker).where(Made.parts >= 9, Made.safe)), "Eve").finding.verdict is Verdict.NO
    either = count(distinct(Made.maker).where(any_of(Made.safe, Made.parts >= 9)))
    assert of(either, "Eve").finding.findings[0].verdict is Verdict.UNKNOWN
    assert of(count(distinct(Made.maker).where(not_(Made.safe))), "Eve").counted, "a denial of what is not known holds"


def test_events_that_nearly_fit_are_named() -> None:
    """Tied to the right one, but wrong otherwise: the nearest first, and what of it is wrong."""
    ask = exists(Sold, Sold.case == Made.case, Sold.gift, Sold.pieces >= 1)
    told = of(count(distinct(Made.maker).where(ask)), "Eve")
    (entry, other) = told.finding.findings
    (quantified,) = entry.findings
    assert [finding.text for finding in quantified.findings] == ["sold S1 of 2024-01-03", "sold S2 of 2024-01-05"]
    assert told.finding.needed == ("it is a gift (made M1 of 2024-01-01)",)
    assert other.findings[0].findings == ()
    several = exists(Sold, Sold.case == Made.case, at_least(3, Broken, Broken.case == Sold.case))
    assert len(of(count(distinct(Made.maker).where(several, Made.parts >= 1)), "Eve").finding.needed) == 2


def test_what_must_not_have_happened_is_named_when_it_has() -> None:
    """The denial fails through events, which are listed; of many, the first ones."""
    told = of(count(distinct(Made.maker).where(not_(exists(Sold, Sold.case == Made.case)), Made.parts >= 1)), "Eve")
    (needed,) = told.finding.needed
    assert needed == (
        "there is no sold with the same case as the made, but there is sold S1 of 2024-01-03, sold S2 of 2024-01-05 "
        "(made M1 of 2024-01-01)"
    )
    five = Stream([made("M1", 1, "Eve", "C1"), *(sold(f"S{n}", 2, "Ann") for n in range(5))])
    denied = of(count(distinct(Made.maker).where(not_(exists(Sold)))), "Eve", five)
    assert "and 2 more" in denied.finding.needed[0]


def test_several_events_that_are_asked_for_are_counted() -> None:
    """As many as there are, and as many as are lacking; also by different values."""
    pair = count(distinct(Sold.buyer).at_least(2))
    assert [item.text for item in of(pair, "Ann").finding.findings] == [
        "sold S1 of 2024-01-03",
        "sold S2 of 2024-01-05",
    ]
    assert of(pair, "Ben").finding.needed == ("there is another fitting sold",)
    boxes = count(distinct(Sold.buyer).at_least(2, on_distinct=Sold.box))
    assert (
        of(boxes, "Ann").finding.text == 'the person is the buyer in at least two solds with different values of "box"'
    )
    days = count(distinct(Sold.buyer).at_least(3, on_distinct=Sold.occurred_on))
    assert of(days, "Ann").finding.text.endswith("three solds on different days")
    asked = count(distinct(Made.maker).where(at_least(3, Sold, Sold.case == Made.case, on_distinct=Sold.box)))
    assert len(of(asked, "Eve").finding.needed) == 1


def test_who_has_no_event_yet_is_told_of_the_first_to_come() -> None:
    """Before its date an event does not count; without any there is nothing near."""
    told = of(count(distinct(Made.helpers)), "Ann", as_at=date(2023, 12, 31))
    (needed,) = told.finding.needed
    assert needed.startswith("the person is among the helpers in a fitting made by 2023-12-31; made M1 of 2024-01-01")
    assert needed.endswith("is the first and comes later")
    assert of(count(distinct(Made.maker)), "Nobody").finding.needed == (
        "the person is the maker in a fitting made by 2024-01-31",
    )


def test_populations_are_explained_part_by_part() -> None:
    """In all, in any, and in one without the other."""
    buyers, makers = distinct(Sold.buyer), distinct(Made.maker)

    def texts(population: Population[Any], subject: str) -> list[tuple[str, str]]:
        finding = of(count(population), subject).finding
        return [(item.verdict.value, item.text) for item in (finding, *finding.findings)]

    assert texts(buyers & makers, "Ann")[0] == ("no", "all of these hold")
    assert texts(buyers | makers, "Ann")[0] == ("yes", "at least one of these holds")
    assert texts(buyers - makers, "Ann")[2] == (
        "yes",
        "it is not so that the person is the maker in a made".replace("the maker", "the person who made it"),
    )
    assert texts(makers - distinct(Made.maker).where(Made.safe == False), "Eve")[2][0] == "no"  # noqa: E712
    assert of(count(buyers | makers), "Nobody").finding.lacking == 1


def test_rows_are_explained_by_the_id_of_their_event() -> None:
    """A row counts, does not, is not there yet, or is not known at all."""
    gifts = count(rows(Sold).where(Sold.pieces >= 1))
    assert of(gifts, "S1").counted
    assert of(gifts, "S4").finding.needed == ("how many were sold is at least 1",)
    assert of(total(Made.parts).where(Made.safe == False), "M2").counted  # noqa: E712
    early = of(gifts, "S1", as_at=date(2024, 1, 2))
    assert early.finding.needed == ("sold S1 of 2024-01-03 has happened by 2024-01-02",)
    with pytest.raises(RuleError, match=r"(?s)'S99'.*no sold with this id is known"):
        of(gifts, "S99")


def test_a_merged_person_is_explained_under_the_id_that_counts() -> None:
    """And the moment of knowledge is told."""
    merge = SamePerson(
        id=EventId("X"), person=PersonId("Anna"), same_as=PersonId("Ann"), recorded_at=datetime(2024, 1, 1, tzinfo=UTC)
    )
    only = Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(metric_of(count(distinct(Sold.buyer))),))
    report = evaluate(only, Stream([*STREAM, merge]), known_at=datetime(2024, 2, 1, tzinfo=UTC))
    told = explain(report, "m", "Anna")
    assert (told.subject, told.counted) == ("Ann", True)
    assert "as known at 2024-02-01T00:00:00+00:00" in told.summary


def test_html_is_nested_and_escaped() -> None:
    """Lists in lists, each with its verdict; nothing that a record holds becomes markup."""
    stream = Stream([sold("<S1>", 3, "Ann", "C1"), made("M1", 1, "Eve", "C1")])
    html = of(count(distinct(Made.maker).where(in_demand())), "Eve", stream).to_html()
    assert "<code>&lt;S1&gt;</code>" in html
    assert '<strong class="yes">yes since 2024-01-03</strong>' in html
    assert html.count("<ul>") == html.count("</ul>") == 4
    named = metric_of(count(distinct(Made.maker)))
    titled = attrs.evolve(named, title="<M>")
    only = Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(titled,))
    assert "&lt;M&gt;" in explain(evaluate(only, stream), "m", "Eve")._repr_html_()


def test_the_example_explains_itself() -> None:
    """Of the synthetic example: somebody tried for another offence, and somebody whose conviction was quashed."""
    report = evaluate(DOMAIN, read_json_lines(EXAMPLE, MODEL).stream)
    tried = explain(report, "prosecutions", "S-00118")
    assert tried.finding.needed == (
        (
            'the offences charged include one or more of "offences related to the exploitation of a victim" '
            "(trial T-01734 of 2022-02-13)"
        ),
    )
    quashed = sorted(report.subjects("convictions") - report.subjects("convictions_net_of_quashed"))
    assert "no appeal" in explain(report, "convictions_net_of_quashed", quashed[0]).summary


def test_conditions_in_a_list_of_one_are_explained_as_themselves() -> None:
    """A rule read from a file may hold such a list."""
    alone = AllOf((any_of(Made.safe, Made.parts >= 9),))
    told = of(count(attrs.evolve(distinct(Made.maker), condition=not_(not_(alone)))), "Eve")
    assert told.finding.findings[0].findings[0].text == "at least one of these holds"


other = alias(Made, "other")


def test_a_second_event_of_a_type_is_explained_as_another() -> None:
    """The other made, tied by its maker, and what of it is wrong."""
    ask = exists(other, other.maker == Made.maker, other.colours.contains(Colour.RED), other.safe)
    told = of(count(distinct(Made.maker).where(ask)), "Eve")
    assert told.finding.lacking == 2
    assert told.finding.needed[0] == '"red" is among its colours (made M1 of 2024-01-01)'
