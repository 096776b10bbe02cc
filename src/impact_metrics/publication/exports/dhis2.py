"""DHIS2: figures of an edition as data values, in the JSON that the resource ``dataValueSets`` of DHIS2 takes."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.errors import ExportError, nearest
from impact_metrics.publication.exports.dhis2_mapping import FIRST_MONTHS, Dhis2Mapping, ValueFor
from impact_metrics.replacing import replace_text
from impact_metrics.reports.books import ALL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from impact_metrics.publication.edition import Edition
    from impact_metrics.publication.observations import Observation
    from impact_metrics.rules.periods import Period


@attrs.frozen
class LeftOut:
    """A figure that the mapping asks for and that is not sent, in which period (or to date), and why."""

    figure: str
    period: str
    reason: str

    def __str__(self) -> str:
        """Say it in one sentence."""
        return f"{self.figure}, {self.period}: {self.reason}"


@attrs.frozen
class Dhis2Values:
    """What is sent, and what is not.

    ``values`` is a data value set as plain data; ``left_out`` are the figures that the mapping asks for and that are
    not in it; ``not_mapped`` names the figures of the edition that the mapping says nothing of.
    """

    values: dict[str, Any]
    left_out: tuple[LeftOut, ...]
    not_mapped: tuple[str, ...]

    def write(self, path: Path) -> None:
        """Write the data value set as JSON."""
        replace_text(path, json.dumps(self.values, indent=1, ensure_ascii=False) + "\n", ExportError)


def dhis2_values(edition: Edition, mapping: Dhis2Mapping) -> Dhis2Values:
    """Give the figures of an edition that a mapping names as a DHIS2 data value set.

    Values are texts, as DHIS2 takes them: shares as parts of 1, times in days. A number that is not shown is left out,
    and so is one of a period that is not whole; what is left out is told, each with its reason. Each value has a
    comment that says how it is shown, and for whom the edition is.

    Raises ``RuleError`` for a metric that is not in the catalogue, and ``ExportError`` for a period that the edition
    does not have, for two figures in one place, and for a completion of more than one period or organisation unit.
    """
    _check_periods(edition, mapping)
    asked = [(value, _Figure.asked(edition, value)) for value in mapping.values]
    sent: dict[tuple[str, str, str, str], dict[str, str]] = {}
    left_out: list[LeftOut] = []
    figures = {figure for _, figure in asked}
    for value, figure in asked:
        found = [seen for seen in edition.observations if _Figure.of(seen) == figure]
        if not found:
            left_out.append(LeftOut(str(value), _when(None), "the edition has no such figure"))
        for seen in _once(found):
            if mapping.periods and seen.period is not None and seen.period.label not in mapping.periods:
                continue
            period = mapping.to_date if seen.period is None else period_id(seen.period, mapping.period_type)
            reason = _reason(seen, period, mapping)
            if reason:
                left_out.append(LeftOut(str(value), _when(seen.period), reason))
            else:
                _send(sent, _value(edition, mapping, value, seen, period), str(value))
    rest = dict.fromkeys(str(figure) for figure in map(_Figure.of, edition.observations) if figure not in figures)
    return Dhis2Values(_whole(mapping, list(sent.values())), tuple(left_out), tuple(rest))


def period_id(period: Period, period_type: str) -> str:
    """Write a period as DHIS2 does, such as ``2024``, ``2024Q1``, ``202404`` or ``2023April``.

    It is empty where the period is not a whole one of that type.
    """
    length, first = FIRST_MONTHS[period_type]
    start, after = period.start, period.end + timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    if (start.day, after.day, months) != (1, 1, length) or (start.month - first) % length:
        return ""
    match period_type:
        case "Monthly":
            return f"{start.year:04}{start.month:02}"
        case "Quarterly":
            return f"{start.year:04}Q{start.month // 3 + 1}"
        case _:
            return f"{start.year:04}{period_type.removeprefix('Financial').removeprefix('Yearly')}"


@attrs.frozen
class _Figure:
    """What a figure is of, in whichever breakdown it stands, over all its periods."""

    metric: str
    part: str
    cell: frozenset[tuple[str, str]]
    per_period: bool

    @classmethod
    def of(cls, seen: Observation) -> _Figure:
        held = zip(seen.by, seen.cell, strict=True)
        cell = frozenset((name, label) for name, label in held if label != ALL)
        return cls(seen.metric.id, seen.part, cell, seen.period is not None)

    @classmethod
    def asked(cls, edition: Edition, value: ValueFor) -> _Figure:
        cell = frozenset((name, label) for name, label in value.by.items() if label != ALL)
        return cls(edition.catalogue[value.metric].id, value.part, cell, value.per_period)

    def __str__(self) -> str:
        by = ", ".join(sorted(name for name, _ in self.cell))
        return " ".join(filter(None, (self.metric, self.part, "over periods" * self.per_period, by and f"by {by}")))


def _once(found: list[Observation]) -> Iterator[Observation]:
    """Give each number once, of those that stand in several breakdowns."""
    yield from {seen.period: seen for seen in found}.values()


def _when(period: Period | None) -> str:
    return "to date" if period is None else period.label


def _check_periods(edition: Edition, mapping: Dhis2Mapping) -> None:
    known = {seen.period.label for seen in edition.observations if seen.period is not None}
    for label in mapping.periods:
        if label not in known:
            hint = nearest(label, known)
            raise ExportError(f"the edition has no period {label!r}", where="DHIS2 mapping, periods", hint=hint)


def _reason(seen: Observation, period: str, mapping: Dhis2Mapping) -> str:
    """Say why a number is not sent; nothing where it is."""
    if seen.value is None:
        return seen.told
    if period:
        return ""
    if seen.period is None:
        return "the mapping does not say under which period figures to date are filed (to_date)"
    return f"it is no whole period of the type {mapping.period_type}"


def _value(edition: Edition, mapping: Dhis2Mapping, value: ValueFor, seen: Observation, period: str) -> dict[str, str]:
    combination = value.category_option_combo
    return {
        "dataElement": value.data_element,
        **({"categoryOptionCombo": combination} if combination else {}),
        "period": period,
        "orgUnit": value.org_unit or mapping.org_unit,
        "value": format(Decimal(seen.value or 0), "f"),
        "comment": f"{seen.told}. {edition.marking}",
    }


def _send(sent: dict[tuple[str, str, str, str], dict[str, str]], found: dict[str, str], figure: str) -> None:
    place = found["dataElement"], found.get("categoryOptionCombo", ""), found["period"], found["orgUnit"]
    if place in sent:
        raise ExportError(
            f"two figures go to data element {place[0]} in period {place[2]}",
            where=f"DHIS2 mapping, {figure}",
            hint="give each a data element, a category option combination or an organisation unit of its own",
        )
    sent[place] = found


def _whole(mapping: Dhis2Mapping, values: list[dict[str, str]]) -> dict[str, Any]:
    """Put the set together; what is complete has its period and organisation unit at the top, as DHIS2 wants it."""
    head: dict[str, str] = {}
    if mapping.data_set:
        head["dataSet"] = mapping.data_set
    if mapping.attribute_option_combo:
        head["attributeOptionCombo"] = mapping.attribute_option_combo
    if mapping.complete_date is not None:
        places = {(value["period"], value["orgUnit"]) for value in values}
        if len(places) != 1:
            raise ExportError(
                f"a data set is completed for one period and organisation unit, and there are {len(places)}",
                where="DHIS2 mapping, complete_date",
                hint="name one of the periods, or leave the date out",
            )
        ((period, unit),) = places
        head |= {"completeDate": mapping.complete_date.isoformat(), "period": period, "orgUnit": unit}
    return {**head, "dataValues": values}
