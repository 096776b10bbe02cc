"""YAML text: written to be reviewed line by line, and read without anything that YAML does on its own account."""

from __future__ import annotations

from typing import Any

from impact_metrics.errors import ExchangeError, missing_extra
from impact_metrics.exchange.yaml_building import Builder

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
    """Read YAML. Raises ``ExchangeError`` for broken text, for keys that stand twice, for tags, anchors and aliases.

    What is read is made from what the parser sees, one thing after the other: nothing stands for something else, no
    object is made but texts, whole numbers, flags, lists and mappings, and no depth of nesting uses up the stack.
    """
    yaml = _yaml()
    loader = None
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        return Builder(yaml, loader).build(iter(loader.get_event, None))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f"line {mark.line + 1}"
        raise ExchangeError(f"the text is no YAML: {getattr(error, 'problem', error)}", where=line) from None
    except (ValueError, OverflowError) as error:  # characters that do not exist
        raise ExchangeError(f"the text is no YAML: {error}", hint="write every character as it is") from None
    finally:
        if loader is not None:
            loader.dispose()
