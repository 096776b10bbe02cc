"""The page: an edition as one HTML file, which needs nothing besides itself."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from impact_metrics.publication.page.breakdowns import breakdowns
from impact_metrics.publication.page.bridge import bridge
from impact_metrics.publication.page.definitions import definitions
from impact_metrics.publication.page.elements import Content, Element, Sheet, tag
from impact_metrics.publication.page.evidence import evidence
from impact_metrics.publication.page.given import Given, Section
from impact_metrics.publication.page.headlines import headlines
from impact_metrics.publication.page.lists import lists
from impact_metrics.publication.page.manifest import manifest
from impact_metrics.publication.page.outcomes import funnels, outcomes
from impact_metrics.publication.page.quality import quality
from impact_metrics.publication.page.relations import relations
from impact_metrics.publication.page.saying import day, moment
from impact_metrics.publication.page.trends import trends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from impact_metrics.publication.certainty import Certainty
    from impact_metrics.publication.edition import Edition
    from impact_metrics.publication.page.given import Accounted
    from impact_metrics.publication.previous import Previous
    from impact_metrics.reports import Report
    from impact_metrics.reports.restate import Restatement

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a browser lets the page do: show itself in its own style."""

_SECTIONS: tuple[Callable[[Given], Section | None], ...] = (
    headlines,
    trends,
    breakdowns,
    funnels,
    outcomes,
    lists,
    bridge,
    definitions,
    evidence,
    relations,
    quality,
    manifest,
)
"""The sections in the order of the page; each gives nothing where it has nothing to say."""


def html_report(  # noqa: PLR0913 - what a page can be made from
    edition: Edition,
    *,
    report: Report | None = None,
    reading: Accounted | None = None,
    about: Sequence[Mapping[str, Any]] = (),
    previous: Previous | None = None,
    restatement: Restatement | None = None,
    manifest_rows: Sequence[tuple[str, str]] = (),
    proofs: Certainty | None = None,
) -> str:
    """Lay out an edition as one HTML file, which runs nothing and fetches nothing.

    Every figure comes from the ``edition``. The ``report`` it was made from adds how many records break constraints,
    and for an internal edition the evidence; ``reading`` adds what became of the records. Of a publishable edition they
    add totals only, protected by its policy. ``about`` is what the files say of themselves: their ``title`` and
    ``note`` stand at the top. ``previous`` is an earlier edition, which is compared with this one (``differencing``
    warns of what the two tell together), and ``restatement`` says why figures for one date changed, on internal pages
    only. ``manifest_rows`` say what the edition was made of, and ``proofs`` what is certain.

    Raises ``DisclosureError`` where an internal edition is compared with on a publishable page, and where the edition
    is not of that report.
    """
    given = Given(
        edition=edition,
        report=report,
        reading=reading,
        about=about,
        previous=previous,
        restatement=restatement,
        manifest_rows=manifest_rows,
        certainty=proofs,
    )
    sections = [section for section in (make(given) for make in _SECTIONS) if section is not None]
    return f"<!doctype html>\n{tag('html', _head(given), _body(given, sections), lang='en-GB')}"


def write_html(path: Path, page: str) -> None:
    """Write a page to a file."""
    path.write_text(page, encoding="utf-8", newline="\n")


def _style() -> Sheet:
    return Sheet(resources.files(__package__).joinpath("style.css").read_text(encoding="utf-8"))


def _head(given: Given) -> Element:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{given.edition.catalogue.title}, as at {day(given.edition.as_at)}"),
        _style(),
    )


def _body(given: Given, sections: Sequence[Section]) -> Element:
    return tag(
        "body",
        tag("a", "Skip to the figures", href="#main", class_="skip"),
        tag(
            "div",
            tag("div", tag("p", given.edition.marking), class_="running", role="note", aria_label="Marking"),
            tag(
                "div",
                tag("header", *_top(given)),
                tag("main", _contents(sections), [_section(section) for section in sections], id="main", tabindex="-1"),
                tag("footer", tag("p", given.edition.marking)),
                class_="leaf",
            ),
            class_="sheet",
        ),
        class_=given.edition.audience.value,
    )


def _top(given: Given) -> Iterator[Content]:
    edition = given.edition
    yield tag("h1", edition.catalogue.title)
    known = "everything recorded" if edition.known_at is None else f"what was known on {moment(edition.known_at)}"
    facts = (
        ("As at", day(edition.as_at)),
        ("From", known),
        ("Catalogue", f"{edition.catalogue.id} {edition.catalogue.version}"),
    )
    yield tag("dl", [tag("div", tag("dt", term), tag("dd", text)) for term, text in facts], class_="dates")
    for about in given.about:
        texts = [str(about[key]) for key in ("title", "note") if key in about]
        if texts:
            yield tag(
                "div", [tag("p", text) for text in texts], class_="said", role="note", aria_label="About the data"
            )
    policy = edition.policy
    words = "Exact figures, with evidence. It may name people, and does not leave the house."
    said = words if policy is None else f"{policy.words} The rule follows {policy.source}."
    yield tag("div", tag("p", edition.marking), tag("p", said), class_="rule-of-disclosure")


def _contents(sections: Sequence[Section]) -> Element:
    return tag(
        "nav",
        tag("h2", "Contents", id="contents"),
        tag("ol", [tag("li", tag("a", section.title, href=f"#{section.id}")) for section in sections]),
        class_="contents",
        aria_labelledby="contents",
    )


def _section(section: Section) -> Element:
    title = f"{section.id}-title"
    return tag("section", tag("h2", section.title, id=title), section.inside, id=section.id, aria_labelledby=title)
