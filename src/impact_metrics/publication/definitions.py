"""What differs between two catalogues: which metrics, and in what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.exchange import to_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.rules import Catalogue

_TOLD_APART = ("metrics", "other_versions", "format", "format_version")


def changed_definitions(before: Catalogue, after: Catalogue) -> tuple[str, ...]:
    """Say what differs in the later of two catalogues, one sentence for each difference; nothing where they agree."""
    one, other = to_plain(before), to_plain(after)
    return (*_metrics(one, other), *_others(one, other))


def _metrics(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    old, new = ({metric["id"]: metric for metric in plain["metrics"]} for plain in (one, other))
    for name in sorted(old.keys() - new.keys()):
        yield f"metric {name!r} is there no longer"
    for name in sorted(new.keys() - old.keys()):
        yield f"metric {name!r} is new"
    for name in sorted(old.keys() & new.keys()):
        parts = _differing(old[name], new[name])
        if parts:
            versions = f"{old[name]['version']} before, {new[name]['version']} now"
            yield f"metric {name!r} differs in {', '.join(parts)} (version {versions})"


def _others(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for key in _differing(one, other):
        if key not in _TOLD_APART:
            yield f"the catalogue differs in {key}"
    if one["metrics"] != other["metrics"] and _sorted(one) == _sorted(other):
        yield "the metrics stand in another order"
    if one.get("other_versions") != other.get("other_versions"):
        yield "the other versions of metrics differ"


def _sorted(plain: Mapping[str, Any]) -> list[Any]:
    return sorted(plain["metrics"], key=lambda metric: str(metric["id"]))


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
