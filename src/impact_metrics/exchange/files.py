"""Catalogues as text and files: JSON and YAML, the canonical form, and its digest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from impact_metrics.errors import ExchangeError
from impact_metrics.exchange import json_text, yaml_text
from impact_metrics.exchange.catalogue import from_plain, to_plain
from impact_metrics.limits import MAX_FILE, content
from impact_metrics.replacing import replace_text

if TYPE_CHECKING:
    from pathlib import Path

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
    return from_plain(json_text.read(text), model)


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
    """Write a catalogue to a file that ends in .json, .yaml or .yml, which is replaced whole, or not at all.

    Raises ``ExchangeError`` for any other name, and where the disk does not let it.
    """
    writers = {".json": to_json, ".yaml": to_yaml, ".yml": to_yaml}
    text = writers[_suffix(path)](catalogue)
    replace_text(path, text, ExchangeError)


def load(path: Path, model: Model | None = None) -> Catalogue:
    """Read a catalogue from a file that ends in .json, .yaml or .yml; errors name the file too.

    A file of more than 16 MiB is refused, as is one that is nested more than 300 deep.
    """
    readers = {".json": from_json, ".yaml": from_yaml, ".yml": from_yaml}
    reader = readers[_suffix(path)]
    text = content(path, MAX_FILE, "catalogue", ExchangeError)
    try:
        return reader(text, model)
    except ExchangeError as error:
        where = f"{path}: {error.where}" if error.where else str(path)
        raise ExchangeError(error.problem, where=where, hint=error.hint) from None


def _suffix(path: Path) -> str:
    if path.suffix not in {".json", ".yaml", ".yml"}:
        raise ExchangeError("the name of the file says no format", where=str(path), hint="end it in .json or .yaml")
    return path.suffix
