"""Pseudonyms: the figures stay, the ids are gone, and nothing can be found out or linked without the key."""

import hashlib
import hmac
from base64 import b32hexencode
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import assume, given

from impact_metrics import (
    CaseId,
    ContradictionError,
    Event,
    EventId,
    Field,
    Model,
    PersonId,
    RuleError,
    SamePerson,
    Stream,
    StreamError,
    count,
    distinct,
    evaluate,
    field,
    revised,
    role,
)
from impact_metrics.model import ids_in
from impact_metrics.publication import Manifest, Pseudonyms, SavedReport, verify
from impact_metrics.reports.books import Books
from impact_metrics.rules.dimensions import ByPerson, Dimension, field_read
from impact_metrics.streams import StreamDigest, write_json_lines
from impact_metrics.streams.free_text import without_free_text
from impact_metrics.testing import streams
from impact_metrics.values import IdKind
from tests.agreement import Question, catalogue_of, metric, questions
from tests.publication.shop import DAY, SHOP, STREAM, at, made
from tests.toys import TOYS, Broken, Colour, Made, Owner, Shape

KEY = bytes(range(32))
NAMES = Pseudonyms(KEY)


def ids_of(stream: Stream) -> set[str]:
    return {str(name) for record in stream for name in (record.id, *ids_in(record))}


def by_ids(dimension: Dimension) -> bool:
    read = field_read(dimension)
    kind = (
        dimension.attribute.spec.kind if isinstance(dimension, ByPerson) else None if read is None else read.spec.kind
    )
    return isinstance(kind, IdKind)


def plain(books: Books) -> list[tuple[str, ...]]:
    return sorted(tuple(map(str, row)) for row in books.table.rows)


@given(questions(TOYS))
def test_every_figure_stays(question: Question) -> None:
    """Whatever the rules, records, corrections, merges and dimensions, unless one of them is by id."""
    catalogue = catalogue_of(question.model, question.measures)
    assume(not any(repr(name) in repr(question.measures) for name in ids_of(question.stream)))
    at_once = {"as_at": question.as_at, "known_at": question.known_at}
    try:
        before = evaluate(catalogue, question.stream, **at_once)  # type: ignore[arg-type]
    except ContradictionError as error:
        with pytest.raises(ContradictionError, match=error.where):
            evaluate(catalogue, NAMES.pseudonymised(question.stream), **at_once)  # type: ignore[arg-type]
        return
    after = evaluate(catalogue, NAMES.pseudonymised(question.stream), **at_once)  # type: ignore[arg-type]
    for one, other in zip(before.results, after.results, strict=True):
        told = ("value", "rows", "missing", "parts", "times", "tallied", "stages")
        assert [getattr(one, name) for name in told] == [getattr(other, name) for name in told]
    assert [finding.holds for finding in before.invariants] == [finding.holds for finding in after.invariants]
    if question.as_at.year in {1, 9999}:
        return  # there is no period there
    for measured, breakdown in zip(catalogue.metrics, question.breakdowns, strict=True):
        by = [dimension for dimension in breakdown.by if not by_ids(dimension)]
        whole: dict[str, Any] = {"by": by, "metrics": [measured.id], "every": breakdown.every}
        asked = breakdown.periods if breakdown.periods[0].start <= question.as_at else None
        try:
            books = before.books(asked, **whole)
        except RuleError:  # without the dimension by id, the others need not be of one event
            continue
        assert plain(books) == plain(after.books(asked, **whole))


@given(streams(TOYS, bookkeeping=True))
def test_no_id_is_left(stream: Stream) -> None:
    """As many ids of each type as before, and none of them among the others."""
    told = NAMES.pseudonymised(stream)
    assert len(told) == len(stream)
    assert len(ids_of(told)) == len(ids_of(stream))
    assert not ids_of(told) & ids_of(stream)


def test_nothing_of_the_ids_is_in_the_file(tmp_path: Path) -> None:
    """Neither an id nor free text, nor the order in which records stood; what is no id is kept."""
    path = tmp_path / "s.jsonl"
    write_json_lines(NAMES.pseudonymised(STREAM), path)
    text = path.read_text()
    for name in ids_of(STREAM) - {"B"}:  # the letter alone stands in names of types
        assert name not in text
    assert "Barker" not in text
    assert "never made it" not in text
    for kept in ("2024-01-15", "1.50", "round", "1990-05-05", "blue"):
        assert kept in text
    write_json_lines(NAMES.pseudonymised(reversed(list(STREAM))), path)
    assert path.read_text() == text


def test_a_pseudonym_is_an_hmac() -> None:
    """Of the type, the release and the id, so that anybody with the key can work it out."""
    digest = hmac.new(KEY, b'["PersonId",null,"Ann"]', hashlib.sha256).digest()
    assert NAMES.of("PersonId", "Ann") == b32hexencode(digest[:20]).decode().lower()
    digest = hmac.new(KEY, b'["PersonId","2024","Ann"]', hashlib.sha256).digest()
    assert Pseudonyms(KEY, "2024").of("PersonId", "Ann") == b32hexencode(digest[:20]).decode().lower()


def test_types_releases_and_keys_are_told_apart() -> None:
    """A person and a case of one text differ, and so does one person in two releases, or under two keys."""
    found = {
        NAMES.of("PersonId", "A"),
        NAMES.of("CaseId", "A"),
        Pseudonyms(KEY, "2024").of("PersonId", "A"),
        Pseudonyms(KEY, "2025").of("PersonId", "A"),
        Pseudonyms(KEY, "").of("PersonId", "A"),
        Pseudonyms(KEY[::-1]).of("PersonId", "A"),
    }
    assert len(found) == 6
    assert NAMES.of("PersonId", "A") == Pseudonyms(KEY).of("PersonId", "A")


def test_ids_are_replaced_wherever_they_stand() -> None:
    """In records of every kind, in sets, in what is retracted and what is merged."""
    person, event = (lambda name: NAMES.of("PersonId", name)), (lambda name: NAMES.of("EventId", name))
    told = {record.id: record for record in NAMES.pseudonymised(STREAM)}
    retraction: Any = told[EventId(event("R-one"))]
    assert (retraction.of, retraction.reason) == (event("M-five"), "")
    merge: Any = told[EventId(event("P-one"))]
    assert merge.person.endswith(person("Cem"))
    assert merge.same_as.endswith(person("Eve"))
    broken: Any = told[EventId(event("B-one"))]
    assert broken.witnesses == {person("Ann"), person("Fay")}
    assert broken.case == NAMES.of("CaseId", "C-one")
    owner: Any = told[EventId(person("Ann"))]
    assert isinstance(owner, Owner)
    assert owner.born_on == date(1990, 5, 5)


def test_ties_are_decided_as_before() -> None:
    """Of two events of one day, the one with the smaller id places the person, whatever their pseudonyms are."""
    records = [
        made(f"M-{number:02}", DAY, f"P{number // 2}", shape=Shape.ROUND if number % 2 else Shape.SQUARE)
        for number in range(40)
    ]
    makers = attrs.evolve(SHOP, metrics=SHOP.metrics[:1], invariants=())
    told = NAMES.pseudonymised(records)
    cells = [
        {line.cell: line.value for line in evaluate(makers, stream).books(by=[Made.shape]).lines}
        for stream in (Stream(records), told)
    ]
    assert cells[0] == cells[1]
    assert cells[0]["square",] == 20
    assert sum(record.id.startswith("z1-") for record in told) == 20


def test_one_person_keeps_the_attributes_of_the_same_record() -> None:
    """Of an id that was merged into two others, the smaller one stays, and its record with it."""
    people = [Owner(id=PersonId(f"P{number:02}"), colour=list(Colour)[number % 2]) for number in range(20)]
    merges = [
        SamePerson(id=EventId(f"S{number}"), person=PersonId(f"Q{number // 2}"), same_as=owner.id, recorded_at=at(1))
        for number, owner in enumerate(people)
    ]
    events = [made(f"M{n}", DAY, f"Q{n}") for n in range(10)]
    told = NAMES.pseudonymised([*people, *merges, *events])
    makers = attrs.evolve(SHOP, metrics=SHOP.metrics[:1], invariants=())
    found = evaluate(makers, told).books(by=[Owner.of(Made.maker).colour])
    assert {line.cell: line.value for line in found.lines} == {("red",): 10, ("all",): 10}


class Named(Event):
    """Somebody is named."""

    person: Field[PersonId] = role("the person who is named")
    name: Field[str] = field("the name")
    others: Field[frozenset[str]] = field("other names")
    remarks: Field[frozenset[str] | None] = field("remarks", default=None)


def test_text_is_left_out() -> None:
    """It is empty, or still missing, since rules may ask for that; a record without text stays as it is."""
    named = Named(
        id=EventId("N"), occurred_on=DAY, person=PersonId("A"), name="Ann", others=frozenset({"Annie"}),
        remarks=frozenset({"tall"}),
    )  # fmt: skip
    (told,) = NAMES.pseudonymised([named])
    assert isinstance(told, Named)
    assert (told.name, told.others, told.remarks) == ("", frozenset(), frozenset())
    (bare,) = NAMES.pseudonymised([revised(named, remarks=None)])
    assert isinstance(bare, Named)
    assert bare.remarks is None
    broken = Broken(id=EventId("B"), occurred_on=DAY, case=CaseId("C"))
    assert without_free_text(broken) is broken
    model = Model(name="named", events=(Named,))
    catalogue = attrs.evolve(
        SHOP, model=model, metrics=(metric("named", count(distinct(Named.person))),), invariants=()
    )
    assert evaluate(catalogue, Stream([told])).values() == {"named": 1}


def test_evidence_can_be_handed_over_under_pseudonyms() -> None:
    """The report of the pseudonymised records has the same numbers, and whoever has these can verify it."""
    told = NAMES.pseudonymised(STREAM)
    reports = [evaluate(SHOP, stream, as_at=DAY) for stream in (STREAM, told)]
    saved = [
        SavedReport.of(report, Manifest.of(report, stream_digest=StreamDigest.of(stream)), records=stream)
        for report, stream in zip(reports, (STREAM, told), strict=True)
    ]
    assert saved[0].numbers == saved[1].numbers
    assert verify(saved[1], told, SHOP).identical
    assert "Ann" not in str(saved[1].to_plain())


# --- keys


def test_a_key_that_is_too_short_is_refused() -> None:
    """The error says how to make one, and does not show the key."""
    with pytest.raises(StreamError, match="the key has 31 bytes, and at least 32 are needed") as found:
        Pseudonyms(b"x" * 31)
    assert "secrets.token_hex(32)" in found.value.hint
    assert "xxx" not in str(found.value)
    with pytest.raises(StreamError, match="a key is bytes, and this is str"):
        Pseudonyms("x" * 32)  # type: ignore[arg-type]
    assert "key" not in repr(NAMES)


def test_a_key_is_read_from_a_file(tmp_path: Path) -> None:
    """Without the line end after it; a file that is not there or too short is named."""
    path = tmp_path / "key.txt"
    path.write_bytes(b"0123456789abcdef" * 2 + b"\r\n")
    assert Pseudonyms.from_file(path, "2024") == Pseudonyms(b"0123456789abcdef" * 2, "2024")
    path.write_text("short\n")
    with pytest.raises(StreamError, match="the key has 5 bytes") as found:
        Pseudonyms.from_file(path)
    assert found.value.where == str(path)
    with pytest.raises(StreamError, match="the key cannot be read: No such file"):
        Pseudonyms.from_file(tmp_path / "none")


def test_the_pseudonym_behind_the_number_is_stable() -> None:
    """An event that ties later gets a number, and keeps its pseudonym behind it."""
    second = made("M-two", DAY, "Ann")
    (alone,) = NAMES.pseudonymised([second])
    both = NAMES.pseudonymised([made("M-one", DAY, "Ann"), second])
    assert f"z1-{alone.id}" in {record.id for record in both}
    later = revised(second, recorded_at=datetime(2025, 1, 1, tzinfo=UTC))
    assert len({record.id for record in NAMES.pseudonymised([second, later])}) == 1
