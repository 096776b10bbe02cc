"""Writes the golden texts as they are now."""

from impact_metrics.documents import describe
from tests.test_english import DESCRIBED, HOME

for metric in DESCRIBED:
    (HOME / f"{metric.id}-{metric.version}.txt").write_text(f"{describe(metric)}\n", encoding="utf-8")
