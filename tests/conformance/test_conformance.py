"""The same records and the same findings of every kind of value, from every reader."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.conformance.cases import Case, cases
from tests.conformance.kinds import KINDS, Kind
from tests.conformance.page import PATH, text
from tests.conformance.readers import READERS, Outcome, Reader
from tests.regenerate import AGAIN


@cache
def given(reader: Reader, kind: Kind) -> tuple[Case, ...]:
    """Give the cases that the form of a reader can hold."""
    return tuple(case for case in cases(kind) if reader.can_hold(kind, case))


@cache
def outcome(reader: Reader, kind: Kind) -> Outcome:
    """Read the records of a kind once, for all the cases of it."""
    with TemporaryDirectory() as folder:
        return reader.outcome(kind, given(reader, kind), Path(folder))


def marked(reader: Reader, kind: Kind, *case: Case) -> Any:
    """Name a cell, and mark what needs Spark."""
    marks = [pytest.mark.spark] if "Spark" in reader.name else []
    return pytest.param(
        reader, kind, *case, id="-".join([reader.name, kind.name, *(part.name for part in case)]), marks=marks
    )


READ = [(reader, kind) for reader in READERS for kind in KINDS if given(reader, kind)]


@pytest.mark.parametrize(("reader", "kind", "case"), [marked(*pair, case) for pair in READ for case in given(*pair)])
def test_a_value_is_read_alike(reader: Reader, kind: Kind, case: Case) -> None:
    """It is in the record as it was meant, or the record is set aside."""
    assert outcome(reader, kind).records.get(case.name) == case.record


@pytest.mark.parametrize(("reader", "kind"), [marked(*pair) for pair in READ])
def test_what_is_set_aside_is_told_alike(reader: Reader, kind: Kind) -> None:
    """With its row and field, and whether it is missing or wrong."""
    expected = [(row, *case.fault) for row, case in enumerate(given(reader, kind)) if case.fault]
    assert outcome(reader, kind).findings == expected


def test_the_page_says_what_is_tested() -> None:
    """Nothing else stands there than what is tested."""
    assert PATH.read_text(encoding="utf-8") == text(), AGAIN
