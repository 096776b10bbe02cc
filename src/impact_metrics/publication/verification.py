"""What comes of a verification: the verdict, and everything that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from impact_metrics.publication.records import RecordChanges

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 10
"""How many ids are printed of each kind; the verification holds them all."""


@attrs.frozen(kw_only=True)
class MetricDifference:
    """What differs of one metric.

    ``numbers`` are triples: of what, as saved, and as it is now. ``added`` are subjects that stand behind the figure
    now and did not, ``gone`` the reverse, ``changed`` those that count in another way or through other events, and
    ``merged`` pairs of an id that was counted and the one under which the person is counted now. ``records`` are the
    changed records that are in the evidence of these subjects, or tied to them. Subjects and records are known only
    where the saved report holds evidence.
    """

    metric: str
    numbers: tuple[tuple[str, str, str], ...] = ()
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    merged: tuple[tuple[str, str], ...] = ()
    records: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Say what differs, a line each."""
        if not self.numbers:
            yield f"{self.metric}: every number is the same, but others stand behind it"
        for place, saved, now in self.numbers:
            yield f"{place}: {saved} as saved, {now} now"
        yield from _listed("counted now and not as saved", self.added)
        yield from _listed("counted as saved and not now", self.gone)
        yield from _listed("counted in another way, or through other events", self.changed)
        yield from _listed("merged", tuple(f"{old} is {new}" for old, new in self.merged))
        yield from _listed("by records", self.records)


@attrs.frozen(kw_only=True)
class Verification:
    """What came of making a saved report again.

    ``records`` say which records differ, and are ``None`` where the saved report has no marks of them: that any differ
    is then told by ``same_records`` alone. ``invariants`` are those that hold now and did not, or the reverse.
    ``definitions`` say how today's catalogue differs from the one in the report, which is the one evaluated, and
    ``notes`` what else a reader should know; neither is a difference of the report.
    """

    intact: bool
    same_records: bool
    metrics: tuple[MetricDifference, ...]
    invariants: tuple[str, ...]
    records: RecordChanges | None
    definitions: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def same_figures(self) -> bool:
        """Whether every number, everybody behind it and every invariant is as it was saved."""
        return not self.metrics and not self.invariants

    @property
    def identical(self) -> bool:
        """Whether the file is as it was written, and figures and records are those of the report."""
        return self.intact and self.same_records and self.same_figures

    def __str__(self) -> str:
        """Say the verdict, then everything that differs, then the notes."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.identical:
            yield "identical: every figure is as saved, from the same records"
        if not self.intact:
            yield "CHANGED FILE: the report was changed after it was written"
        if not self.same_figures:
            yield "DIFFERENT FIGURES:"
            for metric in self.metrics:
                first, *others = metric.lines()
                yield f"  {first}"
                yield from (f"    {line}" for line in others)
            yield from (f"  {words}" for words in self.invariants)
        elif not self.identical:
            yield "every figure is as saved"
        if not self.same_records:
            yield "DIFFERENT RECORDS:"
            yield from _listed(
                "  records", () if self.records is None else tuple(words for _, words in self.records.told())
            )
            if self.records is None:
                yield "  the saved report does not say which, since it holds no marks of records"
        if self.definitions:
            yield "note: today's catalogue differs from the one in the report, which was evaluated:"
            yield from (f"  {words}" for words in self.definitions)
        yield from (f"note: {note}" for note in self.notes)


def _listed(words: str, names: tuple[str, ...]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
        yield f"{words}: {', '.join(names[:SHOWN])}{more}"
