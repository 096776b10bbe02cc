"""The page: one file of valid HTML that says what the edition has, and nothing else."""

from __future__ import annotations

import itertools
import re
from functools import cache

import pytest

from impact_metrics.publication import Audience, Edition
from impact_metrics.publication.page import html_report
from tests.publication.crowd import edition, report
from tests.publication.parsed import Parsed

AUDIENCES = pytest.mark.parametrize("audience", list(Audience))


@cache
def made(audience: Audience) -> tuple[Edition, str, Parsed]:
    found = edition(report(), audience)
    page = html_report(found, report=report(), about=[{"title": "Synthetic example", "note": "Nobody is real"}])
    return found, page, Parsed.of(page)


@AUDIENCES
def test_a_page_is_valid(audience: Audience) -> None:
    """Elements are balanced, ids are there once, and every link within the page leads somewhere."""
    _, page, parsed = made(audience)
    assert page.startswith("<!doctype html>\n<html lang=")
    assert not parsed.faults
    assert len(set(parsed.ids)) == len(parsed.ids)
    for attributes, text in parsed.found("a"):
        assert text
        assert (attributes["href"] or "").removeprefix("#") in parsed.ids
    for name in ("aria-labelledby", "aria-describedby"):
        for _, attributes, _ in parsed.elements:
            assert set((attributes.get(name) or "").split()) <= set(parsed.ids)


@AUDIENCES
def test_a_page_needs_nothing_else(audience: Audience) -> None:
    """It has no script and fetches nothing, and tells browsers to let it do neither."""
    _, page, parsed = made(audience)
    names = {tag for tag, _, _ in parsed.elements}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    given = {name for _, attributes, _ in parsed.elements for name in attributes}
    assert not {name for name in given if name.startswith("on") or name in {"src", "srcset", "style"}}
    assert "url(" not in page
    assert "@import" not in page
    policies = [meta["content"] for meta, _ in parsed.found("meta") if meta.get("http-equiv")]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


@AUDIENCES
def test_a_page_can_be_read_by_everybody(audience: Audience) -> None:
    """Headings are in order, landmarks are there, tables have captions and heads, and pictures have names and texts."""
    _, _, parsed = made(audience)
    levels = [int(tag[1]) for tag, _, _ in parsed.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    names = [tag for tag, _, _ in parsed.elements]
    assert [names.count(name) for name in ("main", "header", "footer", "nav")] == [1, 1, 1, 1]
    assert parsed.found("a")[0][0] == {"href": "#main", "class": "skip"}
    tables = [path for tag, _, path in parsed.elements if tag == "table"]
    assert tables
    assert len(parsed.found("caption")) == len(tables)
    assert all(heads["scope"] in {"col", "row"} for heads, _ in parsed.found("th"))
    regions = [attributes for attributes, _ in parsed.found("div") if attributes.get("class") == "scroll"]
    assert len(regions) == len(tables)
    assert all(region["tabindex"] == "0" and region["aria-label"] for region in regions)
    pictures = parsed.found("svg")
    assert pictures
    for picture, _ in pictures:
        assert picture["role"] == "img"
        assert parsed.within(picture["aria-labelledby"] or "")
        assert parsed.within(picture["aria-describedby"] or "")


@AUDIENCES
def test_the_contents_link_to_every_section(audience: Audience) -> None:
    """Each section of the page is in the table of contents, in its order."""
    _, _, parsed = made(audience)
    contents = [attributes["href"] for attributes, _ in parsed.found("a")]
    sections = [
        f"#{attributes['id']}" for tag, attributes, path in parsed.elements if tag == "section" and path[-1] == "main"
    ]
    assert [link for link in contents if link in sections] == sections
    assert len(sections) > 7


@AUDIENCES
def test_a_page_says_for_whom_it_is(audience: Audience) -> None:
    """The marking stands above everything, where print repeats it, and what the data say of themselves at the top."""
    found, _, parsed = made(audience)
    (running,) = [text for attributes, text in parsed.found("div") if attributes.get("class") == "running"]
    assert running == found.marking
    assert ("INTERNAL" in running) == (audience is Audience.INTERNAL)
    header = parsed.found("header")[0][1]
    assert "Synthetic example Nobody is real" in header
    assert "As at 31 December 2024" in header
    if found.policy is not None:
        assert found.policy.words in header
