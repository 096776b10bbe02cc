"""Reporting periods, and what figures are broken down by."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import RuleError
from impact_metrics.engines import Flow
from impact_metrics.engines.spans.cells import age_at, band_of
from impact_metrics.engines.spans.flows import Ledger, stays
from impact_metrics.engines.spans.intervals import holds
from impact_metrics.rules.dimensions import CTDC_AGE_BANDS, Band, ByAge, ByBand, ByField, ByPerson, ByTime, by
from impact_metrics.rules.labels import label
from impact_metrics.rules.periods import Period, check_contiguous, label_of, periods, periods_between, up_to
from tests.test_known_view import DAYS, spans
from tests.toys import Made, Owner, Sold

days = st.dates(date(1999, 1, 1), date(2032, 12, 31))


@given(days, days, st.sampled_from(["year", "quarter", "month"]), st.integers(1, 12))
def test_periods_cover_every_day_once(one: date, other: date, unit: Any, starts: int) -> None:
    """Whole periods, each starting on the day after the one before, from the first day asked for to the last."""
    first, last = sorted((one, other))
    found = periods(unit, first, last, year_starts=starts)
    check_contiguous(found)
    assert found[0].start <= first <= found[0].end
    assert found[-1].start <= last <= found[-1].end
    assert all(period.start.day == 1 for period in found)
    assert all(label_of(period.end, unit, starts) == period.label for period in found)
    if unit == "year":
        assert all(period.start.month == starts for period in found)


def test_periods_are_named_as_people_name_them() -> None:
    """Calendar years, financial years, their quarters, and months."""
    april = date(2024, 4, 1)
    assert [str(item) for item in periods("year", april, april)] == ["2024"]
    assert [str(item) for item in periods("year", april, april, year_starts=4)] == ["2024/25"]
    assert [str(item) for item in periods("quarter", date(2024, 3, 31), april, year_starts=4)] == [
        "2023/24 Q4",
        "2024/25 Q1",
    ]
    assert [str(item) for item in periods("month", date(2023, 12, 31), date(2024, 1, 1))] == ["2023-12", "2024-01"]
    assert [str(item) for item in periods_between([date(2024, 1, 1), date(2024, 1, 8), date(2024, 2, 1)])] == [
        "2024-01-01 to 2024-01-07",
        "2024-01-08 to 2024-01-31",
    ]


def test_periods_stay_inside_the_calendar() -> None:
    """Something must be before a period, and its last day must exist."""
    with pytest.raises(RuleError, match="no day comes before"):
        Period(date.min, date.max, "all")
    with pytest.raises(RuleError, match="use years from 2 to 9998"):
        periods("year", date(2024, 1, 1), date.max)


def test_periods_end_with_the_report() -> None:
    """What starts later is left out, and what lasts longer is cut and says so."""
    found = up_to(periods("year", date(2022, 1, 1), date(2024, 1, 1)), date(2023, 6, 30))
    assert [(item.label, item.end) for item in found] == [
        ("2022", date(2022, 12, 31)),
        ("2023 (to 2023-06-30)", date(2023, 6, 30)),
    ]


def test_wrong_periods_are_refused() -> None:
    """Units, months, order and gaps."""
    day = date(2024, 1, 1)
    wrong: list[tuple[Any, str]] = [
        (lambda: periods("week", day, day), "use year, quarter or month"),  # type: ignore[arg-type]
        (lambda: periods("year", day, day, year_starts=13), "give 1 to 12"),
        (lambda: periods("year", day, day - timedelta(days=1)), "before the first day"),
        (lambda: periods_between([day]), "at least two"),
        (lambda: periods_between([datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)]), "at least two"),
        (lambda: periods_between([day, day]), "does not come after"),
        (lambda: Period(day, day - timedelta(days=1), "x"), "before it starts"),
        (lambda: check_contiguous([]), "no period"),
        (lambda: check_contiguous([Period(day, day, "a"), Period(day, day, "b")]), "day after a ends"),
    ]
    for make, words in wrong:
        with pytest.raises(RuleError, match=words):
            make()


@given(spans, st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(sorted))
def test_stays_are_the_boundaries_that_spans_cover(one: Any, boundaries: list[date]) -> None:
    """The ranges of positions are those of the covered boundaries, apart from each other."""
    ranges = list(stays(one, boundaries))
    covered = {position for start, end in ranges for position in range(start, end)}
    assert covered == {position for position, day in enumerate(boundaries) if holds(one, day)}
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(ranges))


def balanced(memberships: list[Any], boundaries: list[date]) -> list[Flow]:
    ledger = Ledger(len(boundaries) - 1)
    for membership in memberships:
        ledger.add(tuple(stays(membership, boundaries)))
    return ledger.flows()


def test_flows_balance() -> None:
    """Somebody who leaves and comes back between two boundaries did neither."""
    memberships = [(DAYS[0],), (DAYS[1], DAYS[2]), (DAYS[1], DAYS[2], DAYS[3]), (DAYS[5],)]
    assert balanced(memberships, [DAYS[0], DAYS[4], DAYS[6]]) == [Flow(1, 1, 0, 2), Flow(2, 1, 0, 3)]
    assert balanced([(DAYS[0], DAYS[3])], [DAYS[0], DAYS[4]]) == [Flow(1, 0, 1, 0)]


def test_dimensions_are_read_from_what_a_user_writes() -> None:
    """A field, an attribute of a person, or a dimension itself; each with the name of its column."""
    sex = Owner.of(Sold.buyer).colour
    written = [
        by(Sold.colour),
        by(sex),
        by(ByAge(Owner.of(Sold.buyer).born_on)),
        by(ByBand(Sold.pieces)),
        by(ByTime("year")),
    ]
    assert [str(item) for item in written] == ["colour", "colour", "age", "pieces_band", "year"]
    assert isinstance(written[0], ByField)
    assert isinstance(written[1], ByPerson)
    assert str(sex) == "Owner.of(Sold.buyer).colour"


def test_wrong_dimensions_are_refused() -> None:
    """Moments of recording, dates that are none, numbers that are none, roles that are none, bands that overlap."""
    wrong: list[tuple[Any, str]] = [
        (lambda: by(Sold.recorded_at), "when it was recorded"),
        (lambda: by(Made.due + timedelta(days=1)), "nothing to break"),
        (lambda: by(3), "nothing to break"),  # type: ignore[arg-type]
        (lambda: ByAge(Owner.of(Sold.buyer).colour), "needs a date of birth"),
        (lambda: ByBand(Made.price), "bands are of whole numbers"),  # type: ignore[arg-type]
        (lambda: ByBand(Made.due + timedelta(days=1)), "bands are of a field itself"),  # type: ignore[arg-type]
        (lambda: Owner.of(Sold.case).colour, "not a person"),
        (lambda: Owner.of(Sold.buyer).colr, "did you mean 'colour'"),
        (lambda: Owner.of(3), "needs a role"),  # type: ignore[arg-type]
        (lambda: ByAge(Owner.of(Sold.buyer).born_on, (Band("a", 5, 3),)), "ends before it starts"),
        (lambda: ByAge(Owner.of(Sold.buyer).born_on, (Band("a", 1, 3), Band("b", 3))), "overlap"),
        (lambda: ByAge(Owner.of(Sold.buyer).born_on, (Band("a", 1), Band("b", 3))), "overlap"),
    ]
    for make, words in wrong:
        with pytest.raises(RuleError, match=words):
            make()
    assert not hasattr(Owner.of(Sold.buyer), "__deepcopy__")


def test_ages_and_bands() -> None:
    """Completed years; who is born on a leap day grows older on the first of March; gaps and missing are told apart."""
    leap = date(2004, 2, 29)
    assert [age_at(leap, day) for day in (date(2022, 2, 28), date(2022, 3, 1), date(2024, 2, 29))] == [17, 18, 20]
    assert [band_of(number, CTDC_AGE_BANDS) for number in (0, 8, 9, 48, 120, -1, None)] == [
        "0-8",
        "0-8",
        "9-17",
        "48+",
        "48+",
        "outside all bands",
        None,
    ]
    assert [label(value) for value in (True, False, Decimal("1.5"), "unknown")] == [
        "yes",
        "no",
        "1.5",
        "unknown (recorded)",
    ]
