"""The reckoning of a share or rate, for whoever has to check it: who is in which number, step by step, and what is not.

Of a follow-up rate it goes from everybody who entered to the rate, and tells beside it what the lost could change, and
the naive rate, which is wrong, for contrast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.errors import RuleError
from impact_metrics.reports.table import Column, Table
from impact_metrics.rules import FollowUp, Share
from impact_metrics.rules.measures.wilson import wilson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.reports.results import Result
    from impact_metrics.rules.measures import Parts

_INTERVAL = "of the Wilson interval at 95 % confidence: of chance alone, and not of records that are wrong or lacking"


def reckoning(result: Result) -> Table:
    """Give the steps from those who entered to the share or rate, each with what it means.

    Raises ``RuleError`` for a metric that is neither a share nor a follow-up rate.
    """
    measure, parts = result.metric.measure, result.parts
    if not isinstance(measure, Share | FollowUp) or parts is None:
        raise RuleError(
            "only a share or a rate is reckoned step by step",
            where=result.metric.id,
            hint="of a funnel ask for its stages, of a list for its entries, and of a count for its evidence",
        )
    steps = _of_rate(measure, parts) if isinstance(measure, FollowUp) else _of_share(parts)
    return Table(_COLUMNS, tuple(steps))


_COLUMNS = (
    Column("step", "text", "what is reckoned"),
    Column("number", "integer", "how many subjects"),
    Column("rate", "decimal", "which part of 1"),
    Column("meaning", "text", "who that is, or how it is worked out"),
)


def _of_rate(measure: FollowUp, parts: Parts) -> Iterator[tuple[Any, ...]]:
    months = f"{measure.months:,} month{'' if measure.months == 1 else 's'}"
    waiting, lost = parts.not_yet_due or 0, parts.lost or 0
    yield "entered", parts.denominator + waiting + lost, None, "everybody in the cohort, as at the date of the report"
    yield "not yet due", waiting, None, f"entered less than {months} ago: in no number of the rate"
    yield (
        "not yet due, with the outcome",
        parts.early,
        None,
        "of these, those who have the outcome already: in no number either, or they would come in by it alone",
    )
    if parts.lost is not None:
        yield "lost", lost, None, "due, without the outcome, and not heard of again: in no number of the rate"
    taken = "not yet due" if parts.lost is None else "not yet due, and lost"
    yield "denominator", parts.denominator, None, f"followed up for {months}: those who entered, less those {taken}"
    yield "numerator", parts.numerator, None, f"of these, those with the outcome within {months} of their entry"
    yield "rate", None, parts.share, "numerator over denominator"
    yield from _interval(parts)
    if parts.lost is not None:
        yield "least", None, parts.least, "if none of the lost had the outcome"
        yield "most", None, parts.most, "if all of the lost had the outcome"
    yield (
        "naive rate",
        None,
        parts.naive_rate,
        "wrong, and here for contrast: everybody with an outcome over everybody who entered, however short a time ago",
    )


def _of_share(parts: Parts) -> Iterator[tuple[Any, ...]]:
    yield "denominator", parts.denominator, None, "everybody that the share is of, as at the date of the report"
    yield "numerator", parts.numerator, None, "of these, those who are in the numerator too"
    if parts.unknown is not None:
        yield "not known", parts.unknown, None, "of the denominator, those of whom the outcome is not known"
    yield "share", None, parts.share, "numerator over denominator"
    yield from _interval(parts)
    if parts.unknown is not None:
        yield "most", None, parts.most, "if all of those not known were in the numerator"


def _interval(parts: Parts) -> Iterator[tuple[Any, ...]]:
    lower, upper = wilson(parts.numerator, parts.denominator) or (None, None)
    yield "lower", None, lower, f"the lower bound {_INTERVAL}"
    yield "upper", None, upper, f"the upper bound {_INTERVAL}"
