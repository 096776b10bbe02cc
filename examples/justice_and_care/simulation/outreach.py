"""Training of professionals, and prevention among people at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.anti_trafficking import (
    PreventionForm,
    PreventionSession,
    ProfessionalRole,
    ProgrammeId,
    TrainingSession,
)
from simulation.world import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics import PersonId
    from simulation.world import World

FRONT_LINE = tuple(
    role for role in ProfessionalRole if role not in {ProfessionalRole.GENERAL_PUBLIC, ProfessionalRole.BUSINESS}
)


def _audiences(world: World, total: int, low: int, high: int) -> Iterator[int]:
    """Give the sizes of sessions that together reach so many people."""
    left = total
    while left:
        size = min(left, world.dice.between(low, high))
        left -= size
        yield size


def train(world: World, total: int) -> None:
    """Train so many front-line professionals by head-count; and others, and some of whom lists were kept."""
    for size in _audiences(world, total, 8, 70):
        _training(world, world.dice.pick(FRONT_LINE), front_line=True, head_count=size)
    for size in _audiences(world, total // 8, 8, 70):
        _training(world, ProfessionalRole.BUSINESS, front_line=world.dice.pick((False, None)), head_count=size)
    people = world.persons("P", FIRST, (22, 45), 600)
    for number in range(45):
        listed = frozenset(world.dice.sample(people, world.dice.between(6, 25)))
        role, course = world.dice.pick(FRONT_LINE), ProgrammeId(f"PR-{number // 3 + 1:02}")
        _training(world, role, front_line=True, attendees=listed, programme=course)


def _training(  # noqa: PLR0913 - what is recorded of a session
    world: World,
    audience: ProfessionalRole,
    *,
    front_line: bool | None,
    head_count: int | None = None,
    attendees: frozenset[PersonId] | None = None,
    programme: ProgrammeId | None = None,
) -> None:
    day = world.day()
    world.add(
        TrainingSession(
            id=world.event_id("TS"),
            occurred_on=day,
            recorded_at=world.recorded(day),
            audience=audience,
            front_line=front_line,
            head_count=head_count,
            attendees=attendees,
            programme=programme,
        )
    )


def prevent(world: World, total: int) -> None:
    """Reach so many vulnerable people in ways that count; and others by campaigns, untargeted, or not vulnerable."""
    for size in _audiences(world, total, 20, 220):
        if world.dice.chance(0.85):
            _prevention(world, PreventionForm.AWARENESS_TRAINING, targeted=True, vulnerable=True, head_count=size)
        else:
            targeted = world.dice.pick((True, False, None))
            _prevention(world, PreventionForm.HOLISTIC_SUPPORT, targeted=targeted, vulnerable=True, head_count=size)
    near_misses = (
        (PreventionForm.AWARENESS_TRAINING, False, True),
        (PreventionForm.AWARENESS_TRAINING, None, True),
        (PreventionForm.AWARENESS_TRAINING, True, False),
        (PreventionForm.HOLISTIC_SUPPORT, True, None),
        (PreventionForm.CAMPAIGN, True, True),
    )
    for number, size in enumerate(_audiences(world, total // 5, 20, 400)):
        form, targeted, vulnerable = near_misses[number % len(near_misses)]
        _prevention(world, form, targeted=targeted, vulnerable=vulnerable, head_count=size)
    people = world.persons("Q", FIRST, (8, 50), 300)
    for _ in range(20):
        listed = frozenset(world.dice.sample(people, world.dice.between(5, 20)))
        _prevention(world, PreventionForm.AWARENESS_TRAINING, targeted=True, vulnerable=True, attendees=listed)


def _prevention(  # noqa: PLR0913 - what is recorded of a session
    world: World,
    form: PreventionForm,
    *,
    targeted: bool | None,
    vulnerable: bool | None,
    head_count: int | None = None,
    attendees: frozenset[PersonId] | None = None,
) -> None:
    day = world.day()
    world.add(
        PreventionSession(
            id=world.event_id("PS"),
            occurred_on=day,
            recorded_at=world.recorded(day),
            form=form,
            targeted=targeted,
            vulnerable=vulnerable,
            head_count=head_count,
            attendees=attendees,
        )
    )
