"""Labels as SQL: the names of the cells that an event places its subject in.

A dimension gives one label, or a list of them where the event holds a set or several persons. NULL is the label of a
missing value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.rules.dimensions import Band, ByAge, ByBand, ByField, ByPerson, ByTime, Dimension
from impact_metrics.rules.labels import BETWEEN, NONE, OUTSIDE_BANDS, RECORDED_UNKNOWN, UNKNOWN
from impact_metrics.values import CodeKind, DateKind, FieldSpec, FlagKind, IdKind, NumberKind, TextKind, TimestampKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from impact_metrics.engines.sql.dialect import Dialect
    from impact_metrics.engines.sql.query import Query
    from impact_metrics.expressions import FieldRef
    from impact_metrics.model.persons import PersonAttribute
    from impact_metrics.values import RecordType

EVENT = "event"
"""The alias of the event that places somebody."""


@attrs.frozen
class Labelled:
    """The labels of one dimension: what has to be joined to the event, and the expression; ``many`` for a list."""

    text: str
    many: bool = False
    joins: tuple[str, ...] = ()


class Labels:
    """Writes the labels of events of one type; ``subject`` is the field that holds what ``entry.subject`` is."""

    def __init__(
        self, query: Query, relation: Callable[[str], str | None], record: RecordType, subject: FieldRef | None
    ) -> None:
        """Keep where persons and events are found."""
        self._query = query
        self._dialect: Dialect = query.dialect
        self._relation = relation
        self._record = record
        self._subject = subject

    def placing(self, dimension: Dimension, number: int, *, every: bool) -> Labelled:
        """Write the labels of a dimension: each by itself with ``every``, otherwise joined to one."""
        found = self._of(dimension, number)
        if not found.many:
            return found
        if every:
            member = self._dialect.quoted(f"label {number} of")
            return Labelled(
                f"{member}.label", joins=(*found.joins, self._dialect.unnested("", found.text, member, "label"))
            )
        held = found.text
        known = self._dialect.mapped(held, "label", f"coalesce(label, {self._dialect.literal(UNKNOWN)})")
        joined = self._dialect.joined(self._dialect.in_order(known), BETWEEN)
        one = self._dialect.item(held, 1)
        return Labelled(f"CASE WHEN {self._dialect.size(held)} = 1 THEN {one} ELSE {joined} END", joins=found.joins)

    def _of(self, dimension: Dimension, number: int) -> Labelled:
        match dimension:
            case ByField(field):
                return self._field(field)
            case ByBand(field, bands):
                if field.row.record != self._record:
                    return self._nothing()
                return Labelled(self._band(self._column(field), bands))
            case ByTime(unit, year_starts):
                return Labelled(self._time(unit, year_starts))
            case ByPerson(attribute):
                return self._person(attribute, number, lambda person, _: self._value(attribute.spec, person))
            case ByAge(born, bands):
                return self._person(born, number, lambda person, event: self._aged(bands, person, event))
            case _:
                assert_never(dimension)

    def _nothing(self) -> Labelled:
        return Labelled(self._dialect.text("NULL"))

    def _column(self, field: FieldRef) -> str:
        return f"{EVENT}.{self._dialect.quoted(field.name)}"

    def _field(self, field: FieldRef) -> Labelled:
        if field.row.record != self._record:
            return self._nothing()
        return self._value(field.spec, self._column(field))

    def _value(self, spec: FieldSpec, value: str) -> Labelled:
        if not spec.many:
            return Labelled(self._label(spec, value))
        dialect = self._dialect
        missing, none = dialect.list_of([dialect.text("NULL")]), dialect.list_of([dialect.literal(NONE)])
        each = dialect.mapped(value, "held", self._label(spec, "held"))
        return Labelled(
            f"CASE WHEN {value} IS NULL THEN {missing} WHEN {dialect.size(value)} = 0 THEN {none} ELSE {each} END",
            many=True,
        )

    def _label(self, spec: FieldSpec, value: str) -> str:
        match spec.kind:
            case FlagKind():
                return f"CASE WHEN {value} THEN 'yes' WHEN {value} = FALSE THEN 'no' END"
            case IdKind() | CodeKind() | TextKind():
                unknown, recorded = self._dialect.literal(UNKNOWN), self._dialect.literal(RECORDED_UNKNOWN)
                return f"CASE WHEN {value} = {unknown} THEN {recorded} ELSE {value} END"
            case NumberKind(decimal=True):
                return self._dialect.plain_decimal(value)
            case NumberKind() | DateKind() | TimestampKind():
                return self._dialect.text(value)
            case _:
                assert_never(spec.kind)

    def _band(self, number: str, bands: Sequence[Band]) -> str:
        cases = [f"WHEN {number} IS NULL THEN NULL"]
        for band in bands:
            upto = "" if band.to is None else f" AND {number} <= {band.to}"
            cases.append(f"WHEN {number} >= {band.start}{upto} THEN {self._query.bind(band.name, 'band')}")
        return f"CASE {' '.join(cases)} ELSE {self._dialect.literal(OUTSIDE_BANDS)} END"

    def _time(self, unit: str, year_starts: int) -> str:
        dialect, day = self._dialect, f"{EVENT}.{self._dialect.quoted('occurred_on')}"
        if unit == "month":
            return f"{dialect.padded(f'year({day})', 4)} || '-' || {dialect.padded(f'month({day})', 2)}"
        months = f"(year({day}) * 12 + month({day}) - {year_starts})"
        year = dialect.whole(months, 12)
        named = dialect.padded(year, 4)
        if year_starts != 1:
            named += f" || '/' || {dialect.padded(f'(({year} + 1) % 100)', 2)}"
        return (
            named
            if unit == "year"
            else f"{named} || ' Q' || {dialect.text(dialect.whole(f'({months} % 12)', 3) + ' + 1')}"
        )

    # --- persons

    def _person(self, attribute: PersonAttribute, number: int, label: Callable[[str, str], Labelled]) -> Labelled:
        """Write the labels of the persons in a role; ``label`` writes them for one person and event."""
        persons = self._relation(attribute.person.name)
        role = attribute.role
        if persons is None or (role != self._subject and role.row.record != self._record):
            return self._nothing()
        dialect, key = self._dialect, self._dialect.quoted("id")
        person = dialect.quoted(f"person {number}")
        value = f"{person}.{dialect.quoted(attribute.name)}"
        if role == self._subject or not role.spec.many:
            who = "entry.subject" if role == self._subject else self._column(role)
            found = label(value, EVENT)
            return attrs.evolve(found, joins=(f"LEFT JOIN {persons} AS {person} ON {person}.{key} = {who}",))
        found = label(value, "each")
        held = found.text if found.many else dialect.list_of([found.text])
        members = dialect.unnested(
            f"{self._relation(self._record.name)} AS each", f"each.{dialect.quoted(role.name)}", "members", "member"
        )
        groups = dialect.quoted(f"persons {number}")
        grouped = (
            f"LEFT JOIN (SELECT each.{key} AS event, {dialect.gathered(held)} AS labels FROM {members} "
            f"LEFT JOIN {persons} AS {person} ON {person}.{key} = members.member GROUP BY each.{key}) AS {groups} "
            f"ON {groups}.event = {EVENT}.{key}"
        )
        missing = dialect.list_of([dialect.text("NULL")])
        return Labelled(f"coalesce({groups}.labels, {missing})", many=True, joins=(grouped,))

    def _aged(self, bands: Sequence[Band], value: str, event: str) -> Labelled:
        """Write the band of the age in completed years; a birthday on 29 February is kept on 1 March."""
        day = f"{event}.{self._dialect.quoted('occurred_on')}"
        before = f"month({day}) * 100 + day({day}) < month({value}) * 100 + day({value})"
        age = f"(year({day}) - year({value}) - CASE WHEN {before} THEN 1 ELSE 0 END)"
        return Labelled(self._band(age, bands))
