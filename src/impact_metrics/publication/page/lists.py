"""The section of lists: things that are published one by one, such as changes of law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.given import Section
from impact_metrics.publication.page.layout import Align, address, table, to_definition
from impact_metrics.reports.table import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.publication.page.given import Given
    from impact_metrics.reports.table import Column, Table

MOST = 200
"""How many entries of a list a page shows."""
_SHORT = 24
"""How many letters an id or date has at most that stays on one line."""


def lists(given: Given) -> Section | None:
    """Show each list that the edition has as a table; an address of the web is a link."""
    found = {name: listed for name, listed in given.edition.lists.items() if listed.rows}
    if not found:
        return None
    return Section("lists", "Lists", tuple(_list(given, name, listed) for name, listed in found.items()))


def _list(given: Given, name: str, listed: Table) -> Element:
    metric = given.edition.catalogue[name]
    more = len(listed.rows) - MOST
    columns = zip(*listed.rows, strict=True)
    return tag(
        "section",
        tag("h3", to_definition(metric), id=f"list-{name}-title"),
        table(
            f"{metric.title}, {metric.unit.plural} one by one",
            [(_head(column), _align(column, cells)) for column, cells in zip(listed.columns, columns, strict=True)],
            [[_cell(value) for value in row] for row in listed.rows[:MOST]],
            note=f"and {more:,} more, which the page has no room for." if more > 0 else "",
        ),
        id=f"list-{name}",
        class_="part",
        aria_labelledby=f"list-{name}-title",
    )


def _head(column: Column) -> str:
    return column.name.replace("_", " ").capitalize()


def _align(column: Column, cells: Iterable[object]) -> Align:
    if column.kind in {"integer", "decimal"}:
        return "number"
    texts = [shown(cell) for cell in cells]
    return "short" if all(len(text) <= _SHORT and " " not in text for text in texts) else "text"


def _cell(value: object) -> Content:
    return address(shown(value)) if value is not None else "not known"
