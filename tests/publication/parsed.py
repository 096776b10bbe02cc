"""A page read back: its elements, whether they are balanced, and what it shows as text."""

from __future__ import annotations

from html.parser import HTMLParser

import attrs

VOID = {"meta", "br", "hr", "col", "wbr"}


@attrs.define
class Parsed(HTMLParser):
    """The elements of a page in order, each with its attributes, those it is in, and its text."""

    elements: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = attrs.field(factory=list)
    faults: list[str] = attrs.field(factory=list)
    texts: list[str] = attrs.field(factory=list)
    opened: list[tuple[str, int]] = attrs.field(factory=list)
    inside: dict[int, list[str]] = attrs.field(factory=dict)

    def __attrs_pre_init__(self) -> None:
        """Start the parser."""
        super().__init__(convert_charrefs=True)

    @classmethod
    def of(cls, page: str) -> Parsed:
        """Read a page."""
        made = cls()
        made.feed(page)
        made.close()
        made.faults += [f"<{name}> is not closed" for name, _ in made.opened]
        return made

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102
        if len(dict(attrs)) < len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        self.elements.append((tag, dict(attrs), tuple(name for name, _ in self.opened)))
        self.inside[len(self.elements) - 1] = []
        if tag not in VOID:
            self.opened.append((tag, len(self.elements) - 1))

    def handle_endtag(self, tag: str) -> None:  # noqa: D102
        if not self.opened or self.opened[-1][0] != tag:
            self.faults.append(f"</{tag}> closes {self.opened[-1:]}")
        else:
            self.opened.pop()

    def handle_data(self, data: str) -> None:  # noqa: D102
        self.texts.append(data)
        for _, place in self.opened:
            self.inside[place].append(data)

    def found(self, *names: str) -> list[tuple[dict[str, str | None], str]]:
        """Give every element of these names, with its attributes and its text."""
        return [
            (attributes, " ".join("".join(self.inside[place]).split()))
            for place, (tag, attributes, _) in enumerate(self.elements)
            if tag in names
        ]

    def within(self, name: str) -> str:
        """Give the text of the element of that id."""
        (text,) = [
            " ".join("".join(self.inside[place]).split())
            for place, (_, attributes, _) in enumerate(self.elements)
            if attributes.get("id") == name
        ]
        return text

    @property
    def ids(self) -> list[str]:
        """Every id, in order."""
        return [given for _, attributes, _ in self.elements if (given := attributes.get("id")) is not None]
