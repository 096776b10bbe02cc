"""What a share is made of, and where each subject stands in it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.rules.measures import Share

PLACES = Decimal("0.000001")
"""To how many places a share is given; its numerator and denominator are exact."""


class Standing(Enum):
    """Where a subject stands in a share. Whoever is not in the denominator stands nowhere."""

    NUMERATOR = "in the numerator"
    DENOMINATOR = "in the denominator only"
    UNKNOWN = "in the denominator, with an outcome that is not known"


@attrs.frozen
class Parts:
    """How many subjects are in the numerator and in the denominator, and of how many of these the outcome is not known.

    ``unknown`` is ``None`` where the share names nobody whose outcome is not known.
    """

    numerator: int
    denominator: int
    unknown: int | None = None

    @classmethod
    def of(cls, measure: Share, standings: Iterable[Standing]) -> Parts:
        """Count subjects by their standing."""
        found = Counter(standings)
        unknown = None if measure.unknown is None else found[Standing.UNKNOWN]
        return cls(found[Standing.NUMERATOR], found.total(), unknown)

    @property
    def share(self) -> Decimal | None:
        """The share, rounded half to even; ``None`` where nobody is in the denominator."""
        return self.ratio(self.numerator)

    @property
    def most(self) -> Decimal | None:
        """What the share would be if all whose outcome is not known were in the numerator."""
        return self.ratio(self.numerator + (self.unknown or 0))

    def ratio(self, number: int) -> Decimal | None:
        """Divide by the denominator."""
        return (Decimal(number) / self.denominator).quantize(PLACES) if self.denominator else None
