"""The certificate of a catalogue: every declared invariant decided in every scope of time, and what metrics can do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from impact_metrics.documents.english.words import listed
from impact_metrics.proofs.figures import TimeScope
from impact_metrics.proofs.outcomes import Outcome, Proved, Refuted, Unknown
from impact_metrics.proofs.prove import prove
from impact_metrics.reports.table import Column, Table, Tabular
from impact_metrics.rules import Catalogue
from impact_metrics.rules.invariants import Invariant, Monotone, Satisfiable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Entries: TypeAlias = "tuple[Entry, ...]"


@attrs.frozen
class Entry:
    """One claim decided in one scope of time, and how many seconds that took. ``declared``: the catalogue claims it."""

    outcome: Outcome
    declared: bool
    seconds: float = attrs.field(eq=False)

    @property
    def fails(self) -> bool:
        """Whether what the catalogue says is not so, or says nothing.

        An invariant is declared as at any date: that it does not hold within a period is worth knowing, and no failure.
        """
        outcome = self.outcome
        if not self.declared or outcome.time is not TimeScope.AS_AT:
            return False
        return not isinstance(outcome, Proved) or outcome.vacuous

    @property
    def word(self) -> str:
        """The outcome in a word."""
        word = type(self.outcome).__name__.lower()
        return "vacuous" if isinstance(self.outcome, Proved) and self.outcome.vacuous else word

    @property
    def constraints(self) -> tuple[str, ...]:
        """The constraints that a proof needs, or that keep a metric from counting anything."""
        return () if isinstance(self.outcome, Unknown) else self.outcome.constraints_used

    @property
    def events(self) -> int | None:
        """How many events the stream of a refutation has."""
        example = self.outcome.example if isinstance(self.outcome, Refuted) else None
        return None if example is None else len(example.events) + len(example.added)

    @property
    def through(self) -> str:
        """What decided it, in a few words."""
        if self.events is not None:
            return f"by {self.events} event{'s' if self.events > 1 else ''}"
        return f"with {listed(self.constraints)}" if self.constraints else ""


@attrs.frozen(slots=False)
class Certificate(Tabular):
    """What is certain about the metrics of a catalogue, for every stream that keeps the constraints of its model."""

    catalogue: Catalogue
    entries: Entries

    @property
    def failing(self) -> Entries:
        """Declared invariants that are not proved, or whose proof is vacuous, and metrics that can count nothing."""
        return tuple(entry for entry in self.entries if entry.fails)

    @property
    def refuted(self) -> tuple[Refuted, ...]:
        """The refutations, each with the stream that shows it."""
        return tuple(entry.outcome for entry in self.entries if isinstance(entry.outcome, Refuted))

    @property
    def proved(self) -> tuple[Proved, ...]:
        """The proofs."""
        return tuple(entry.outcome for entry in self.entries if isinstance(entry.outcome, Proved))

    @property
    def seconds(self) -> float:
        """How long it took to decide all claims."""
        return sum(entry.seconds for entry in self.entries)

    @property
    def table(self) -> Table:
        """One row a claim and scope of time."""
        return Table(_COLUMNS, tuple(_row(entry) for entry in self.entries))

    def __str__(self) -> str:
        """Print what is decided as a table."""
        return "\n".join([*self._lines(), self.summary])

    def _lines(self) -> Iterator[str]:
        width = max((len(str(entry.outcome.claim)) for entry in self.entries), default=0)
        for entry in self.entries:
            claim, at = entry.outcome.claim, str(entry.outcome.time)
            at = "" if isinstance(claim, Monotone | Satisfiable) else at
            word = f"FAILS: {entry.word}" if entry.fails else entry.word
            line = f"{claim!s:<{width}}  {at:<25}  {word:<8} {1000 * entry.seconds:>5.0f} ms  {entry.through}"
            yield line.rstrip()

    @property
    def summary(self) -> str:
        """How many claims were decided how, and in what time."""
        words = [entry.word for entry in self.entries]
        counted = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
        return f"{len(words)} claims: {counted}; {self.seconds:.2f} seconds"


_COLUMNS = (
    Column("claim", "text", "what is claimed"),
    Column("kind", "text", "the kind of claim"),
    Column("time", "text", "the scope of time it is claimed for"),
    Column("declared", "flag", "whether the catalogue declares it as at any date"),
    Column("outcome", "text", "proved, vacuous, refuted or unknown"),
    Column("constraints", "text", "the constraints that the proof needs, or that prevent the metric from counting"),
    Column("exact", "flag", "for proofs: whether claims of this kind are decided either way"),
    Column("events", "integer", "for refutations: how many events the stream has"),
    Column("smallest", "flag", "for refutations: whether no smaller stream breaks the claim"),
)


def _row(entry: Entry) -> tuple[Any, ...]:
    outcome = entry.outcome
    return (
        str(outcome.claim),
        type(outcome.claim).__name__,
        str(outcome.time),
        entry.declared,
        entry.word,
        ", ".join(entry.constraints),
        outcome.exact if isinstance(outcome, Proved) else None,
        entry.events,
        outcome.minimal if isinstance(outcome, Refuted) else None,
    )


def certificate(catalogue: Catalogue, *, without: Iterable[str] = ()) -> Certificate:
    """Decide every declared invariant in every scope of time, and what the metrics can do.

    For each metric it is also decided whether it can count anything at all, and whether events that are added can lower
    it, but for shares, follow-up rates and times, which have no direction.
    ``without`` names constraints that are not to be relied on.
    """
    ignored = tuple(without)

    def decided(claim: Invariant, at: TimeScope, *, declared: bool) -> Entry:
        start = time.perf_counter()
        outcome = prove(claim, catalogue, time=at, without=ignored)
        return Entry(outcome, declared, time.perf_counter() - start)

    entries = [decided(claim, at, declared=True) for claim in catalogue.relations for at in TimeScope]
    entries += [
        decided(claim, TimeScope.AS_AT, declared=True)
        for claim in catalogue.invariants
        if isinstance(claim, Monotone | Satisfiable)
    ]
    said = {(type(entry.outcome.claim), getattr(entry.outcome.claim, "metric", "")) for entry in entries}
    for metric in catalogue.metrics:
        if (Satisfiable, metric.id) not in said:
            claim = Satisfiable(metric.id, "a metric that can count nothing says nothing")
            entries.append(decided(claim, TimeScope.AS_AT, declared=True))
        if (Monotone, metric.id) not in said and not metric.measure.size_undecided[0]:
            wondered = Monotone(metric.id, "not declared; whether it is so is worth knowing")
            entries.append(decided(wondered, TimeScope.AS_AT, declared=False))
    return Certificate(catalogue, tuple(entries))
