"""Profiles of Hypothesis and what takes long: little in CI, more by default, everything in a thorough run."""

import os
import sys
from collections.abc import Generator

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
_UNMEASURED = (
    "tests/examples/test_justice_and_care.py::test_second_computation",
    "tests/examples/test_justice_and_care.py::test_regenerating_gives_the_same",
    "tests/proofs/test_prover_against_enumeration.py",
    "tests/proofs/test_seeded_faults.py",
    "tests/proofs/test_vectors.py::test_every_engine_passes_the_published_vectors",
    "tests/publication/test_verify.py::test_the_example_is_verified",
    "tests/test_benchmarks.py",
    "tests/test_drawn_models.py",
    "tests/test_engine_properties.py::test_strategies_reach",
    "tests/test_engine_agreement.py::test_a_fault_in_the_compiler_is_found",
    "tests/test_evidence_of_tables.py::test_events_that_decide_name_others",
    "tests/test_exchange.py::test_a_catalogue_from_a_file_evaluates_to_the_same_report",
    "tests/test_laws.py::test_drawn_catalogues_hold_candidates",
    "tests/test_laws.py::test_every_law_holds_for_drawn_catalogues",
    "tests/test_laws.py::test_laws_of_draws_valid_streams_and_others",
    "tests/test_pages.py::test_the_code_of_a_page_runs",
    "tests/test_repair.py::test_most",
    "tests/test_sql_shapes.py::test_the_synthetic_example_is_the_same_report_on_both_engines",
)
"""What runs much of the code very often, which takes twice to thrice the time with coverage; others cover the same."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with what takes longest."""
    items.sort(key=lambda item: item.path.stem not in _FIRST)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs Spark where there is none, and what takes long in a short run, and say why."""
    if item.get_closest_marker("spark") is not None and missing():
        pytest.skip(missing())
    if item.get_closest_marker("slow") is not None and PROFILE != "thorough":
        pytest.skip(_SLOW)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Rest coverage in some tests; the marker ``no_cover`` of pytest-cov does nothing in a worker of pytest-xdist."""
    tracer = sys.gettrace()
    resting = item.nodeid.startswith(_UNMEASURED) and type(tracer).__module__ == "coverage"
    if resting:
        sys.settrace(None)
    try:
        yield
    finally:
        if resting:
            sys.settrace(tracer)
