"""Nothing known, and known to be none: told apart, and alike in every reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from impact_metrics import Code, Event, Field, MappingError, Model, PersonId, field, role
from impact_metrics.streams import Reading, load_mapping, read_json_lines, read_mapped, read_ocel, write_ocel


class Need(Code):
    """What a guest needs."""

    DEBT = "debt"
    HOUSING = "housing"


class Arrival(Event):
    """Somebody arrives."""

    guest: Field[PersonId] = role("the guest")
    asked: Field[frozenset[Need]] = field("the needs that were asked for")
    needs: Field[frozenset[Need]] = field("the needs ticked", default=frozenset({Need.DEBT}))
    seen: Field[bool] = field("whether anybody saw them", default=True)


ARRIVALS = Model(name="arrivals", events=(Arrival,))


def mapped(folder: Path, rows: str, needs: str = 'column = "needs", separator = ","', file: str = "") -> Reading:
    """Read a CSV file of which ``needs`` says how its column is read."""
    (folder / "a.csv").write_text("n,p,asked,needs,seen\n" + rows)
    (folder / "m.toml").write_text(
        f'[[files]]\npath = "a.csv"\n{file}\n[[files.records]]\ntype = "Arrival"\nid = "A{{n}}"\n'
        '[files.records.fields]\nguest = "p"\noccurred_on = { constant = "2024-01-01" }\n'
        f'asked = {{ column = "asked", separator = "," }}\nneeds = {{ {needs} }}\nseen = "seen"\n'
    )
    return read_mapped(load_mapping(folder / "m.toml"), ARRIVALS, folder)


def test_nothing_known_is_the_default_in_every_reader(tmp_path: Path) -> None:
    """An empty cell, a null, a key that is left out, and an attribute that is not there: the default holds."""
    (csv,) = mapped(tmp_path, '1,P,"debt,housing",,\n').stream
    plain = {"type": "Arrival", "id": "A1", "occurred_on": "2024-01-01", "guest": "P", "asked": ["debt", "housing"]}
    (tmp_path / "a.jsonl").write_text(json.dumps(plain) + "\n" + json.dumps({**plain, "needs": None, "seen": None}))
    (line,) = read_json_lines(tmp_path / "a.jsonl", ARRIVALS).stream
    write_ocel([csv], tmp_path / "a.ocel.json", ARRIVALS)
    log = json.loads((tmp_path / "a.ocel.json").read_text())
    log["events"][0]["attributes"] = [part for part in log["events"][0]["attributes"] if part["name"] == "asked"]
    (tmp_path / "a.ocel.json").write_text(json.dumps(log))
    (event,) = read_ocel(tmp_path / "a.ocel.json", ARRIVALS).stream
    assert csv == line == event
    assert isinstance(csv, Arrival)
    assert (csv.needs, csv.seen) == ({Need.DEBT}, True)


def test_an_empty_cell_of_a_required_set_is_not_none(tmp_path: Path) -> None:
    """Nobody wrote it down: the record is set aside, where a list without members is one."""
    reading = mapped(tmp_path, "1,P,,debt,yes\n2,P,[],debt,yes\n")
    assert [finding.row for finding in reading.set_aside] == [2]
    assert reading.set_aside[0].reason == "is missing"
    (record,) = reading.stream
    assert isinstance(record, Arrival)
    assert record.asked == frozenset()


@pytest.mark.parametrize(
    ("cell", "how", "needs"),
    [
        ("[]", 'column = "needs"', set()),
        ("none", 'column = "needs", none = ["none", "-"]', set()),
        ("-", 'column = "needs", separator = ",", none = ["none", "-"]', set()),
        ("", 'column = "needs", none = ["none", "-"]', {Need.DEBT}),
        (" [] ", 'column = "needs", separator = ","', set()),
        ("none", 'columns = ["needs", "asked"], all = true, none = ["none"]', {Need.HOUSING}),
        ("no", 'columns = ["needs"], all = true, none = ["no"], values = { yes = "housing" }', set()),
        ("", 'constant = "[]"', set()),
        ("[]", 'template = "{needs}"', set()),
    ],
)
def test_that_there_are_none_can_be_said(tmp_path: Path, cell: str, how: str, needs: set[Need]) -> None:
    """By the sign of an empty list, or by the words of the mapping, whatever a set is made of."""
    (record,) = mapped(tmp_path, f"1,P,housing,{cell},yes\n", how).stream
    assert isinstance(record, Arrival)
    assert record.needs == needs


def test_columns_of_which_one_is_unknown_are_no_empty_set(tmp_path: Path) -> None:
    """One says none and of the other nothing is known: nothing is known of the whole."""
    needs = 'columns = ["needs", "seen"], all = true, none = ["no"]'
    (record,) = mapped(tmp_path, "1,P,housing,no,\n", needs).stream
    assert isinstance(record, Arrival)
    assert record.needs == {Need.DEBT}


@pytest.mark.parametrize(
    ("needs", "file", "words"),
    [
        ('column = "needs", none = ["-"]', 'missing = ["-"]', "'-' cannot mean that nothing is known, and that there"),
        (
            'column = "needs" }\nrecorded_at = { column = "n", none = ["-"]',
            "",
            "holds one value, of which none is no set",
        ),
    ],
)
def test_words_for_none_that_cannot_be_meant_are_refused(tmp_path: Path, needs: str, file: str, words: str) -> None:
    """One that means missing too, and one of a field that is no set."""
    with pytest.raises(MappingError, match=words):
        mapped(tmp_path, "1,P,,,\n", needs, file)


def test_a_field_with_a_default_needs_no_column(tmp_path: Path) -> None:
    """As it needs no key in a line of JSON."""
    mapped(tmp_path, "1,P,debt,debt,no\n")
    text = (tmp_path / "m.toml").read_text().replace('seen = "seen"\n', "")
    (tmp_path / "m.toml").write_text(text)
    (record,) = read_mapped(load_mapping(tmp_path / "m.toml"), ARRIVALS, tmp_path).stream
    assert isinstance(record, Arrival)
    assert record.seen is True
