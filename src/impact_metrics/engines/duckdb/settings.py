"""Settings of a connection that change what SQL means: ids are texts as they are, whoever opened the connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import StreamError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEANING = {
    "Calendar": ("gregorian",),
    "current_dialect": ("none", "", "duckdb"),
    "default_collation": ("", "binary"),
    "default_null_order": ("nulls_last",),
    "default_order": ("asc", "ascending"),
    "dialect_compatibility_mode": ("none",),
    "disable_timestamptz_casts": ("false",),
    "ieee_floating_point_ops": ("true",),
    "integer_division": ("false",),
    "old_implicit_casting": ("false",),
    "preserve_insertion_order": ("true",),
    "scalar_subquery_error_on_multiple_rows": ("true",),
    "validate_external_file_cache": ("validate_all",),
}
"""What each may be; one that a version does not have is not asked for.

The time zone is not among them: moments are compared and read as numbers, and days are no moments.
"""


class Settings:
    """The settings that a connection has of these."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        """Find out which of them its version knows."""
        known = {name for (name,) in connection.execute("SELECT name FROM duckdb_settings()").fetchall()}
        self._names = [name for name in MEANING if name in known]
        self._asking = "SELECT " + ", ".join(f"current_setting('{name}')" for name in self._names)

    def check(self, connection: DuckDBPyConnection) -> None:
        """Raise ``StreamError`` for a connection in which statements mean something else than they say."""
        (values,) = connection.execute(self._asking).fetchall()
        for name, value in zip(self._names, values, strict=True):
            if str(value).lower() not in MEANING[name]:
                raise StreamError(
                    f"the connection has the setting {name} = {value!r}, by which figures would be others",
                    hint=f"RESET {name} there, or give another connection",
                )
