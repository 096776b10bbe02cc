"""What did happen: streams of records, read, validated, and seen as they were known at a moment."""

from impact_metrics.streams.arrow_reading import from_arrow
from impact_metrics.streams.arrow_writing import to_arrow
from impact_metrics.streams.digest import StreamDigest, record_digest
from impact_metrics.streams.json_lines import read_json_lines, write_json_lines
from impact_metrics.streams.known import KnownView
from impact_metrics.streams.mapped import read_mapped
from impact_metrics.streams.mapping import Mapping, load_mapping
from impact_metrics.streams.notes import Note
from impact_metrics.streams.ocel_reading import read_ocel
from impact_metrics.streams.ocel_writing import write_ocel
from impact_metrics.streams.parquet import read_parquet, write_parquet
from impact_metrics.streams.reading import Account, Origin, Reading, SetAside
from impact_metrics.streams.stream import Stream

__all__ = [
    "Account",
    "KnownView",
    "Mapping",
    "Note",
    "Origin",
    "Reading",
    "SetAside",
    "Stream",
    "StreamDigest",
    "from_arrow",
    "load_mapping",
    "read_json_lines",
    "read_mapped",
    "read_ocel",
    "read_parquet",
    "record_digest",
    "to_arrow",
    "write_json_lines",
    "write_ocel",
    "write_parquet",
]
