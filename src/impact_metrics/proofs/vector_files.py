"""Test vectors from a file that anybody may have written: checked before they are run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.errors import ExchangeError, ImpactMetricsError, nearest
from impact_metrics.exchange import json_text
from impact_metrics.exchange.at import At
from impact_metrics.exchange.values import read_date
from impact_metrics.limits import MAX_FILE, content
from impact_metrics.proofs.vectors import FORMAT, FORMAT_VERSION

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from impact_metrics.rules import Catalogue

_TEXTS = ("metric", "version", "clause", "subject")


def read_vectors(path: str | os.PathLike[str], catalogue: Catalogue | None = None) -> dict[str, Any]:
    """Read test vectors, as ``to_vectors`` gives and ``check_vectors`` takes them.

    With a ``catalogue`` every metric and version that is named must be one of it. Keys that this library does not know
    are kept. Raises ``ExchangeError`` with the file and the place in it, such as ``file.vectors[3].as_at``, for a file
    that cannot be read, has more than 16 MiB, is no such file or of a newer form, and for a vector that lacks
    something or holds something else than is expected.
    """
    try:
        plain: dict[str, Any] = json_text.read(content(path, MAX_FILE, "file of test vectors", ExchangeError))
        _check(At(plain, "file"), catalogue)
    except ExchangeError as error:
        place = error.where.removeprefix(str(path))
        raise ExchangeError(error.problem, where=f"{path}: {place}" if place else str(path), hint=error.hint) from None
    return plain


def _check(at: At, catalogue: Catalogue | None) -> None:
    _has(at, ("format", "format_version"))
    if at["format"].value != FORMAT:
        at["format"].fail("these are no test vectors", f"the format is {FORMAT!r}")
    if at["format_version"].number() != FORMAT_VERSION:
        at["format_version"].fail(
            f"this version of the format is not read; this library reads {FORMAT_VERSION}",
            "write the vectors anew: impact-metrics examples --out vectors.json",
        )
    _has(at, ("catalogue", "version", "digest", "vectors"))
    for key in ("catalogue", "version", "digest"):
        at[key].text()
    for vector in at["vectors"].items():
        _check_vector(vector, catalogue)


def _check_vector(at: At, catalogue: Catalogue | None) -> None:
    _has(at, (*_TEXTS, "part", "as_at", "standing", "events"))
    for key in _TEXTS:
        at[key].text()
    for key in ("part", "standing"):
        if at[key].value is not None:
            at[key].text()
    if "days" in at:
        at["days"].number()
    read_date(at["as_at"])
    for event in at["events"].items():
        _has(event, ("type", "id"))
        event["type"].text()
        event["id"].text()
    if catalogue is not None:
        _check_metric(at, catalogue)


def _check_metric(at: At, catalogue: Catalogue) -> None:
    try:
        known = [metric.version for metric in catalogue.versions(at["metric"].text())]
    except ImpactMetricsError as error:
        at["metric"].fail(error.problem, error.hint)
    version = at["version"].text()
    if version not in known:
        at["version"].fail(f"{at['metric'].value} has no version {version!r}", nearest(version, known))


def _has(at: At, keys: Iterable[str]) -> None:
    for key in keys:
        if key not in at:
            at.fail(f"the key {key!r} is missing")
