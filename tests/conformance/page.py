"""Writes ``docs/readers.md`` from the cases: ``python -m tests.conformance.page``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from impact_metrics.streams.arrow_types import column_type
from tests.conformance.cases import cases
from tests.conformance.kinds import KINDS, Written
from tests.conformance.readers import READERS

PATH = Path(__file__).parents[2] / "docs" / "readers.md"
HEAD = """# Values, reader by reader

This page is written from the tests that every reader must pass: each kind of value in each form, what becomes of it,
and what is set aside. The same values give the same records, and the same findings, whatever a file is.

- **Nothing known**: the key is left out or null, the cell is empty, the relationship or attribute is not there, the
  column has null. A field has its default then, if it has one; a record that must have it is set aside otherwise.
- **Known to be none**: a set that has no members: `[]`, in a cell of text too.
"""


def text() -> str:
    """Give the whole page."""
    return "\n".join([HEAD, *_values(), "\n## Readers\n", *_readers(), ""])


def _values() -> Iterator[str]:
    yield "## Kinds of values\n"
    yield "| kind | in JSON | in a cell of text | in a column with a type | read alike | set aside, as no value of it |"
    yield "|---|---|---|---|---|---|"
    for kind in KINDS:
        if not kind.many:
            column = column_type(pa, kind.holder.__record__.field("must"), [])
            column = "decimal128 or decimal256" if pa.types.is_decimal(column) else column
            forms = f"{_json(kind.written)} | `{kind.written.cell}` | `{column}`"
            yield f"| {kind.name} | {forms} | {_listed(kind.also)} | {_listed(kind.bad)} |"
    yield "\nEach may stand in a set, of which one wrong member sets the record aside. JSON is read by its own types:"
    yield "what is shown in quotes is a text there, and no number or flag."


def _json(written: Written) -> str:
    return f"`{json.dumps(written.json, ensure_ascii=False)}`"


def _listed(several: tuple[Written, ...]) -> str:
    told: list[str] = []
    for written in several:
        in_json = None if written.json is ... else _json(written)
        in_cell = None if written.cell is ... else f"`{written.cell}`"
        told += [in_cell] if in_cell is not None else [f"{in_json} in JSON"]
        if in_cell is not None and in_json is not None and not isinstance(written.json, str):
            told[-1] += " (a number in JSON too)"
    return ", ".join(told)


def _readers() -> Iterator[str]:
    yield "| reader | cases that its form can hold, all read alike |"
    yield "|---|---|"
    for reader in READERS:
        held = sum(reader.can_hold(kind, case) for kind in KINDS for case in cases(kind))
        yield f"| {reader.name} | {held} |"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
