"""The records of one type as a source has them, whichever database reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from impact_metrics.streams.reading import SetAside
from impact_metrics.values import FieldSpec

if TYPE_CHECKING:
    from impact_metrics.engines.sql.dialect import Dialect

FILE, ROW = "the file", "the row"
"""The columns that say where a record stands: the space keeps them apart from every field."""


@attrs.frozen
class Part:
    """A file of a relation, or the whole of a table: how it is called, and its columns with their types.

    ``size`` is how many rows it has by another count than that of the database which reads them.
    """

    label: str
    columns: Mapping[str, str]
    size: int | None = None


@attrs.frozen
class Relation:
    """The records of one type: how the database reads them, and the types of their columns.

    ``from_text`` says that every column is text, as in CSV, and writes one as what a field holds, with room for so many
    digits behind the point. ``size`` is how many
    rows there are, where that is known. ``rows`` is the query that tells files and rows apart, for findings, where the
    source does; the header of a CSV file is its row 1. ``parts`` are its files, by the name that the database has for
    each. ``unfit`` are the first of the rows, ``refused`` in number, that are set aside before a database reads them.
    """

    name: str
    label: str
    source: str
    columns: Mapping[str, str]
    from_text: Callable[[FieldSpec, str, int], str] | None = None
    size: int | None = None
    rows: str = ""
    parts: Mapping[str, Part] = attrs.field(factory=dict)
    unfit: Sequence[SetAside] = ()
    refused: int = 0

    @property
    def files(self) -> Sequence[tuple[str, Part]]:
        """Its files by their names, or the whole as one."""
        return tuple(self.parts.items()) or (("", Part(self.label, self.columns)),)

    def numbered(self, dialect: Dialect) -> str:
        """Write the relation with two more columns, ``FILE`` and ``ROW``: where each record stands."""
        columns = f"'' AS {dialect.quoted(FILE)}, {dialect.row_number()} AS {dialect.quoted(ROW)}"
        return f"({self.rows or f'SELECT *, {columns} FROM {self.source}'}) AS numbered"

    def file(self, found: str) -> str:
        """Give the name of the file that a record was found in."""
        return self.parts[found].label if found in self.parts else found or self.label
