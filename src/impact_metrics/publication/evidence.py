"""Evidence in saved reports: how every subject behind a figure counts, and through which events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.rules.measures.changes import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.exchange.at import At
    from impact_metrics.reports import Report

COUNTED = "counted"


@attrs.frozen
class Counted:
    """One subject of one metric: how it counts, in words, and the ids of the events through which it does.

    For totals and row counts the subject is the event itself, and a total says how much it adds. Who is looked at by a
    share, rate, time or paired change without having what is asked has words and no events.
    """

    metric: str
    subject: str
    standing: str
    events: tuple[str, ...] = ()

    def to_plain(self) -> list[Any]:
        """Give it as a list: metric, subject, words, ids of events."""
        return [self.metric, self.subject, self.standing, list(self.events)]

    @classmethod
    def from_plain(cls, at: At) -> Counted:
        """Read it from a list. Raises ``ExchangeError`` that names the place of a fault."""
        items = at.items()
        if len(items) != 4:  # noqa: PLR2004 - as many as are written
            at.fail(f"evidence is a metric, a subject, words and events, and this has {len(items)} parts")
        metric, subject, standing, events = items
        return cls(metric.text(), subject.text(), standing.text(), tuple(event.text() for event in events.items()))


def evidence_of(report: Report) -> Iterator[Counted]:
    """Give every subject of every metric of a report, in the order of the catalogue and of ids."""
    for metric in report.catalogue.metrics:
        found = {item.subject: item for item in report.evidence(metric.id)}
        words: dict[str, str] = dict.fromkeys(found, COUNTED)
        lines = metric.measure.lines
        if lines is not None and lines.number is not None:
            name = lines.number.name
            words = {subject: f"adds {written(getattr(item.events[0], name))}" for subject, item in found.items()}
        words |= report.standing_words(metric.id)
        for subject in sorted(words):
            yield Counted(metric.id, subject, words[subject], found[subject].event_ids if subject in found else ())
