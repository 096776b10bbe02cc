"""Every error that a user of the library can meet.

An error is data first: what the *problem* is, *where* it stands, and a *hint* that says what to do. The message is put
together in one place, here, so that all of them read alike.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


LONGEST_COMPARED = 200
"""The longest name for which a near one is looked for: nobody misspells a page."""

MOST_NAMED = 100
"""How many known names a hint lists."""


class ImpactMetricsError(Exception):
    """Base of all errors of this library: ``problem``, ``where`` it stands, and a ``hint`` on what to do."""

    def __init__(self, problem: str, *, where: str = "", hint: str = "") -> None:
        """Keep the three parts, and join them into one message."""
        self.problem = problem
        self.where = where
        self.hint = hint
        super().__init__(problem)

    def __str__(self) -> str:
        """Where, what, and what to do, in that order, as a terminal can print it."""
        place = f"{self.where}: " if self.where else ""
        advice = f"\n  hint: {self.hint}" if self.hint else ""
        return printable(f"{place}{self.problem}{advice}")

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross process borders whole."""
        return (_rebuild, (type(self), self.problem, self.where, self.hint))


def _rebuild(kind: type[ImpactMetricsError], problem: str, where: str, hint: str) -> ImpactMetricsError:
    return kind(problem, where=where, hint=hint)


class ModelError(ImpactMetricsError):
    """An event type, code list or model is declared wrongly. Raised where the class is written."""


class RuleError(ImpactMetricsError):
    """A rule, metric or catalogue is wrong. Raised where it is written, before any event is read."""


class UnknownFieldError(RuleError, AttributeError):
    """A rule names a field that its event type does not have.

    It is an ``AttributeError`` as well, so that ``hasattr`` and ``getattr`` with a default behave as everywhere.
    """


class StreamError(ImpactMetricsError):
    """A record or a whole file cannot be taken into a stream."""


class ContradictionError(StreamError):
    """Two records cannot both be true: the same id, recorded at the same moment, with different content."""


class MappingError(ImpactMetricsError):
    """A column mapping is wrong in itself, whatever the file holds."""


class ExchangeError(ImpactMetricsError):
    """A catalogue cannot be read from a file, or written to one; ``where`` is the path to the fault in the file."""


class DisclosureError(ImpactMetricsError):
    """Something cannot be published without telling what must not be told."""


class ExportError(ImpactMetricsError):
    """An edition cannot be written for another system, or what is said about that system is wrong."""


class CancelledError(ImpactMetricsError):
    """An evaluation was stopped before it was done. Nothing of it remains."""


class MissingExtraError(ImpactMetricsError, ImportError):
    """An optional component is not installed; the hint names the extra that brings it."""


def missing_extra(purpose: str, package: str, extra: str) -> MissingExtraError:
    """Build the error for ``purpose`` when ``package``, which comes with ``extra``, cannot be imported."""
    return MissingExtraError(
        f"{purpose} needs the package {package!r}, which is not installed",
        hint=f'install it with: pip install "impact-metrics[{extra}]"',
    )


_JOINERS = "\n\u200c\u200d"
"""What is let through beside what can be printed: ends of lines, and what letters are joined by in many scripts."""


def printable(text: str) -> str:
    """Give a text in which what steers a terminal, or turns the direction of writing, is told by its number."""
    if text.isprintable():
        return text
    return "".join(part if part.isprintable() or part in _JOINERS else ascii(part)[1:-1] for part in text)


def close(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Give the known names that a writer may have meant by another, the nearest first."""
    return get_close_matches(name, sorted(known), n=most, cutoff=0.6) if len(name) <= LONGEST_COMPARED else []


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which of the known names the writer may have meant, or list them all when none is near."""
    names = sorted(known)
    if near := close(name, names):
        return f"did you mean {near[0]!r}?"
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return "known names are: " + ", ".join(names[:MOST_NAMED]) + more if names else "there are none"
