"""Versions of records in relations: which ids were recorded more than once, and what cannot both be true.

Most ids are recorded once. Those that are not are found by one pass over the ids; everything else that has to do with
versions looks at the few records of these ids only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.engines.sql.database import Database
from impact_metrics.engines.sql.query import Statement
from impact_metrics.engines.sql.records import fetch
from impact_metrics.model import Model, Person
from impact_metrics.streams.versions import ALWAYS_KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from impact_metrics.engines.sql.dialect import Dialect
    from impact_metrics.model import Record
    from impact_metrics.values import FieldSpec

BEGINNING = -62_135_596_800_000_000
"""The moment of a record without ``recorded_at``, in microseconds: the first of the calendar."""


def micros_of(moment: datetime) -> int:
    """Give a moment in microseconds since 1970."""
    since = moment - ALWAYS_KNOWN
    return BEGINNING + (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(dialect: Dialect, alias: str = "") -> str:
    """Write the moment from which a record is known."""
    return f"coalesce({dialect.micros(alias + dialect.quoted('recorded_at'))}, {BEGINNING})"


@attrs.frozen
class Taken:
    """The relations that a source gives, by record type, with what was recorded more than once.

    ``single`` holds what was recorded once. ``several`` holds the versions of everything else, without repeats;
    ``contradicting`` are the ids and moments at which two of them differ. Where all ids are different, ``single`` is
    everything and the other two are empty. ``absent`` are the types of which the source has nothing.
    """

    database: Database
    model: Model
    single: Mapping[str, str]
    several: Mapping[str, str] = attrs.field(factory=dict)
    contradicting: Mapping[bool, str] = attrs.field(factory=dict)
    absent: frozenset[str] = frozenset()

    @property
    def spaces(self) -> Mapping[bool, Sequence[str]]:
        """The names of record types by their space of ids: persons (``True``) have their own."""
        return _spaces(self.model)

    def is_person(self, name: str) -> bool:
        """Tell whether a record type is that of persons."""
        return issubclass(self.model.by_name[name], Person)

    def versions(self, name: str, *, contradicting: bool) -> Iterator[Any]:
        """Read the versions of a type that contradict others, or those that do not."""
        wrong, key = self.contradicting[self.is_person(name)], self.database.dialect.quoted("id")
        same = (
            f"{'' if contradicting else 'NOT '}EXISTS (SELECT 1 FROM {wrong} AS wrong "
            f"WHERE wrong.{key} = version.{key} AND wrong.moment = {moment(self.database.dialect, 'version.')})"
        )
        return fetch(self.database, self.model.by_name[name], f"{self.several[name]} AS version", [same])

    @classmethod
    def of(  # noqa: PLR0913 - what is taken, and what is known of it
        cls,
        database: Database,
        model: Model,
        relations: Mapping[str, str],
        *,
        ids_differ: bool,
        absent: frozenset[str],
        sizes: Mapping[str, int],
    ) -> Taken:
        """Find what was recorded more than once. ``ids_differ`` says that nothing was, and saves the search.

        ``sizes`` are the numbers of rows that are known, by record type: many ids are looked through in turns.
        """
        if ids_differ:
            return cls(database, model, relations, absent=absent)
        single, several, contradicting = dict(relations), dict[str, str](), dict[bool, str]()
        for persons, names in _spaces(model).items():
            rows = sum(sizes.get(name, 0) for name in names)
            turns = 1 if database.at_once is None else 1 + rows // database.at_once
            found = _repeated(database, [relations[name] for name in names], turns, persons=persons)
            if found is None:
                continue
            for name in names:
                single[name], several[name] = _parted(database, model.by_name[name], relations[name], found)
            contradicting[persons] = _contradicting(database, [(name, several[name]) for name in names])
        return cls(database, model, single, several, contradicting, absent)


def _spaces(model: Model) -> dict[bool, list[str]]:
    """Sort record types by their space of ids: persons have their own."""
    spaces: dict[bool, list[str]] = {False: [], True: []}
    for name, record in model.by_name.items():
        spaces[issubclass(record, Person)].append(name)
    return {persons: names for persons, names in spaces.items() if names}


def _repeated(database: Database, relations: Sequence[str], turns: int, *, persons: bool) -> str | None:
    """Keep the ids that several records have; ``None`` where all are different.

    An id is looked at in the turn that its hash falls to, so that memory has to hold a part of the ids at a time.
    """
    dialect, name = database.dialect, f"repeated {'persons' if persons else 'ids'}"
    key = dialect.quoted("id")
    every = " UNION ALL ".join(f"SELECT {key} FROM {relation}" for relation in relations)
    kept = []
    for turn in range(turns):
        falling = f"WHERE {dialect.falls_to(key, turn, turns)} " if turns > 1 else ""
        text = f"SELECT {key} FROM ({every}) AS every {falling}GROUP BY {key} HAVING count(*) > 1"
        found = database.table(name, Statement(text))
        ((number,),) = database.rows(Statement(f"SELECT count(*) FROM {found}"))
        if number:
            kept.append(found)
        else:
            database.drop([found])
    if len(kept) <= 1:
        return kept[0] if kept else None
    return database.table(name, Statement(" UNION ALL ".join(f"SELECT {key} FROM {found}" for found in kept)))


def _parted(database: Database, record: type[Record], relation: str, repeated: str) -> tuple[str, str]:
    """Give the records of ids that were recorded once, and the different ones of all other ids."""
    dialect, name = database.dialect, record.__name__
    key = dialect.quoted("id")
    columns = ", ".join(_comparable(spec, dialect) for spec in record.__record__.fields)
    single = database.often(
        f"single {name}", Statement(f"SELECT * FROM {relation} AS every ANTI JOIN {repeated} AS found USING ({key})")
    )
    several = database.table(
        f"several {name}",
        Statement(f"SELECT DISTINCT {columns} FROM {relation} AS every SEMI JOIN {repeated} AS found USING ({key})"),
    )
    return single, several


def _comparable(spec: FieldSpec, dialect: Dialect) -> str:
    """Write a field so that equal values look the same: the order of a list means nothing."""
    column = dialect.quoted(spec.name)
    return f"{dialect.in_order(column)} AS {column}" if spec.many else column


def _contradicting(database: Database, several: Sequence[tuple[str, str]]) -> str:
    dialect = database.dialect
    key = dialect.quoted("id")
    every = " UNION ALL ".join(f"SELECT {key}, {moment(dialect)} AS moment FROM {relation}" for _, relation in several)
    text = f"SELECT {key}, moment FROM ({every}) AS every GROUP BY {key}, moment HAVING count(*) > 1"
    return database.table("contradicting", Statement(text))
