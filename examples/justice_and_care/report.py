"""Evaluate the catalogue over the synthetic stream and print the report."""

from pathlib import Path

from impact_metrics import evaluate
from impact_metrics.anti_trafficking import CATALOGUE, MODEL
from impact_metrics.streams import read_json_lines

reading = read_json_lines(Path(__file__).parent / "stream.jsonl.gz", MODEL)
report = evaluate(CATALOGUE, reading.stream)
print(reading.summary())
print(report)
for evidence in report.evidence("convictions")[:3]:
    print(evidence.subject, "is counted as convicted by", *evidence.event_ids)
