"""Small builders of document nodes: paragraphs, lists, tables and links to what the domain documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from docutils import nodes
from sphinx import addnodes

from impact_metrics.documents.english.words import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from impact_metrics.documents import Point

Inline: TypeAlias = "str | nodes.Node"


def paragraph(*parts: Inline) -> nodes.paragraph:
    """Make a paragraph of texts and inline nodes."""
    made = nodes.paragraph()
    made += [_inline(part) for part in parts]
    return made


def _inline(part: Inline) -> nodes.Node:
    return nodes.Text(part) if isinstance(part, str) else part


def strong(text: str) -> nodes.strong:
    """Make a text stand out."""
    return nodes.strong("", text)


def code(text: str) -> nodes.literal:
    """Set a text as code."""
    return nodes.literal("", text)


def heading(text: str) -> nodes.rubric:
    """Head a part of an object's description."""
    return nodes.rubric("", text)


def link(kind: str, name: str, text: str, page: str) -> addnodes.pending_xref:
    """Refer to an object of the domain. Where it is not documented the text stays, without a link."""
    target: addnodes.pending_xref = addnodes.pending_xref(
        "", refdomain="metric", reftype=kind, reftarget=name, refdoc=page, refwarn=False, refexplicit=True
    )
    target += nodes.inline("", text)
    return target


def bullets(items: Iterable[Sequence[nodes.Node]]) -> nodes.bullet_list:
    """Make a bullet list; each item is a sequence of block nodes."""
    made = nodes.bullet_list()
    for blocks in items:
        item = nodes.list_item()
        item += list(blocks)
        made += item
    return made


def texts(items: Iterable[str]) -> nodes.bullet_list:
    """Make a bullet list of texts."""
    return bullets([paragraph(text)] for text in items)


def points(point: Point) -> list[nodes.Node]:
    """Lay out a point of a rule with those below it as nested lists."""
    _, *below = points_below(point)
    return [paragraph(sentence(point.heading)), *below]


def points_below(point: Point) -> list[nodes.Node]:
    """Lay out a point inside another."""
    made: list[nodes.Node] = [paragraph(point.heading)]
    if point.below:
        made.append(bullets(points_below(inner) for inner in point.below))
    return made


def table(head: Sequence[str], rows: Iterable[Sequence[Sequence[Inline]]], widths: Sequence[int] = ()) -> nodes.table:
    """Make a table; each cell is a sequence of texts and inline nodes. ``widths`` are in percent."""
    made = nodes.table(classes=["colwidths-given" if widths else "colwidths-auto"])
    group = nodes.tgroup(cols=len(head))
    made += group
    group += [nodes.colspec(colwidth=width) for width in widths or [1] * len(head)]
    top = nodes.thead()
    top += _row([[text] for text in head])
    body = nodes.tbody()
    body += [_row(row) for row in rows]
    group += [top, body]
    return made


def _row(cells: Sequence[Sequence[Inline]]) -> nodes.row:
    made = nodes.row()
    for cell in cells:
        entry = nodes.entry()
        entry += paragraph(*cell)
        made += entry
    return made
