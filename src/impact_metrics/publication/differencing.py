"""Differencing: what two editions tell together that neither tells alone.

Whoever has both subtracts. Where a number changes by little, the difference is a small count itself: of those who came
in or went out between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.rules.measures.parts import PartUnit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from impact_metrics.publication.edition import Edition

_NAMED_BY = ("metric", "part", "period", "dimensions", "cell")


def differencing(previous: Iterable[Mapping[str, Any]], edition: Edition) -> tuple[str, ...]:
    """Warn of every count that differs from the one in a previous edition by less than the policy's threshold.

    ``previous`` are the rows of the earlier edition's table, as ``to_dicts`` gives them. An internal edition warns of
    nothing. Parts that are worked out, such as shares and medians, are looked at through the counts that they come
    from.
    """
    if edition.policy is None:
        return ()
    return tuple(_warnings(previous, edition.to_dicts(), edition.policy.threshold))


def _warnings(
    previous: Iterable[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]], threshold: int
) -> Iterator[str]:
    before = {_name(row): row["value"] for row in previous}
    for row in rows:
        now, then = row["value"], before.get(_name(row))
        if row["unit"] == PartUnit.DAYS.value:
            continue
        if isinstance(now, int) and isinstance(then, int) and 0 < abs(now - then) < threshold:
            yield (
                f"{_place(row)} is {now:,}, and was {then:,} in the previous edition: the difference is below "
                f"{threshold}, so that the two together may tell of so few ({row['meaning']})"
            )


def _name(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] or None for name in _NAMED_BY)


def _place(row: Mapping[str, Any]) -> str:
    where = (
        row["part"],
        row["period"] and f"in {row['period']}",
        row["cell"] and f"{row['dimensions']}: {row['cell']}",
    )
    return ", ".join(filter(None, (row["metric"], *where)))
