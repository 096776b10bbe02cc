"""No export tells a number that its edition does not show: looked for in the bytes of every file that is written.

What is counted here are pieces sold, in large numbers that are all different, so that one of them is found wherever it
stands, and in nothing else.
"""

import io
import json
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from impact_metrics import Report
from impact_metrics.errors import DisclosureError
from impact_metrics.publication import Audience, Edition, Observation
from impact_metrics.publication.disclosure import Policy
from impact_metrics.publication.exports import (
    EXPORTS,
    Activity,
    Dhis2Mapping,
    Framework,
    Organisation,
    dhis2_values,
    iati_results,
)
from tests.publication.fair import fair, sold
from tests.toys import Colour

pytest.importorskip("xlsxwriter")

LEAST, MOST = 20_000_003, 999_999_937
US = Organisation(ref="XM-EX-1", type="22", name="Toys")
ACTIVITY = Activity(
    identifier="XM-EX-1-FAIR",
    reporting=US,
    title="The fair",
    description="A fair.",
    status="implementation",
    dates={"actual start": date(2022, 1, 1)},
)


def reported(pieces: list[tuple[int, Colour, int]]) -> Report:
    """One sale each: how many pieces, in which colour, and in which month."""
    days = [date(2022, 1, 1) + timedelta(days=61 * month) for _, _, month in pieces]
    return fair(
        [sold(number, days[number], pieces=count, colour=colour) for number, (count, colour, _) in enumerate(pieces)]
    )


def files(edition: Edition) -> dict[str, str]:
    """Give everything that is written of an edition, by format: all its text."""
    found: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        for name, export in EXPORTS.items():
            path = Path(folder) / export.file_name
            export.write(edition, path)
            found[name] = unzipped(path.read_bytes()) if name == "xlsx" else path.read_text(encoding="utf-8")
    asked = {
        (seen.metric.id, seen.part, tuple(zip(seen.by, seen.cell, strict=True)), seen.period is not None): None
        for seen in edition.observations
        if "all" not in seen.cell
    }
    values: list[dict[str, Any]] = [
        {"metric": name, "part": part, "by": dict(cell), "per_period": per, "data_element": f"DataElem{number:03}"}
        for number, (name, part, cell, per) in enumerate(asked)
    ]
    mapping = Dhis2Mapping.of({"org_unit": "OrgUnit0001", "to_date": "2024", "values": values})
    sent = dhis2_values(edition, mapping)
    found["dhis2"] = json.dumps(sent.values) + "".join(map(str, sent.left_out)) + "".join(sent.not_mapped)
    if edition.policy is not None:
        found["iati"] = iati_results(edition, ACTIVITY, framework=Framework(since=date(2022, 1, 1))).decode()
    return found


def unzipped(held: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(held)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def numbers(text: str) -> set[int]:
    """Give every whole number that stands in a text, also where its thousands are told apart."""
    apart = (re.sub("[,_ ]", "", found) for found in re.findall(r"\d{1,3}(?:[,_ ]\d{3})+", text))
    return {int(found) for found in (*re.findall(r"\d+", text), *apart)}


def place(seen: Observation) -> Any:
    return seen.metric.id, seen.part, seen.period, seen.by, seen.cell


def counts(edition: Edition) -> dict[Any, int]:
    """Give the whole numbers of an edition that are large enough to be told from everything else in a file."""
    return {
        place(seen): seen.value for seen in edition.observations if isinstance(seen.value, int) and seen.value >= LEAST
    }


PIECES = st.lists(
    st.tuples(st.integers(LEAST, MOST), st.sampled_from(Colour), st.integers(0, 14)),
    min_size=1,
    max_size=8,
    unique_by=lambda sale: sale[0],
)


@given(PIECES, st.integers(LEAST, MOST), st.sampled_from([None, 3, 5]))
@example([(27_368_787, Colour.RED, 0), (900_000_011, Colour.GREEN, 7), (800_000_011, Colour.RED, 14)], 30_000_001, None)
def test_no_export_tells_a_number_that_its_edition_does_not_show(
    pieces: list[tuple[int, Colour, int]], threshold: int, base: int | None
) -> None:
    """Neither suppressed nor rounded numbers stand in a file exactly, unless the edition shows them elsewhere."""
    report = reported(pieces)
    policy = Policy(name="p", title="p", threshold=threshold, base=base, source="us")
    exact = counts(Edition.of(report, by=[["colour"]], audience=Audience.INTERNAL))
    try:
        edition = Edition.of(report, by=[["colour"]], policy=policy)
    except DisclosureError:
        assume(False)  # noqa: FBT003 - nothing is published of it
    shown = counts(edition)
    secret = set(exact.values()) - set(shown.values()) - {threshold - 1, threshold}
    for name, text in files(edition).items():
        found = numbers(text)
        assert not secret & found, name
        if name != "dhis2":  # where the last period is not over, and so not sent
            assert set(shown.values()) <= found, name


def test_the_search_finds_what_is_told() -> None:
    """An internal edition shows all numbers, and in each of its files every one is found: so a leak would be, too."""
    report = reported([(27_368_787, Colour.RED, 0), (900_000_011, Colour.GREEN, 7), (800_000_011, Colour.RED, 14)])
    edition = Edition.of(report, by=[["colour"]], audience=Audience.INTERNAL)
    told = set(counts(edition).values())
    assert {27_368_787, 900_000_011, 827_368_798, 1_727_368_809} <= told
    for name, text in files(edition).items():
        missing = {800_000_011} if name == "dhis2" else set()  # of the period that is not over
        assert told - missing <= numbers(text), name


def test_a_suppressed_number_is_hidden_by_the_edition_and_by_nothing_else() -> None:
    """An edition whose hidden number is put back is caught by the search: it fails where there is a leak."""
    report = reported([(27_368_787, Colour.RED, 0), (900_000_011, Colour.GREEN, 7), (800_000_011, Colour.RED, 14)])
    policy = Policy(name="p", title="p", threshold=30_000_001, base=5, source="us")
    edition = Edition.of(report, by=[["colour"]], policy=policy)
    hidden = next(seen for seen in edition.observations if seen.metric.id == "pieces" and seen.told == "suppressed")
    leaking = attrs.evolve(
        edition,
        observations=tuple(
            attrs.evolve(seen, value=27_368_787) if seen == hidden else seen for seen in edition.observations
        ),
    )
    for name in ("csv", "xlsx", "sdmx", "iati", "dhis2"):
        assert 27_368_787 not in numbers(files(edition)[name])
        assert 27_368_787 in numbers(files(leaking)[name])
