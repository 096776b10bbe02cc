"""IATI results, checked against the structure of the standard: by our own reading of it, and by its schema if there."""

import os
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import pytest

from impact_metrics.errors import DisclosureError, ExportError, RuleError
from impact_metrics.publication import Edition
from impact_metrics.publication.exports import Activity, Framework, Organisation, Reported, iati_results
from impact_metrics.reports.targets import Target
from tests.publication.fair import FAIR, fair, internal, published

SCHEMA = os.environ.get("IMPACT_METRICS_IATI_SCHEMA", "")
US = Organisation(ref="XM-EX-1", type="22", name="Toys & <Friends>")
FUNDER = Organisation(ref="XM-EX-2", type="60", name="A foundation", role="funding")
FACTS: dict[str, Any] = {
    "identifier": "XM-EX-1-FAIR",
    "reporting": US,
    "title": "The fair",
    "description": "A fair of toys.",
    "status": "implementation",
    "dates": {"actual start": date(2022, 11, 1), "planned end": date(2025, 12, 31)},
    "participating": (FUNDER, US),
}
ACTIVITY = Activity(**FACTS)
MAKERS = Target(metric="makers", period="2023", target=60, baseline=10)
FRAMEWORK = Framework(
    targets=(
        MAKERS,
        Target(metric="makers", period="2024 (to 2024-06-30)", target=70),
        Target(metric="makers", period="2023", target=40, reads="entered"),
        Target(metric="safe_share", period="to date", target=Decimal("0.75"), baseline=Decimal("0.5"), reads="value"),
        Target(metric="wait", period="to date", target=5, baseline=3, reads="value", direction="descending"),
    ),
    baseline_on=date(2022, 10, 31),
)
RESULTS = [
    Reported(metric="makers", type="output", code="F-1", uri="https://example.org/indicators"),
    Reported(metric="safe_share", type="outcome", vocabulary="1", code="W-9"),
    Reported(metric="wait", type="impact", ascending=False),
    *(Reported(metric=metric.id) for metric in FAIR.metrics if metric.id not in {"makers", "safe_share", "wait"}),
]

ORDER = {
    "iati-activities": ["iati-activity"],
    "iati-activity": [
        "iati-identifier",
        "reporting-org",
        "title",
        "description",
        "participating-org",
        "activity-status",
        "activity-date",
        "result",
    ],
    "result": ["title", "description", "indicator"],
    "indicator": ["title", "description", "reference", "baseline", "period"],
    "period": ["period-start", "period-end", "target", "actual"],
    "actual": ["dimension", "comment"],
    **{tag: ["narrative"] for tag in ("reporting-org", "title", "description", "participating-org", "comment")},
}
ATTRIBUTES = {
    "iati-activities": {"version"},
    "iati-activity": {"{http://www.w3.org/XML/1998/namespace}lang"},
    "reporting-org": {"ref", "type"},
    "participating-org": {"ref", "type", "role"},
    "activity-status": {"code"},
    "activity-date": {"type", "iso-date"},
    "result": {"type", "aggregation-status"},
    "indicator": {"measure", "ascending", "aggregation-status"},
    "baseline": {"iso-date", "year", "value"},
    "reference": {"vocabulary", "code"},
    "period-start": {"iso-date"},
    "period-end": {"iso-date"},
    "target": {"value"},
    "actual": {"value"},
    "dimension": {"name", "value"},
}
ONCE = {"title", "description", "period-start", "period-end", "iati-identifier", "reporting-org", "activity-status"}


NUMBERED = {"baseline", "target", "actual"}
FORMS = {
    "iso-date": "|[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "value": r"|-?[0-9]+(\.[0-9]+)?",
    "measure": "|[12]",
    "ascending": "|true|false",
}


def faults(element: ET.Element) -> Iterator[str]:
    """Say what of a document is not as the standard has it."""
    order = ORDER.get(element.tag, [])
    tags = [inner.tag for inner in element]
    if [tag for tag in tags if tag not in order] or tags != sorted(tags, key=order.index):
        yield f"{element.tag} holds {tags}"
    yield from (f"{element.tag} has no single {tag}" for tag in ONCE.intersection(order) if tags.count(tag) != 1)
    if set(element.keys()) - {"indicator-uri"} != ATTRIBUTES.get(element.tag, set()):
        yield f"{element.tag} has {sorted(element.keys())}"
    for name, form in FORMS.items():
        if not re.fullmatch(form, element.get(name, "") if element.tag in NUMBERED or name != "value" else ""):
            yield f"{element.tag} {name} {element.get(name)!r}"
    for inner in element:
        yield from faults(inner)


def written(edition: Edition | None = None, activity: Activity = ACTIVITY, **more: Any) -> ET.Element:
    return ET.fromstring(iati_results(edition or published(), activity, **more))  # noqa: S314 - it is our own


def indicator(root: ET.Element, title: str) -> ET.Element:
    return next(found for found in root.iter("indicator") if found.findtext("title/narrative") == title)


def values(found: ET.Element) -> dict[tuple[str, ...], tuple[str, str | None]]:
    """Give each actual by its period and cell, with its comment."""
    return {
        (
            *(period[place].attrib["iso-date"] for place in (0, 1)),
            *(dimension.attrib["value"] for dimension in actual.iter("dimension")),
        ): (actual.attrib["value"], actual.findtext("comment/narrative"))
        for period in found.iter("period")
        for actual in period.iter("actual")
    }


def test_a_file_has_the_structure_of_the_standard(tmp_path: Path) -> None:
    """Order of elements, mandatory elements and attributes, dates and decimals; the file holds what is given."""
    path = tmp_path / "results.xml"
    text = iati_results(published(), ACTIVITY, path, results=RESULTS, framework=FRAMEWORK)
    assert path.read_bytes() == text
    assert list(faults(ET.fromstring(text))) == []  # noqa: S314 - it is our own
    assert text == iati_results(published(), ACTIVITY, results=RESULTS, framework=FRAMEWORK)


def test_the_structural_check_finds_faults() -> None:
    """What is in the wrong place, missing or no decimal is told, so that the test above says something."""
    root = written(results=RESULTS, framework=FRAMEWORK)
    first = next(root.iter("period"))
    first[:] = reversed(first)
    root[0].remove(next(root.iter("activity-status")))
    next(root.iter("actual")).set("value", "1e3")
    next(root.iter("indicator")).attrib.pop("measure")
    found = list(faults(root))
    assert len(found) == 4
    assert "actual value '1e3'" in found


@pytest.mark.skipif(not SCHEMA, reason="IMPACT_METRICS_IATI_SCHEMA names no folder with the schema of IATI 2.03")
@pytest.mark.parametrize("more", [{}, {"results": RESULTS, "framework": FRAMEWORK}], ids=["alone", "framework"])
def test_the_published_schema_accepts_a_file(more: dict[str, Any]) -> None:
    """The folder holds iati-activities-schema.xsd, iati-common.xsd and xml.xsd, as IATI publishes them."""
    xmlschema = pytest.importorskip("xmlschema")
    schema = xmlschema.XMLSchema(Path(SCHEMA) / "iati-activities-schema.xsd")
    schema.validate(iati_results(published(by=[["colour"]]), ACTIVITY, **more).decode())


def test_what_is_mandatory_of_an_activity_is_written() -> None:
    """In the codes of the standard's lists; where nobody else takes part, the reporting organisation implements."""
    (activity,) = written()
    assert activity.findtext("iati-identifier") == "XM-EX-1-FAIR"
    assert activity.findtext("reporting-org/narrative") == US.name
    roles = [(taking.attrib["ref"], taking.attrib["role"]) for taking in activity.iter("participating-org")]
    assert roles == [("XM-EX-2", "1"), ("XM-EX-1", "4")]
    assert [found.attrib["code"] for found in activity.iter("activity-status")] == ["2"]
    dates = [(found.attrib["type"], found.attrib["iso-date"]) for found in activity.iter("activity-date")]
    assert dates == [("2", "2022-11-01"), ("3", "2025-12-31")]
    (alone,) = written(activity=attrs.evolve(ACTIVITY, participating=()))
    assert [found.attrib["role"] for found in alone.iter("participating-org")] == ["4"]


def test_counts_have_what_is_there_and_who_entered() -> None:
    """By period, and in the cells to date; rounded numbers say so, and suppressed ones are told in the description."""
    root = written()
    stock = indicator(root, "makers, at the end of the period")
    assert values(stock) == {
        ("2022-01-01", "2024-06-30"): ("70", "rounded"),
        ("2022-01-01", "2024-06-30", "green"): ("15", "rounded"),
        ("2022-01-01", "2024-06-30", "red"): ("45", "rounded"),
        ("2023-01-01", "2023-12-31"): ("50", "rounded"),
        ("2024-01-01", "2024-06-30"): ("70", "rounded"),
    }
    assert stock.attrib == {"measure": "1", "ascending": "true", "aggregation-status": "false"}
    said = stock.findtext("description/narrative") or ""
    assert said.startswith("Unit: persons. No proof of joy. Counts of 1 to 7 are suppressed")
    assert "Not shown: to date, colour blue (suppressed); to date, colour unknown (suppressed); 2022" in said
    entered = indicator(root, "makers, entered in the period")
    assert values(entered) == {
        ("2023-01-01", "2023-12-31"): ("40", "rounded"),
        ("2024-01-01", "2024-06-30"): ("20", "rounded"),
    }
    spans = [found[0].attrib["iso-date"] for found in entered.iter("period")]
    assert spans == ["2022-01-01", "2023-01-01", "2024-01-01"]


def test_shares_are_per_cent_and_other_figures_numbers() -> None:
    """Times have their median, paired changes their mean too, and totals their value."""
    root = written()
    share = indicator(root, "safe share, percentage")
    assert share.attrib["measure"] == "2"
    assert (share.findtext("description/narrative") or "").startswith("Unit: per cent.")
    held = published().headline("safe_share")["value"].value
    assert held is not None
    ((number, comment),) = values(share).values()
    assert (Decimal(number), comment) == (held * 100, "rounded")
    assert values(indicator(root, "wait, median in days")).keys() == {("2022-01-01", "2024-06-30")}
    assert [found.findtext("title/narrative") for found in root.iter("indicator")][-4:-2] == [
        "progress, percentage",
        "progress, mean",
    ]
    assert ("81.25", None) in values(indicator(root, "money")).values()


def test_the_definition_is_word_for_word_with_its_source() -> None:
    """The description of a result says what its metric is, or that its source does not."""
    makers, sales, *_ = written().iter("result")
    said = '"=HYPERLINK("x") & <all> who made toys" Source: The fair, "Rules & <words>" (page 2). One reading. =2+2'
    assert makers.findtext("description/narrative") == said
    assert (sales.findtext("description/narrative") or "").startswith("The source gives no definition in words.")


def test_results_have_types_and_references() -> None:
    """A code of a list of indicators stands with the main indicator of its metric, where one is given."""
    root = written(results=RESULTS, framework=FRAMEWORK)
    assert [found.attrib["type"] for found in root.iter("result")][:4] == ["1", "2", "3", "9"]
    assert indicator(root, "wait, median in days").attrib["ascending"] == "false"
    uri = {"indicator-uri": "https://example.org/indicators"}
    assert [found.attrib for found in root.iter("reference")] == [
        {"vocabulary": "99", "code": "F-1", **uri},
        {"vocabulary": "1", "code": "W-9"},
    ]


def test_targets_and_baselines_stand_with_their_figures() -> None:
    """A target in its period, in per cent for shares, and the baseline on its day."""
    root = written(results=RESULTS, framework=FRAMEWORK)
    stock = indicator(root, "makers, at the end of the period")
    assert [found.attrib for found in stock.iter("baseline")] == [
        {"iso-date": "2022-10-31", "year": "2022", "value": "10"}
    ]
    targets = {
        (found.findtext("title/narrative"), period[0].attrib["iso-date"], target.attrib["value"])
        for found in root.iter("indicator")
        for period in found.iter("period")
        for target in period.iter("target")
    }
    assert targets == {
        ("makers, at the end of the period", "2023-01-01", "60"),
        ("makers, at the end of the period", "2024-01-01", "70"),
        ("makers, entered in the period", "2023-01-01", "40"),
        ("safe share, percentage", "2022-01-01", "75"),
        ("wait, median in days", "2022-01-01", "5"),
    }
    shares = indicator(root, "safe share, percentage")
    assert [found.attrib["value"] for found in shares.iter("baseline")] == ["50"]
    assert len(list(indicator(root, "makers, entered in the period").iter("baseline"))) == 0


@pytest.mark.parametrize(
    ("targets", "says"),
    [
        ([attrs.evolve(MAKERS, period="2032")], "did you mean '2023'"),
        ([attrs.evolve(MAKERS, reads="net")], "no metric that is reported has a figure 'net'"),
        ([attrs.evolve(MAKERS, metric="makres")], "no metric that is reported"),
        ([attrs.evolve(MAKERS, direction="descending")], "ascending=False"),
        ([MAKERS, attrs.evolve(MAKERS, period="2022", baseline=11)], "several baselines"),
    ],
    ids=str,
)
def test_targets_that_fit_nothing_are_refused(targets: list[Target], says: str) -> None:
    """The error names the target, and what is wrong with it."""
    with pytest.raises(ExportError, match=says) as caught:
        written(framework=attrs.evolve(FRAMEWORK, targets=targets))
    assert caught.value.where.startswith("target for mak")


def test_baselines_have_a_day_and_are_protected_like_counts() -> None:
    """A small baseline is suppressed as any small count is; one of a time is no count."""
    with pytest.raises(ExportError, match="baseline_on"):
        written(framework=Framework(targets=[MAKERS]))
    with pytest.raises(DisclosureError, match="suppresses"):
        written(framework=attrs.evolve(FRAMEWORK, targets=[attrs.evolve(MAKERS, baseline=7)]))
    nothing = written(framework=attrs.evolve(FRAMEWORK, targets=[attrs.evolve(MAKERS, baseline=0)]))
    assert [found.attrib["value"] for found in nothing.iter("baseline")] == ["0"]


def test_an_internal_edition_is_not_written() -> None:
    """IATI files are public."""
    with pytest.raises(DisclosureError, match="publishable"):
        written(internal())


def test_figures_to_date_are_from_the_first_period_or_a_given_day() -> None:
    """Without periods the day has to be given, and it is not after that of the edition."""
    edition = published(by=(), period=None)
    with pytest.raises(ExportError, match="from when on"):
        written(edition)
    root = written(edition, framework=Framework(since=date(2020, 2, 1)))
    assert {found.attrib["iso-date"] for found in root.iter("period-start")} == {"2020-02-01"}
    assert list(faults(root)) == []
    with pytest.raises(ExportError, match="after 2024-06-30"):
        written(framework=Framework(since=date(2024, 7, 1)))


def test_a_metric_that_shows_nothing_has_no_result() -> None:
    """An edition without any figure of a metric says nothing of it; a metric that is not there is an error."""
    edition = published()
    kept = tuple(seen for seen in edition.observations if seen.metric.id == "makers")
    root = written(attrs.evolve(edition, observations=kept))
    assert [found.findtext("title/narrative") for found in root.iter("result")] == ["makers"]
    with pytest.raises(RuleError, match="did you mean 'makers'"):
        written(results=[Reported(metric="makres")])


def test_an_edition_of_nobody_has_periods_without_values() -> None:
    """A share of nobody is no number, and none is made up."""
    root = written(published(fair([])), framework=Framework(since=date(2024, 1, 1)))
    assert list(faults(root)) == []
    share = indicator(root, "safe share, percentage")
    assert values(share) == {}
    assert "Not shown: to date (none)." in (share.findtext("description/narrative") or "")


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\ufffe", "\x1b"], ids=ascii)
def test_characters_that_no_xml_holds_are_refused(text: str) -> None:
    """The error says where; nothing is left out silently."""
    with pytest.raises(ExportError, match="XML cannot hold the character") as caught:
        written(activity=attrs.evolve(ACTIVITY, title=text))
    assert caught.value.where.startswith("narrative ")
    with pytest.raises(ExportError, match="XML cannot hold") as caught:
        written(results=[Reported(metric="makers", code=text)])
    assert caught.value.where.startswith("reference ")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"identifier": "FAIR"}, "does not begin with 'XM-EX-1-'"),
        ({"identifier": "XM-EX-1-A/B"}, "none of the characters"),
        ({"title": " "}, "the title is empty"),
        ({"description": ""}, "the description is empty"),
        ({"status": "implementing"}, "did you mean 'implementation'"),
        ({"dates": {"actual end": date(2024, 1, 1)}}, "no start"),
        ({"dates": {"start": date(2024, 1, 1)}}, "planned start"),
        ({"language": "English"}, "such as en"),
    ],
    ids=str,
)
def test_an_activity_that_iati_does_not_take_is_refused(more: dict[str, Any], says: str) -> None:
    """When it is made."""
    with pytest.raises(ExportError, match=says):
        Activity(**{**FACTS, **more})


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"ref": ""}, "identifier of an organisation"),
        ({"ref": "XM EX"}, "no spaces"),
        ({"name": ""}, "name of an organisation is empty"),
        ({"type": "NGO"}, "give the code"),
        ({"role": "funder"}, "did you mean 'funding'"),
    ],
    ids=str,
)
def test_an_organisation_that_iati_does_not_take_is_refused(more: dict[str, Any], says: str) -> None:
    """When it is made."""
    with pytest.raises(ExportError, match=says):
        Organisation(**{"ref": "XM-EX-1", "type": "22", "name": "We", **more})


def test_a_type_of_result_is_one_of_the_standard() -> None:
    """The nearest right one is told."""
    with pytest.raises(ExportError, match="did you mean 'outcome'"):
        Reported(metric="makers", type="outcomes")  # type: ignore[arg-type]
