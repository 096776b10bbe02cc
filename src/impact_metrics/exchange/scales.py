"""Scales as plain data, listed once in the file of a catalogue and named by the metrics that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from impact_metrics.errors import ExchangeError, nearest
from impact_metrics.exchange.values import plain_value, read_value
from impact_metrics.rules.scales import Better, Number, Scale
from impact_metrics.values import NumberKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.exchange.at import At
    from impact_metrics.rules import Metric

REQUIRED = ("id", "title", "least", "most", "better", "least_change", "source")
OPTIONAL = ("licence", "domains", "stable", "stable_in")


def scales_of(metrics: Iterable[Metric]) -> list[Scale]:
    """Give the scales of some metrics by their ids. Raises ``ExchangeError`` for two different ones of one id."""
    found: dict[str, Scale] = {}
    for metric in metrics:
        for scale in metric.measure.scales:
            if found.setdefault(scale.id, scale) != scale:
                raise ExchangeError(
                    "two different scales have this id", where=scale.id, hint="give one of them another"
                )
    return [found[name] for name in sorted(found)]


def plain_scale(scale: Scale) -> dict[str, Any]:
    """Write a scale."""
    plain: dict[str, Any] = {name: plain_value(getattr(scale, name)) for name in REQUIRED}
    if scale.licence:
        plain["licence"] = scale.licence
    if scale.domains:
        plain["domains"] = list(scale.domains)
    if scale.stable is not None:
        plain["stable"] = plain_value(scale.stable)
    if scale.stable_in:
        plain["stable_in"] = [{"domain": name, "stable": plain_value(number)} for name, number in scale.stable_in]
    return plain


def read_scale(at: At) -> Scale:
    """Read a scale."""
    at.keys(REQUIRED, OPTIONAL)
    directions: dict[str, Better] = {name: name for name in get_args(Better)}
    better = at["better"].text()
    if better not in directions:
        at["better"].fail(f"{better!r} is no direction", nearest(better, directions))
    own = at["stable_in"].items() if "stable_in" in at else []
    for item in own:
        item.keys(["domain", "stable"])
    with at.building():
        return Scale(
            id=at["id"].text(),
            title=at["title"].text(),
            least=read_number(at["least"]),
            most=read_number(at["most"]),
            better=directions[better],
            least_change=read_number(at["least_change"]),
            source=at["source"].text(),
            licence=at.optional_text("licence"),
            domains=at.texts("domains"),
            stable=read_number(at["stable"]) if "stable" in at else None,
            stable_in=tuple((item["domain"].text(), read_number(item["stable"])) for item in own),
        )


def read_number(at: At) -> Number:
    """Read a number: a whole one as it is, any other as a text."""
    number: Number = read_value(at, NumberKind(decimal=isinstance(at.value, str)))
    return number
