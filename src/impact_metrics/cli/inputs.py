"""What a command is given: a catalogue, and files read into a stream."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from impact_metrics.errors import RuleError, nearest
from impact_metrics.rules import Catalogue
from impact_metrics.streams import load_mapping, read_json_lines, read_mapped

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from impact_metrics.streams import Reading

DEFAULT_CATALOGUE = "impact_metrics.anti_trafficking:CATALOGUE"
_LONG = 5_000_000
"""Bytes from which on a progress bar is worth the room it takes."""


def load_catalogue(place: str) -> Catalogue:
    """Find a catalogue by ``module:NAME`` or ``file.py:NAME``. Raises ``RuleError`` that says what is there instead."""
    module_name, _, name = place.rpartition(":")
    if not module_name:
        raise RuleError(f"{place!r} names no catalogue", where="--catalogue", hint="write module:NAME or file.py:NAME")
    module = _load_module(module_name)
    found = getattr(module, name, None)
    if isinstance(found, Catalogue):
        return found
    known = [key for key, value in vars(module).items() if isinstance(value, Catalogue)]
    raise RuleError(f"{module_name} has no catalogue {name!r}", where="--catalogue", hint=nearest(name, known))


def _load_module(name: str) -> ModuleType:
    path = Path(name)
    if path.suffix != ".py":
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            raise RuleError(f"there is no module {error.name!r}", where="--catalogue", hint="check its name") from None
    if not path.is_file():
        raise RuleError(f"there is no file {name!r}", where="--catalogue", hint="check the path")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None  # noqa: S101 - a file that ends in .py has a loader
    assert spec.loader is not None  # noqa: S101 - the same
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def read(
    catalogue: Catalogue, streams: tuple[Path, ...], mapping: Path | None, folder: Path | None, *, strict: bool
) -> Reading:
    """Read JSON Lines, or exports through a mapping. Raises ``click.UsageError`` when neither or both are given."""
    if mapping is not None:
        if streams:
            raise click.UsageError("give either stream files or --mapping, not both")
        home = mapping.parent if folder is None else folder
        loaded = load_mapping(mapping)
        files = [home / file.path for file in loaded.files]
        return _watched(files, lambda watch: read_mapped(loaded, catalogue.model, home, strict=strict, progress=watch))
    if not streams:
        raise click.UsageError("give at least one stream file, or --mapping")
    return _watched(
        list(streams), lambda watch: read_json_lines(streams, catalogue.model, strict=strict, progress=watch)
    )


def _watched(files: list[Path], work: Callable[[Callable[[int], None] | None], Reading]) -> Reading:
    """Read with a progress bar, where a person is watching and it takes long enough to want one."""
    size = sum(path.stat().st_size for path in files if path.is_file())
    if size < _LONG or not sys.stderr.isatty():
        return work(None)
    with click.progressbar(length=size, label="reading", file=sys.stderr) as bar:
        return work(bar.update)
