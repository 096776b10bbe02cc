"""Events in the mix of the domain, made fast: shared pools of persons and cases, so that links really meet."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from impact_metrics import CaseId, Event, EventId, PersonId
from impact_metrics.anti_trafficking import (
    Arrest,
    Assessment,
    Charge,
    ChargeId,
    Intervention,
    LegalSupport,
    LegalSupportRecipient,
    Offence,
    OperationalSupport,
    Outcome,
    PreventionForm,
    PreventionSession,
    ProfessionalRole,
    Provider,
    SafeReturn,
    SupportKind,
    SupportSession,
    TrainingSession,
    Trial,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Maker: TypeAlias = "Callable[[EventId, date, datetime], Event]"

FIRST = date(2012, 1, 1)
DAYS = 4748
"""The days from 2012 to 2024."""

CODES = (OperationalSupport, Offence, Outcome, SupportKind, ProfessionalRole, LegalSupportRecipient)


class Generator:
    """Makes events of all types that the headline figures read, and of two that they do not."""

    def __init__(self, size: int, seed: int = 1) -> None:
        """Make the pools that ``size`` events draw from; the same size and seed give the same events."""
        self._random = random.Random(seed).random  # noqa: S311 - nothing here is secret
        self._size = size
        self._persons = [PersonId(f"P{number}") for number in range(max(size // 8, 1))]
        self._cases = [CaseId(f"C{number}") for number in range(max(size // 40, 1))]
        self._charges = [ChargeId(f"G{number}") for number in range(max(size // 20, 1))]
        self._days = [FIRST + timedelta(days=number) for number in range(DAYS)]
        self._moments = [datetime(day.year, day.month, day.day, 18, tzinfo=UTC) for day in self._days]
        self._support = tuple(frozenset({kind}) for kind in OperationalSupport)
        self._recipients = tuple(frozenset({kind}) for kind in LegalSupportRecipient)
        self._offences = tuple(Offence)
        self._charged = tuple(frozenset({one, other}) for one in Offence for other in Offence)
        self._outcomes = tuple(Outcome)
        self._kinds = tuple(SupportKind)
        self._audiences = tuple(ProfessionalRole)
        self._forms = tuple(PreventionForm)

    def events(self) -> list[Event]:
        """Make the events, each type about as often as in the synthetic example."""
        mix: tuple[tuple[float, Maker], ...] = (
            (0.42, self._session),
            (0.15, self._assessment),
            (0.07, self._charge),
            (0.06, self._arrest),
            (0.06, self._trial),
            (0.05, self._training),
            (0.05, self._prevention),
            (0.04, self._verdict),
            (0.04, self._intervention),
            (0.03, self._legal_support),
            (0.03, self._safe_return),
        )
        makers: list[Maker] = []
        for (_, maker), end in zip(mix, accumulate(share for share, _ in mix), strict=True):
            makers.extend([maker] * (round(end * 100) - len(makers)))
        chance, days, moments = self._random, self._days, self._moments
        made: list[Event] = []
        for number in range(self._size):
            day = int(chance() * DAYS)
            made.append(makers[int(chance() * 100)](EventId(f"E{number}"), days[day], moments[day]))
        return made

    def _below(self, end: int) -> int:
        return int(self._random() * end)

    def _person(self) -> PersonId:
        return self._persons[self._below(len(self._persons))]

    def _case(self) -> CaseId:
        return self._cases[self._below(len(self._cases))]

    def _charge_id(self) -> ChargeId:
        return self._charges[self._below(len(self._charges))]

    def _flag(self) -> bool | None:
        number = self._random()
        return True if number < 0.7 else False if number < 0.9 else None  # noqa: PLR2004 - shares

    def _help(self) -> frozenset[OperationalSupport] | None:
        return self._support[self._below(5)] if self._random() < 0.9 else None  # noqa: PLR2004 - a share

    def _session(self, number: EventId, day: date, moment: datetime) -> Event:
        return SupportSession(
            id=number,
            occurred_on=day,
            recorded_at=moment,
            survivor=self._person(),
            kind=self._kinds[self._below(9)],
            provider=Provider.OUR_TEAMS if self._random() < 0.9 else Provider.PARTNER,  # noqa: PLR2004 - a share
            specialist=self._flag(),
            case=self._case(),
        )

    def _assessment(self, number: EventId, day: date, moment: datetime) -> Event:
        return Assessment(
            id=number,
            occurred_on=day,
            recorded_at=moment,
            survivor=self._person(),
            stable=self._flag(),
            independent=self._flag(),
        )

    def _charge(self, number: EventId, day: date, moment: datetime) -> Event:
        return Charge(
            id=number,
            occurred_on=day,
            recorded_at=moment,
            accused=self._person(),
            case=self._case(),
            charge=self._charge_id(),
            offence=self._offences[self._below(16)],
        )

    def _arrest(self, number: EventId, day: date, moment: datetime) -> Event:
        return Arrest(id=number, occurred_on=day, recorded_at=moment, suspect=self._person(), support=self._help())

    def _trial(self, number: EventId, day: date, moment: datetime) -> Event:
        return Trial(
            id=number,
            occurred_on=day,
            recorded_at=moment,
            defendant=self._person(),
            case=self._case(),
            charges=self._charged[self._below(256)],
        )

    def _verdict(self, number: EventId, day: date, moment: datetime) -> Event:
        return Verdict(
            id=number,
            occurred_on=day,
            recorded_at=moment,
            defendant=self._person(),
            case=self._case(),
            charge=self._charge_id(),
            offence=self._offences[self._below(16)],
            outcome=self._outcomes[self._below(3)],
        )

    def _intervention(self, number: EventId, day: date, moment: datetime) -> Event:
        victims = frozenset(self._person() for _ in range(1 + self._below(8)))
        return Intervention(id=number, occurred_on=day, recorded_at=moment, victims=victims, support=self._help())

    def _legal_support(self, number: EventId, day: date, moment: datetime) -> Event:
        return LegalSupport(
            id=number,
            occurred_on=day,
            recorded_at=moment,
            case=self._case(),
            recipients=self._recipients[self._below(4)],
        )

    def _safe_return(self, number: EventId, day: date, moment: datetime) -> Event:
        return SafeReturn(
            id=number,
            occurred_on=day,
            recorded_at=moment,
            survivor=self._person(),
            supported=self._flag(),
            assessed_safe=self._flag(),
        )

    def _training(self, number: EventId, day: date, moment: datetime) -> Event:
        return TrainingSession(
            id=number,
            occurred_on=day,
            recorded_at=moment,
            audience=self._audiences[self._below(10)],
            front_line=self._flag(),
            head_count=1 + self._below(60),
        )

    def _prevention(self, number: EventId, day: date, moment: datetime) -> Event:
        return PreventionSession(
            id=number,
            occurred_on=day,
            recorded_at=moment,
            form=self._forms[self._below(3)],
            targeted=self._flag(),
            vulnerable=self._flag(),
            head_count=1 + self._below(200),
        )
