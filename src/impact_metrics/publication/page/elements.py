"""Elements: a page as a tree of HTML and SVG, in which every text is escaped because there is no other way to write it.

Scripts, event handlers and links to anything but the page itself and the web cannot be built.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

Node: TypeAlias = "Element | Sheet | str"
Content: TypeAlias = "Node | Iterable[Content] | None"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_FORBIDDEN = frozenset({"script", "style", "iframe", "object", "embed", "base", "form", "foreignObject"})
_VOID = frozenset({"meta", "br", "hr", "col", "wbr"})
_LINES = frozenset(
    {"head", "body", "main", "header", "footer", "section", "nav", "article", "figure", "figcaption", "div", "svg"}
    | {
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "p",
        "details",
        "summary",
    }
    | {"h1", "h2", "h3", "h4", "title", "desc", "meta"}
)
"""Elements that end a line: white space around them is never seen."""


@attrs.frozen
class Element:
    """One element: its tag, its attributes in order, and what is inside. Make one with ``tag``."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    inside: tuple[Node, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Only what shows something can be made: nothing that runs, and nothing that is fetched."""
        if not _NAME.fullmatch(self.name) or self.name in _FORBIDDEN:
            raise ValueError(f"no element {self.name!r} can stand in a page")
        for name, value in self.attributes:
            if not _NAME.fullmatch(name) or name.lower().startswith("on") or name in {"src", "srcset", "style"}:
                raise ValueError(f"no attribute {name!r} can stand in a page")
            if name == "href" and not (value.startswith("#") or is_web_address(value)):
                raise ValueError(f"nothing links to {value!r}")

    def __str__(self) -> str:
        """Write the element as HTML."""
        return "".join(_written(self))


@attrs.frozen
class Sheet:
    """The style of a page, as it stands in its head. It is ours, and never made of texts of a stream or catalogue."""

    text: str

    def __attrs_post_init__(self) -> None:
        """It cannot end before its end."""
        if "</" in self.text or "<!" in self.text:
            raise ValueError("a style sheet holds no markup")


def is_web_address(text: str) -> bool:
    """Tell whether a text is an address of the web, and nothing besides."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"\s", text)


def tag(name: str, /, *inside: Content, **attributes: str | float | None) -> Element:
    """Make an element: ``tag("a", "Definitions", href="#definitions", class_="jump")``.

    An attribute that is ``None`` is left out; underscores stand for hyphens, and a last one for nothing. What is inside
    may be nested in lists; ``None`` in it is left out.
    """
    named = {key.removesuffix("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    return Element(
        name,
        tuple((key, value if isinstance(value, str) else number(value)) for key, value in named.items()),
        tuple(_flat(inside)),
    )


def number(value: float) -> str:
    """Write a number of an attribute: at most two places, and no more than needed."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _flat(inside: Content) -> Iterable[Node]:
    if isinstance(inside, Element | Sheet | str):
        yield inside
    elif inside is not None:
        for item in inside:
            yield from _flat(item)


def _written(node: Node) -> Iterable[str]:
    if isinstance(node, str):
        yield escape(_printable(node), quote=False)
        return
    if isinstance(node, Sheet):
        yield f"<style>\n{node.text}</style>\n"
        return
    attributes = "".join(f' {name}="{escape(_printable(value))}"' for name, value in node.attributes)
    yield f"<{node.name}{attributes}>"
    if node.name not in _VOID:
        for item in node.inside:
            yield from _written(item)
        yield f"</{node.name}>"
    if node.name in _LINES:
        yield "\n"


def _printable(text: str) -> str:
    """Show characters that may not stand in HTML, such as control characters, as the sign for what cannot be shown."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]", "\ufffd", text)
