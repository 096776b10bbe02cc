"""Cases that a reader does not yet read as all should: they are left out, and each line here is one to be mended."""

from __future__ import annotations

from tests.conformance.kinds import KINDS

_ALL = tuple(kind.name for kind in KINDS)
_SETS = tuple(kind.name for kind in KINDS if kind.many)
_COLUMNS = ("Parquet", "Parquet in DuckDB", "Arrow", "pandas", "polars", "a table of DuckDB", "Parquet in Spark")

_LINES: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    # the default of a field is not used where nothing is known
    ((*_COLUMNS, "CSV in a folder"), _ALL, ("nothing known",)),
    # an empty cell is taken for a set without members, and [] for a member
    (("CSV in a folder",), _SETS, ("nothing known of what must be there", "known to be none")),
    # 12.0 is refused, and so are columns of floats that hold whole numbers
    (("CSV in a folder",), ("whole number", "set of whole numbers"), ("written otherwise 1",)),
    (("pandas",), ("whole number",), ("a value", "nothing known of what must be there")),
    # +5 is taken
    (("CSV in a folder",), ("decimal", "set of decimals"), ("bad 3",)),
    # days without a time, parts below a microsecond, and 24:00:00 are taken
    (("CSV in a folder",), ("moment", "set of moments"), ("bad 1", "bad 5", "bad 6")),
)

FALLS_SHORT = frozenset(
    (reader, kind, case) for readers, kinds, names in _LINES for reader in readers for kind in kinds for case in names
)
