"""The eight headline figures by hand with SQLite, from tables with the indexes that the query wants.

Loading them is work of its own, and is counted apart. SQLite has no lists: sets are tables of their members.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from benchmarks.scale.by_duckdb import NAMES
from impact_metrics.anti_trafficking import (
    EXPLOITATION_OFFENCES,
    LEGAL_PROCESS_RECIPIENTS,
    OPERATIONAL_SUPPORT,
    Outcome,
    PreventionForm,
    Provider,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

COLUMNS = {
    "Intervention": ("id", "occurred_on"),
    "Arrest": ("id", "occurred_on", "suspect"),
    "LegalSupport": ("id", "occurred_on", "case"),
    "Trial": ("id", "occurred_on", "defendant", "case"),
    "Verdict": ("occurred_on", "defendant", "case", "offence", "outcome"),
    "SupportSession": ("occurred_on", "survivor", "provider", "specialist"),
    "TrainingSession": ("occurred_on", "front_line", "head_count"),
    "PreventionSession": ("occurred_on", "form", "targeted", "vulnerable", "head_count"),
    "SafeReturn": ("occurred_on", "survivor", "supported", "assessed_safe"),
}
SETS = (
    ("Intervention", "victims"),
    ("Intervention", "support"),
    ("Arrest", "support"),
    ("LegalSupport", "recipients"),
    ("Trial", "charges"),
)
INDEXES = """
    CREATE INDEX sessions ON SupportSession (survivor, occurred_on, specialist, provider);
    CREATE INDEX arrests ON Arrest (suspect, occurred_on, id);
    CREATE INDEX backing ON LegalSupport ("case", occurred_on, id);
    CREATE INDEX returns ON SafeReturn (survivor, occurred_on, supported, assessed_safe);
    ANALYZE;
"""


def load(folder: Path, database: Path) -> None:
    """Bring the columns that are needed into tables, dates as ISO text, and index them."""
    connection = sqlite3.connect(database)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    for name, columns in COLUMNS.items():
        key = " PRIMARY KEY" if columns[0] == "id" else ""
        declared = ", ".join(f'"{column}"{key if column == "id" else ""}' for column in columns)
        connection.execute(f"CREATE TABLE {name} ({declared}){' WITHOUT ROWID' if key else ''}")
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", _rows(folder / f"{name}.parquet", columns))
    for name, column in SETS:
        table = f"{name}_{column}"
        connection.execute(f"CREATE TABLE {table} (id, member, PRIMARY KEY (id, member)) WITHOUT ROWID")
        members = (
            (id_, member) for id_, found in _rows(folder / f"{name}.parquet", ("id", column)) for member in found or ()
        )
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", members)
    connection.executescript(INDEXES)
    connection.commit()
    connection.close()


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    for batch in pq.ParquetFile(path).iter_batches(columns=list(columns)):
        plain = [batch.column(name).cast("string") if name == "occurred_on" else batch.column(name) for name in columns]
        yield from zip(*(column.to_pylist() for column in plain), strict=True)


def figures(database: Path, as_at: date) -> dict[str, int]:
    """Give the eight figures by the ids of the metrics, from a database that is loaded."""
    connection = sqlite3.connect(database)
    row = connection.execute(_query(as_at)).fetchone()
    connection.close()
    return dict(zip(NAMES, row, strict=True))


def _query(as_at: date) -> str:
    by_then = f"occurred_on <= '{as_at}'"
    supported = 'defendant IN (SELECT suspect FROM arrested) OR "case" IN (SELECT "case" FROM backed)'
    return f"""
        WITH
            arrested AS MATERIALIZED (
                SELECT DISTINCT suspect FROM Arrest
                WHERE {by_then} AND {_holds("Arrest", "support", OPERATIONAL_SUPPORT)}),
            backed AS MATERIALIZED (
                SELECT DISTINCT "case" FROM LegalSupport
                WHERE {by_then} AND {_holds("LegalSupport", "recipients", LEGAL_PROCESS_RECIPIENTS)})
        SELECT
            (SELECT count(DISTINCT victim.member) FROM Intervention JOIN Intervention_victims AS victim USING (id)
                WHERE {by_then} AND {_holds("Intervention", "support", OPERATIONAL_SUPPORT)}),
            (SELECT count(*) FROM arrested),
            (SELECT count(DISTINCT defendant) FROM Trial
                WHERE {by_then} AND {_holds("Trial", "charges", EXPLOITATION_OFFENCES)} AND ({supported})),
            (SELECT count(DISTINCT defendant) FROM Verdict
                WHERE {by_then} AND outcome = '{Outcome.CONVICTED}' AND offence IN ({_texts(EXPLOITATION_OFFENCES)})
                AND ({supported})),
            (SELECT count(*) FROM (
                SELECT survivor FROM SupportSession
                WHERE {by_then} AND specialist AND provider = '{Provider.OUR_TEAMS}'
                GROUP BY survivor HAVING count(*) >= 2)),
            (SELECT coalesce(sum(head_count), 0) FROM TrainingSession WHERE {by_then} AND front_line),
            (SELECT coalesce(sum(head_count), 0) FROM PreventionSession
                WHERE {by_then} AND vulnerable AND (form = '{PreventionForm.HOLISTIC_SUPPORT}'
                    OR form = '{PreventionForm.AWARENESS_TRAINING}' AND targeted)),
            (SELECT count(DISTINCT survivor) FROM SafeReturn WHERE {by_then} AND supported AND assessed_safe)
    """


def _holds(name: str, column: str, codes: Iterable[object]) -> str:
    held = f"held.id = {name}.id AND held.member IN ({_texts(codes)})"
    return f"EXISTS (SELECT 1 FROM {name}_{column} AS held WHERE {held})"


def _texts(codes: Iterable[object]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
