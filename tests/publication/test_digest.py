"""The digest of a stream: the same for the same records, whatever the order, the repeats and the form of the file."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import EventId, PersonId, Retraction, SamePerson, Stream, StreamError, revised
from impact_metrics.engines.duckdb import Tables
from impact_metrics.streams import (
    StreamDigest,
    digest,
    read_json_lines,
    read_ocel,
    read_parquet,
    record_digest,
    write_json_lines,
    write_ocel,
    write_parquet,
)
from impact_metrics.streams.digest import canonical_record
from impact_metrics.testing import streams
from tests.toys import TOYS, Colour, Made

MADE = Made(
    id=EventId("M1"),
    occurred_on=date(2024, 1, 1),
    recorded_at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
    maker=PersonId("Éva"),
    helpers=frozenset({PersonId("b"), PersonId("a")}),
    colours=frozenset({Colour.RED, Colour.BLUE}),
    safe=True,
    parts=3,
    price=Decimal("1.50"),
)
CANONICAL = (
    '{"colours":["blue","red"],"helpers":["a","b"],"id":"M1","maker":"Éva","occurred_on":"2024-01-01","parts":3,'
    '"price":"1.5","recorded_at":"2024-01-02T03:04:05+00:00","safe":true,"type":"Made"}'
)


def test_the_canonical_form_is_as_documented() -> None:
    """Keys and sets are sorted, missing fields left out, characters as they are, numbers without zeros at the end."""
    assert canonical_record(MADE) == CANONICAL


def test_the_digest_can_be_worked_out_by_other_tools() -> None:
    """It is the SHA-256 of the sorted digests of the lines, one a line, which a shell can do."""
    merge = SamePerson(
        id=EventId("S1"), person=PersonId("a"), same_as=PersonId("b"), recorded_at=datetime(2024, 2, 1, tzinfo=UTC)
    )
    lines = [CANONICAL, canonical_record(merge)]
    listed = "".join(sorted(hashlib.sha256(line.encode()).hexdigest() + "\n" for line in lines))
    assert StreamDigest.of([MADE, merge]) == StreamDigest(hashlib.sha256(listed.encode()).hexdigest(), 2)
    assert str(StreamDigest.of([])) == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"recorded_at": datetime(2024, 1, 1, 12, tzinfo=UTC)},
            {"recorded_at": datetime(2024, 1, 1, 14, tzinfo=timezone(timedelta(hours=2)))},
        ),
        ({"price": Decimal("1.50")}, {"price": Decimal("1.5")}),
        ({"price": Decimal("-0.00")}, {"price": Decimal(0)}),
        ({"price": Decimal("1E+2")}, {"price": Decimal("100.0")}),
    ],
)
def test_equal_records_have_one_digest(one: dict[str, object], other: dict[str, object]) -> None:
    """A moment told in another zone and a number with zeros at its end are the same value."""
    assert revised(MADE, **one) == revised(MADE, **other)
    assert record_digest(revised(MADE, **one)) == record_digest(revised(MADE, **other))


def test_whatever_can_be_held_in_memory_has_a_digest() -> None:
    """Moments at the ends of time, and half characters, are no reason to fail, and are told apart."""
    far = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    odd = [
        MADE,
        revised(MADE, recorded_at=far),
        revised(MADE, note="\ud800"),
        revised(MADE, note="\ud800\udc00"),
        revised(MADE, note="\U00010000"),
        revised(MADE, note=""),
        revised(MADE, boxes=frozenset()),
    ]
    assert len({record_digest(record) for record in odd}) == len(odd)


def test_a_moment_without_zone_is_one_in_utc() -> None:
    """The canonical form reads moments of any field as those of ``recorded_at``."""
    naive = datetime(2024, 1, 1)  # noqa: DTZ001 - what is tested
    assert digest._canonical(naive) == "2024-01-01T00:00:00+00:00"  # noqa: SLF001 - no model of the tests has such a field


@given(streams(TOYS, bookkeeping=True), st.randoms(use_true_random=False))
def test_order_and_repeats_do_not_matter(stream: Stream, random: object) -> None:
    """Records shuffled, and given twice, have the digest of the stream."""
    records = [*stream, *stream]
    random.shuffle(records)  # type: ignore[attr-defined]
    assert StreamDigest.of(records) == StreamDigest.of(stream)
    assert StreamDigest.of(stream).records == len(stream)


@given(streams(TOYS, bookkeeping=True), streams(TOYS, bookkeeping=True))
def test_digests_are_equal_just_when_the_records_are(one: Stream, other: Stream) -> None:
    """No two drawn streams of different records share a digest."""
    assert (StreamDigest.of(one) == StreamDigest.of(other)) is (set(one) == set(other))


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40), st.integers(1, 5), st.integers(1, 3))
def test_runs_on_disk_give_what_memory_gives(digests: list[bytes], run: int, block: int) -> None:
    """However few digests memory holds, the result is the same."""
    whole = StreamDigest.of_digests(digests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digest, "RUN", run)
        patch.setattr(digest, "_BLOCK", block * 32)
        assert StreamDigest.of_digests([*digests, *digests]) == whole


def test_every_form_of_file_gives_one_digest(tmp_path: Path) -> None:
    """JSON Lines, Parquet, OCEL and tables of the same stream have the digest of the stream."""
    pytest.importorskip("pyarrow")
    pytest.importorskip("duckdb")
    paris = timezone(timedelta(hours=1))
    stream = Stream(
        [
            MADE,
            revised(MADE, recorded_at=datetime(2024, 3, 1, tzinfo=paris), price=Decimal("2.000"), boxes=frozenset()),
            Retraction(id=EventId("R1"), of=EventId("M1"), recorded_at=datetime(2024, 4, 1, 0, 0, 0, 1, tzinfo=paris)),
        ]
    )
    wanted = StreamDigest.of(stream)
    lines, ocel, folder = tmp_path / "s.jsonl.gz", tmp_path / "s.ocel.json", tmp_path / "parquet"
    write_json_lines(stream, lines)
    write_ocel(stream, ocel, TOYS)
    write_parquet(stream, folder, TOYS)
    assert StreamDigest.of(read_json_lines(lines, TOYS).stream) == wanted
    assert StreamDigest.of(read_ocel(ocel, TOYS).stream) == wanted
    assert StreamDigest.of(read_parquet(folder, TOYS).stream) == wanted
    with Tables(folder, TOYS) as tables:
        assert StreamDigest.of(tables.records()) == wanted


def test_what_was_recorded_later_can_be_left_out() -> None:
    """The digest as known at a moment does not change when something is recorded afterwards."""
    later = revised(MADE, parts=4, recorded_at=datetime(2025, 1, 1, tzinfo=UTC))
    then = datetime(2024, 6, 1, tzinfo=UTC)
    assert StreamDigest.of([MADE, later], known_at=then) == StreamDigest.of([MADE])
    assert StreamDigest.of([MADE, later]) != StreamDigest.of([MADE])
    with pytest.raises(StreamError, match="known_at is a moment"):
        StreamDigest.of([MADE], known_at=date(2024, 6, 1))  # type: ignore[arg-type]


def test_records_are_taken_one_by_one() -> None:
    """An iterable that cannot be read twice will do."""

    def records() -> Iterator[Made]:
        yield MADE

    assert StreamDigest.of(records()) == StreamDigest.of([MADE])
