"""What is restated of rates, paired changes and times: who stands where, and who ended, with the events behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from impact_metrics.engines.shares import Standing
from impact_metrics.engines.spans.follow_up import courses
from impact_metrics.engines.spans.pairs import courses as pairs
from impact_metrics.engines.spans.times import watches
from impact_metrics.engines.times import Ending
from impact_metrics.rules import FollowUp, PairedChange, TimeBetween

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from impact_metrics.engines.spans import SpansEngine
    from impact_metrics.model import Event

TOP = frozenset({Standing.NUMERATOR})
BOTTOM = frozenset({Standing.NUMERATOR, Standing.DENOMINATOR, Standing.UNCHANGED, Standing.WORSENED})


@attrs.frozen
class Followed:
    """Those of a follow-up rate or paired change who stand in certain places."""

    measure: FollowUp | PairedChange
    standings: frozenset[Standing]

    def parts(self, engine: SpansEngine, day: date) -> Mapping[str, int]:
        """Give each of them, who adds one."""
        found = engine.standings(self.measure, day).items()
        return {subject: 1 for subject, standing in found if standing in self.standings}

    def evidence(self, engine: SpansEngine, subject: str, day: date) -> tuple[Event, ...]:
        """Give what made a subject enter, and what befell it in its time, or its two scores."""
        entered = engine.witnesses(self.measure.cohort, subject, day)
        return (*entered.index, *entered.linked, *self._befell(engine, subject, day))

    def _befell(self, engine: SpansEngine, subject: str, day: date) -> tuple[Event, ...]:
        if isinstance(self.measure, PairedChange):
            rows = dict(pairs(engine, self.measure, day)).get(subject)
            return () if rows is None else tuple(event for event in (rows.before, rows.after) if event is not None)
        course = dict(courses(engine, self.measure, day)).get(subject)
        return () if course is None else course.outcomes


@attrs.frozen
class Ended:
    """Those whose time ended."""

    measure: TimeBetween

    def parts(self, engine: SpansEngine, day: date) -> Mapping[str, int]:
        """Give each of them, who adds one."""
        found = engine.spells(self.measure, day).items()
        return {subject: 1 for subject, spell in found if spell.ending is Ending.OUTCOME}

    def evidence(self, engine: SpansEngine, subject: str, day: date) -> tuple[Event, ...]:
        """Give what made a subject enter, and what ended its time."""
        entered = engine.witnesses(self.measure.cohort, subject, day)
        watch = dict(watches(engine, self.measure, day)).get(subject)
        ended = () if watch is None or watch.outcome is None else (watch.outcome,)
        return (*entered.index, *entered.linked, *ended)
