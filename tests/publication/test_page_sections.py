"""The sections: what each says, of figures that are shown, rounded, not shown and not there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import Catalogue, Stream, count, distinct, evaluate
from impact_metrics.model import Event
from impact_metrics.publication import Audience, Edition
from impact_metrics.publication.certainty import Certainty, Proof
from impact_metrics.publication.disclosure import COMPLEMENTARY, POLICIES, STRICT, Policy
from impact_metrics.publication.page import html_report, write_html
from impact_metrics.publication.page.breakdowns import NOTHING
from impact_metrics.publication.page.evidence import FIRST
from impact_metrics.publication.page.given import Given
from impact_metrics.publication.page.quality import FIRST as LISTED
from impact_metrics.publication.page.quality import _read
from impact_metrics.publication.page.saying import ABOUT, HIDDEN, MINUS
from impact_metrics.publication.previous import Previous, read_previous
from impact_metrics.reports import Report
from impact_metrics.reports.restate import restate
from impact_metrics.streams import Account, SetAside
from impact_metrics.values import EventId
from tests.agreement import metric
from tests.publication.crowd import DAY, SECTIONED, edition, events, report, report_by
from tests.publication.parsed import Parsed
from tests.publication.shop import STREAM as SMALL
from tests.toys import STRICT_TOYS, Made

INTERNAL = Audience.INTERNAL


def parsed(
    of: Report, audience: Audience = Audience.PUBLISHABLE, *, by: Any = ((("shape",)),), **others: Any
) -> Parsed:
    asked = {name: others.pop(name) for name in ("policy", "period", "lists") if name in others}
    made = Parsed.of(html_report(edition(of, audience, by=[by[0]] if by else [], **asked), report=of, **others))
    assert not made.faults
    return made


def cells(page: Parsed, place: str) -> list[str]:
    """Give the cells of the tables within the element of that id."""
    start = next(n for n, (_, given, _) in enumerate(page.elements) if given.get("id") == place)
    depth = len(page.elements[start][2])
    found = []
    for number, (tag, _, path) in enumerate(page.elements[start + 1 :], start + 1):
        if len(path) <= depth:
            break
        if tag in {"th", "td"}:
            found.append(" ".join("".join(page.inside[number]).split()))
    return found


def test_figures_say_what_is_behind_them() -> None:
    """Exact ones on an internal page: shares, rates, funnels, changes and times."""
    page = parsed(report(), INTERNAL)
    share = page.within("figure-safe_share")
    made = report()["safe_share"].parts
    assert made is not None
    assert f"{made.numerator} of {made.denominator} several" in share
    assert "95 % interval" in share
    rate = page.within("figure-bought_later")
    assert "followed up" in rate
    assert "not yet due" in rate
    assert "lost to follow-up" in rate
    assert "reached the last stage: Saw it break" in page.within("figure-way")
    assert "median" in page.within("figure-wait")
    assert "with both scores" in page.within("figure-progress")
    assert "mean change" in page.within("figure-progress")
    assert "60 several" in page.within("figure-makers")


def test_what_there_is_not_is_said() -> None:
    """Of nobody there is no share, no median and no mean."""
    empty = evaluate(SECTIONED, Stream([]), as_at=DAY)
    page = parsed(empty, INTERNAL, period=None, by=None)
    assert "None of several of no several there is a share" in page.within("figure-safe_share")
    assert "Not reached median of 0 several" in page.within("figure-wait")
    assert "None improved" in page.within("figure-progress")
    assert "0 several" in page.within("figure-makers")
    assert "trends" not in page.ids
    assert "breakdowns" not in page.ids
    assert cells(page, "funnel-way")[-1] == "none"


def test_one_is_singular() -> None:
    """One person is no persons."""
    one = evaluate(SECTIONED, Stream(list(events(1))), as_at=DAY)
    assert "1 one How" in parsed(one, INTERNAL).within("figure-makers")


def test_a_small_catalogue_has_no_more_headings_than_it_needs() -> None:
    """Without sections the cards come right below the heading; without shares, funnels and relations neither."""
    catalogue = Catalogue(id="few", version="1", title="Few", model=SECTIONED.model, metrics=SECTIONED.metrics[2:3])
    made = evaluate(catalogue, Stream(list(events())), as_at=DAY)
    page = parsed(made, by=None)
    assert not {"outcomes", "funnels", "relations", "lists", "breakdowns", "manifest"} & set(page.ids)
    assert next(text for _, text in page.found("h3")) == "sales"
    sections = attrs.evolve(
        SECTIONED, sections=(attrs.evolve(SECTIONED.sections[0], metrics=()), *SECTIONED.sections[1:])
    )
    other = parsed(evaluate(sections, Stream(list(events())), as_at=DAY))
    assert "Toys & people" not in other.within("figures")
    assert "Other figures" in other.within("figures")


def test_trends_have_pictures_and_their_numbers() -> None:
    """Of a count two pictures, of a total one; those who left are in the table where anybody ever did."""
    page = parsed(report())
    assert {"picture-makers-closing-name", "picture-makers-entered-name", "picture-sales-value-name"} <= set(page.ids)
    assert cells(page, "trend-sales")[:2] == ["Period", "In the period"]
    assert cells(page, "trend-makers")[:7] == [
        "Period", "New in the period", "To date, at its end", "2022", "≈ 20", "≈ 20", "2023"
    ]  # fmt: skip
    safe = cells(parsed(report(), INTERNAL), "trend-safe_makers")
    assert "No longer counted" not in safe
    gone = metric("gone", count(distinct(Made.maker) - distinct(Made.maker).where(Made.parts > 4)))
    ended = attrs.evolve(SECTIONED, sections=(), invariants=(), metrics=(gone,))
    assert "No longer counted" in cells(parsed(report_by(ended), INTERNAL), "trend-gone")


def test_breakdowns_are_laid_out_by_rows_and_columns() -> None:
    """The total stands last; what is asked for by the columns alone totals the rows; three dimensions are a list."""
    made = report()
    page = Parsed.of(
        html_report(edition(made, INTERNAL, by=[["safe"], ["shape"], ["safe", "shape"], ["safe", "shape", "age"]]))
    )
    found = cells(page, "breakdown-makers")
    start = found.index("Shape")
    assert found[start : start + 8] == ["Shape", "Several", "round", "40", "square", "20", "all", "60"]
    assert found[-4:] == ["all", "all", "all", "60"]
    crossed = found.index("round", start + 8)
    assert found[crossed - 1 : crossed + 3] == ["Safe", "round", "square", "all"]
    total = found.index("all", crossed + 3)
    assert found[total : total + 4] == ["all", "40", "20", "60"]
    alone = cells(Parsed.of(html_report(edition(made, INTERNAL, by=[["safe", "shape"]]))), "breakdown-makers")
    last = alone[-4:]
    assert last[0] == "all"
    assert last[1:3] == [NOTHING, NOTHING]
    assert last[3] == "60"


def test_refusals_are_told_with_their_reason() -> None:
    """Also where nothing at all is broken down."""
    few = evaluate(SECTIONED, SMALL, as_at=DAY)
    page = parsed(few, by=None)
    text = page.within("breakdowns")
    assert "What is not broken down, and why" in text
    assert "money, by period and category: it is no count of whole numbers" in text


def test_outcomes_are_tables_and_pictures() -> None:
    """Shares, changes and times with all that is behind them; what a figure does not have is empty."""
    page = parsed(report())
    found = cells(page, "outcomes")
    assert found[:9] == [
        "Figure", "Share", "95 % interval", "With the outcome", "Of", "Without it", "Not yet due",
        "Not yet due, with the outcome", "Lost to follow-up",
    ]  # fmt: skip
    assert found[9] == "safe_share"
    assert {"picture-shares-name", "picture-changes-name"} <= set(page.ids)
    few = parsed(report(number=4))
    assert "[c]" in cells(few, "outcomes")
    assert "safe_share: [c]" in few.within("picture-shares-text")


def test_funnels_divide_what_is_shown() -> None:
    """Of the stage before and of the first; not where either is not shown."""
    found = cells(parsed(report()), "funnel-way")
    assert found[:8] == ["Stage", "In it", "Of the stage before", "Of the first", "Made", "60", "", "100.0 %"]
    assert found[-4:] == ["Saw it break", "0", "0.0 %", "0.0 %"]
    assert cells(parsed(report(number=20)), "funnel-way")[8:] == [
        "Sold safely", "[c]", "[c]", "[c]", "Saw it break", "0", "[c]", "0.0 %"
    ]  # fmt: skip


def test_addresses_in_lists_are_links_and_other_texts_are_not() -> None:
    """Only a whole address of the web leads anywhere; what is missing is said to be not known."""
    stream = Stream(
        [
            attrs.evolve(event, note=note)
            for event, note in zip(
                [event for event in events() if isinstance(event, Made) and event.case],
                ["https://example.org/law", "javascript:alert(1)", None],
                strict=False,
            )
        ]
    )
    page = parsed(evaluate(SECTIONED, stream, as_at=DAY), INTERNAL, lists=["orders"])
    links = [given["href"] for given, _ in page.found("a")]
    assert "https://example.org/law" in links
    assert not any("javascript" in (link or "") for link in links)
    assert "javascript:alert(1)" in page.within("list-orders")
    assert "not known" in cells(page, "list-orders")


def test_long_lists_are_cut_and_say_so() -> None:
    """A page has room for so many."""
    page = parsed(report(number=230, as_at=date(2035, 1, 1)), INTERNAL, lists=["orders"])
    assert "and 30 more, which the page has no room for." in page.within("list-orders")


def earlier(tmp_path: Path, audience: Audience = Audience.PUBLISHABLE, **others: Any) -> Previous:
    path = tmp_path / "figures.csv"
    edition(report(**{"as_at": date(2023, 12, 31), **others}), audience).to_csv(path)
    return read_previous(path)


def rows_of(page: Parsed, place: str, width: int) -> dict[str, list[str]]:
    found = cells(page, place)
    return {found[at]: found[at + 1 : at + width] for at in range(0, len(found), width)}


def test_editions_are_compared_by_what_is_shown(tmp_path: Path) -> None:
    """Counts, shares in points, medians in days; what was not shown has no change, nor does it tell a small one."""
    page = parsed(report(), previous=earlier(tmp_path))
    found = rows_of(page, "changes", 4)
    assert found["Figure"] == ["As at 31 December 2023", "As at 31 December 2024", "Change"]
    then = len({event.maker for event in events() if isinstance(event, Made) and event.occurred_on.year < 2024})
    assert found["makers"] == [f"{then}", "60", f"+{60 - then}"]
    assert found["safe_share"][2].endswith("points")
    near = parsed(report(), previous=earlier(tmp_path, as_at=date(2024, 10, 1)))
    assert rows_of(near, "changes", 4)["makers"][2] == "less than 8"
    same = parsed(report(), INTERNAL, previous=earlier(tmp_path, INTERNAL, as_at=DAY))
    assert rows_of(same, "changes", 4)["makers"] == ["60", "60", "0"]


def test_comparisons_tell_new_and_gone_figures_and_definitions(tmp_path: Path) -> None:
    """A figure that is new, one that is gone, and one that means something else now."""
    previous = earlier(tmp_path)
    numbers = [
        attrs.evolve(number, version="1999")
        if number.metric == "makers"
        else attrs.evolve(number, metric="relics")
        if number.metric == "sales"
        else number
        for number in previous.numbers
    ]
    page = parsed(report(), previous=attrs.evolve(previous, numbers=tuple(numbers)))
    found = rows_of(page, "changes", 5)
    assert found["sales"][3] == "new"
    assert found["makers"][3] == f"another definition: 1999 then, {SECTIONED['makers'].version} now"
    assert "No longer reported: relics." in page.within("changes")


def test_comparisons_of_what_is_not_shown(tmp_path: Path) -> None:
    """It was not shown, or there was no such number."""
    few = rows_of(parsed(report(), previous=earlier(tmp_path, number=4)), "changes", 4)
    assert few["makers"][::2] == ["[c]", "[c]"]
    none = rows_of(parsed(report(), INTERNAL, previous=earlier(tmp_path, INTERNAL, number=0)), "changes", 4)
    assert none["safe_share"][::2] == ["none", "none"]


def test_restatements_are_told_on_internal_pages_only() -> None:
    """By cause, for the figures that changed; and that none did."""
    moments = datetime(2024, 2, 28, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)
    made = evaluate(SECTIONED, SMALL, as_at=DAY)
    bridge = restate(SECTIONED, SMALL, as_at=DAY, known_at=moments)
    text = parsed(made, INTERNAL, restatement=bridge).within("changes")
    assert "Why figures for one date changed" in text
    assert f"makers 4 0 0 {MINUS}1 0 0 3" in text
    assert "safe_share (denominator)" in text
    assert "changes" not in parsed(made, by=None, restatement=bridge).ids
    nothing = restate(SECTIONED, SMALL, as_at=DAY, known_at=(moments[1], moments[1]))
    assert "No figure changed between 31 December 2024, 00:00:00 UTC" in parsed(
        made, INTERNAL, restatement=nothing
    ).within("changes")


def test_evidence_is_named_on_internal_pages_only() -> None:
    """How many subjects and events of which types, and the first subjects with the ids of their events."""
    page = parsed(report(), INTERNAL)
    text = page.within("evidence")
    assert "makers 60 100 mades" in text
    assert sum(cell == "makers" for cell in cells(page, "evidence")) == 1 + FIRST
    assert "M0" in text
    public = parsed(report()).within("evidence")
    assert "The organisation keeps them" in public
    assert "M0" not in public
    assert parsed(evaluate(SECTIONED, Stream([]), as_at=DAY), INTERNAL, by=None).within("evidence").count("none") > 3


BROKEN = attrs.evolve(SECTIONED, invariants=tuple(
    attrs.evolve(found, part=found.whole, whole=found.part) for found in SECTIONED.invariants
))  # fmt: skip


def test_relations_say_whether_they_hold() -> None:
    """In words, with who breaks them on internal pages only."""
    page = parsed(report())
    assert "Everybody counted by safe_makers is counted by makers: whoever made safely made. holds" in page.within(
        "relations"
    )
    assert "Proofs were not asked for." in page.within("relations")
    broken = report_by(BROKEN)
    assert "BROKEN" in parsed(broken).within("relations")
    assert "Exceptions" not in parsed(broken).within("relations")
    internal = parsed(broken, INTERNAL).within("relations")
    assert "Exceptions" in internal
    assert "P01" in internal


def test_relations_say_what_is_proved() -> None:
    """Proved, refuted, and proved of other records than these."""
    pytest.importorskip("z3")
    made = report()
    assert "holds proved; the records keep" in parsed(made, proofs=Certainty.of(made)).within("relations")
    broken = report_by(BROKEN)
    assert "BROKEN refuted" in parsed(broken, proofs=Certainty.of(broken)).within("relations")


@pytest.mark.parametrize(
    ("audience", "told"), [(INTERNAL, "one (1 event) and two (3 events)"), (Audience.PUBLISHABLE, "one and two")]
)
def test_proofs_of_other_records_are_told(audience: Audience, told: str) -> None:
    """How many events break what a proof needs is told on internal pages only."""
    (claim,) = SECTIONED.relations
    certainty = Certainty((Proof(claim, "proved", ("one", "two"), {"one": 1, "two": 3}),))
    text = parsed(report(), audience, proofs=certainty).within("relations")
    assert f"proved, relying on one and two; but some records break {told}, so that" in text


@attrs.frozen(kw_only=True)
class Books:
    """What was read, as readers tell it."""

    accounts: tuple[Account, ...]
    set_aside: tuple[SetAside, ...] = ()
    set_aside_count: int = 0


def read(set_aside: int, taken: int = 400, repeats: int = 0, listed: int | None = None) -> Books:
    account = Account(
        file="secret.csv", type="", read=taken + repeats + set_aside, taken=taken, repeats=repeats, filtered={},
        set_aside=set_aside,
    )  # fmt: skip
    finding = SetAside(file="secret.csv", row=3, reason="no such colour")
    return Books(
        accounts=(account,),
        set_aside=(finding,) * (set_aside if listed is None else listed),
        set_aside_count=set_aside,
    )


@pytest.mark.parametrize("policy", [STRICT, COMPLEMENTARY])
def test_quality_is_protected_as_figures_are(policy: Any) -> None:
    """A few records that were set aside cannot be worked out from those read and taken."""
    page = parsed(report(), reading=read(3), policy=policy)
    numbers = dict(zip(cells(page, "quality")[2::2], cells(page, "quality")[3::2], strict=True))
    assert numbers["Set aside, and counted nowhere"] == "[c]"
    assert {numbers["Records read"], numbers["Taken, and counted where a rule counts them"]} != {"403", "400"}
    assert "secret" not in page.within("quality")


@given(st.sampled_from(list(POLICIES.values())), st.integers(0, 30), st.integers(0, 30), st.integers(0, 12))
def test_few_records_are_never_told(policy: Policy, taken: int, repeats: int, set_aside: int) -> None:
    """Whatever the totals are: no small one is shown, and none that is hidden is what the others leave over."""
    books = read(set_aside, taken=taken, repeats=repeats)
    found = [text for _, text in _read(Given(edition=edition_of(policy), reading=books))]
    exact = [int(str(text)) for text in found if not str(text).startswith((ABOUT, HIDDEN))]
    assert not {number for number in exact if number in range(1, policy.threshold)}
    assert found.count(HIDDEN) != 1 or len(exact) < len(found) - 1


@cache
def edition_of(policy: Policy) -> Edition:
    return edition(report(number=0), policy=policy, by=[])


def test_quality_is_exact_and_listed_on_internal_pages() -> None:
    """By file and reason, one by one, and how many more there are."""
    page = parsed(report(), INTERNAL, reading=read(150, listed=120))
    text = page.within("quality")
    assert "secret.csv not known 550 400 0 150" in text
    assert "no such colour 120" in text
    assert "(of the findings that are kept)" in text
    assert f"and {150 - LISTED} more: impact-metrics check" in text
    whole = parsed(report(), INTERNAL, reading=read(2)).within("quality")
    assert "of the findings" not in whole
    assert "more: impact-metrics check" not in whole
    assert "Set aside, by reason" not in parsed(report(), INTERNAL, reading=read(0)).within("quality")


def strict_report(broken: int) -> Report:
    catalogue = attrs.evolve(SECTIONED, model=STRICT_TOYS, invariants=())
    found: list[Event] = [event for event in events() if isinstance(event, Made)]
    sales = [event for event in events() if type(event).__name__ == "Sold"]
    wrong = [attrs.evolve(event, id=EventId(f"bad{n}"), pieces=0) for n, event in enumerate(sales[:broken])]
    return evaluate(catalogue, Stream([*found, *sales, *wrong]), as_at=DAY)


def test_broken_constraints_are_counted() -> None:
    """In total, protected; by constraint and one by one on internal pages."""
    public = parsed(strict_report(3)).within("quality")
    assert "Break a constraint, and count all the same [c]" in public
    assert "bad0" not in public
    internal = parsed(strict_report(3), INTERNAL).within("quality")
    assert "pieces_count nobody sells nothing 3" in internal
    assert "bad0 breaks pieces_count" in internal
    assert "Constraints that are broken" not in parsed(strict_report(0), INTERNAL).within("quality")


def test_a_page_is_known_at_a_moment(tmp_path: Path) -> None:
    """In UTC; and the page is written as it is."""
    moment = datetime(2024, 12, 1, 12, tzinfo=UTC)
    made = evaluate(SECTIONED, Stream(list(events())), as_at=DAY, known_at=moment)
    page = html_report(edition(made), about=[{"other": "x"}], manifest_rows=[("Digest", "abc")])
    found = Parsed.of(page)
    assert "what was known on 1 December 2024, 12:00:00 UTC" in found.found("header")[0][1]
    assert "Digest abc" in found.within("manifest")
    write_html(tmp_path / "report.html", page)
    assert (tmp_path / "report.html").read_bytes().decode() == page
