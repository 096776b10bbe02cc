"""Funnels as people read them: how many are in each stage, how many came on from the one before, and how many did not.

Engines give the number of each stage; everything else here follows from these numbers.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

from impact_metrics.reports.table import Column, Table
from impact_metrics.rules.measures.shares import ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.rules import Funnel


@attrs.frozen
class StageFigure:
    """One stage: how many are in it, which share that is of the stage before, and how many dropped off between the two.

    ``conversion`` and ``of_first`` are ``None`` where nobody is in the stage they are of, and ``conversion`` and
    ``dropped`` where there is no stage before.
    """

    title: str
    number: int
    conversion: Decimal | None
    dropped: int | None
    of_first: Decimal | None


def stage_figures(measure: Funnel, numbers: Sequence[int]) -> tuple[StageFigure, ...]:
    """Work out conversion and drop-off from the numbers of the stages."""
    first = numbers[0]
    steps = [(None, first), *pairwise(numbers)]
    return tuple(
        StageFigure(
            stage.title,
            number,
            None if before is None else ratio(number, before),
            None if before is None else before - number,
            ratio(number, first),
        )
        for stage, (before, number) in zip(measure.stages, steps, strict=True)
    )


def stages_table(figures: Sequence[StageFigure]) -> Table:
    """Give the stages as a table, one row a stage."""
    rows = enumerate(map(attrs.astuple, figures), 1)
    return Table(_COLUMNS, tuple((place, *values) for place, values in rows))


_COLUMNS = (
    Column("stage", "integer", "the place of the stage, counted from 1"),
    Column("title", "text", "what the stage is called"),
    Column("number", "integer", "how many are in this stage, and so in every one before"),
    Column("conversion", "decimal", "which share of the stage before that is; empty for the first"),
    Column("dropped", "integer", "how many are in the stage before and not in this one; empty for the first"),
    Column("of_first", "decimal", "which share of the first stage that is"),
)
