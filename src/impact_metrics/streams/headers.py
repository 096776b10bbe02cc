"""Headers of tables: which column is which field, whatever the table is. Upper and lower case are not told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import StreamError, close

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def check_header(names: Iterable[str], where: str) -> None:
    """Raise ``StreamError`` for a column that is doubled: nothing tells which of the two is meant."""
    known: dict[str, str] = {}
    for name in names:
        if (lower := name.lower()) in known:
            other = "" if known[lower] == name else f", as {known[lower]!r} and {name!r}"
            hint = "leave one of them out, or rename it; upper and lower case are not told apart"
            raise StreamError(f"the column {name!r} is doubled{other}", where=where, hint=hint)
        known[lower] = name


def meant(unread: Iterable[str], open_fields: Mapping[str, str]) -> dict[str, str]:
    """Give columns that nothing reads, each with the field without a column that it may have been meant for, or ``""``.

    ``open_fields`` are such fields, each with what it is told as.
    """
    return {name: next((open_fields[near] for near in close(name, open_fields)), "") for name in unread}
