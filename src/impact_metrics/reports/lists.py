"""Lists as people and tables read them: one row an entry, under the fields that the metric names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.reports.table import Column, Kind, Table
from impact_metrics.rules.dimensions import ByField
from impact_metrics.rules.labels import BETWEEN, NONE, UNKNOWN, label, ranks
from impact_metrics.values import CodeKind, DateKind, FlagKind, IdKind, NumberKind, TextKind, TimestampKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.engines import Listed
    from impact_metrics.expressions import FieldRef
    from impact_metrics.rules import Listing
    from impact_metrics.values import FieldSpec
    from impact_metrics.values import Kind as FieldKind


SHOWN = 20
"""How many entries a report shows of a list."""
UNSAID = "not known"
"""What stands in the place of a value that is missing."""


@attrs.frozen
class Tallied:
    """How many entries of a list have each value of one field, in the order of its code list; missing values last."""

    field: str
    numbers: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        """Say it in one line."""
        return f"by {self.field.replace('_', ' ')}: {', '.join(f'{name} {number:,}' for name, number in self.numbers)}"


def entries_table(measure: Listing, entries: Sequence[Listed]) -> Table:
    """Give the entries as a table: the subject, the fields that the list shows, the day and the id of the event.

    Each column is called like the field, and documented as the model documents it. Sets are put together as one text.
    """
    subject = measure.entries.subject
    columns = tuple(
        Column(field.name, "text" if field == subject else _kind(field.spec), field.spec.doc)
        for field in measure.columns
    )
    return Table(columns, tuple(tuple(_row(measure, entry)) for entry in entries))


def entry_texts(measure: Listing, entries: Sequence[Listed]) -> Iterator[str]:
    """Say each entry in one line: the subject, then what is shown of it, and the day and the event that say so."""
    for entry in entries:
        shown = [f"{field.name.replace('_', ' ')}: {_text(_shown_of(measure, entry, field))}" for field in measure.show]
        event = entry.event
        yield f"{entry.subject}: {'; '.join([*shown, f'as at {event.occurred_on.isoformat()} ({event.id})'])}"


def _text(held: Any) -> str:  # noqa: ANN401 - a value of any column
    return UNSAID if held is None else " ".join(label(held).split())


def _row(measure: Listing, entry: Listed) -> Iterator[Any]:
    for field in measure.columns:
        yield _shown_of(measure, entry, field)


def _shown_of(measure: Listing, entry: Listed, field: FieldRef) -> Any:  # noqa: ANN401 - a value of any column
    if field == measure.entries.subject:
        return entry.subject
    held, spec = getattr(entry.event, field.name), field.spec
    if isinstance(held, frozenset):
        return BETWEEN.join(sorted(map(label, held))) or NONE
    return str(held) if held is not None and isinstance(spec.kind, CodeKind) else held


def _kind(spec: FieldSpec) -> Kind:
    return "text" if spec.many else kind_of_column(spec.kind)


def kind_of_column(kind: FieldKind) -> Kind:
    """Give the kind of the column of a table that holds values of a kind."""
    match kind:
        case NumberKind(decimal):
            return "decimal" if decimal else "integer"
        case DateKind():
            return "date"
        case FlagKind():
            return "flag"
        case TimestampKind():
            return "timestamp"
        case IdKind() | CodeKind() | TextKind():
            return "text"
        case _:
            assert_never(kind)


def tallied(measure: Listing, entries: Sequence[Listed]) -> tuple[Tallied, ...]:
    """Count the entries by each field shown that holds one code of a list, as in 'by stage: proposed 2, adopted 3'."""
    coded = [field for field in measure.show if isinstance(field.spec.kind, CodeKind) and not field.spec.many]
    return tuple(Tallied(field.name, tuple(_counted(field, entries))) for field in coded)


def _counted(field: FieldRef, entries: Sequence[Listed]) -> Iterator[tuple[str, int]]:
    held = [getattr(entry.event, field.name) for entry in entries]
    found = Counter(UNKNOWN if value is None else label(value) for value in held)
    rank = ranks(ByField(field))
    for name in sorted(found, key=lambda name: (rank.get(name, len(rank)), name)):
        yield name, found[name]
