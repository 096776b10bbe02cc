"""Plain data from what a YAML parser sees, one thing after the other: nothing that YAML does on its own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.errors import ExchangeError
from impact_metrics.exchange.json_text import repeated, too_deep
from impact_metrics.limits import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_KEY = object()
_TAKEN = frozenset(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int"))
"""What a bare word is read as. All else, such as a date or 1.10, is the text that was written."""


@attrs.define
class _Open:
    """A list or mapping that is being filled, with the key that waits for its value."""

    made: Any
    key: Any = _NO_KEY


@attrs.define
class Builder:
    """Builds one document from the events of a parser: texts, whole numbers, flags, null, lists and mappings."""

    yaml: Any
    loader: Any
    _stack: list[_Open] = attrs.field(factory=list, init=False)
    _made: Any = attrs.field(default=None, init=False)
    _documents: int = attrs.field(default=0, init=False)

    def build(self, events: Iterable[Any]) -> Any:  # noqa: ANN401 - plain data of any shape
        """Give what the document holds. Raises ``ExchangeError`` for tags, anchors, repeated keys, too much depth."""
        yaml = self.yaml
        for event in events:
            place = f"line {event.start_mark.line + 1}"
            match event:
                case yaml.AliasEvent():
                    raise _alias(place)
                case yaml.DocumentStartEvent():
                    self._documents += 1
                    if self._documents > 1:
                        raise ExchangeError("a second document begins", where=place, hint="write one in a file")
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    self._open(event, place)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self._stack.pop()
                case yaml.ScalarEvent():
                    self._put(self._scalar(event, place), place)
                case _:
                    pass  # ends and starts of the whole
        return self._made

    def _open(self, event: Any, place: str) -> None:  # noqa: ANN401 - of yaml
        _check_bare(event, place)
        made: Any = [] if isinstance(event, self.yaml.SequenceStartEvent) else {}
        if self._stack and isinstance(self._stack[-1].made, dict) and self._stack[-1].key is _NO_KEY:
            raise ExchangeError("a list or mapping is no key", where=place, hint="name it by a text")
        self._put(made, place)
        self._stack.append(_Open(made))
        if len(self._stack) > MAX_DEPTH:
            raise too_deep(place)

    def _put(self, value: Any, place: str) -> None:  # noqa: ANN401 - plain data
        if not self._stack:
            self._made = value
            return
        top = self._stack[-1]
        if isinstance(top.made, list):
            top.made.append(value)
        elif top.key is _NO_KEY:
            if value in top.made:
                raise repeated(value, place)
            top.key = value
        else:
            top.made[top.key] = value
            top.key = _NO_KEY

    def _scalar(self, event: Any, place: str) -> Any:  # noqa: ANN401 - of yaml
        _check_bare(event, place)
        text = event.value
        try:
            text.encode()
            tag = self.loader.resolve(self.yaml.ScalarNode, text, event.implicit)
            if tag not in _TAKEN:
                return text
            return self.loader.construct_object(self.yaml.ScalarNode(tag, text, event.start_mark, event.end_mark))
        except ValueError as error:  # half of a character, or a number of thousands of digits
            problem = f"a text or number cannot be read: {error}"
            raise ExchangeError(problem, where=place, hint="write it as it is, in quotes where it is a text") from None


def _check_bare(event: Any, place: str) -> None:  # noqa: ANN401 - of yaml
    if event.anchor is not None:
        raise _alias(place)
    if event.tag is not None and event.tag != "!":
        problem = "a tag says what something is to be made into"
        raise ExchangeError(problem, where=place, hint="write texts, numbers, lists and mappings without tags")


def _alias(place: str) -> ExchangeError:
    return ExchangeError("an alias stands for something written elsewhere", where=place, hint="write it out")
