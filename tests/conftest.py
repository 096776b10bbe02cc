"""Profiles of Hypothesis: quick by default, thorough on request."""

import os

from hypothesis import HealthCheck, settings

# In CI the same examples are drawn each time, so that a red run is red again; elsewhere they differ, and find more.
_COMMON = {
    "deadline": None,
    "derandomize": "CI" in os.environ,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
settings.register_profile("quick", max_examples=100, **_COMMON)
settings.register_profile("thorough", max_examples=2000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
