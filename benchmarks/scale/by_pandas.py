"""The eight headline figures by hand with pandas: one frame a type, with the columns that are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

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

    def occurred(name: str, *columns: str) -> pd.DataFrame:
        by_then = [("occurred_on", "<=", as_at)]
        path = folder / f"{name}.parquet"
        return pd.read_parquet(path, columns=list(columns), filters=by_then, dtype_backend="pyarrow")

    rescues = occurred("Intervention", "victims", "support")
    arrests = occurred("Arrest", "suspect", "support")
    backing = occurred("LegalSupport", "case", "recipients")
    trials = occurred("Trial", "defendant", "case", "charges")
    verdicts = occurred("Verdict", "defendant", "case", "offence", "outcome")
    sessions = occurred("SupportSession", "survivor", "provider", "specialist")
    trainings = occurred("TrainingSession", "front_line", "head_count")
    preventions = occurred("PreventionSession", "form", "targeted", "vulnerable", "head_count")
    returns = occurred("SafeReturn", "survivor", "supported", "assessed_safe")

    arrested = arrests.loc[_holding(arrests["support"], OPERATIONAL_SUPPORT), "suspect"].unique()
    backed = backing.loc[_holding(backing["recipients"], LEGAL_PROCESS_RECIPIENTS), "case"].unique()

    def supported(rows: pd.DataFrame) -> int:
        return int(rows.loc[rows["defendant"].isin(arrested) | rows["case"].isin(backed), "defendant"].nunique())

    convicted = (verdicts["outcome"] == str(Outcome.CONVICTED)) & verdicts["offence"].isin(
        _texts(EXPLOITATION_OFFENCES)
    )
    specialist = sessions["specialist"].fillna(value=False) & (sessions["provider"] == str(Provider.OUR_TEAMS))
    targeted = preventions["targeted"].fillna(value=False)
    reached = preventions["vulnerable"].fillna(value=False) & (
        (preventions["form"] == str(PreventionForm.HOLISTIC_SUPPORT))
        | ((preventions["form"] == str(PreventionForm.AWARENESS_TRAINING)) & targeted)
    )
    safe = returns["supported"].fillna(value=False) & returns["assessed_safe"].fillna(value=False)
    return {
        "victims_rescued": int(
            rescues.loc[_holding(rescues["support"], OPERATIONAL_SUPPORT), "victims"].explode().nunique()
        ),
        "arrests": len(arrested),
        "prosecutions": supported(trials.loc[_holding(trials["charges"], EXPLOITATION_OFFENCES)]),
        "convictions": supported(verdicts.loc[convicted]),
        "survivors_cared_for": int((sessions.loc[specialist, "survivor"].value_counts() >= 2).sum()),  # noqa: PLR2004 - multiple
        "professionals_trained": int(trainings.loc[trainings["front_line"].fillna(value=False), "head_count"].sum()),
        "vulnerable_people_reached": int(preventions.loc[reached, "head_count"].sum()),
        "supported_safe_returns": int(returns.loc[safe, "survivor"].nunique()),
    }


def _texts(codes: Iterable[object]) -> list[str]:
    return [str(code) for code in codes]


def _holding(lists: pd.Series[list[str]], codes: Iterable[object]) -> pd.Index[int]:
    """The rows whose list holds one of the codes: the members one below the other, each with the row it came from."""
    members = lists.explode()
    return members.index[members.isin(_texts(codes))].unique()
