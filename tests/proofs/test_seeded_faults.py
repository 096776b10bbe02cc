"""Faults that are put into the prover on purpose: the battery of decisive claims notices every one of them."""

from __future__ import annotations

import pytest

from tests.proofs.battery import BATTERY, surprises
from tests.proofs.mutations import MUTATIONS


def test_there_are_no_surprises() -> None:
    """Every decisive claim comes out as it must."""
    assert not list(surprises())


def test_decisive_claims_have_names_of_their_own() -> None:
    """No two claims of the battery have one name."""
    assert len({item.name for item in BATTERY}) == len(BATTERY)


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_fault_in_the_prover_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the fault, some decisive claim comes out other than it must."""
    MUTATIONS[name](monkeypatch)
    assert next(surprises(), None) is not None
