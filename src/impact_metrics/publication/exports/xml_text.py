"""XML as it is written: elements that hold texts and attributes, refused where XML cannot hold them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from impact_metrics.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Mapping

_IMPOSSIBLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def child(
    parent: ET.Element, tag: str, text: str | None = None, attributes: Mapping[str, str] | None = None
) -> ET.Element:
    """Append an element. Raises ``ExportError`` for a character that no XML document can hold."""
    given = dict(attributes or {})
    for value in (text or "", *given.values()):
        found = _IMPOSSIBLE.search(value)
        if found is not None:
            raise ExportError(
                f"XML cannot hold the character {found.group()!r}", where=f"{tag} {value!r}", hint="take it out"
            )
    element = ET.SubElement(parent, tag, given)
    element.text = text
    return element


def narrated(parent: ET.Element, tag: str, text: str, attributes: Mapping[str, str] | None = None) -> ET.Element:
    """Append an element whose text is in a ``narrative``, as IATI has it."""
    element = child(parent, tag, None, attributes)
    child(element, "narrative", text)
    return element


def printed(root: ET.Element) -> bytes:
    """Give the whole document as UTF-8, one element a line."""
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"
