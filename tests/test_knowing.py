"""A kind of figure is one room: few files besides its own know it."""

from impact_metrics.rules.measures import KINDS as ALL
from tests.knowing import KINDS, places


def test_the_kinds_are_those_that_there_are() -> None:
    """A new kind is looked for too."""
    assert set(KINDS) == {kind.__name__ for kind in ALL}


def test_few_files_know_a_kind() -> None:
    """Of the kinds made of frame, columns, fold and parts alone, hardly any reader has to know one by its class."""
    known: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, path in places():
        known.get(kind, set()).add(path)
    new = ("Ratio", "Average", "MedianOf", "SubjectTable")
    assert all(len(known[kind]) <= 4 for kind in new), {kind: sorted(known[kind]) for kind in new}
    assert len(set().union(*known.values())) <= 40
