"""Writes the golden texts as they are now, and takes away those of metrics that there are no longer."""

from impact_metrics.documents import describe
from tests.test_english import DESCRIBED, HOME, golden, measures_read, nodes

for path in HOME.glob("*-*.txt"):
    path.unlink()
for metric in DESCRIBED:
    golden(metric).write_text(f"{describe(metric)}\n", encoding="utf-8")
(HOME / "nodes.txt").write_text(nodes(), encoding="utf-8")
(HOME / "measures.txt").write_text(measures_read(), encoding="utf-8")
