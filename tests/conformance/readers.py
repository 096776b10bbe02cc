"""Every reader, with how it is given the records of a kind."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import attrs
import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.spark import SparkTables
from impact_metrics.streams import (
    Reading,
    from_arrow,
    load_mapping,
    read_json_lines,
    read_mapped,
    read_ocel,
    read_parquet,
)
from impact_metrics.streams.arrow_types import column_type
from impact_metrics.values import IdKind
from tests.conformance.cases import DAY, FIELDS, Case, Held
from tests.conformance.kinds import Kind
from tests.spark.session import session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_SEPARATOR = ";"


@attrs.frozen
class Outcome:
    """What a reader made of the records of a kind: those that it took, by id, and what it found, by its row."""

    records: dict[str, Any]
    findings: list[tuple[int, str, str]]


@attrs.frozen(kw_only=True)
class Reader:
    """A way to read: in which form its values are written, how it is given some, and the number of the first row."""

    name: str
    form: str
    read: Callable[[Kind, Sequence[Case], Path], Reading | Tables | SparkTables]
    first_row: int = 1

    def can_hold(self, kind: Kind, case: Case) -> bool:
        """Tell whether the form has a way to write what a case has."""
        return all(isinstance(what, Held) or _plain(kind, what, self.form) is not ... for what in case.content.values())

    def outcome(self, kind: Kind, given: Sequence[Case], folder: Path) -> Outcome:
        """Read, and tell what came out."""
        read = self.read(kind, given, folder)
        records = read.stream if isinstance(read, Reading) else read.records()
        findings = [(found.row - self.first_row, found.field, _class(found.reason)) for found in read.set_aside]
        return Outcome({record.id: record for record in records}, findings)


def _class(reason: str) -> str:
    return "is missing" if reason.startswith("is missing") else "is wrong"


def _plain(kind: Kind, what: Any, form: str) -> Any:
    """Give what a field holds as it is written in a form; ``None`` for nothing."""
    if what is Held.NOTHING:
        return None
    if what is Held.NONE:
        return "[]" if form == "cell" else []
    value = what.cell if form == "ocel" else getattr(what, form)  # tools write logs in texts
    if value is ... or not kind.many:
        return value
    return f"{getattr(kind.written, form)}{_SEPARATOR}{value}" if form == "cell" else [value]


def _rows(kind: Kind, cases: Sequence[Case], form: str) -> list[dict[str, Any]]:
    return [
        {"id": case.name, "occurred_on": DAY.isoformat()}
        | {name: _plain(kind, case.content[name], form) for name in FIELDS}
        for case in cases
    ]


def _lines(kind: Kind, cases: Sequence[Case], folder: Path, *, null: bool) -> Reading:
    path = folder / "s.jsonl"
    rows = [{"type": kind.holder.__name__, **row} for row in _rows(kind, cases, "json")]
    told = [row if null else {key: value for key, value in row.items() if value is not None} for row in rows]
    path.write_text("".join(json.dumps(row) + "\n" for row in told), encoding="utf-8")
    return read_json_lines(path, kind.model)


def _table_of_text(kind: Kind, cases: Sequence[Case], folder: Path) -> Path:
    path = folder / f"{kind.holder.__name__}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "occurred_on", *FIELDS])
        writer.writeheader()
        writer.writerows(_rows(kind, cases, "cell"))
    return path


def _mapped(kind: Kind, cases: Sequence[Case], folder: Path) -> Reading:
    path = _table_of_text(kind, cases, folder)
    more = f', separator = "{_SEPARATOR}"' if kind.many else ""
    fields = "".join(f'{name} = {{ column = "{name}"{more} }}\n' for name in FIELDS)
    (folder / "m.toml").write_text(
        f'[[files]]\npath = "{path.name}"\n[[files.records]]\ntype = "{path.stem}"\nid = "{{id}}"\n'
        f'[files.records.fields]\noccurred_on = "occurred_on"\n{fields}',
        encoding="utf-8",
    )
    return read_mapped(load_mapping(folder / "m.toml"), kind.model, folder)


def _folder_of_text(kind: Kind, cases: Sequence[Case], folder: Path) -> Tables:
    _table_of_text(kind, cases, folder)
    return Tables(folder, kind.model)


def _log(kind: Kind, cases: Sequence[Case], folder: Path) -> Reading:
    spec = kind.holder.__record__.field("must")
    events = []
    for row in _rows(kind, cases, "ocel"):
        held = {name: row[name] for name in FIELDS if row[name] is not None}
        related = isinstance(spec.kind, IdKind)
        events.append(
            {
                "id": row["id"],
                "type": kind.holder.__name__,
                "time": f"{row['occurred_on']}T00:00:00Z",
                "attributes": [
                    {"name": name, "value": json.dumps(value) if kind.many else value}
                    for name, value in held.items()
                    if not related or value == []
                ],
                "relationships": [
                    {"objectId": f"{spec.kind}:{member}", "qualifier": name}
                    for name, value in held.items()
                    if related
                    for member in (value if kind.many else [value])
                ],
            }
        )
    path = folder / "s.ocel.json"
    path.write_text(json.dumps({"eventTypes": [], "objectTypes": [], "events": events, "objects": []}))
    return read_ocel(path, kind.model)


def _columns(kind: Kind, cases: Sequence[Case]) -> pa.Table:
    rows = _rows(kind, cases, "typed")
    record = kind.holder.__record__
    arrays = {"id": pa.array([row["id"] for row in rows]), "occurred_on": pa.array([DAY] * len(rows))}
    for name in FIELDS:
        values = [row[name] for row in rows]
        decimals = [kind.written.typed] if "decimal" in kind.name else []
        arrays[name] = pa.array(values, column_type(pa, record.field(name), decimals))
    return pa.table(arrays)


def _parquet(kind: Kind, cases: Sequence[Case], folder: Path) -> Path:
    pq.write_table(_columns(kind, cases), folder / f"{kind.holder.__name__}.parquet")
    return folder


def _arrow(kind: Kind, cases: Sequence[Case], as_frame: Callable[[pa.Table], Any]) -> Reading:
    return from_arrow({kind.holder.__name__: as_frame(_columns(kind, cases))}, kind.model)


def _database(kind: Kind, cases: Sequence[Case]) -> Tables:
    connection = duckdb.connect()
    connection.register("given", _columns(kind, cases))
    connection.execute(f'CREATE TABLE "{kind.holder.__name__}" AS SELECT * FROM given')
    return Tables(connection, kind.model)


READERS = (
    Reader(name="JSON Lines, keys left out", form="json", read=lambda *given: _lines(*given, null=False)),
    Reader(name="JSON Lines, with null", form="json", read=lambda *given: _lines(*given, null=True)),
    Reader(name="CSV through a mapping", form="cell", read=_mapped, first_row=2),
    Reader(name="CSV in a folder", form="cell", read=_folder_of_text, first_row=2),
    Reader(name="OCEL", form="ocel", read=_log),
    Reader(name="Parquet", form="typed", read=lambda *given: read_parquet(_parquet(*given), given[0].model)),
    Reader(name="Parquet in DuckDB", form="typed", read=lambda *given: Tables(_parquet(*given), given[0].model)),
    Reader(name="Arrow", form="typed", read=lambda kind, cases, _: _arrow(kind, cases, lambda table: table)),
    Reader(name="pandas", form="typed", read=lambda kind, cases, _: _arrow(kind, cases, pa.Table.to_pandas)),
    Reader(name="polars", form="typed", read=lambda kind, cases, _: _arrow(kind, cases, pl.from_arrow)),
    Reader(name="a table of DuckDB", form="typed", read=lambda kind, cases, _: _database(kind, cases)),
    Reader(
        name="Parquet in Spark",
        form="typed",
        read=lambda *given: SparkTables(_parquet(*given), given[0].model, session=session()),
    ),
)
