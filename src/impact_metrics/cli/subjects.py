"""Ids that a command is asked about: one that stands in no record is a slip, and no person who is not counted."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from impact_metrics.errors import StreamError, close
from impact_metrics.streams import Stream
from impact_metrics.values import IdKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.cli.inputs import Read
    from impact_metrics.streams.versions import AnyRecord

_COMPARED = 100_000
"""Among how many ids near ones are looked for."""
_NEAREST = 5


def check_stands(reading: Read, subject: str, kind: str | None) -> None:
    """Raise ``StreamError`` with the nearest ids where no record holds an id, of a kind or (``None``) of any.

    It goes through the records until one does, so that it is asked of those alone who are not counted.
    """
    source = reading.source
    records = source if isinstance(source, Stream) else source.records()
    met: dict[str, None] = {}
    for held in _ids(iter(records), kind):
        if held == subject:
            return
        if len(met) < _COMPARED:
            met[held] = None
    near = close(subject, met, most=_NEAREST)
    hint = "the nearest are " + ", ".join(near) if near else "among those that do are " + ", ".join(islice(met, 3))
    raise StreamError(f"{subject!r} stands in no record as {kind or 'an id'}", hint=hint)


def _ids(records: Iterator[AnyRecord], kind: str | None) -> Iterator[str]:
    for record in records:
        for spec in record.__record__.fields:
            if isinstance(spec.kind, IdKind) and kind in {None, spec.kind.name}:
                value = getattr(record, spec.name)
                if value is not None:
                    yield from value if spec.many else (value,)
