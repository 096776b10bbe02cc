"""What is told of files beside their records: values, columns and rows that say nothing in the stream."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from impact_metrics import (
    CaseId,
    Catalogue,
    Event,
    Field,
    MappingError,
    Metric,
    Model,
    PersonId,
    Source,
    Unit,
    count,
    distinct,
    field,
    link,
    role,
)
from impact_metrics.cli.commands import command
from impact_metrics.streams import Reading, load_mapping, notes, read_json_lines, read_mapped
from tests.test_mapping import read as read_mapping
from tests.test_mapping import with_fields
from tests.toys import TOYS


class Paid(Event):
    """A fine is paid."""

    case: Field[CaseId] = link("the case")
    amount: Field[int | None] = field("how much was paid", default=None)


class Sent(Event):
    """A fine is sent."""

    case: Field[CaseId] = link("the case")
    receiver: Field[PersonId | None] = role("who got it", default=None)


FINES = Model(name="fines", events=(Paid, Sent))
CATALOGUE = Catalogue(
    id="fines",
    version="1",
    title="Fines",
    model=FINES,
    metrics=(
        Metric(
            id="paid",
            version="1",
            title="Cases that were paid",
            definition=None,
            source=Source("somebody", "something"),
            unit=Unit("case", "cases", CaseId),
            measure=count(distinct(Paid.case)),
        ),
    ),
)
LOG = """case,activity,day,amount
1,Payment,2024-01-01,5
2,Paymnet,2024-01-02,6
3,Send Fine,2024-01-03,
4,,2024-01-04,
5,Paymnet,2024-01-05,7
6,Appeal,2024-01-06,
"""
BLOCK = """
[[files.records]]
type = "{type}"
id = "{type}-{{row}}"
leave_out = [{{ column = "activity", {rule}, because = "another step" }}]
[files.records.fields]
case = "case"
occurred_on = "day"
"""
BY_COLUMN = """
[[files.records]]
type = {{ {type} }}
id = "{{row}}"
[files.records.fields]
case = "case"
occurred_on = "day"
amount = "amount"
"""


def read_log(folder: Path, *blocks: str, log: str = LOG) -> Reading:
    (folder / "log.csv").write_text(log, encoding="utf-8")
    (folder / "m.toml").write_text('[[files]]\npath = "log.csv"\n' + "".join(blocks), encoding="utf-8")
    return read_mapped(load_mapping(folder / "m.toml"), FINES, folder)


def told(reading: Reading) -> list[str]:
    return list(map(str, reading.notes))


PAID = BLOCK.format(type="Paid", rule='not_in = ["Payment"]')
SENT = BLOCK.format(type="Sent", rule='not_in = ["Send Fine"]')


def test_a_row_that_no_block_picks_is_told(tmp_path: Path) -> None:
    """By what it says; records and rows are counted under their own names."""
    reading = read_log(tmp_path, PAID, SENT)
    assert "log.csv: 4 rows gave no record: activity 'Paymnet' 2, activity empty 1, activity 'Appeal' 1" in told(
        reading
    )
    assert reading.summary() == ("6 rows read, of which 12 records are asked = 2 taken + 10 left out by the mapping")
    assert reading.rows == {"log.csv": 6}


def test_a_row_that_is_left_out_by_its_name_is_not_told(tmp_path: Path) -> None:
    """A mapping that names what it leaves out has said so itself."""
    named = 'in = ["Appeal", "Paymnet", ""]'
    both = BLOCK.format(type="Sent", rule=named)
    assert not [note for note in told(read_log(tmp_path, PAID, both)) if "gave no record" in note]


def test_the_type_comes_from_a_column(tmp_path: Path) -> None:
    """By its values: each row gives one record, with those fields that its type has; others are set aside."""
    reading = read_log(
        tmp_path, BY_COLUMN.format(type='column = "activity", values = { Payment = "Paid", "Send Fine" = "Sent" }')
    )
    records = {record.id: record for record in reading.stream}
    assert isinstance(records["2"], Paid)
    assert isinstance(records["4"], Sent)
    assert records["2"].amount == 5
    assert [(finding.row, finding.field, finding.value, finding.reason) for finding in reading.set_aside] == [
        (3, "type", "'Paymnet'", "is not among the values of the mapping"),
        (5, "type", "", "is missing"),
        (6, "type", "'Paymnet'", "is not among the values of the mapping"),
        (7, "type", "'Appeal'", "is not among the values of the mapping"),
    ]
    assert "did you mean 'Payment'?" in reading.set_aside[0].hint
    assert reading.read == reading.rows["log.csv"] == 6


def test_types_that_a_mapping_lets_go_are_told(tmp_path: Path) -> None:
    """By value and count; a row of which nothing is known is set aside all the same."""
    types = 'column = "activity", values = { Payment = "Paid" }, otherwise = "missing"'
    reading = read_log(tmp_path, BY_COLUMN.format(type=types))
    assert "log.csv: 4 rows gave no record: activity 'Paymnet' 2, activity 'Send Fine' 1, activity 'Appeal' 1" in told(
        reading
    )
    assert reading.summary() == "6 rows read = 1 taken + 4 left out by the mapping + 1 set aside"


def test_a_column_may_hold_the_names_of_types(tmp_path: Path) -> None:
    """Then no values are needed; what the model does not have is set aside with the nearest name."""
    log = "case,what,day,amount\n1,Paid,2024-01-01,5\n2,Sent,2024-01-02,\n3,Payd,2024-01-03,\n"
    reading = read_log(tmp_path, BY_COLUMN.format(type='column = "what"'), log=log)
    assert {type(record) for record in reading.stream} == {Paid, Sent}
    (finding,) = reading.set_aside
    assert (finding.value, finding.reason, finding.hint) == (
        "'Payd'", "the model has no such type", "did you mean 'Paid'?",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("types", "words"),
    [
        ('column = "activity", values = { Payment = "Payd" }', "the model has no type 'Payd'"),
        ('column = "activity", values = { Fine = "Sent" }', "Sent has no field 'amount'"),
        ('column = "activty"', "there is no column 'activty'"),
        ('column = "activity", constant = "Paid"', "exactly one of column"),
    ],
)
def test_types_that_do_not_fit_are_refused(tmp_path: Path, types: str, words: str) -> None:
    """A type that there is not, a field that none of them has, and a column that there is not."""
    with pytest.raises(MappingError, match=words):
        read_log(tmp_path, BY_COLUMN.format(type=types))


def test_values_that_are_taken_as_missing_are_told(tmp_path: Path) -> None:
    """By field, value and count, of the records that were taken; members of sets too."""
    fields = 'shape = { column = "shape", values = { circle = "round" }, otherwise = "missing" }\n'
    fields += 'colours = { column = "red", separator = ";", values = { r = "red" }, otherwise = "missing" }\n'
    mapping = with_fields("").replace("Sold", "Made")
    mapping = mapping[: mapping.index("[files.records.fields]")] + (
        '[files.records.fields]\nmaker = "who"\nhelpers = "who"\noccurred_on = "day"\n' + fields
    )
    rows = "A,2024-01-01,oval,r;x\nA,2024-01-01,oval,y\nA,2024-01-01,circle,r\nA,2024-01-01,,\nA,no day,oval,x\n"
    reading = read_mapping(tmp_path, "who,day,shape,red\n" + rows, mapping)
    assert told(reading)[-2:] == [
        "toys.csv, Made.colours: 2 values are taken as missing: 'x' 1, 'y' 1",
        "toys.csv, Made.shape: 2 values are taken as missing: 'oval' 2",
    ]


def test_a_constant_that_is_no_value_is_refused(tmp_path: Path) -> None:
    """It would be missing everywhere."""
    fields = 'colour = { constant = "r", values = { x = "red" }, otherwise = "missing" }'
    with pytest.raises(MappingError, match="the constant 'r' is not among its values"):
        read_mapping(tmp_path, "no,day\n", with_fields(fields))


def test_columns_that_nothing_reads_are_told(tmp_path: Path) -> None:
    """Once a file, with the field that a column may have been meant for."""
    reading = read_mapping(tmp_path, "no,day,recorded_att,x\n1,2024-01-01,,\n", with_fields(""))
    assert told(reading)[0] == (
        "toys.csv: columns that are not read: 'recorded_att' (is it meant for Sold.recorded_at?), 'x'"
    )


def test_fields_without_any_value_are_told(tmp_path: Path) -> None:
    """Those that may be missing, and are in every record of a file; not where one record has a value."""
    line = {
        "type": "Sold",
        "occurred_on": "2024-01-01",
        "case": "C",
        "box": "B",
        "colour": "red",
        "gift": True,
        "pieces": 1,
    }
    for name, buyer in (("one", None), ("two", "P")):
        lines = [{**line, "id": f"{name}1"}, {**line, "id": f"{name}2", "buyer": buyer}]
        (tmp_path / name).write_text("".join(json.dumps(each) + "\n" for each in lines))
    reading = read_json_lines([tmp_path / "one", tmp_path / "two"], TOYS)
    assert told(reading) == [
        f"{tmp_path / 'one'}: no value at all in Sold.recorded_at, Sold.buyer",
        f"{tmp_path / 'two'}: no value at all in Sold.recorded_at",
    ]


def test_notes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many different values they are counted together, and only the most frequent are shown."""
    monkeypatch.setattr(notes, "KEPT", 3)
    monkeypatch.setattr(notes, "SHOWN", 2)
    log = "case,activity,day\n" + "".join(f"{n},step {n % 5},2024-01-01\n" for n in range(11))
    (note,) = [note for note in told(read_log(tmp_path, PAID, log=log)) if "rows" in note]
    assert note == "log.csv: 11 rows gave no record: activity 'step 0' 3, activity 'step 1' 2, and others 6"
    wide = ",".join(f"c{n}" for n in range(200))
    (note,) = [note for note in told(read_log(tmp_path, PAID, log=f"case,activity,day,{wide}\n")) if "columns" in note]
    assert note.endswith("'c98', 'c99' and 100 more")


@pytest.mark.parametrize("asked", ["check", "report", "convert"])
def test_commands_print_notes(tmp_path: Path, asked: str) -> None:
    """Beside the account; as JSON too."""
    read_log(tmp_path, PAID, SENT)
    arguments = [asked, *(["--mapping", str(tmp_path / "m.toml")]), "--catalogue", "tests.test_notes:CATALOGUE"]
    result = CliRunner().invoke(command, [*arguments, *([str(tmp_path / "out.jsonl")] if asked == "convert" else [])])
    assert result.exit_code == 0, result.output
    assert "\nnote: log.csv: 4 rows gave no record: activity 'Paymnet' 2" in result.output
    if asked == "report":
        plain = json.loads(CliRunner().invoke(command, [*arguments, "--json"]).output)
        assert any("activity 'Paymnet' 2" in note for note in plain["notes"])
