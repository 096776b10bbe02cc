"""OCEL 2.0: what was written is read back equal, other tools' files are read tolerantly, and nothing is lost unsaid."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from impact_metrics import CaseId, Event, EventId, Field, Model, PersonId, Retraction, SamePerson, field, link
from impact_metrics.anti_trafficking import MODEL
from impact_metrics.errors import ImpactMetricsError, StreamError
from impact_metrics.streams import Reading, Stream, json_text, read_json_lines, read_ocel, write_json_lines, write_ocel
from impact_metrics.streams.ocel_form import EPOCH
from impact_metrics.testing import models, streams
from tests.test_cli import CATALOGUE, run
from tests.toys import TOYS, BoxId, Colour, Made, Owner, Shape, Sold

EXAMPLE = Path(__file__).parent.parent / "examples" / "justice_and_care" / "stream.jsonl.gz"


def identity(value: Any) -> Any:
    return value


TEXT = {"type": "string"}


def listed(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": properties, "required": [*properties]}}


TYPES = listed(
    name=TEXT, attributes=listed(name=TEXT, type={"enum": ["string", "time", "integer", "float", "boolean"]})
)
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
RELATED = listed(objectId=TEXT, qualifier=TEXT)
RULES = Draft202012Validator(
    {
        "type": "object",
        "required": ["eventTypes", "objectTypes", "events", "objects"],
        "properties": {
            "eventTypes": TYPES,
            "objectTypes": TYPES,
            "events": listed(
                id=TEXT, type=TEXT, time=TIME, attributes=listed(name=TEXT, value=TEXT), relationships=RELATED
            ),
            "objects": listed(
                id=TEXT, type=TEXT, attributes=listed(name=TEXT, value=TEXT, time=TIME), relationships=RELATED
            ),
        },
    }
)
"""What the standard says of a log in JSON, in our own words."""


def check_log(path: Path) -> dict[str, Any]:
    """Check the rules of the standard: the form, ids that are unique, and names that are declared."""
    log: dict[str, Any] = json.loads(path.read_bytes())
    RULES.validate(log)
    declared: dict[str, set[str]] = {}
    for kind in ("event", "object"):
        items, types = log[f"{kind}s"], log[f"{kind}Types"]
        assert len({item["id"] for item in items}) == len(items)
        assert len({found["name"] for found in types}) == len(types)
        declared = {found["name"]: {attribute["name"] for attribute in found["attributes"]} for found in types}
        assert {item["type"] for item in items} == set(declared)
        plain = [(item, name["name"]) for item in items for name in item["attributes"] if name["value"] != "[]"]
        assert all(name in declared[item["type"]] for item, name in plain)
    objects = {item["id"] for item in log["objects"]}
    for event in log["events"]:
        assert event["relationships"]
        assert {related["objectId"] for related in event["relationships"]} <= objects
    return log


def there_and_back(stream: Stream, model: Model, path: Path, **chosen: Any) -> Reading:
    write_ocel(stream, path, model, **chosen)
    check_log(path)
    return read_ocel(path, model)


def write(path: Path, *, events: Any = (), objects: Any = (), **more: Any) -> Path:
    path.write_text(json.dumps({"events": events, "objects": objects, **more}), encoding="utf-8")
    return path


def sold(**changed: Any) -> dict[str, Any]:
    return {
        "id": "S-1",
        "type": "Sold",
        "time": "2024-01-05T00:00:00Z",
        "attributes": [
            {"name": "colour", "value": "red"},
            {"name": "gift", "value": "true"},
            {"name": "pieces", "value": "2"},
        ],
        "relationships": [{"objectId": "K", "qualifier": "case"}, {"objectId": "B", "qualifier": "box"}],
        **changed,
    }


SOLD = Sold(
    id=EventId("S-1"),
    occurred_on=date(2024, 1, 5),
    case=CaseId("K"),
    box=BoxId("B"),
    colour=Colour.RED,
    gift=True,
    pieces=2,
)


@given(data=st.data())
def test_streams_of_drawn_models_come_back_equal(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every record of every version, for any model, in a file that keeps the rules of the standard."""
    model = data.draw(models())
    stream = data.draw(streams(model, bookkeeping=True))
    back = there_and_back(stream, model, tmp_path_factory.mktemp("o") / "s.ocel.json")
    assert set(back.stream) == set(stream)
    assert len(back.stream) == len(stream) == back.read


@given(stream=streams(TOYS, bookkeeping=True))
def test_fields_of_every_kind_and_persons_come_back_equal(
    stream: Stream, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same for a model with persons, text and optional sets; the known view is what rules see."""
    path = tmp_path_factory.mktemp("o") / "s.ocel.json"
    assert set(there_and_back(stream, TOYS, path).stream) == set(stream)
    view = stream.known()
    seen = {*(event for rows in view.rows.values() for event in rows), *view.persons.values()}
    assert set(there_and_back(stream, TOYS, path, known_view=True).stream) == seen


@pytest.mark.slow
def test_the_example_comes_back_equal(tmp_path: Path) -> None:
    """All 51,726 records of the shipped stream, with what it says of itself, zipped and not; the same bytes twice."""
    reading = read_json_lines(EXAMPLE, MODEL)
    (about,) = reading.about.values()
    path = tmp_path / "e.ocel.json.gz"
    write_ocel(reading.stream, path, MODEL, about=about)
    back = read_ocel(path, MODEL)
    assert (len(back.stream), back.set_aside, back.about) == (51_726, (), {str(path): about})
    assert set(back.stream) == set(reading.stream)
    written = path.read_bytes()
    write_ocel(reading.stream, path, MODEL, about=about)
    assert path.read_bytes() == written
    (tmp_path / "e.ocel.json").write_bytes(gzip.decompress(written))
    check_log(tmp_path / "e.ocel.json")


def test_hard_cases_come_back_equal(tmp_path: Path) -> None:
    """Ids alike across types, with our own marks or empty; versions of one day; moments of any zone; persons."""
    zone = timezone(timedelta(hours=5, minutes=30))
    made = {"occurred_on": date(1, 1, 1), "maker": PersonId("17"), "helpers": frozenset({PersonId("17")})}
    first = datetime(2024, 1, 2, 3, 4, 5, 678901, tzinfo=zone)
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    records = [
        Made(id=EventId("17"), case=CaseId("17"), boxes=frozenset(), **made),
        Made(id=EventId("17"), recorded_at=first, price=Decimal("1E+30"), note="null", **made),
        Made(id=EventId("17"), recorded_at=first + timedelta(1), colours=frozenset(), parts=-(2**63), **made),
        Made(id=EventId("17#2"), **made),
        Made(id=EventId(""), due=date(9999, 12, 31), **{**made, "maker": PersonId("PersonId:17")}),
        Owner(id=PersonId("17")),
        Owner(id=PersonId("17"), recorded_at=begin, colour=Colour.RED),
        Owner(id=PersonId("17"), recorded_at=first, born_on=date(1999, 1, 1)),
        Owner(id=PersonId("nobody")),
        SamePerson(
            id=EventId("X"), person=PersonId("17"), same_as=PersonId(""), recorded_at=datetime.min.replace(tzinfo=UTC)
        ),
        Retraction(id=EventId("R"), of=EventId("gone"), recorded_at=first, reason='"é\n'),
    ]
    back = there_and_back(Stream(records), TOYS, tmp_path / "s.ocel.json")
    assert back.set_aside == ()
    assert set(back.stream) == set(records)
    log = json.loads((tmp_path / "s.ocel.json").read_bytes())
    assert sorted(event["id"] for event in log["events"]) == ["#2", "17", "17#2", "17#3", "17#4", "R", "X"]
    assert {"PersonId:17", "CaseId:17", "EventId:17"} <= {found["id"] for found in log["objects"]}


def test_what_was_known_at_a_moment_is_written(tmp_path: Path) -> None:
    """A record that was made later is not in the file."""
    late = Owner(id=PersonId("P"), recorded_at=datetime(2024, 1, 2, tzinfo=UTC))
    stream = Stream([SOLD, late])
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    assert set(there_and_back(stream, TOYS, tmp_path / "s.ocel.json", known_at=moment).stream) == {SOLD}


class Remark(Event):
    """Somebody says something."""

    text: Field[str] = field("what was said")
    words: Field[frozenset[str]] = field("the words")
    case: Field[frozenset[CaseId]] = link("of what")


def test_free_text_is_left_out(tmp_path: Path) -> None:
    """None of it is in the file, and the records are read all the same; what must be there is empty."""
    records = [
        Remark(
            id=EventId("1"), occurred_on=SOLD.occurred_on, text="secret", words=frozenset({"secret"}), case=frozenset()
        ),
        Retraction(id=EventId("2"), of=EventId("1"), recorded_at=datetime(2024, 1, 1, tzinfo=UTC), reason="secret"),
    ]
    model = Model(name="remarks", events=(Remark,))
    path = tmp_path / "s.ocel.json"
    assert set(there_and_back(Stream(records), model, path).stream) == set(records)
    back = there_and_back(Stream(records), model, path, free_text=False)
    assert b"secret" not in path.read_bytes()
    assert back.set_aside == ()
    remark, retraction = sorted(back.stream, key=lambda record: record.id)
    assert isinstance(remark, Remark)
    assert isinstance(retraction, Retraction)
    assert (remark.text, remark.words, retraction.reason) == ("", frozenset(), None)


def test_files_of_other_tools_are_read_as_they_come(tmp_path: Path) -> None:
    """Native values, an object of attributes, another key, missing lists, no zone, a mark at the start, zipped."""
    objects = [{"id": "K", "type": "Order"}, {"id": "B", "type": "BoxId", "attributes": None}]
    events = [
        sold(),
        sold(
            time="2024-01-05 23:30:00.1234567",
            attributes={"colour": "red", "gift": True, "pieces": 2.0, "recorded_at": "2024-02-01T00:00"},
            relationships=[{"objectId": "K", "relationship": "case"}, {"objectId": "B", "relationship": "box"}],
        ),
        {
            "id": 7,
            "type": "Made",
            "time": "2024-01-05",
            "relationship": [{"objectId": 5, "qualifier": "maker"}],
            "attributes": {"helpers": []},
        },
        {
            "id": "8",
            "type": "Made",
            "time": "2024-01-05T23:00:00-05:00",
            "attributes": {
                "colours": ["red"],
                "shape": None,
                "price": 0.1,
                "parts": " 12 ",
                "due": "2024-03-01T10:00:00",
                "note": 5,
                "case": "K",
                "helpers": "[]",
            },
            "relationships": [{"objectId": "5", "qualifier": "maker"}],
        },
    ]
    path = tmp_path / "s.jsonocel.gz"
    plain = json.dumps({"events": events, "objects": objects}).encode()
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + plain))
    back = read_ocel(path, TOYS)
    assert back.set_aside == ()
    made = {"occurred_on": date(2024, 1, 5), "maker": PersonId("5"), "helpers": frozenset()}
    recorded = datetime(2024, 2, 1, tzinfo=UTC)
    values = {"colours": frozenset({Colour.RED}), "price": Decimal("0.1"), "parts": 12, "due": date(2024, 3, 1)}
    later = Sold(
        **{**{spec.name: getattr(SOLD, spec.name) for spec in Sold.__record__.fields}, "recorded_at": recorded}
    )
    assert set(back.stream) == {
        SOLD,
        later,
        Made(id=EventId("7"), **made),
        Made(id=EventId("8"), note="5", case=CaseId("K"), **values, **made),
    }
    assert str(back.origin(later)).endswith("s.jsonocel.gz, row 2")


def test_persons_of_other_tools_have_a_version_for_each_change(tmp_path: Path) -> None:
    """What holds from the beginning, and what holds from each moment on; without a time it holds from the beginning."""
    attributes = [
        {"name": "colour", "value": "green", "time": "2024-02-01T00:00:00Z"},
        {"name": "colour", "value": "red", "time": EPOCH},
        {"name": "born_on", "value": "1999-01-01"},
        {"name": "colour", "value": None, "time": "2024-03-01 00:00:00"},
    ]
    objects = [
        {"id": "P", "type": "Owner", "attributes": attributes},
        {"id": "Q", "type": "PersonId", "attributes": {"colour": "red"}},
        {"id": "R", "type": "PersonId"},
    ]
    back = read_ocel(write(tmp_path / "s.ocel.json", objects=objects), TOYS)
    assert back.set_aside == ()
    who = {"id": PersonId("P"), "born_on": date(1999, 1, 1)}
    assert set(back.stream) == {
        Owner(colour=Colour.RED, **who),
        Owner(colour=Colour.GREEN, recorded_at=datetime(2024, 2, 1, tzinfo=UTC), **who),
        Owner(recorded_at=datetime(2024, 3, 1, tzinfo=UTC), **who),
        Owner(id=PersonId("Q"), colour=Colour.RED),
    }


def related(*pairs: tuple[Any, Any]) -> list[dict[str, Any]]:
    return [{"objectId": name, "qualifier": qualifier} for name, qualifier in pairs]


EVENT_FAULTS: list[tuple[Any, str]] = [
    (5, ": the event is no JSON object but 5; write {...}"),
    (sold(type="Solt"), ", type the model has no such event type (value 'Solt'); did you mean 'Sold'?"),
    (sold(type="Owner"), "the model has no such event type"),
    (sold(type=["Sold"]), "write the type in quotes"),
    (sold(id=None), ", Sold.id is missing"),
    (sold(time="2024-02-30"), ", Sold.occurred_on is no date that exists (value '2024-02-30')"),
    (sold(time=5), ", Sold.occurred_on is no date that exists"),
    (sold(attributes=5), ", Sold.attributes is no list (value 5)"),
    (sold(attributes=[5]), ", Sold.attributes is no attribute with a name (value 5)"),
    (sold(attributes={}), ", Sold.colour is missing"),
    (sold(attributes=[{"name": "size", "value": 1}]), ", Sold.colour is missing; also gift is missing; also pieces"),
    (sold(attributes={"size": 1, "colour": "red", "gift": True, "pieces": 2}), ", Sold.size is no field of it"),
    (sold(attributes=[{"name": "gift", "value": "true"}] * 2), ", Sold.gift stands twice (value 'true')"),
    (sold(attributes={"gift": "perhaps", "colour": "red", "pieces": "2"}), ", Sold.gift is neither true nor false"),
    (sold(attributes={"gift": 1, "colour": "red", "pieces": "2.5"}), "also pieces is no whole number"),
    (
        sold(attributes={"gift": True, "colour": 7, "pieces": 2.5}),
        ", Sold.colour is no code of Colour; also pieces is no whole number (value '7')",
    ),
    (sold(attributes={"case": "K"}), ", Sold.case stands twice (value ['K'])"),
    (sold(relationships={"K": "case"}), ", Sold.relationships is no list"),
    (sold(relationships=["K"]), ", Sold.relationships is no relationship (value 'K')"),
    (sold(relationships=[{"objectId": "K"}]), ", Sold.relationships has no qualifier or no object"),
    (sold(relationships=related((None, "case"))), ", Sold.relationships has no qualifier or no object"),
    (sold(relationships=related(("K", "cas"))), "is no role or link of it (value 'cas'); did you mean 'case'?"),
    (sold(relationships=related(("K", "gift"))), "is no role or link of it (value 'gift')"),
    (sold(relationships=related(("K", "case"), ("L", "case"))), ", Sold.case holds one id (value ['K', 'L'])"),
    (sold(relationships=related(("P", "case"))), "is an object of type PersonId, and the field holds CaseId"),
    ({"type": "Made", "time": "2024-01-01", "id": "1", "attributes": {"colours": "red"}}, "also colours is no list"),
    (
        {"type": "Made", "time": "2024-01-01", "id": "1", "attributes": {"colours": [["red"]]}},
        "also colours is no list",
    ),
    ({"type": "Made", "time": "2024-01-01", "id": "1", "attributes": {"colours": "5"}}, "also colours is no list"),
    (
        {"type": "Made", "time": "2024-01-01", "id": "1", "attributes": {"colours": "[" * 100 + "]" * 100}},
        "also colours is no list",
    ),
    (
        {"type": "Made", "time": "2024-01-01", "id": "1", "attributes": {"colours": "[" * 5000}},
        "also colours is no list",
    ),
    (
        {"type": "Made", "time": "2024-01-01", "id": "1", "attributes": {"price": 1e300}},
        "also price is no exact decimal",
    ),
    ({"type": "Made", "time": "2024-01-01", "id": "1", "attributes": {"due": "soon"}}, "also due is no date"),
    ({"type": "Made", "time": "2024-01-01", "id": "1", "attributes": {"due": 5}}, "also due is no date"),
]


@pytest.mark.parametrize(("event", "words"), EVENT_FAULTS)
def test_every_damage_of_an_event_has_its_message(tmp_path: Path, event: Any, words: str) -> None:
    """The event is set aside with row, type, field, value, reason and hint; the one beside it is in the stream."""
    objects = [{"id": "P", "type": "PersonId"}]
    path = write(tmp_path / "s.ocel.json", events=[sold(id="S-0"), event], objects=objects)
    back = read_ocel(path, TOYS)
    (finding,) = back.set_aside
    assert str(finding).startswith(f"{path}, row 2")
    assert words in str(finding)
    assert (back.read, back.taken) == (2, 1)
    with pytest.raises(StreamError, match="row 2"):
        read_ocel(path, TOYS, strict=True)


OBJECT_FAULTS: list[tuple[Any, str]] = [
    (5, ": the object is no JSON object but 5; write {...}"),
    (
        {"id": "K", "type": "CaseId", "attributes": {"size": 1}},
        ", CaseId.attributes the model has no attributes of such",
    ),
    ({"id": "K", "type": None, "attributes": {"size": 1}}, ", attributes the model has no attributes of such"),
    (
        {"id": "K", "type": "CaseId", "relationships": related(("P", "of"))},
        ", CaseId.relationships a stream holds no relationships between objects",
    ),
    ({"id": "P", "type": "PersonId", "attributes": {"size": 1}}, ", Owner.size is no field of it (value 1)"),
    ({"id": "P", "type": "PersonId", "attributes": 5}, ", Owner.attributes is no list"),
    ({"id": None, "type": "PersonId", "attributes": {"colour": "red"}}, ", Owner.id is missing"),
    (
        {"id": "P", "type": "PersonId", "attributes": [{"name": "colour", "value": "red", "time": "soon"}]},
        ", Owner.colour has a time that is no moment that exists (value 'soon')",
    ),
    (
        {"id": "P", "type": "PersonId", "attributes": [{"name": "colour", "value": "red", "time": 5}]},
        ", Owner.colour has a time that is no moment that exists (value 5)",
    ),
    (
        {"id": "P", "type": "PersonId", "attributes": [{"name": "colour", "value": "red"}] * 2},
        ", Owner.colour stands twice",
    ),
]


@pytest.mark.parametrize(("item", "words"), OBJECT_FAULTS)
def test_every_damage_of_an_object_has_its_message(tmp_path: Path, item: Any, words: str) -> None:
    """What an object says and a stream cannot hold is set aside, with the place of the object."""
    path = write(tmp_path / "s.ocel.json", events=[sold()], objects=[{"id": "K", "type": "CaseId"}, item])
    back = read_ocel(path, TOYS)
    (finding,) = back.set_aside
    assert str(finding).startswith(f"{path}, row 2")
    assert words in str(finding)
    assert set(back.stream) == {SOLD}


def test_a_model_without_persons_has_no_attributes_of_them(tmp_path: Path) -> None:
    """They are set aside, and said to be."""
    objects = [{"id": "P", "type": "PersonId", "attributes": {"size": 1}}]
    back = read_ocel(write(tmp_path / "s.ocel.json", objects=objects), Model(name="m", events=(Sold,)))
    assert back.set_aside[0].hint == "the model has no type of person"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is no JSON"),
        (b"{", "the file is no JSON"),
        (b'{"events": [NaN]}', "the file is no JSON"),
        (b'{"events": ["\\ud800"]}', "the file is no JSON"),
        (b"\xff\xfe{\x00", "the file is in the encoding UTF-16"),
        (b'{"events": "\xe9"}', "the file is no JSON"),
        (b"[" * 100_000, "the file is no JSON"),
        (b"[" * 65 + b"]" * 65, "values are nested more than 64 deep"),
        (b'{"events": [' + b'{"a":' * 64 + b"1" + b"}" * 64 + b"]}", "values are nested more than 64 deep"),
        (b"[]", "the file is no JSON object but a list"),
        (b"7", "the file is no JSON object but 7"),
        (b"{}", "the file has no list of events"),
        (b'{"ocel:events": {}}', "the file is OCEL 1.0"),
        (b'{"events": 5}', "'events' is no list but 5"),
        (b'{"events": [], "objects": {}}', "'objects' is no list but an object"),
    ],
)
def test_what_is_no_log_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str
) -> None:
    """It names the file and what is wrong with it, by either decoder of JSON."""
    (tmp_path / "s.ocel.json").write_bytes(content)
    standard = json_text._standard_loads  # noqa: SLF001 - what is used where orjson is not installed
    for loads in (json_text.best_loads(), standard):
        monkeypatch.setattr("impact_metrics.streams.ocel_reading.best_loads", partial(identity, loads))
        with pytest.raises(StreamError) as raised:
            read_ocel(tmp_path / "s.ocel.json", TOYS)
        assert words in str(raised.value)
        assert str(tmp_path / "s.ocel.json") in str(raised.value)


def test_files_are_bounded(tmp_path: Path) -> None:
    """One byte too many is an error, packed or not, before it is parsed; what is damaged or absent is an error too."""
    path = write(tmp_path / "s.ocel.json", events=[sold()])
    size = path.stat().st_size
    read: list[int] = []
    assert set(read_ocel([path], TOYS, max_bytes=size, progress=read.append).stream) == {SOLD}
    assert sum(read) == size
    packed = tmp_path / "s.ocel.json.gz"
    packed.write_bytes(gzip.compress(b" " * 10**7))
    for found, most in ((path, size - 1), (packed, 10**6)):
        with pytest.raises(StreamError, match=f"holds more than {most:,} bytes"):
            read_ocel(found, TOYS, max_bytes=most)
    packed.write_bytes(packed.read_bytes()[:-9])
    for damaged in (packed, tmp_path / "nothing.ocel.json", tmp_path):
        with pytest.raises(StreamError):
            read_ocel(damaged, TOYS)


def test_an_empty_log_is_an_empty_stream(tmp_path: Path) -> None:
    """A log that says that nothing happened is no broken file."""
    back = there_and_back(Stream(), TOYS, tmp_path / "s.ocel.json")
    assert (len(back.stream), back.accounts) == (0, ())
    assert read_ocel(write(tmp_path / "s.ocel.json", objects=None), TOYS).read == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "time", "name", "value", "qualifier", "objectId", "attributes", "x"]), inner
        )
    ),
    max_leaves=8,
)


@given(events=st.lists(JSON | JSON.map(lambda value: {"type": "Made", "id": "1", "time": value, "attributes": value})))
def test_whatever_a_file_holds_only_our_errors_come_out(events: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any JSON in the place of the log, of events or of objects is read, or set aside, or a StreamError."""
    folder = tmp_path_factory.mktemp("o")
    for log in (events, {"events": events}, {"events": [], "objects": events, "impact_metrics.about": events}):
        (folder / "s.ocel.json").write_text(json.dumps(log), encoding="utf-8")
        try:
            back = read_ocel(folder / "s.ocel.json", TOYS)
        except ImpactMetricsError:
            assert log is events
        else:
            assert back.read == back.taken + back.set_aside_count + sum(account.repeats for account in back.accounts)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in inner for found in places(part, (*path, key)))]


@given(stream=streams(TOYS, bookkeeping=True, max_events=3), data=st.data())
def test_damage_is_set_aside_or_an_error(
    stream: Stream, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One place of a file of ours is replaced by anything, or its bytes are cut: nothing but our errors comes out."""
    path = tmp_path_factory.mktemp("o") / "s.ocel.json"
    write_ocel(stream, path, TOYS)
    log = json.loads(path.read_bytes())
    *way, last = data.draw(st.sampled_from([found for found in places(log) if found]))
    part = log
    for key in way:
        part = part[key]
    part[last] = data.draw(JSON)
    damaged = json.dumps(log).encode()
    path.write_bytes(damaged[: data.draw(st.just(len(damaged)) | st.integers(0, len(damaged)))])
    try:
        back = read_ocel(path, TOYS)
    except ImpactMetricsError:
        return
    assert back.read == back.taken + back.set_aside_count + sum(account.repeats for account in back.accounts)


def test_what_cannot_be_written_is_an_error_and_the_old_file_stays(tmp_path: Path) -> None:
    """A type that the model lacks, half of a character, an About that is no JSON, a folder that is not there."""
    path = tmp_path / "s.ocel.json"
    path.write_text("old")
    remark = Remark(id=EventId("1"), occurred_on=date(2024, 1, 1), text="", words=frozenset(), case=frozenset())
    half = Made(id=EventId("\ud800"), occurred_on=date(2024, 1, 1), maker=PersonId("P"), helpers=frozenset())
    for records, about, words in (
        ([SOLD, remark], None, "Remark '1': the model has no such type"),
        ([half], None, "half of a character is no text"),
        ([SOLD], {"a": {1}}, "cannot be written as JSON"),
    ):
        with pytest.raises(StreamError) as raised:
            write_ocel(records, path, TOYS, about=about)
        assert words in str(raised.value)
    with pytest.raises(StreamError, match="cannot be written: No such file or directory"):
        write_ocel([SOLD], tmp_path / "nowhere" / "s.ocel.json", TOYS)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["s.ocel.json"]


def test_the_command_converts_and_reads_logs(tmp_path: Path) -> None:
    """Whole there and back, as what is known, and without text; reports are the same from either form."""
    lines = tmp_path / "s.jsonl"
    made = {"occurred_on": date(2024, 1, 1), "maker": PersonId("P"), "helpers": frozenset({PersonId("Q")})}
    first = Made(id=EventId("M"), note="a secret", **made)
    good = {"case": SOLD.case, "boxes": frozenset({SOLD.box}), "colours": frozenset({Colour.RED}), "shape": Shape.ROUND}
    second = Made(id=EventId("M"), recorded_at=datetime(2024, 1, 3, tzinfo=UTC), safe=True, **good, **made)
    write_json_lines([first, second, SOLD], lines, about={"title": "Toys"})
    asked = ("--catalogue", CATALOGUE)
    log, known = tmp_path / "s.ocel.json.gz", tmp_path / "known.jsonocel"
    assert run("convert", lines, log, *asked).exit_code == 0
    assert set(read_ocel(log, TOYS).stream) == {first, second, SOLD}
    result = run("convert", log, known, "--known-view", *asked)
    assert f"written: {known}, with what is known of 3 records\n" in result.output
    assert set(read_ocel(known, TOYS).stream) == {second, SOLD}
    assert run("convert", lines, tmp_path / "n.ocel.json", "--no-free-text", *asked).exit_code == 0
    assert b"secret" not in (tmp_path / "n.ocel.json").read_bytes()
    assert run("convert", log, tmp_path / "back.jsonl", *asked).exit_code == 0
    assert (tmp_path / "back.jsonl").read_bytes().count(b"\n") == 4
    of_lines, of_log = (run("report", path, *asked) for path in (lines, log))
    told = [[line for line in read.output.splitlines() if not line.startswith("note: ")] for read in (of_lines, of_log)]
    assert told[0] == told[1], "but for notes, which name files"
    assert of_lines.exit_code == of_log.exit_code == 0
    mixed = run("report", lines, log, *asked)
    assert (mixed.exit_code, "files of OCEL or of JSON Lines, not both" in mixed.output) == (2, True)
    folder = run("convert", lines, tmp_path / "out", "--known-view", *asked)
    assert (folder.exit_code, "are for OCEL: let OUT end in .ocel.json" in folder.output) == (2, True)


def test_an_object_that_is_set_aside_is_counted_once(tmp_path: Path) -> None:
    """A person with relationships that a stream cannot hold is set aside whole, as every other record with a fault."""
    person = {"id": "PersonId:P-1", "type": "PersonId", "attributes": [{"name": "colour", "value": "red"}]}
    related = {**person, "relationships": [{"objectId": "PersonId:P-2", "qualifier": "sister"}]}
    log = {"eventTypes": [], "objectTypes": [], "events": [], "objects": [related]}
    (tmp_path / "s.ocel.json").write_text(json.dumps(log))
    reading = read_ocel(tmp_path / "s.ocel.json", TOYS)
    assert reading.summary() == "1 records read = 0 taken + 1 set aside"
