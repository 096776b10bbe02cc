"""Catalogues as text and files: JSON and YAML, the canonical form, and its digest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import ExchangeError
from impact_metrics.exchange import yaml_text
from impact_metrics.exchange.catalogue import from_plain, to_plain

if TYPE_CHECKING:
    from impact_metrics.model import Model
    from impact_metrics.rules import Catalogue


def to_json(catalogue: Catalogue) -> str:
    """Write a catalogue as JSON, indented, in the order in which a person reads it."""
    return json.dumps(to_plain(catalogue), indent=2, ensure_ascii=False) + "\n"


def to_yaml(catalogue: Catalogue) -> str:
    """Write a catalogue as YAML, to be reviewed. Raises ``MissingExtraError`` without the extra ``yaml``."""
    return yaml_text.write(to_plain(catalogue))


def from_json(text: str, model: Model | None = None) -> Catalogue:
    """Read a catalogue from JSON; see :func:`~impact_metrics.exchange.catalogue.from_plain`."""
    try:
        plain = json.loads(text, object_pairs_hook=without_repeats)
    except json.JSONDecodeError as error:
        raise ExchangeError(f"the text is no JSON: {error.msg}", where=f"line {error.lineno}") from None
    return from_plain(plain, model)


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build a mapping read from JSON. Raises ``ExchangeError`` for a key that stands in it twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ExchangeError("the key stands twice in one mapping", where=repr(twice), hint="keep one of them")
    return found


def from_yaml(text: str, model: Model | None = None) -> Catalogue:
    """Read a catalogue from YAML; see :func:`~impact_metrics.exchange.catalogue.from_plain`."""
    return from_plain(yaml_text.read(text), model)


def canonical(catalogue: Catalogue) -> str:
    """Give the one text that stands for a catalogue: JSON with sorted keys and no blanks."""
    return json.dumps(to_plain(catalogue), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(catalogue: Catalogue) -> str:
    """Give the SHA-256 of the canonical form, in hexadecimal: two catalogues that say the same have the same."""
    return hashlib.sha256(canonical(catalogue).encode()).hexdigest()


def save(catalogue: Catalogue, path: Path) -> None:
    """Write a catalogue to a file that ends in .json, .yaml or .yml. Raises ``ExchangeError`` for any other."""
    writers = {".json": to_json, ".yaml": to_yaml, ".yml": to_yaml}
    text = writers[_suffix(path)](catalogue)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ExchangeError(f"the file cannot be written: {error.strerror}", where=str(path)) from None


def load(path: Path, model: Model | None = None) -> Catalogue:
    """Read a catalogue from a file that ends in .json, .yaml or .yml; errors name the file too."""
    readers = {".json": from_json, ".yaml": from_yaml, ".yml": from_yaml}
    reader = readers[_suffix(path)]
    try:
        return reader(Path(path).read_text(encoding="utf-8-sig"), model)
    except OSError as error:
        raise ExchangeError(f"the file cannot be read: {error.strerror}", where=str(path)) from None
    except UnicodeDecodeError:
        raise ExchangeError("the file is not in UTF-8", where=str(path), hint="save it as UTF-8") from None
    except ExchangeError as error:
        raise ExchangeError(error.problem, where=f"{path}: {error.where}", hint=error.hint) from None


def _suffix(path: Path) -> str:
    if path.suffix not in {".json", ".yaml", ".yml"}:
        raise ExchangeError("the name of the file says no format", where=str(path), hint="end it in .json or .yaml")
    return path.suffix
