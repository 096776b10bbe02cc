"""Valid files of every kind, from which fuzzing starts, and words that files of the kind are made of."""

from __future__ import annotations

import gzip
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.test_exchange import RICH
from tests.test_json_lines import MADE
from tests.test_mapping import HEADER, MAPPING, ROW
from tests.test_reports import CATALOGUE, STREAM
from tests.toys import TOYS, Colour, Owner

from impact_metrics import evaluate
from impact_metrics.exchange import to_json, to_yaml
from impact_metrics.model import Retraction, SamePerson
from impact_metrics.proofs.vectors import FORMAT
from impact_metrics.publication import Edition, Layout, Manifest, save
from impact_metrics.streams import StreamDigest, write_json_lines, write_ocel, write_parquet
from impact_metrics.streams.json_lines import plain_record
from impact_metrics.values import EventId, PersonId

_NOTED = datetime(2024, 5, 1, tzinfo=UTC)
_RECORDS = [
    MADE,
    *list(STREAM)[:4],
    Owner(id=PersonId("Ann"), recorded_at=_NOTED, colour=Colour.RED),
    Retraction(id=EventId("R"), of=EventId("S1"), recorded_at=_NOTED),
    SamePerson(id=EventId("S"), person=PersonId("Ben"), same_as=PersonId("Ann"), recorded_at=_NOTED),
]
_VECTORS: dict[str, Any] = {
    "format": FORMAT,
    "format_version": 2,
    "catalogue": RICH.id,
    "version": RICH.version,
    "digest": "0" * 64,
    "vectors": [
        {
            "metric": metric.id,
            "version": metric.version,
            "clause": "it was made",
            "as_at": "2024-12-31",
            "subject": "Eve",
            "part": None,
            "standing": "counted",
            "events": [plain_record(MADE)],
        }
        for metric in RICH.metrics[:2]
    ],
}


def _written() -> tuple[bytes, bytes, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        lines, log = Path(folder) / "s.jsonl", Path(folder) / "s.ocel.json"
        write_json_lines(_RECORDS, lines, about={"title": "made up"})
        write_ocel(_RECORDS, log, TOYS, about={"title": "made up"})
        write_parquet(_RECORDS, Path(folder) / "toys", TOYS, about={"title": "made up"})
        return lines.read_bytes(), log.read_bytes(), (Path(folder) / "toys" / "Made.parquet").read_bytes()


_LINES, _LOG, _PARQUET = _written()

_REPORT = evaluate(CATALOGUE, STREAM)
_DHIS2 = """
org_unit = "DiszpKrYNg8"
period_type = "Yearly"
to_date = "2024"

[[values]]
metric = "buyers"
data_element = "f7n9E0hX8qk"
by = { colour = "red" }
"""


def _saved() -> bytes:
    digest = StreamDigest.of(STREAM)
    manifest = Manifest.of(_REPORT, stream_digest=digest, created_at=_NOTED, layout=Layout(period="year"))
    with tempfile.TemporaryDirectory() as folder:
        save(_REPORT, Path(folder) / "r.json", manifest, records=STREAM)
        return (Path(folder) / "r.json").read_bytes()


_SAVED = _saved()

SEEDS: dict[str, bytes] = {
    "json_lines": _LINES,
    "json_lines_gz": gzip.compress(_LINES, mtime=0),
    "csv": (HEADER + ROW * 3).encode(),
    "mapping": MAPPING.encode(),
    "catalogue_json": to_json(RICH).encode(),
    "catalogue_yaml": to_yaml(RICH).encode(),
    "ocel": _LOG,
    "parquet": _PARQUET,
    "vectors": json.dumps(_VECTORS).encode(),
    "saved_report": _SAVED,
    "edition": Edition.of(_REPORT, period=None).to_csv().encode(),
    "dhis2_mapping": _DHIS2.encode(),
}
"""One valid file for each target."""

WORDS = (
    *(b"{", b"}", b"[", b"]", b'"', b",", b":", b"\n", b"\r\n", b"- ", b"\\ud800", b"\\u0000", b"\\", b"null", b"true"),
    *(b"NaN", b"1e999999999", b"-0", b"9" * 30, b"9" * 5000, b"[" * 400, b'{"a":' * 400, b"0001-01-01", b"9999-12-31"),
    *(
        b"9999-12-31T23:59:59.999999-23:59",
        b"0001-01-01T00:00:00+23:59",
        b"2024-02-30",
        b"24:00",
        b"\xff",
        b"\xef\xbb\xbf",
    ),
    *(b"&a ", b"*a", b"!!python/name:os.system ", b"<<: ", b"? ", b"%Y", b"%d", b"{row}", b"{file}", b"{a!r}", b"../"),
    *(b'"type"', b'"id"', b'"About"', b'"time"', b'"value"', b'"not"', b'"name"', b'"many"', b"__class__", b"lambda"),
)
"""What damage puts into a file: pieces of the notations, and values at the ends of what fields hold."""
