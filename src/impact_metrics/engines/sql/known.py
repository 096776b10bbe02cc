"""The known view as relations: what was recorded by a moment, corrections, retractions and merges taken into account.

Retractions and merges are few; which are in force, and who is one person, is worked out as for every other stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.engines.sql.query import Statement, where
from impact_metrics.engines.sql.records import fetch
from impact_metrics.engines.sql.versions import micros_of, moment
from impact_metrics.lazy import cached_property
from impact_metrics.model import Event, Person, Retraction, SamePerson
from impact_metrics.streams.known import canonical_ids, withdrawn_by
from impact_metrics.values import IdKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from impact_metrics.engines.sql.versions import Taken
    from impact_metrics.model import Record
    from impact_metrics.values import FieldSpec, PersonId

_PERSON = IdKind("PersonId")


class Known:
    """The relations of events and persons known at a moment, with every person under one canonical id."""

    def __init__(self, taken: Taken, known_at: datetime | None) -> None:
        """Build the relations. Raises ``ContradictionError`` where merges or retractions go round in a circle."""
        self.model = taken.model
        self._taken = taken
        self._database = taken.database
        self._dialect = taken.database.dialect
        self._key = self._dialect.quoted("id")
        self._by_then = None if known_at is None else micros_of(known_at)
        self._latest: dict[bool, str] = {}
        self._withdrawn = self._withdrawals()
        self.canonical: Mapping[PersonId, PersonId] = self._merges()
        self._stays = self._small("canonical", self.canonical) if self.canonical else ""
        self._relations = {
            record.__name__: self._final(record)
            for record in self.model.record_types
            if issubclass(record, Event | Person)
        }

    def relation(self, name: str) -> str:
        """Give the quoted name of the relation that holds the known records of a type."""
        return self._relations[name]

    def relation_or_none(self, name: str) -> str | None:
        """Give the relation of a record type, or ``None`` for a type that the model does not have."""
        return self._relations.get(name)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of relations and of record types, which no part of a statement may have."""
        return (*self.model.by_name, *(name.strip('"`') for name in self._relations.values()))

    # --- what was recorded by then

    def _recorded(self, record: type[Record]) -> Statement | None:
        """Select the latest version of each record of a type known by then; ``None`` where that is all there is."""
        name = record.__name__
        early = [] if self._by_then is None else [f"{moment(self._dialect)} <= {self._by_then}"]
        single = self._taken.single[name]
        if name not in self._taken.several:
            return Statement(f"SELECT * FROM {single}{where(early)}") if early else None
        latest = self._latest_of(persons=issubclass(record, Person))
        columns = ", ".join(self._dialect.quoted(spec.name) for spec in record.__record__.fields)
        qualified = ", ".join(f"version.{self._dialect.quoted(spec.name)}" for spec in record.__record__.fields)
        return Statement(
            f"SELECT {columns} FROM {single}{where(early)}\nUNION ALL\n"
            f"SELECT {qualified} FROM {self._taken.several[name]} AS version "
            f"JOIN {latest} AS latest ON version.{self._key} = latest.{self._key} "
            f"AND {moment(self._dialect, 'version.')} = latest.moment"
        )

    def _latest_of(self, *, persons: bool) -> str:
        """Keep, per id that was recorded several times, the last moment by then at which nothing contradicts."""
        if persons not in self._latest:
            early = [] if self._by_then is None else [f"moment <= {self._by_then}"]
            every = " UNION ALL ".join(
                f"SELECT {self._key}, {moment(self._dialect)} AS moment FROM {relation}"
                for name, relation in self._taken.several.items()
                if issubclass(self.model.by_name[name], Person) is persons
            )
            text = (
                f"SELECT {self._key}, max(moment) AS moment FROM ({every}) AS every "
                f"ANTI JOIN {self._taken.contradicting[persons]} AS wrong USING ({self._key}, moment)"
                f"{where(early)} GROUP BY {self._key}"
            )
            self._latest[persons] = self._database.table("latest", Statement(text))
        return self._latest[persons]

    def _relation_of(self, record: type[Record]) -> str:
        statement = self._recorded(record)
        if statement is None:
            return self._taken.single[record.__name__]
        return self._database.view(f"recorded {record.__name__}", statement)

    # --- retractions and merges

    def _withdrawals(self) -> str:
        """Keep what was withdrawn, and until when what is recorded of it counts not; empty where nothing was."""
        withdrawn = withdrawn_by(self._few(Retraction, self._relation_of))
        if not withdrawn:
            return ""
        columns: dict[str, tuple[str, Sequence[Any]]] = {
            "id": ("VARCHAR", list(withdrawn)),
            "moment": ("BIGINT", [micros_of(when) for when in withdrawn.values()]),
        }
        return self._database.small_table("withdrawn", columns)

    def _in_force(self, record: type[Record]) -> str:
        """Give the relation of a type's records less what was withdrawn. Persons are never withdrawn."""
        relation = self._relation_of(record)
        if not self._withdrawn or issubclass(record, Person):
            return relation
        text = (
            f"SELECT * FROM {relation} AS every WHERE NOT EXISTS (SELECT 1 FROM {self._withdrawn} AS gone "
            f"WHERE gone.id = every.{self._key} AND {moment(self._dialect, 'every.')} <= gone.moment)"
        )
        return self._database.often(f"in force {record.__name__}", Statement(text))

    def _merges(self) -> Mapping[PersonId, PersonId]:
        return canonical_ids(self._few(SamePerson, self._in_force))

    def _few(self, record: type[Record], relation: Callable[[type[Record]], str]) -> list[Any]:
        """Read the records of a type of which there are few; a source that has none is not asked."""
        if record.__name__ in self._taken.absent:
            return []
        return list(fetch(self._database, record, relation(record)))

    def _small(self, name: str, canonical: Mapping[Any, Any]) -> str:
        columns: dict[str, tuple[str, Sequence[Any]]] = {
            "person": ("VARCHAR", list(canonical)),
            "stays": ("VARCHAR", list(canonical.values())),
        }
        return self._database.small_table(name, columns)

    def _final(self, record: type[Record]) -> str:
        relation = self._in_force(record)
        if not self._stays:
            return relation
        text = self._merged_persons(record, relation) if issubclass(record, Person) else self._merged(record, relation)
        return self._database.often(f"known {record.__name__}", Statement(text))

    def _merged(self, record: type[Record], relation: str) -> str:
        """Put the id that stays into every field that holds a person."""
        columns: list[str] = []
        joins: list[str] = []
        for number, spec in enumerate(record.__record__.fields):
            column = self._dialect.quoted(spec.name)
            if spec.kind != _PERSON:
                columns.append(f"every.{column}")
                continue
            kept = f"kept_{number}"
            columns.append(f"coalesce({kept}.stays, every.{column}) AS {column}")
            joins.append(self._members_merged(spec, relation, kept) if spec.many else self._one_merged(spec, kept))
        return f"SELECT {', '.join(columns)}\nFROM {relation} AS every" + "".join(f"\n{join}" for join in joins)

    def _one_merged(self, spec: FieldSpec, kept: str) -> str:
        return f"LEFT JOIN {self._stays} AS {kept} ON {kept}.person = every.{self._dialect.quoted(spec.name)}"

    def _members_merged(self, spec: FieldSpec, relation: str, kept: str) -> str:
        """Join the sets that hold an id that was given up, with the ids that stay."""
        unnested = self._dialect.unnested(
            f"{relation} AS each", f"each.{self._dialect.quoted(spec.name)}", "members", "member"
        )
        stays = self._dialect.gathered(self._dialect.list_of(["coalesce(stay.stays, members.member)"]))
        return (
            f"LEFT JOIN (SELECT each.{self._key} AS event, {self._dialect.in_order(stays)} AS stays FROM {unnested} "
            f"LEFT JOIN {self._stays} AS stay ON stay.person = members.member GROUP BY each.{self._key} "
            f"HAVING count(stay.stays) > 0) AS {kept} ON {kept}.event = every.{self._key}"
        )

    def _merged_persons(self, record: type[Record], relation: str) -> str:
        """Keep the record of the id that stays, else the latest of those given up."""
        names = [self._dialect.quoted(spec.name) for spec in record.__record__.fields]
        rest = ", ".join(name for name in names if name != self._key)
        stays, place = self._dialect.quoted("who stays"), self._dialect.quoted("in line")
        inner = (
            f"SELECT every.*, coalesce(stay.stays, every.{self._key}) AS {stays}, row_number() OVER ("
            f"PARTITION BY coalesce(stay.stays, every.{self._key}) "
            f"ORDER BY stay.stays IS NOT NULL, {moment(self._dialect, 'every.')} DESC, every.{self._key} DESC) "
            f"AS {place}\nFROM {relation} AS every LEFT JOIN {self._stays} AS stay ON stay.person = every.{self._key}"
        )
        return f"SELECT {stays} AS {self._key}, {rest}\nFROM ({inner}) AS ranked\nWHERE {place} = 1"
