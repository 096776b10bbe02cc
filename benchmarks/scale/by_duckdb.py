"""The eight headline figures as SQL by hand, for DuckDB: several shapes, since nobody knows beforehand which is best.

All share the two clauses that prosecutions and convictions read (who was arrested with support, which cases had it) and
test them by semi-joins; other shapes, such as flags a person or one wide table, took several times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import duckdb

from impact_metrics.anti_trafficking import (
    EXPLOITATION_OFFENCES,
    LEGAL_PROCESS_RECIPIENTS,
    OPERATIONAL_SUPPORT,
    Outcome,
    PreventionForm,
    Provider,
)
from impact_metrics.anti_trafficking.metrics import HEADLINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from pathlib import Path

Holds: TypeAlias = "Callable[[str, Iterable[object]], str]"
"""Writes that a list holds one of several codes."""

NAMES = tuple(metric.id for metric in HEADLINES)


def figures(folder: Path, as_at: date, shape: str) -> dict[str, int]:
    """Give the eight figures by the ids of the metrics; connecting to DuckDB is part of the work."""
    with duckdb.connect() as connection:
        row = connection.execute(SHAPES[shape](folder, as_at)).fetchone()
    return dict(zip(NAMES, map(int, row or ()), strict=True))


def counting_distinct(folder: Path, as_at: date) -> str:
    """As most would write it: ``count(DISTINCT ...)``, and ``OR`` of two ``IN``."""
    rows = _Rows(folder, as_at, _has_any)
    return f"""
        WITH {rows.shared}
        SELECT
            (SELECT count(DISTINCT victim) FROM (SELECT unnest(victims) AS victim FROM {rows.rescues})),
            (SELECT count(*) FROM arrested),
            (SELECT count(DISTINCT defendant) FROM {rows.trials} AND ({SUPPORTED})),
            (SELECT count(DISTINCT defendant) FROM {rows.verdicts} AND ({SUPPORTED})),
            (SELECT count(*) FROM ({rows.cared_for})),
            (SELECT coalesce(sum(head_count), 0) FROM {rows.trainings}),
            (SELECT coalesce(sum(head_count), 0) FROM {rows.preventions}),
            (SELECT count(DISTINCT survivor) FROM {rows.returns})
    """


def distinct_first(folder: Path, as_at: date) -> str:
    """``DISTINCT`` in a query of its own, which DuckDB spreads over threads, and codes tested one by one."""
    rows = _Rows(folder, as_at, _contains_one)
    return f"""
        WITH {rows.shared}
        SELECT
            (SELECT count(*) FROM (SELECT DISTINCT unnest(victims) FROM {rows.rescues})),
            (SELECT count(*) FROM arrested),
            (SELECT count(*) FROM (SELECT DISTINCT defendant FROM {rows.trials} AND ({SUPPORTED}))),
            (SELECT count(*) FROM (SELECT DISTINCT defendant FROM {rows.verdicts} AND ({SUPPORTED}))),
            (SELECT count(*) FROM ({rows.cared_for})),
            (SELECT coalesce(sum(head_count), 0) FROM {rows.trainings}),
            (SELECT coalesce(sum(head_count), 0) FROM {rows.preventions}),
            (SELECT count(*) FROM (SELECT DISTINCT survivor FROM {rows.returns}))
    """


def union_of_semi_joins(folder: Path, as_at: date) -> str:
    """Each way to be supported as a semi-join of its own, and the union of both."""
    rows = _Rows(folder, as_at, _contains_one)
    return f"""
        WITH {rows.shared},
            tried AS MATERIALIZED (SELECT defendant, "case" FROM {rows.trials}),
            convicted AS MATERIALIZED (SELECT defendant, "case" FROM {rows.verdicts})
        SELECT
            (SELECT count(*) FROM (SELECT DISTINCT unnest(victims) FROM {rows.rescues})),
            (SELECT count(*) FROM arrested),
            (SELECT count(*) FROM ({_either("tried")})),
            (SELECT count(*) FROM ({_either("convicted")})),
            (SELECT count(*) FROM ({rows.cared_for})),
            (SELECT coalesce(sum(head_count), 0) FROM {rows.trainings}),
            (SELECT coalesce(sum(head_count), 0) FROM {rows.preventions}),
            (SELECT count(*) FROM (SELECT DISTINCT survivor FROM {rows.returns}))
    """


SHAPES: dict[str, Callable[[Path, date], str]] = {
    "counting distinct": counting_distinct,
    "distinct first": distinct_first,
    "union of semi-joins": union_of_semi_joins,
}

SUPPORTED = 'defendant IN (FROM arrested) OR "case" IN (FROM backed)'


def _either(rows: str) -> str:
    return f"""
        SELECT defendant FROM {rows} SEMI JOIN arrested ON defendant = suspect
        UNION SELECT defendant FROM {rows} SEMI JOIN backed USING ("case")
    """


class _Rows:
    """The rows of each type that have occurred and satisfy what is said of the row itself."""

    def __init__(self, folder: Path, as_at: date, holds: Holds) -> None:
        def occurred(name: str) -> str:
            return f"'{folder / name}.parquet' WHERE occurred_on <= DATE '{as_at}'"

        helped = holds("support", OPERATIONAL_SUPPORT)
        backed = holds("recipients", LEGAL_PROCESS_RECIPIENTS)
        self.shared = f"""
            arrested AS MATERIALIZED (SELECT DISTINCT suspect FROM {occurred("Arrest")} AND {helped}),
            backed AS MATERIALIZED (SELECT DISTINCT "case" FROM {occurred("LegalSupport")} AND {backed})
        """
        self.rescues = f"{occurred('Intervention')} AND {helped}"
        self.trials = f"{occurred('Trial')} AND {holds('charges', EXPLOITATION_OFFENCES)}"
        offences = ", ".join(f"'{code}'" for code in EXPLOITATION_OFFENCES)
        self.verdicts = f"{occurred('Verdict')} AND outcome = '{Outcome.CONVICTED}' AND offence IN ({offences})"
        self.cared_for = f"""
            SELECT survivor FROM {occurred("SupportSession")} AND specialist AND provider = '{Provider.OUR_TEAMS}'
            GROUP BY survivor HAVING count(*) >= 2
        """
        self.trainings = f"{occurred('TrainingSession')} AND front_line"
        self.preventions = f"""
            {occurred("PreventionSession")} AND vulnerable
            AND (form = '{PreventionForm.HOLISTIC_SUPPORT}'
                OR form = '{PreventionForm.AWARENESS_TRAINING}' AND targeted)
        """
        self.returns = f"{occurred('SafeReturn')} AND supported AND assessed_safe"


def _has_any(column: str, codes: Iterable[object]) -> str:
    texts = ", ".join(f"'{code}'" for code in codes)
    return f"list_has_any({column}, [{texts}])"


def _contains_one(column: str, codes: Iterable[object]) -> str:
    return "(" + " OR ".join(f"list_contains({column}, '{code}')" for code in codes) + ")"
