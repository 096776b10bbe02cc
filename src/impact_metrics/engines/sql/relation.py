"""The records of one type as a source has them, whichever database reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from impact_metrics.values import FieldSpec

if TYPE_CHECKING:
    from impact_metrics.engines.sql.dialect import Dialect

FILE, ROW = "the file", "the row"
"""The columns that say where a record stands: the space keeps them apart from every field."""


@attrs.frozen
class Relation:
    """The records of one type: how the database reads them, and the types of their columns.

    ``from_text`` says that every column is text, as in CSV, and writes one as what a field holds. ``size`` is how many
    rows there are, where that is known. ``rows`` is the query that tells files and rows apart, for findings, where the
    source does; the header of a CSV file is its row 1. ``file_name`` makes the name of a file of what the database
    calls it.
    """

    name: str
    label: str
    source: str
    columns: Mapping[str, str]
    from_text: Callable[[FieldSpec, str], str] | None = None
    size: int | None = None
    rows: str = ""
    file_name: Callable[[str], str] = str

    def numbered(self, dialect: Dialect) -> str:
        """Write the relation with two more columns, ``FILE`` and ``ROW``: where each record stands."""
        columns = f"'' AS {dialect.quoted(FILE)}, {dialect.row_number()} AS {dialect.quoted(ROW)}"
        return f"({self.rows or f'SELECT *, {columns} FROM {self.source}'}) AS numbered"

    def file(self, found: str) -> str:
        """Give the name of the file that a record was found in."""
        return self.file_name(found) if found else self.label
