"""Profiles of Hypothesis and what takes long: little in CI, more by default, everything in a thorough run."""

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
settings.register_profile("few", max_examples=15, **_COMMON)
settings.register_profile("quick", max_examples=100, **_COMMON)
settings.register_profile("thorough", max_examples=400, **{**_COMMON, "derandomize": False})
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "few" if "CI" in os.environ else "quick")
settings.load_profile(PROFILE)

_SLOW = "takes long: it runs where HYPOTHESIS_PROFILE=thorough, as in nox -s thorough"
_FIRST = ("test_prover_against_enumeration", "test_vectors", "test_ocel", "test_pages", "test_laws")
"""Files that take longest, which start first so that no worker is left alone with them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with what takes longest."""
    items.sort(key=lambda item: item.path.stem not in _FIRST)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs Spark where there is none, and what takes long in a short run, and say why."""
    if item.get_closest_marker("spark") is not None and missing():
        pytest.skip(missing())
    if item.get_closest_marker("slow") is not None and PROFILE != "thorough":
        pytest.skip(_SLOW)
