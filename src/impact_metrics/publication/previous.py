"""The previous edition: an edition read back from its table, as far as later ones are compared with it."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import attrs

from impact_metrics.errors import ExchangeError
from impact_metrics.lazy import cached_property
from impact_metrics.limits import MAX_FILE, content
from impact_metrics.publication.disclosure import Status
from impact_metrics.publication.edition import COLUMNS, Audience
from impact_metrics.rules.measures.parts import VALUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_NAMES = tuple(column.name for column in COLUMNS)
_STATUSES = (*(status.value for status in Status if status is not Status.SECONDARY), "none")
_SHOWN = frozenset({Status.EXACT.value, Status.ROUNDED.value})
_HINT = "give the table of an edition, as edition.table.to_csv and impact-metrics publish write it"


@attrs.frozen(kw_only=True)
class PreviousNumber:
    """One number of an earlier edition, as it was shown; ``value`` is ``None`` where none was."""

    metric: str
    version: str
    title: str
    unit: str
    part: str
    period: str | None
    by: tuple[str, ...]
    cell: tuple[str, ...]
    value: int | Decimal | None
    status: str


@attrs.frozen(kw_only=True, slots=False)
class Previous:
    """An earlier edition: for whom it was, as at when, and its numbers. Read one with ``read_previous``."""

    audience: Audience
    as_at: date
    numbers: tuple[PreviousNumber, ...]

    @cached_property
    def _headlines(self) -> Mapping[tuple[str, str], PreviousNumber]:
        return {
            (number.metric, number.part): number for number in self.numbers if number.period is None and not number.by
        }

    @property
    def metrics(self) -> tuple[str, ...]:
        """The ids of its metrics, in its order."""
        return tuple(dict.fromkeys(number.metric for number in self.numbers))

    @property
    def rows(self) -> tuple[Mapping[str, object], ...]:
        """Its numbers as rows, with the columns of an edition's table that name and give a number."""
        return tuple(
            {
                "metric": number.metric,
                "part": number.part,
                "period": number.period,
                "dimensions": " x ".join(number.by) or None,
                "cell": " | ".join(number.cell) or None,
                "value": number.value,
            }
            for number in self.numbers
        )

    def headline(self, metric: str, part: str) -> PreviousNumber | None:
        """Give a part of a figure to date; ``None`` where the edition does not have it."""
        return self._headlines.get((metric, part))


def read_previous(path: Path) -> Previous:
    """Read an edition from the CSV file that its table was written to.

    Raises ``ExchangeError`` for a file that cannot be read or is none, with its row and column.
    """
    rows = list(_rows(content(path, MAX_FILE, "edition", ExchangeError), path))
    if not rows:
        raise ExchangeError("the edition has no numbers", where=str(path), hint=_HINT)
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        number = row.number
        first = seen.setdefault((number.metric, number.part, number.period, number.by, number.cell), row.place)
        if first != row.place:
            raise ExchangeError(f"the same number stands in row {first}", where=f"{path}, row {row.place}", hint=_HINT)
    for name in ("audience", "as_at"):
        other = next((row for row in rows if getattr(row, name) != getattr(rows[0], name)), None)
        if other is not None:
            raise ExchangeError(
                f"it is not that of row {rows[0].place}", where=f"{path}, row {other.place}, {name}", hint=_HINT
            )
    return Previous(audience=rows[0].audience, as_at=rows[0].as_at, numbers=tuple(row.number for row in rows))


@attrs.frozen
class _Row:
    place: int
    audience: Audience
    as_at: date
    number: PreviousNumber


def _rows(text: str, path: Path) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = tuple(next(reader, ()))
        if head != _NAMES:
            missing = [name for name in _NAMES if name not in head] or ["the right order"]
            raise ExchangeError(
                f"the header is not that of an edition: it lacks {', '.join(missing)}",
                where=f"{path}, row 1",
                hint=_HINT,
            )
        for place, cells in enumerate(reader, 2):
            where = f"{path}, row {place}"
            if len(cells) != len(_NAMES):
                raise ExchangeError(f"it has {len(cells)} values for {len(_NAMES)} columns", where=where, hint=_HINT)
            yield _row(place, dict(zip(_NAMES, cells, strict=True)), where)
    except csv.Error as error:
        raise ExchangeError(f"it is no CSV: {error}", where=f"{path}, line {reader.line_num}", hint=_HINT) from None


def _row(place: int, given: Mapping[str, str], where: str) -> _Row:
    by, cell = (tuple(filter(None, given[name].split(between))) for name, between in _SPLIT)
    if len(by) != len(cell):
        raise ExchangeError(f"{len(cell)} categories of {len(by)} dimensions", where=f"{where}, cell", hint=_HINT)
    status = given["status"]
    if status not in _STATUSES:
        raise ExchangeError(f"{status!r} is no status", where=f"{where}, status", hint=f"one of {', '.join(_STATUSES)}")
    value = _value(given["value"], f"{where}, value")
    if (value is not None) != (status in _SHOWN):
        has = "no value" if value is None else "a value"
        raise ExchangeError(f"a number that is {status} has {has}", where=f"{where}, value", hint=_HINT)
    return _Row(
        place,
        _audience(given["audience"], where),
        _day(given["as_at"], where),
        PreviousNumber(
            metric=given["metric"],
            version=given["version"],
            title=given["title"],
            unit=given["unit"],
            part=_FORMER.get(given["part"], given["part"]),
            period=given["period"] or None,
            by=by,
            cell=cell,
            value=value,
            status=status,
        ),
    )


_FORMER = {"share": VALUE, "median": VALUE}
"""What the figure itself was called in editions before every figure had one name."""

_SPLIT = (("dimensions", " x "), ("cell", " | "))


def _audience(text: str, where: str) -> Audience:
    try:
        return Audience(text)
    except ValueError:
        known = ", ".join(audience.value for audience in Audience)
        raise ExchangeError(f"{text!r} is no audience", where=f"{where}, audience", hint=f"one of {known}") from None


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ExchangeError(f"{text!r} is no day", where=f"{where}, as_at", hint="write 2024-12-31") from None


def _value(text: str, where: str) -> int | Decimal | None:
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ExchangeError(f"{text!r} is no number", where=where, hint=_HINT)
    return int(found) if "." not in text and "E" not in text.upper() else found
