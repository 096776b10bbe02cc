"""Finding a catalogue by the place that a user names: ``module:NAME``, ``file.py:NAME``, or a YAML or JSON file."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from impact_metrics.errors import RuleError, nearest
from impact_metrics.exchange import load
from impact_metrics.rules import Catalogue

if TYPE_CHECKING:
    from types import ModuleType


def load_catalogue(place: str) -> Catalogue:
    """Find a catalogue by ``module:NAME``, ``file.py:NAME``, or as a file that ends in .yaml, .yml or .json.

    Raises ``RuleError`` that says what is there instead, and ``ExchangeError`` for a file that holds no catalogue.
    """
    if Path(place).suffix in {".yaml", ".yml", ".json"}:
        return load(Path(place))
    module_name, _, name = place.rpartition(":")
    if not module_name:
        raise RuleError(
            f"{place!r} names no catalogue", where="catalogue", hint="write module:NAME, file.py:NAME or file.yaml"
        )
    module = _load_module(module_name)
    found = getattr(module, name, None)
    if isinstance(found, Catalogue):
        return found
    known = [key for key, value in vars(module).items() if isinstance(value, Catalogue)]
    raise RuleError(f"{module_name} has no catalogue {name!r}", where="catalogue", hint=nearest(name, known))


def _load_module(name: str) -> ModuleType:
    path = Path(name)
    if path.suffix != ".py":
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            raise RuleError(f"there is no module {error.name!r}", where="catalogue", hint="check its name") from None
    if not path.is_file():
        raise RuleError(f"there is no file {name!r}", where="catalogue", hint="check the path")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None  # noqa: S101 - a file that ends in .py has a loader
    assert spec.loader is not None  # noqa: S101 - the same
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
