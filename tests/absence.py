"""Taking an installed package away for a while, as if it were not installed."""

import sys

import pytest


def take_away(monkeypatch: pytest.MonkeyPatch, module: str, room: str | None = None) -> None:
    """Make every import of a package fail, and forget the room of ours that asks for it when it is imported."""
    for name in [*sys.modules, module]:
        if name == module or name.startswith(f"{module}."):
            monkeypatch.setitem(sys.modules, name, None)
        elif room is not None and (name == room or name.startswith(f"{room}.")):
            monkeypatch.delitem(sys.modules, name)
