"""YAML text: written to be reviewed line by line, and read without anything that YAML does on its own account."""

from __future__ import annotations

from typing import Any

from impact_metrics.errors import ExchangeError, missing_extra

WIDTH = 110


def _yaml() -> Any:  # noqa: ANN401 - a module
    try:
        import yaml  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise missing_extra("a catalogue in YAML", "pyyaml", "yaml") from None
    return yaml


def write(plain: dict[str, Any]) -> str:
    """Write plain data as YAML: in its own order, without anchors."""
    yaml = _yaml()

    class Dumper(yaml.SafeDumper):  # type: ignore[name-defined, misc]
        """Writes repeated data in full, and indents lists under their key."""

        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - as the base has it
            """Never write an anchor."""
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
            """Indent lists too."""
            super().increase_indent(flow, indentless=False)

    text: str = yaml.dump(plain, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return text


def read(text: str) -> object:
    """Read YAML. Raises ``ExchangeError`` for broken text, for keys that stand twice, and for anchors."""
    yaml = _yaml()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        node = loader.get_single_node()
        return None if node is None else _value(node, loader, set())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f"line {mark.line + 1}"
        raise ExchangeError(f"the text is no YAML: {getattr(error, 'problem', error)}", where=line) from None
    finally:
        loader.dispose()


def _value(node: Any, loader: Any, seen: set[int]) -> Any:  # noqa: ANN401 - plain data of any shape
    place = f"line {node.start_mark.line + 1}"
    if id(node) in seen:
        raise ExchangeError("an alias stands for something written elsewhere", where=place, hint="write it out")
    seen.add(id(node))
    if node.id == "sequence":
        return [_value(item, loader, seen) for item in node.value]
    if node.id == "mapping":
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = _value(key_node, loader, seen)
            if key in made:
                raise ExchangeError("the key stands twice in one mapping", where=place, hint=f"keep one {key!r}")
            made[key] = _value(value_node, loader, seen)
        return made
    value = loader.construct_object(node)
    # YAML reads a bare 2024-12-31 as a date: it is the text that was written.
    return value if isinstance(value, str | int | bool) or value is None else node.value
