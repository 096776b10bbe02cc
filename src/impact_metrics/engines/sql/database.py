"""What the engine asks of a database, whichever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from impact_metrics.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from os import PathLike

    from impact_metrics.engines.sql.dialect import Dialect
    from impact_metrics.engines.sql.query import Statement


class Database(Protocol):
    """Runs statements, and keeps what is worked out once under names of its own."""

    @property
    def dialect(self) -> Dialect:
        """How the database writes SQL."""
        ...

    @property
    def at_once(self) -> int | None:
        """How many texts it tells apart at once in little memory; ``None`` where it needs no care."""
        ...

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run a statement and give its rows. Raises ``StreamError`` where the database cannot."""
        ...

    def view(self, name: str, statement: Statement) -> str:
        """Let a statement stand under a name like the one given, and give its quoted name."""
        ...

    def often(self, name: str, statement: Statement) -> str:
        """Make a view that many statements read; a database that would plan it anew for each may keep its rows."""
        ...

    def table(self, name: str, statement: Statement) -> str:
        """Keep the rows of a statement under a name like the one given, and give its quoted name."""
        ...

    def write(self, statement: Statement, path: str | PathLike[str]) -> None:
        """Write the rows of a statement to Parquet, wholly or not at all."""
        ...

    def small_table(self, name: str, columns: Mapping[str, tuple[str, Sequence[Any]]]) -> str:
        """Keep values, given by column with their type, and give the quoted name."""
        ...

    def drop(self, names: Iterable[str]) -> None:
        """Forget views and tables that were made here."""
        ...


def stays_here() -> NoReturn:
    """Say that what holds a connection cannot be copied, or sent to another process, and what to do instead."""
    raise StreamError(
        "tables, and reports on them, hold a connection, which cannot be copied or sent to another process",
        hint="send its results or books, save the report, or evaluate the same files there",
    )
