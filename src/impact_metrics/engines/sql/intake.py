"""Taking tables in: what is in order becomes a relation, the rest is set aside with its reason, and all is counted."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.engines.sql.columns import Column, columns, told
from impact_metrics.engines.sql.query import Statement
from impact_metrics.engines.sql.records import column_type
from impact_metrics.engines.sql.relation import FILE, ROW, Part, Relation
from impact_metrics.engines.sql.versions import Taken
from impact_metrics.errors import StreamError
from impact_metrics.model import Record
from impact_metrics.streams.converters import shown
from impact_metrics.streams.notes import Notes
from impact_metrics.streams.reading import LISTED, Account, SetAside
from impact_metrics.streams.stream import contradiction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.engines.sql.database import Database
    from impact_metrics.engines.sql.dialect import Dialect
    from impact_metrics.engines.sql.faults import Fault
    from impact_metrics.model import Model


class Checks(Enum):
    """What is checked of a source: everything, which ids were recorded several times, or nothing."""

    ALL = "all"
    VERSIONS = "versions"
    NONE = "none"


@attrs.frozen
class Taking:
    """What becomes of the rows of one record type: how each field is read, and what is wrong with a row."""

    record: type[Record]
    relation: Relation
    columns: Sequence[Column]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What can be wrong with a row, in the order in which it is looked for."""
        return tuple(fault for column in self.columns for fault in column.faults)

    @property
    def fault(self) -> str:
        """Write the number of what is wrong with a row, NULL where it is in order."""
        cases = " ".join(f"WHEN {fault.test} THEN {number}" for number, fault in enumerate(self.faults))
        return f"CASE {cases} END"

    def select(self, dialect: Dialect, *, sound: bool, repeating: Sequence[str] = ()) -> str:
        """Write the records; unless all are ``sound``, without those that are not. Sets lose what they repeat."""
        read = ", ".join(
            f"{dialect.distinct(column.read) if column.spec.name in repeating else column.read} "
            f"AS {dialect.quoted(column.spec.name)}"
            for column in self.columns
        )
        text = f"SELECT {read} FROM {self.relation.source}"
        return text if sound else f"{text} WHERE {self.fault} IS NULL"


class TableIntake:
    """Takes the relations of a source in, and keeps the account."""

    def __init__(  # noqa: PLR0913 - what is taken, and how carefully
        self,
        database: Database,
        model: Model,
        found: Mapping[str, Relation],
        mapping: Mapping[str, Mapping[str, str]],
        *,
        checks: Checks,
        strict: bool,
    ) -> None:
        """Check what is to be checked. Raises ``StreamError`` for a table that cannot be read."""
        self._database = database
        self._model = model
        self._strict = strict
        self._checks = checks
        self._findings: list[SetAside] = []
        self._refused: dict[str, int] = {}
        self._notes = Notes()
        self._read = {name: relation.size for name, relation in found.items() if relation.size is not None}
        self.takings = {
            name: Taking(
                model.by_name[name],
                relation,
                columns(model.by_name[name], relation, mapping.get(name, {}), database),
            )
            for name, relation in found.items()
        }
        for name, relation in found.items():
            self._tell_columns(model.by_name[name], relation, mapping.get(name, {}))
        relations = {name: self._take(name) for name in model.by_name}
        absent = frozenset(model.by_name) - frozenset(found)
        self.taken = Taken.of(
            database, model, relations, ids_differ=checks is Checks.NONE, absent=absent, sizes=self._read
        )
        for persons in self.taken.contradicting:
            self._contradictions(persons=persons)
        self._close(relations)

    def _tell_columns(self, record: type[Record], relation: Relation, mapping: Mapping[str, str]) -> None:
        """Keep which columns of each file are not read, and which fields have none."""
        for _, part in relation.files:
            unread, lacking = told(record, part, mapping)
            self._notes.leave_unread(part.label, unread)
            self._notes.lack(part.label, lacking)

    def _take(self, name: str) -> str:
        dialect = self._database.dialect
        if name not in self.takings:
            empty = ", ".join(
                f"{dialect.cast('NULL', column_type(spec))} AS {dialect.quoted(spec.name)}"
                for spec in self._model.by_name[name].__record__.fields
            )
            return self._database.view(name, Statement(f"SELECT {empty} WHERE FALSE"))
        taking = self.takings[name]
        self._list(iter(taking.relation.unfit))
        if self._checks is not Checks.ALL:
            return self._database.view(name, Statement(taking.select(dialect, sound=True)))
        refused, repeating = self._checked(taking)
        return self._database.view(name, Statement(taking.select(dialect, sound=not refused, repeating=repeating)))

    def _checked(self, taking: Taking) -> tuple[int, list[str]]:
        """Count rows by what is wrong with them, and find the sets of which some hold a member twice."""
        sets = [column for column in taking.columns if column.spec.many and column.given != "NULL"]
        twice = [f"coalesce(bool_or({self._database.dialect.repeats(column.read)}), FALSE)" for column in sets]
        fault = taking.fault if taking.faults else "NULL"
        relation = taking.relation
        source = relation.numbered(self._database.dialect) if relation.parts else relation.source
        file = self._database.dialect.quoted(FILE) if relation.parts else "''"
        selected = ", ".join([f"{fault} AS fault", f"{file} AS file", "count(*)", *twice])
        rows = self._database.rows(Statement(f"SELECT {selected} FROM {source} GROUP BY 1, 2"))
        name = taking.record.__name__
        for found, part in relation.parts.items():
            _check_count(part, sum(row[2] for row in rows if row[1] == found))
        self._read[name] = sum(row[2] for row in rows)
        self._refused[name] = refused = sum(row[2] for row in rows if row[0] is not None)
        if refused:
            self._list(self._faulty(taking))
        repeating = [
            column.spec.name
            for number, column in enumerate(sets)
            if any(row[3 + number] for row in rows if row[0] is None)
        ]
        return refused, repeating

    def _list(self, findings: Iterator[SetAside]) -> None:
        for finding in findings:
            if self._strict:
                raise finding.error()
            if len(self._findings) < LISTED:
                self._findings.append(finding)

    def _faulty(self, taking: Taking) -> Iterator[SetAside]:
        """Give the first rows that are set aside."""
        values = " ".join(f"WHEN {number} THEN {fault.value}" for number, fault in enumerate(taking.faults))
        dialect = self._database.dialect
        numbered = f"SELECT *, {taking.fault} AS fault FROM {taking.relation.numbered(dialect)}"
        text = (
            f"SELECT fault, CASE fault {values} END, {dialect.quoted(FILE)}, {dialect.quoted(ROW)} "
            f"FROM ({numbered}) AS found WHERE fault IS NOT NULL ORDER BY 3, 4 LIMIT {LISTED}"
        )
        for number, value, file, row in self._database.rows(Statement(text)):
            fault = taking.faults[number]
            yield SetAside(
                file=taking.relation.file(file),
                row=row,
                type=taking.record.__name__,
                field=fault.field,
                value=shown(value) if value else "",
                reason=fault.reason,
                hint=fault.hint,
            )

    def _contradictions(self, *, persons: bool) -> None:
        """Set aside each of several records that cannot all be true: none of them is to be preferred."""
        clashing: dict[tuple[str, Any], list[Any]] = {}
        for name in self.taken.spaces[persons]:
            for found in self.taken.versions(name, contradicting=True):
                self._refused[name] = self._refused.get(name, 0) + 1
                clashing.setdefault((found.id, found.recorded_at), []).append(found)
        self._list(self._clash(record, records) for records in clashing.values() for record in records)

    def _clash(self, record: Any, records: Sequence[Any]) -> SetAside:  # noqa: ANN401 - any record
        error = contradiction((record, next(other for other in records if other is not record)))
        name = type(record).__name__
        return SetAside(
            file=self.takings[name].relation.label,
            row=0,
            type=name,
            field="id",
            value=repr(record.id),
            reason=f"is not unique: {error.problem}",
            hint=error.hint,
        )

    def _close(self, relations: Mapping[str, str]) -> None:
        self.set_aside = tuple(self._findings)
        self.set_aside_count = sum(self._refused.values()) + sum(
            taking.relation.refused for taking in self.takings.values()
        )
        self.notes = self._notes.told(())
        accounts = []
        counts = self._counts(relations)
        for name, taking in self.takings.items():
            relation = taking.relation
            read = self._read.get(name, counts.get(relations[name], 0)) + relation.refused
            refused = self._refused.get(name, 0) + relation.refused
            repeats = 0
            if name in self.taken.several:
                different = counts[self.taken.single[name]] + counts[self.taken.several[name]]
                repeats = counts[relations[name]] - different
            accounts.append(
                Account(
                    file=relation.label,
                    type=name,
                    read=read,
                    taken=read - refused - repeats,
                    repeats=repeats,
                    filtered={},
                    set_aside=refused,
                )
            )
        self.accounts = tuple(accounts)

    def _counts(self, relations: Mapping[str, str]) -> dict[str, int]:
        """Count the rows of the relations that the accounts speak of, in one statement."""
        wanted = [relations[name] for name in self.takings if name not in self._read or name in self.taken.several]
        for name in self.takings.keys() & self.taken.several.keys():
            wanted += [self.taken.single[name], self.taken.several[name]]
        if not wanted:
            return {}
        every = ", ".join(f"(SELECT count(*) FROM {relation})" for relation in wanted)
        (row,) = self._database.rows(Statement(f"SELECT {every}"))
        return dict(zip(wanted, row, strict=True))


def _check_count(part: Part, found: int) -> None:
    """Refuse a file of which a database reads another number of rows than the file itself says."""
    if part.size is not None and part.size != found:
        problem = f"the file holds {part.size:,} rows, and the database reads {found:,} of it"
        hint = "nothing is told of such a file: write it anew, or use another version of the database"
        raise StreamError(problem, where=part.label, hint=hint)
