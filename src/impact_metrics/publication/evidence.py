"""Evidence in saved reports: how every subject behind a figure counts, and through which events."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.engines import Ending
from impact_metrics.rules import Funnel, PairedChange, Proportion, TimeBetween, Total
from impact_metrics.rules.scales import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.engines import Pair, Spell
    from impact_metrics.exchange.at import At
    from impact_metrics.reports import Report
    from impact_metrics.rules import Metric
    from impact_metrics.rules.scales import Number

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
        if isinstance(metric.measure, Total):
            name = metric.measure.field.name
            words = {subject: f"adds {_written(getattr(item.events[0], name))}" for subject, item in found.items()}
        words |= _standings(report, metric)
        for subject in sorted(words):
            yield Counted(metric.id, subject, words[subject], found[subject].event_ids if subject in found else ())


def _standings(report: Report, metric: Metric) -> Mapping[str, str]:
    """Say where each subject stands that a share, rate, time or paired change looks at; of others, nothing."""
    match metric.measure:
        case Funnel():
            return {subject: f"reached stage {number}" for subject, number in report.reached(metric.id).items()}
        case PairedChange():
            pairs = report.pairs(metric.id)
            return {
                subject: f"{standing.value}: {_pair(pairs[subject])}"
                for subject, standing in report.standings(metric.id).items()
            }
        case TimeBetween():
            return {subject: _spell(spell) for subject, spell in report.spells(metric.id).items()}
        case measure if isinstance(measure, Proportion):
            return {subject: standing.value for subject, standing in report.standings(metric.id).items()}
        case _:
            return {}


def _pair(pair: Pair) -> str:
    return f"{_written(pair.before)} before, {_written(pair.after)} after"


def _written(number: Number | None) -> str:
    """Write a number in one way, from whichever form of file it came."""
    return "nothing" if number is None else format(short(number), "f") if isinstance(number, Decimal) else str(number)


def _spell(spell: Spell) -> str:
    joined = "after" if spell.ending is Ending.OUTCOME else "when last seen after"
    return f"{spell.ending.value} {joined} {spell.days} days"
