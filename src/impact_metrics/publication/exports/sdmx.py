"""SDMX-CSV: an edition in the flat form of statistical data exchange, one row an observation.

The columns are those of an SDMX-CSV 1.0 data message: ``DATAFLOW`` first, then the dimensions, ``OBS_VALUE`` and the
attributes. Statuses are codes of the SDMX cross-domain lists CL_OBS_STATUS 2.2 and CL_CONF_STATUS 1.3.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from impact_metrics.errors import ExportError, nearest
from impact_metrics.publication.edition import Audience
from impact_metrics.replacing import replace_text
from impact_metrics.reports.books import ALL

if TYPE_CHECKING:
    from pathlib import Path

    from impact_metrics.publication.edition import Edition
    from impact_metrics.publication.observations import Observation
    from impact_metrics.rules.periods import Period

Codes: TypeAlias = Mapping[str, Mapping[str, str]]

DATAFLOW = "IMPACT_METRICS:EDITION(1.0)"
"""The dataflow that rows name unless another is given: agency, id and version."""
TOTAL = "_T"
"""The code of the sum over a dimension."""

_DATAFLOW = re.compile(r"[A-Za-z][\w.-]*:[\w@$-]+\([0-9]+(\.[0-9]+)*\)", re.ASCII)
_OWN = ("DATAFLOW", "METRIC", "PART", "TIME_PERIOD", "OBS_VALUE")
_ATTRIBUTES = ("UNIT_MEASURE", "OBS_STATUS", "CONF_STATUS", "COMMENT_OBS", "METRIC_VERSION")


def sdmx_csv(
    edition: Edition,
    path: Path | None = None,
    *,
    dataflow: str = DATAFLOW,
    codes: Codes | None = None,
    since: date | None = None,
) -> str:
    """Give an edition as SDMX-CSV, and write it where a path is given.

    ``dataflow`` is written as ``AGENCY:ID(VERSION)``. Each dimension of a breakdown is a column under its name in
    capital letters; ``_T`` sums over it. Categories stand as they are labelled, unless ``codes`` says which code a
    label has, as in ``{"sex": {"female": "F", "male": "M"}}``. ``TIME_PERIOD`` is ``2024``, ``2024-Q1`` or ``2024-04``
    for whole calendar periods, and a range (the first day and a duration) for any other. A figure to date has the day
    as at which it is; with ``since``, the day from which things are counted, it has the range from there.

    A number that may not be told is empty, with status ``Q`` and confidentiality ``C``; one that does not exist has
    status ``M``. Everything in an internal edition has confidentiality ``N``. A cell that stands in two breakdowns is
    written once. Raises ``ExportError`` for a dataflow, code or date that is wrong.
    """
    if not _DATAFLOW.fullmatch(dataflow):
        raise ExportError(f"{dataflow!r} is no dataflow", where="dataflow", hint="write AGENCY:ID(VERSION)")
    if since is not None and since > edition.as_at:
        raise ExportError(f"{since} is after {edition.as_at}, the day of the edition", where="since")
    dimensions = sorted({name for seen in edition.observations for name in seen.by})
    coded = _checked(edition, codes or {}, dimensions)
    to_date = edition.as_at.isoformat() if since is None else _range(since, edition.as_at)
    out = io.StringIO()
    writer = csv.writer(out)
    head = ("DATAFLOW", "METRIC", "PART", *map(_column, dimensions), "TIME_PERIOD", "OBS_VALUE", *_ATTRIBUTES)
    writer.writerow(head)
    rows: dict[tuple[str, ...], None] = {}
    for seen in edition.observations:
        held = {name: label for name, label in zip(seen.by, seen.cell, strict=True) if label != ALL}
        placed = (coded.get(name, {}).get(held[name], held[name]) if name in held else TOTAL for name in dimensions)
        period = to_date if seen.period is None else time_period(seen.period)
        value = "" if seen.value is None else format(Decimal(seen.value), "f")
        rows[dataflow, seen.metric.id, seen.part, *placed, period, value, *_attributes(edition, seen)] = None
    writer.writerows(rows)
    text = out.getvalue()
    if path is not None:
        replace_text(path, text, ExportError)
    return text


def _column(name: str) -> str:
    """Name the column of a dimension, so that it is none of ours."""
    upper = name.upper()
    return f"BY_{upper}" if upper in {*_OWN, *_ATTRIBUTES} else upper


def _checked(edition: Edition, codes: Codes, dimensions: list[str]) -> Codes:
    """Give the codes, when each is of a label that is there, and no two labels of a dimension get one."""
    labels: defaultdict[str, set[str]] = defaultdict(set)
    for seen in edition.observations:
        for name, label in zip(seen.by, seen.cell, strict=True):
            labels[name].update({label} - {ALL})
    for name, given in codes.items():
        if name not in labels:
            raise ExportError(f"nothing is broken down by {name!r}", where="codes", hint=nearest(name, dimensions))
        for label in given:
            if label not in labels[name]:
                hint = nearest(label, labels[name])
                raise ExportError(f"there is no category {label!r}", where=f"codes.{name}", hint=hint)
    for name in dimensions:
        used = [TOTAL, *(codes.get(name, {}).get(label, label) for label in labels[name])]
        if len(set(used)) < len(used):
            raise ExportError("two categories have the same code", where=f"codes.{name}", hint="give each its own")
    return codes


def _attributes(edition: Edition, seen: Observation) -> tuple[str, ...]:
    hidden = seen.told in {"suppressed", "withheld"}
    status = "Q" if hidden else "M" if seen.value is None else "A"
    internal = edition.audience is Audience.INTERNAL
    confidentiality = "N" if internal else "C" if hidden else "F"
    return seen.unit, status, confidentiality, seen.told, seen.metric.version


def time_period(period: Period) -> str:
    """Write a period as SDMX writes it: ``2024``, ``2024-Q1``, ``2024-04``, or its first day and how long it is."""
    start, after = period.start, period.end + timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    if start.day != 1 or after.day != 1:
        return _range(start, period.end)
    match months:
        case 1:
            return start.isoformat()[:7]
        case 3 if start.month % 3 == 1:
            return f"{start.year:04}-Q{start.month // 3 + 1}"
        case 12 if start.month == 1:
            return f"{start.year:04}"
        case _:
            return f"{start.isoformat()}/P{months}M"


def _range(first: date, last: date) -> str:
    return f"{first.isoformat()}/P{(last - first).days + 1}D"
