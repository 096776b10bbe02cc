"""Boundaries of paired changes: how large a change is, and which rows give the score before and the score after."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.model import Event, revised
from impact_metrics.proofs.boundaries.scenes import Boundary, Events, Scene, another, dated, standing_in
from impact_metrics.proofs.replay import Replay
from impact_metrics.rules.measures import Count
from impact_metrics.rules.measures.paired_change import PairedChange
from impact_metrics.rules.measures.standing import Standing
from impact_metrics.rules.populations import Both
from impact_metrics.values import NumberKind
from impact_metrics.values.kinds import MAX_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.rules import Catalogue, Metric
    from impact_metrics.rules.scales import Number

_BETTER, _SAME, _WORSE = (s.value for s in (Standing.NUMERATOR, Standing.UNCHANGED, Standing.WORSENED))
_BEFORE, _AFTER, _UNSCORED = (s.value for s in (Standing.BEFORE_ONLY, Standing.AFTER_ONLY, Standing.UNSCORED))


@attrs.frozen
class Scored:
    """A scene in which a subject has a row for either end, of which the scores and days can be set.

    Scores are given as steps from the worst end of the scale to the better.
    """

    scene: Scene
    measure: PairedChange
    before: Event
    after: Event
    others: Events

    @classmethod
    def of(cls, metric: Metric, measure: PairedChange, catalogue: Catalogue) -> Scored | None:
        """Find such a scene; where one row is both ends, it is taken twice."""
        scene = Scene.of(metric, catalogue, Count(Both(measure.populations)))
        if scene is None:
            return None
        engine = Replay.of(scene.events, date.max, date.max).engine
        ends = [
            engine.witnesses(population, scene.subject, date.max).index[0]
            for population in (measure.scored_before, measure.scored_after)
        ]
        before, after = ends
        others = tuple(event for event in scene.events if event not in ends)
        return cls(scene, measure, before, another(after, scene.events) if before == after else after, others)

    @property
    def step(self) -> Number:
        """The least difference between two scores that is tried: one, or the last digit that the scale speaks of."""
        scale, kind = self.measure.scale, self.measure.score.spec.kind
        if not isinstance(kind, NumberKind) or not kind.decimal:
            return 1
        numbers = (self.measure.at_least, scale.least, scale.most)
        return Decimal(1).scaleb(min(0, *(int(Decimal(number).as_tuple().exponent) for number in numbers)))

    @property
    def enough(self) -> int:
        """How many steps a change is that is just enough."""
        return ceil(Fraction(self.measure.at_least) / Fraction(self.step))

    @property
    def widest(self) -> int:
        """How many steps there are from one end of the scale to the other."""
        return int((Fraction(self.measure.scale.most) - Fraction(self.measure.scale.least)) / Fraction(self.step))

    @property
    def first_day(self) -> date:
        """A day on which everything else has happened."""
        return max(event.occurred_on for event in (self.before, *self.others))

    def row(self, event: Event, day: int, steps: int | None) -> Event:
        """Give a row so many days after the first, with a score; without one for no steps."""
        score: Any = None
        if steps is not None:
            scale = self.measure.scale
            with localcontext(prec=4 * MAX_DIGITS):
                score = scale.least + steps * self.step if scale.better == "higher" else scale.most - steps * self.step
                score = Decimal(score) if isinstance(self.step, Decimal) else score
        return revised(dated(event, self.first_day + timedelta(day)), **{self.measure.score.name: score})

    def third(self, like: Event, day: int, steps: int) -> Event:
        """Give one more row like one of the two."""
        return self.row(another(like, (self.before, self.after, *self.others)), day, steps)

    def stream(
        self, before: tuple[int, int | None] | None, after: tuple[int, int | None] | None, *more: Event
    ) -> Events:
        """Give the stream with the days and scores of both rows; without a row for ``None``."""
        rows = [
            self.row(event, *said) for event, said in ((self.before, before), (self.after, after)) if said is not None
        ]
        return (*rows, *more, *self.others)

    @property
    def as_at(self) -> date:
        """A date on which everything has happened."""
        return self.first_day + timedelta(31)


def change_boundaries(metric: Metric, measure: PairedChange, catalogue: Catalogue) -> Iterator[tuple[Boundary, Scene]]:
    """Give the least change either way, the ends of the scale, and which days give the two scores."""
    around = Scored.of(metric, measure, catalogue)
    if around is not None:
        for boundary in (*_sizes(around), *_ends(around), *_days(around)):
            yield boundary, around.scene


def _sizes(around: Scored) -> Iterator[Boundary]:
    """How much better, or worse, somebody has to be."""
    enough, widest = around.enough, around.widest
    least = around.measure.at_least
    yield Boundary(
        part="the change",
        clause=f"it is for the better by at least {least}",
        as_at=around.as_at,
        stream=lambda steps: around.stream((0, 0), (7, steps)),
        holds=standing_in(_BETTER),
        fails=standing_in(_SAME),
        last=enough,
        beyond=enough - 1,
        reach=min(enough - 1, widest - enough),
    )
    yield Boundary(
        part="the change",
        clause=f"it is for the worse by at least {least}",
        as_at=around.as_at,
        stream=lambda steps: around.stream((0, widest), (7, widest - steps)),
        holds=standing_in(_WORSE),
        fails=standing_in(_SAME),
        last=enough,
        beyond=enough - 1,
        reach=min(enough - 1, widest - enough),
    )


def _ends(around: Scored) -> Iterator[Boundary]:
    """That there are two scores. That they are on the scale is among the clauses that the solver reads."""
    enough = around.enough
    if around.measure.before != around.measure.after:
        yield Boundary(
            part="the score before",
            clause="there is one",
            as_at=around.as_at,
            stream=lambda gone: around.stream(None if gone else (0, 0), (7, enough)),
            holds=standing_in(_BETTER),
            fails=standing_in(_AFTER),
            last=0,
            beyond=1,
        )
    yield Boundary(
        part="the score after",
        clause="there is one",
        as_at=around.as_at,
        stream=lambda gone: around.stream((0, 0), None if gone else (7, enough)),
        holds=standing_in(_BETTER),
        fails=standing_in(_BEFORE),
        last=0,
        beyond=1,
    )
    if around.measure.score.spec.optional:
        yield Boundary(
            part="the score before",
            clause="it is known",
            as_at=around.as_at,
            stream=lambda gone: around.stream((0, None if gone else 0), None),
            holds=standing_in(_BEFORE),
            fails=standing_in(_UNSCORED),
            last=0,
            beyond=1,
        )


def _days(around: Scored) -> Iterator[Boundary]:
    """Which rows are compared: the earliest and the latest, of several on a day those with the least change."""
    enough, latest = around.enough, 7  # days after the first
    yield Boundary(
        part="the score after",
        clause="it is on a later day than the score before",
        as_at=around.as_at,
        stream=lambda day: around.stream((0, 0), (day, enough)),
        holds=standing_in(_BETTER),
        fails=standing_in(_BEFORE, _AFTER),
        last=1,
        beyond=0,
    )
    yield Boundary(
        part="the score after",
        clause="it is that of the latest day",
        as_at=around.as_at,
        stream=lambda last: around.stream(
            (0, 0), (latest, enough), around.third(around.after, latest + 1 if last else latest - 1, 0)
        ),
        holds=standing_in(_BETTER),
        fails=standing_in(_SAME),
        last=0,
        beyond=1,
    )
    yield Boundary(
        part="the score after",
        clause="of several on its day, it is the one with the least change",
        as_at=around.as_at,
        stream=lambda day: around.stream((0, 0), (latest, enough), around.third(around.after, day, 0)),
        holds=standing_in(_BETTER),
        fails=standing_in(_SAME),
        last=latest - 1,
        beyond=latest,
        reach=latest - 2,
    )
    yield Boundary(
        part="the score before",
        clause="it is that of the earliest day",
        as_at=around.as_at,
        stream=lambda first: around.stream(
            (latest, 0), (14, enough), around.third(around.before, latest - 1 if first else latest + 1, enough)
        ),
        holds=standing_in(_BETTER),
        fails=standing_in(_SAME),
        last=0,
        beyond=1,
    )
    yield Boundary(
        part="the score before",
        clause="of several on its day, it is the one with the least change",
        as_at=around.as_at,
        stream=lambda day: around.stream((latest, 0), (14, enough), around.third(around.before, day, enough)),
        holds=standing_in(_BETTER),
        fails=standing_in(_SAME),
        last=latest + 1,
        beyond=latest,
        reach=latest - 2,
    )
