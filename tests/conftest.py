"""Profiles of Hypothesis: quick by default, thorough on request, few where other versions are tried; and Spark."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.spark.session import missing

# In CI the same examples are drawn each time, so that a red run is red again; elsewhere they differ, and find more.
_COMMON = {
    "deadline": None,
    "derandomize": "CI" in os.environ,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
settings.register_profile("quick", max_examples=100, **_COMMON)
settings.register_profile("few", max_examples=15, **_COMMON)
settings.register_profile("thorough", max_examples=2000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs Spark where there is none, and say why."""
    if item.get_closest_marker("spark") is not None and missing():
        pytest.skip(missing())
