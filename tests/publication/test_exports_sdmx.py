"""SDMX-CSV, read back as rows."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from impact_metrics.errors import ExportError
from impact_metrics.publication import Edition
from impact_metrics.publication.exports import sdmx_csv
from impact_metrics.publication.exports.sdmx import time_period
from impact_metrics.rules.periods import Period, periods, periods_between
from tests.publication.fair import fair, internal, published

HEAD = (
    "DATAFLOW,METRIC,PART,COLOUR,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,OBS_STATUS,CONF_STATUS,COMMENT_OBS,METRIC_VERSION"
)


def read(edition: Edition, **more: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(sdmx_csv(edition, **more).splitlines()))


def test_each_number_is_one_row_under_the_columns_of_the_format(tmp_path: Path) -> None:
    """DATAFLOW is first, keys are unique, values are plain decimals, and the file has the same bytes."""
    edition, path = published(), tmp_path / "edition.csv"
    text = sdmx_csv(edition, path)
    assert path.read_bytes() == text.encode()
    assert text.split("\r\n")[0] == HEAD
    found = read(edition)
    keys = {(row["METRIC"], row["PART"], row["COLOUR"], row["TIME_PERIOD"]) for row in found}
    assert len(keys) == len(found)
    shown = {
        (seen.metric.id, seen.part, seen.cell[0] if seen.by and seen.cell != ("all",) else "_T", seen.period): seen
        for seen in edition.observations
    }
    assert len(found) == len(shown)
    assert [row["OBS_VALUE"] and Decimal(row["OBS_VALUE"]) for row in found] == [
        "" if seen.value is None else seen.value for seen in shown.values()
    ]
    units = {(row["METRIC"], row["PART"]): row["UNIT_MEASURE"] for row in found}
    assert units["safe_share", "value"] == "parts of 1"
    assert units["wait", "value"] == "days"
    assert units["progress", "mean_change"] == "points of the scale"
    assert units["wait", "cohort"] == "persons"
    assert not [row for row in found if "E" in row["OBS_VALUE"] or row["OBS_VALUE"].startswith("1584.")]


def test_statuses_are_codes_of_the_lists() -> None:
    """Q and C where a number may not be told, M where there is none, A and F where it is shown."""
    found = {
        (row["METRIC"], row["PART"], row["COLOUR"]): (row["OBS_VALUE"], row["OBS_STATUS"], row["CONF_STATUS"])
        for row in read(published(fair([])))
        if row["TIME_PERIOD"] == "2024-06-30"
    }
    assert found["safe_share", "value", "_T"] == ("", "M", "F")
    assert found["makers", "value", "_T"] == ("0", "A", "F")
    whole = {(row["PART"], row["COLOUR"]): row for row in read(published()) if row["METRIC"] == "makers"}
    hidden = whole["value", "blue"]
    assert (hidden["OBS_VALUE"], hidden["OBS_STATUS"], hidden["CONF_STATUS"]) == ("", "Q", "C")
    assert hidden["COMMENT_OBS"] == "suppressed"
    assert whole["value", "red"]["COMMENT_OBS"] == "rounded"
    assert {row["CONF_STATUS"] for row in read(internal())} == {"N"}


def test_periods_are_written_as_the_format_has_them() -> None:
    """Whole calendar periods by name, all others by their first day and how long they are."""
    first, last = date(2024, 1, 1), date(2024, 12, 31)
    assert [time_period(period) for period in periods("year", first, last)] == ["2024"]
    assert [time_period(period) for period in periods("quarter", first, last)] == [f"2024-Q{n}" for n in range(1, 5)]
    assert [time_period(period) for period in periods("month", first, first)] == ["2024-01"]
    assert [time_period(period) for period in periods("month", last, last)] == ["2024-12"]
    assert [time_period(period) for period in periods("year", first, first, year_starts=4)] == ["2023-04-01/P12M"]
    assert [time_period(period) for period in periods("quarter", first, first, year_starts=2)] == ["2023-11-01/P3M"]
    between = periods_between([date(2024, 1, 1), date(2024, 1, 31), date(2024, 3, 1)])
    assert [time_period(period) for period in between] == ["2024-01-01/P30D", "2024-01-31/P30D"]
    assert time_period(Period(date(987, 1, 1), date(987, 12, 31), "987")) == "0987"


def test_a_figure_to_date_has_its_day_or_the_range_that_is_given() -> None:
    """The day as at which it is, unless it is said since when it counts."""
    edition = published(by=(), period=None)
    assert {row["TIME_PERIOD"] for row in read(edition)} == {"2024-06-30"}
    assert {row["TIME_PERIOD"] for row in read(edition, since=date(2024, 6, 1))} == {"2024-06-01/P30D"}
    with pytest.raises(ExportError, match="after 2024-06-30"):
        read(edition, since=date(2024, 7, 1))


def test_categories_get_the_codes_that_are_given() -> None:
    """A label without one stands as it is."""
    found = read(published(), codes={"colour": {"red": "R", "unknown": "_U"}}, dataflow="AG.X:FLOW-1(2.0.1)")
    assert {row["COLOUR"] for row in found} == {"_T", "R", "green", "blue", "_U"}
    assert {row["DATAFLOW"] for row in found} == {"AG.X:FLOW-1(2.0.1)"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"codes": {"color": {}}}, "did you mean 'colour'"),
        ({"codes": {"colour": {"rde": "R"}}}, "did you mean 'red'"),
        ({"codes": {"colour": {"red": "green"}}}, "two categories have the same code"),
        ({"codes": {"colour": {"red": "_T"}}}, "two categories have the same code"),
        ({"dataflow": "FLOW"}, "AGENCY:ID"),
    ],
    ids=str,
)
def test_wrong_codes_and_dataflows_are_refused(more: dict[str, Any], says: str) -> None:
    """The error says what is meant, or what to write."""
    with pytest.raises(ExportError, match=says):
        sdmx_csv(published(), **more)


def test_a_dimension_that_is_called_like_a_column_of_ours_is_told_apart() -> None:
    """A header names each column once."""
    edition = published()
    renamed = tuple(attrs.evolve(seen, by=tuple("part" for _ in seen.by)) for seen in edition.observations)
    head = sdmx_csv(attrs.evolve(edition, observations=renamed)).split("\r\n")[0]
    assert head == HEAD.replace("COLOUR", "BY_PART")
