"""What is public is so on purpose: names come and go with a recorded line, and each of them is there and explained."""

import importlib
import inspect
from pathlib import Path

import pytest

from impact_metrics import MissingExtraError
from tests.public_names import RECORDED, ROOMS, SOURCE, names, text
from tests.regenerate import AGAIN

STABILITY = Path(__file__).parents[1] / "docs" / "api" / "stability.md"


def test_public_names_are_the_recorded_ones() -> None:
    """A name that is added, taken away or moved changes the recorded file, where a reviewer sees it."""
    assert text().splitlines() == RECORDED.read_text(encoding="utf-8").splitlines(), (
        f"public names have changed: {AGAIN}; say so in CHANGELOG.md"
    )


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_is_there_and_explained(room: str) -> None:
    """It can be imported from its room, and whoever asks for help on a class or function is told something."""
    try:
        module = importlib.import_module(room)
    except MissingExtraError as error:
        pytest.skip(str(error))
    for name in names(room):
        found = getattr(module, name)
        if inspect.isclass(found) or inspect.isfunction(found):
            assert (found.__doc__ or "").strip(), f"{room}.{name}"


def test_every_room_is_listed() -> None:
    """Every room that says what others may take from it is public, and the page on stability names what is."""
    facades = {
        f"impact_metrics.{path.parent.name}"
        for path in SOURCE.glob("impact_metrics/*/__init__.py")
        if "\n__all__ = " in path.read_text(encoding="utf-8")
    }
    assert facades <= set(ROOMS)
    page = STABILITY.read_text(encoding="utf-8")
    assert [room for room in ROOMS if f"`{room}`" not in page] == []
