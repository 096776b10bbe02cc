"""Writes the golden texts as they are now."""

from impact_metrics.documents import describe
from tests.test_english import DESCRIBED, HOME, measures_read, nodes

for metric in DESCRIBED:
    (HOME / f"{metric.id}-{metric.version}.txt").write_text(f"{describe(metric)}\n", encoding="utf-8")
(HOME / "nodes.txt").write_text(nodes(), encoding="utf-8")
(HOME / "measures.txt").write_text(measures_read(), encoding="utf-8")
