"""Elements: whatever a text holds, it is shown as text, and nothing that runs can be built."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics.publication.page.elements import Element, Sheet, is_web_address, tag
from tests.publication.parsed import Parsed

HOSTILE = "</title><script>alert('x')</script><img src=x onerror=\"alert(1)\"> & ' \" &lt; \x00 \x85 \ud800"


def normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="<>&'\"/=-!\n")))
def test_every_text_comes_back_as_text(text: str) -> None:
    """In an element and in an attribute: a parser finds the text, and no element besides."""
    page = str(tag("main", tag("p", text, title=text), text))
    parsed = Parsed.of(page)
    assert [name for name, _, _ in parsed.elements] == ["main", "p"]
    assert parsed.elements[1][1] == {"title": normal(text)}
    assert "".join(parsed.inside[1]) == normal(text)
    assert not parsed.faults


def test_hostile_texts_stay_texts() -> None:
    """Markup is escaped, and what may not stand in a page at all is shown as a sign."""
    page = str(tag("p", HOSTILE, title=HOSTILE))
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("\ufffd") == 6
    page.encode("utf-8")


def test_void_elements_are_not_closed() -> None:
    """They have no inside, and no end."""
    assert str(tag("p", "a", tag("br"), "b", tag("wbr"))) == "<p>a<br>b<wbr></p>\n"


def test_attributes_are_named_as_in_html() -> None:
    """Underscores become hyphens, a last one is dropped, None is left out, numbers are short."""
    made = tag("circle", [None, [tag("title", "x")]], class_="a", aria_label="b", r=2.50, cx=1 / 3, cy=None, x=20)
    assert str(made) == '<circle class="a" aria-label="b" r="2.5" cx="0.33" x="20"><title>x</title>\n</circle>'


@pytest.mark.parametrize("name", ["script", "style", "iframe", "object", "embed", "base", "form", "a b", "p>", ""])
def test_no_element_runs(name: str) -> None:
    """Elements that run or fetch something, and names that are none, are refused."""
    with pytest.raises(ValueError, match="no element"):
        tag(name)


@pytest.mark.parametrize("name", ["onclick", "OnLoad", "src", "srcset", "style", "a b", 'x"'])
def test_no_attribute_runs(name: str) -> None:
    """Handlers, sources and styles are refused."""
    with pytest.raises(ValueError, match="no attribute"):
        Element("p", ((name, "x"),))


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "//there", "file:///etc", "x.html"])
def test_links_lead_within_the_page_or_to_the_web(target: str) -> None:
    """Nothing else is linked to."""
    with pytest.raises(ValueError, match="nothing links to"):
        tag("a", "there", href=target)
    assert 'href="#here"' in str(tag("a", "here", href="#here"))
    assert 'href="https://example.org/?a=1&amp;b=2"' in str(tag("a", "web", href="https://example.org/?a=1&b=2"))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://example.org", True),
        ("http://example.org/a?b#c", True),
        ("https://", False),
        ("ftp://example.org", False),
        ("see https://example.org", False),
        ("https://example.org and more", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_addresses_of_the_web_are_known(text: str, is_one: bool) -> None:  # noqa: FBT001 - a parameter
    """Only a whole http or https address is one."""
    assert is_web_address(text) is is_one


@pytest.mark.parametrize("text", ["a</style>", "<!-- a"])
def test_a_style_cannot_end_early(text: str) -> None:
    """The one thing that is not escaped holds no markup."""
    with pytest.raises(ValueError, match="no markup"):
        Sheet(text)
