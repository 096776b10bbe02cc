"""The eight headline figures by hand with Polars: lazy scans that share what they can, collected together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from impact_metrics.anti_trafficking import (
    EXPLOITATION_OFFENCES,
    LEGAL_PROCESS_RECIPIENTS,
    OPERATIONAL_SUPPORT,
    Outcome,
    PreventionForm,
    Provider,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path


def figures(folder: Path, as_at: date) -> dict[str, int]:
    """Give the eight figures by the ids of the metrics."""

    def occurred(name: str) -> pl.LazyFrame:
        return pl.scan_parquet(folder / f"{name}.parquet").filter(pl.col("occurred_on") <= as_at)

    helped = _holds("support", OPERATIONAL_SUPPORT)
    arrested = occurred("Arrest").filter(helped).select(defendant="suspect").unique()
    backed = occurred("LegalSupport").filter(_holds("recipients", LEGAL_PROCESS_RECIPIENTS)).select("case").unique()

    def supported(rows: pl.LazyFrame) -> pl.LazyFrame:
        people = rows.select("defendant", "case")
        ways = (people.join(arrested, on="defendant", how="semi"), people.join(backed, on="case", how="semi"))
        return pl.concat([way.select("defendant") for way in ways]).unique()

    convicted = (pl.col("outcome") == str(Outcome.CONVICTED)) & pl.col("offence").is_in(_texts(EXPLOITATION_OFFENCES))
    specialist = pl.col("specialist") & (pl.col("provider") == str(Provider.OUR_TEAMS))
    reached = pl.col("vulnerable") & (
        (pl.col("form") == str(PreventionForm.HOLISTIC_SUPPORT))
        | ((pl.col("form") == str(PreventionForm.AWARENESS_TRAINING)) & pl.col("targeted"))
    )
    sessions = occurred("SupportSession").filter(specialist)
    wanted = {
        "victims_rescued": occurred("Intervention").filter(helped).select(pl.col("victims").explode().n_unique()),
        "arrests": arrested.select(pl.len()),
        "prosecutions": supported(occurred("Trial").filter(_holds("charges", EXPLOITATION_OFFENCES))).select(pl.len()),
        "convictions": supported(occurred("Verdict").filter(convicted)).select(pl.len()),
        "survivors_cared_for": sessions.group_by("survivor").len().select((pl.col("len") >= 2).sum()),  # noqa: PLR2004 - multiple
        "professionals_trained": occurred("TrainingSession").filter("front_line").select(pl.col("head_count").sum()),
        "vulnerable_people_reached": occurred("PreventionSession").filter(reached).select(pl.col("head_count").sum()),
        "supported_safe_returns": occurred("SafeReturn")
        .filter(pl.col("supported") & pl.col("assessed_safe"))
        .select(pl.col("survivor").n_unique()),
    }
    found = pl.collect_all(list(wanted.values()))
    return {name: int(frame.item()) for name, frame in zip(wanted, found, strict=True)}


def _texts(codes: Iterable[object]) -> list[str]:
    return [str(code) for code in codes]


def _holds(column: str, codes: Iterable[object]) -> pl.Expr:
    return pl.any_horizontal(pl.col(column).list.contains(code) for code in _texts(codes))
