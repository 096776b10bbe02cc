"""Outcomes: what is certain about a claim."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import attrs

from impact_metrics.documents.english.words import listed
from impact_metrics.documents.timeline import Timeline
from impact_metrics.model import Event
from impact_metrics.proofs.figures import TimeScope
from impact_metrics.rules.invariants import Invariant, Monotone, Satisfiable
from impact_metrics.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator


@attrs.frozen(kw_only=True)
class Example:
    """A stream found by the prover, with the figures that the reference engine gives for it.

    ``start`` and ``as_at`` are the period, or ``start`` is ``None`` and ``as_at`` the date. ``subject`` is whom (or
    which row's event) it is about, and ``figures`` are by metric, of a share how many are in its denominator.
    ``added`` are events that a second stream holds besides, where the claim is about adding events; ``figures`` are
    then those with them.
    """

    events: tuple[Event, ...]
    subject: str
    as_at: date
    start: date | None = None
    figures: Mapping[str, int | Decimal] = attrs.field(factory=dict, hash=False)
    added: tuple[Event, ...] = ()
    figures_before: Mapping[str, int | Decimal] = attrs.field(factory=dict, hash=False)

    @property
    def stream(self) -> Stream:
        """The stream, with the events that are added."""
        return Stream((*self.events, *self.added))

    def lines(self) -> Iterator[str]:
        """Tell it in lines: the events in their order, then the figures."""
        yield from Timeline(self.events).lines()
        if self.added:
            yield f"{_figures(self.figures_before)} as at {self.as_at}; then there is added:"
            yield from Timeline(self.added).lines()
        when = f"as at {self.as_at}" if self.start is None else f"from {self.start} to {self.as_at}"
        yield f"{self.subject}: {_figures(self.figures)} {when}"


def _figures(figures: Mapping[str, int | Decimal]) -> str:
    return ", ".join(f"{metric} {value:,}" for metric, value in figures.items())


@attrs.frozen(kw_only=True)
class Proved:
    """The claim holds for every stream that satisfies the constraints.

    ``constraints_used`` are needed for it: leaving out any one of them, it can fail. ``exact`` tells whether the method
    decides such claims either way. ``vacuous`` is a warning: nothing of which the claim speaks can happen at all.
    ``example`` is a stream that shows that something can, where the claim is that it can.
    """

    claim: Invariant
    time: TimeScope
    constraints_used: tuple[str, ...]
    exact: bool
    vacuous: bool = False
    example: Example | None = None

    holds = True

    def __str__(self) -> str:
        """Say what is proved, and what for."""
        needs = f", with {listed(self.constraints_used)}" if self.constraints_used else ", with no constraint"
        empty = " VACUOUS: under the constraints nothing can ever count." if self.vacuous else ""
        return f"proved: {_said(self.claim, self.time)}{needs}.{empty}"


@attrs.frozen(kw_only=True)
class Refuted:
    """The claim fails, and here is a stream that shows it: it satisfies the constraints, and figures break the claim.

    ``minimal`` tells whether no stream with fewer events does. ``example`` is ``None`` where the claim is that
    something can count, and nothing can; ``constraints_used`` are then those that prevent it.
    """

    claim: Invariant
    time: TimeScope
    example: Example | None
    minimal: bool
    constraints_used: tuple[str, ...] = ()

    holds = False

    @property
    def stream(self) -> Stream | None:
        """The stream that breaks the claim."""
        return None if self.example is None else self.example.stream

    def __str__(self) -> str:
        """Say what fails, and show the stream."""
        said = f"refuted: {_said(self.claim, self.time)}"
        if self.example is None:
            obstacle = listed(self.constraints_used) if self.constraints_used else "its own rule"
            return f"{said}: {obstacle} {'prevents' if len(self.constraints_used) < 2 else 'prevent'} it."  # noqa: PLR2004 - one or more
        size = "smallest stream" if self.minimal else "a stream"
        return "\n".join([f"{said}; {size}:", *(f"  {line}" for line in self.example.lines())])


@attrs.frozen(kw_only=True)
class Unknown:
    """Neither a proof nor a stream was found. ``bound`` is how far the search went."""

    claim: Invariant
    time: TimeScope
    bound: int
    reason: str

    holds = None

    def __str__(self) -> str:
        """Say what is not known, and why."""
        return f"unknown: {_said(self.claim, self.time)}: {self.reason}."


Outcome: TypeAlias = Proved | Refuted | Unknown


def _said(claim: Invariant, time: TimeScope) -> str:
    return f"{claim}" if isinstance(claim, Monotone | Satisfiable) else f"{claim}, {time}"
