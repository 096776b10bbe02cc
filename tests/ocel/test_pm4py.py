"""Another project's tool opens our event logs, sees in them what is there, and what it writes we read again."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from impact_metrics import CaseId, EventId, PersonId, SamePerson
from impact_metrics.anti_trafficking import MODEL
from impact_metrics.model import revised
from impact_metrics.streams import Reading, Stream, read_json_lines, read_ocel, write_ocel
from impact_metrics.streams.ocel_form import ENDINGS
from tests.toys import TOYS, BoxId, Colour, Made, Owner, Sold

pm4py = pytest.importorskip("pm4py", reason="pm4py is not installed: nox -s ocel brings it")
pytestmark = pytest.mark.filterwarnings("ignore")

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "justice_and_care" / "stream.jsonl.gz"


@pytest.fixture(scope="module")
def example() -> Reading:
    return read_json_lines(EXAMPLE, MODEL)


@pytest.fixture(scope="module", params=[False, True], ids=["whole", "known"])
def written(request: pytest.FixtureRequest, example: Reading, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ocel") / "example.ocel.json"
    write_ocel(example.stream, path, MODEL, known_view=request.param)
    return path


def test_the_counts_agree(written: Path) -> None:
    """pm4py finds every event, type and relationship, and every object that takes part in an event."""
    plain = json.loads(written.read_text(encoding="utf-8"))
    log = pm4py.read_ocel2_json(str(written))
    pairs = [(event["id"], link["objectId"]) for event in plain["events"] for link in event["relationships"]]
    taking_part = {name for _, name in pairs}
    assert len(log.events) == len(plain["events"]) > 40_000
    assert Counter(log.events["ocel:activity"]) == Counter(event["type"] for event in plain["events"])
    assert len(log.relations) == len(pairs) == len(set(pairs))
    types = Counter(found["type"] for found in plain["objects"] if found["id"] in taking_part)
    assert Counter(log.objects["ocel:type"]) == types
    assert set(types) == {declared["name"] for declared in plain["objectTypes"]}


def test_processes_are_discovered(written: Path) -> None:
    """Flattened to cases of court, trials precede verdicts; the object-centric graph has every type of event."""
    log = pm4py.read_ocel2_json(str(written))
    flat = pm4py.ocel_flattening(log, "CaseId")
    follows, _, _ = pm4py.discover_dfg(flat)
    assert follows["Trial", "Verdict"] > follows.get(("Verdict", "Trial"), 0)
    graph = pm4py.discover_ocdfg(log)
    assert set(graph["activities"]) == set(log.events["ocel:activity"])


def test_what_it_writes_is_read_again(written: Path, tmp_path: Path) -> None:
    """Equal, but for the persons who take part in no event: pm4py drops objects without events."""
    pm4py.write_ocel2_json(pm4py.read_ocel2_json(str(written)), str(tmp_path / "again.ocel.json"))
    before, after = read_ocel(written, MODEL), read_ocel(tmp_path / "again.ocel.json", MODEL)
    plain = json.loads(written.read_text(encoding="utf-8"))
    taking_part = {link["objectId"] for event in plain["events"] for link in event["relationships"]}
    assert after.set_aside == ()
    assert set(after.stream) < set(before.stream)
    lost = set(before.stream) - set(after.stream)
    assert all(isinstance(record, MODEL.person or Owner) for record in lost)
    assert {f"PersonId:{record.id}" for record in lost}.isdisjoint(taking_part)


@pytest.mark.parametrize("ending", ENDINGS)
def test_values_of_every_kind_survive_it(tmp_path: Path, ending: str) -> None:
    """Sets, flags, numbers, dates, text, corrections, merges; columns with gaps; files under every ending."""
    made = {"occurred_on": date(2024, 1, 1), "maker": PersonId("P")}
    full: dict[str, Any] = {"helpers": frozenset({PersonId("Q"), PersonId("R")}), "boxes": frozenset({BoxId("B")})}
    full |= {"colours": frozenset({Colour.RED, Colour.BLUE}), "safe": False, "due": date(2024, 2, 29), "parts": 5}
    full |= {"case": CaseId("P"), "note": 'in "quotes"', "recorded_at": datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)}
    sold = {"occurred_on": date(2024, 1, 2), "case": CaseId("P"), "box": BoxId("B"), "colour": Colour.RED}
    stream = Stream(
        [
            Made(id=EventId("M"), helpers=frozenset(), boxes=frozenset(), **made),
            Made(id=EventId("M"), **made, **full),
            Sold(id=EventId("S"), gift=True, pieces=2, **sold),
            Owner(id=PersonId("P"), colour=Colour.GREEN),
            SamePerson(
                id=EventId("X"),
                person=PersonId("Q"),
                same_as=PersonId("P"),
                recorded_at=datetime(2024, 5, 1, tzinfo=UTC),
            ),
        ]
    )
    write_ocel(stream, tmp_path / f"toys{ending}", TOYS)
    pm4py.write_ocel2_json(pm4py.read_ocel2_json(str(tmp_path / f"toys{ending}")), str(tmp_path / f"again{ending}"))
    after = read_ocel(tmp_path / f"again{ending}", TOYS)
    assert after.set_aside == ()
    assert set(after.stream) == set(stream)


def test_what_it_does_not_keep_is_known(tmp_path: Path) -> None:
    """One of two roles of a person, the fraction of a second, far digits, a first time; what lacks then is told."""
    day = date(2024, 1, 1)
    helped = Made(id=EventId("H"), occurred_on=day, maker=PersonId("P"), helpers=frozenset({PersonId("P")}))
    exact = Made(
        id=EventId("E"),
        occurred_on=day,
        maker=PersonId("P"),
        helpers=frozenset(),
        price=Decimal("0.12345678901234567890123456789"),
        recorded_at=datetime(2024, 1, 2, 3, 4, 5, 600000, tzinfo=UTC),
    )
    first = Owner(id=PersonId("P"), recorded_at=datetime(2024, 1, 1, tzinfo=UTC))
    second = Owner(id=PersonId("P"), recorded_at=datetime(2024, 2, 1, tzinfo=UTC), colour=Colour.RED)
    write_ocel([helped, exact, first, second], tmp_path / "toys.ocel.json", TOYS)
    log = pm4py.read_ocel2_json(str(tmp_path / "toys.ocel.json"))
    pm4py.write_ocel2_json(log, str(tmp_path / "again.ocel.json"))
    after = read_ocel(tmp_path / "again.ocel.json", TOYS)
    (finding,) = after.set_aside
    assert (finding.type, finding.field, finding.reason) == ("Made", "maker", "is missing")
    near = revised(
        exact, price=Decimal(str(float(exact.price or 0))), recorded_at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    )
    assert set(after.stream) == {near, revised(first, colour=Colour.RED), revised(second, colour=None)}
