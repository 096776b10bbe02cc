"""Scores taken twice and oftener: areas of survivors' lives, and what trained professionals do at work.

It throws dice of its own, after everything else, so that nothing else in the stream depends on it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from impact_metrics import CaseId
from impact_metrics.anti_trafficking import AssessmentDomain, DomainScore, ProgrammeId, SurveyStage, TrainingSurvey
from simulation.world import Dice, at

if TYPE_CHECKING:
    from datetime import datetime

    from impact_metrics import PersonId
    from simulation.world import World

SURVIVORS = 400
STRANGERS = 20
PROFESSIONALS = 360
FIRST_SURVEY = date(2021, 1, 11)
"""From here on courses come with a survey."""


def measure(world: World, until: dict[PersonId, date], strangers: list[PersonId]) -> None:
    """Score some survivors, some who are not cared for, and some of the professionals of whom lists were kept."""
    scores = _Scores(world, Dice(20250115))
    for survivor in scores.dice.sample(list(until), SURVIVORS):
        scores.survivor(survivor, until[survivor])
    for stranger in strangers[:STRANGERS]:
        scores.survivor(stranger, date(2022, 3, 1))
    for professional in scores.dice.sample(sorted(_professionals(world)), PROFESSIONALS):
        scores.professional(professional)


def _professionals(world: World) -> set[PersonId]:
    attendees = (getattr(record, "attendees", None) or () for record in world.records)
    return {person for found in attendees for person in found if person.startswith("P-")}


class _Scores:
    """Takes scores, with dice of its own."""

    def __init__(self, world: World, dice: Dice) -> None:
        self._world = world
        self.dice = dice

    def _recorded(self, day: date) -> datetime:
        return at(day + timedelta(days=self.dice.below(21)), 9 + self.dice.below(8))

    def _missing(self, score: int) -> int | None:
        return None if self.dice.chance(0.03) else score

    def survivor(self, survivor: PersonId, last: date) -> None:
        """Score some areas of a life once to four times; some get better, some worse, and some stay as they are."""
        day = last - timedelta(days=self.dice.between(0, 120))
        domains = self.dice.sample(list(AssessmentDomain), self.dice.between(2, 4))
        levels = {domain: self.dice.between(1, 4) for domain in domains}
        for _ in range(self.dice.between(1, 4)):
            for domain in domains:
                self._score(survivor, day, domain, levels[domain])
                if self.dice.chance(0.02):  # scored twice that day, by two people who disagree
                    self._score(survivor, day, domain, min(levels[domain] + 1, 5))
                levels[domain] = max(1, min(5, levels[domain] + self.dice.pick((-1, 0, 0, 1, 1))))
            day += timedelta(days=self.dice.between(90, 200))

    def _score(self, survivor: PersonId, day: date, domain: AssessmentDomain, score: int) -> None:
        self._world.add(
            DomainScore(
                id=self._world.event_id("DS"),
                occurred_on=day,
                recorded_at=self._recorded(day),
                survivor=survivor,
                domain=domain,
                score=self._missing(score),
                case=CaseId(f"F-{survivor}"),
            )
        )

    def professional(self, professional: PersonId) -> None:
        """Ask before a course, at its end and months later; not everybody answers each time.

        At the end of a course nearly everybody means to do more than is found at the follow-up.
        """
        day = FIRST_SURVEY + timedelta(days=self.dice.below(1150))
        programme = ProgrammeId(f"PR-{self.dice.between(1, 15):02}")
        baseline = self.dice.between(1, 6)
        meant = min(10, baseline + self.dice.between(2, 5))
        done = max(0, min(10, baseline + self.dice.between(-2, 4)))
        asked = (
            (SurveyStage.BASELINE, 0.85, (0, 0), baseline),
            (SurveyStage.END_OF_COURSE, 0.9, (1, 4), meant),
            (SurveyStage.FOLLOW_UP, 0.65, (150, 280), done),
            (SurveyStage.FOLLOW_UP, 0.05, (500, 600), max(0, done - 1)),
        )
        for stage, answers, wait, score in asked:
            if self.dice.chance(answers):
                when = day + timedelta(days=self.dice.between(*wait))
                self._survey(professional, when, stage, score, programme)

    def _survey(
        self, professional: PersonId, day: date, stage: SurveyStage, score: int, programme: ProgrammeId
    ) -> None:
        self._world.add(
            TrainingSurvey(
                id=self._world.event_id("TQ"),
                occurred_on=day,
                recorded_at=self._recorded(day),
                professional=professional,
                stage=stage,
                score=self._missing(score),
                programme=programme,
            )
        )
