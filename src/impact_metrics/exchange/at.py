"""A place in a file: a value with the path that leads to it, so that every error says where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from impact_metrics.errors import ExchangeError, ImpactMetricsError, nearest
from impact_metrics.limits import cut
from impact_metrics.values.names import name_fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


@attrs.frozen
class At:
    """A value read from a file, and its path, such as ``metrics[2].measure.count``."""

    value: Any
    path: str = ""

    def fail(self, problem: str, hint: str = "") -> NoReturn:
        """Refuse what stands here."""
        raise ExchangeError(cut(problem), where=self.path or "catalogue", hint=cut(hint))

    @contextmanager
    def building(self) -> Iterator[None]:
        """Name this place in the errors of what is built from here."""
        try:
            yield
        except ExchangeError:
            raise
        except ImpactMetricsError as error:
            place = f" ({error.where})" if error.where else ""
            problem = cut(f"{error.problem}{place}")
            raise ExchangeError(problem, where=self.path or "catalogue", hint=cut(error.hint)) from None

    def keys(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Refuse anything but a mapping with these keys."""
        found = self._mapping()
        for key in found:
            if key not in required and key not in optional:
                self.fail(f"there is no key {key!r} here", nearest(str(key), (*required, *optional)))
        for key in required:
            if key not in found:
                self.fail(f"the key {key!r} is missing")

    def _mapping(self) -> Mapping[str, Any]:
        if not isinstance(self.value, Mapping):
            self.fail(f"a mapping is expected, and this is {_kind(self.value)}")
        return self.value

    def __contains__(self, key: str) -> bool:
        """Tell whether the mapping has a key."""
        return key in self._mapping()

    def __getitem__(self, key: str) -> At:
        """Give the place of a key."""
        return At(self._mapping()[key], f"{self.path}.{key}" if self.path else key)

    def only(self) -> tuple[str, At]:
        """Give the one key of a mapping, which names what it is, with its place."""
        found = self._mapping()
        if len(found) != 1:
            self.fail(f"a mapping with one key is expected, and this has {len(found)}")
        (key,) = found
        return str(key), self[key]

    def items(self) -> list[At]:
        """Give the places of a list."""
        if not isinstance(self.value, list):
            self.fail(f"a list is expected, and this is {_kind(self.value)}")
        return [At(item, f"{self.path}[{position}]") for position, item in enumerate(self.value)]

    def text(self) -> str:
        """Give a text."""
        if not isinstance(self.value, str):
            self.fail(f"a text is expected, and this is {_kind(self.value)}", "put it in quotes")
        return self.value

    def name(self) -> str:
        """Give the name of a class or of a member of one, which is an identifier of Python."""
        name = self.text()
        fault = name_fault(name)
        if fault:
            self.fail(f"{cut(repr(name), 80)} {fault}", 'give it another name, such as "FirstArrest" or "first_arrest"')
        return name

    def number(self) -> int:
        """Give a whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.fail(f"a whole number is expected, and this is {_kind(self.value)}")
        return self.value

    def flag(self) -> bool:
        """Give true or false."""
        if not isinstance(self.value, bool):
            self.fail(f"true or false is expected, and this is {_kind(self.value)}")
        return self.value

    def optional_text(self, key: str) -> str:
        """Give the text under a key, or the empty one where there is none."""
        return self[key].text() if key in self else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Give the texts of the list under a key, none where there is no such key."""
        return tuple(item.text() for item in self[key].items()) if key in self else ()


def _kind(value: object) -> str:
    names = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false", int: "a whole number"}
    return names.get(type(value), "null" if value is None else repr(value))
