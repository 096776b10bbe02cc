"""Layout: the few shapes that sections are made of: tables that scroll by themselves, lists, headings and links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from impact_metrics.publication.page.elements import Content, Element, is_web_address, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from impact_metrics.rules import Metric

Align: TypeAlias = Literal["text", "number", "short"]


def table(
    caption: str,
    head: Sequence[tuple[str, Align]],
    rows: Sequence[Sequence[Content]],
    *,
    note: str = "",
    total: bool = False,
) -> Element:
    """Make a table whose first column heads its rows, within a region that scrolls where the screen is narrow.

    With ``total`` the last row is set apart, as the sum of the others.
    """
    top = tag("tr", [tag("th", name, scope="col", class_=_class(align)) for name, align in head])
    body = [
        tag(
            "tr",
            tag("th", first, scope="row"),
            [tag("td", cell, class_=_class(align)) for cell, (_, align) in zip(rest, head[1:], strict=True)],
            class_="total" if total and place == len(rows) else None,
        )
        for place, (first, *rest) in enumerate(rows, 1)
    ]
    made = tag("table", tag("caption", caption), tag("thead", top), tag("tbody", body))
    return tag(
        "div",
        tag("div", made, class_="scroll", role="region", aria_label=f"Table: {caption}", tabindex="0"),
        tag("p", note, class_="note") if note else None,
        class_="tabled",
    )


def _class(align: Align) -> str | None:
    return None if align == "text" else align


def bullets(items: Iterable[Content]) -> Element:
    """Make a list."""
    return tag("ul", [tag("li", item) for item in items])


def fold(summary: str, *inside: Content) -> Element:
    """Fold something away, to be opened by whoever wants it; print shows it."""
    return tag("details", tag("summary", summary), *inside)


def to_definition(metric: Metric, text: str | None = None) -> Element:
    """Link to the definition of a metric."""
    return tag("a", metric.title if text is None else text, href=f"#definition-{metric.id}")


def address(text: str) -> Content:
    """Let an address of the web be a link, and every other text a text."""
    return tag("a", text, href=text, rel="noreferrer") if is_web_address(text) else text
