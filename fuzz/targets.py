"""What is claimed of every reader: any bytes give a result that can be used, or one of the errors it documents."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.test_exchange import RICH
from tests.test_mapping import HEADER, MAPPING, ROW
from tests.toys import STRICT_TOYS, TOYS

from impact_metrics.documents import describe
from impact_metrics.errors import (
    ContradictionError,
    ExchangeError,
    ExportError,
    ImpactMetricsError,
    MappingError,
    StreamError,
)
from impact_metrics.exchange import digest, load, to_json
from impact_metrics.proofs import read_vectors
from impact_metrics.publication import read_saved
from impact_metrics.publication.exports import load_dhis2_mapping
from impact_metrics.publication.previous import read_previous
from impact_metrics.streams import Mapping, load_mapping, read_json_lines, read_mapped, read_ocel, read_parquet
from impact_metrics.streams.json_lines import plain_record
from impact_metrics.streams.json_text import dumps

if TYPE_CHECKING:
    from collections.abc import Callable

    from impact_metrics.streams import Reading

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))  # noqa: S108 - memory
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


def _written(name: str, data: bytes) -> Path:
    path = FOLDER / name
    path.write_bytes(data)
    return path


def _use(reading: Reading) -> None:
    """Do with a reading what a report does: nothing in it may fail later."""
    for told in (*reading.accounts, *reading.set_aside):
        str(told).encode("utf-8", "surrogatepass")
    if reading.read != sum(account.read for account in reading.accounts):
        raise AssertionError("the account does not add up")
    for record in reading.stream:
        dumps(plain_record(record)).encode("utf-8")
    dumps({file: dict(about) for file, about in reading.about.items()})
    try:
        reading.stream.known()
    except ContradictionError:
        pass
    except StreamError:  # a person who is merged in a circle
        pass


def json_lines(data: bytes) -> None:
    """Read JSON Lines."""
    _use(read_json_lines(_written("s.jsonl", data), TOYS))


def json_lines_gz(data: bytes) -> None:
    """Read JSON Lines that are gzipped."""
    _use(read_json_lines(_written("s.jsonl.gz", data), TOYS))


def csv(data: bytes) -> None:
    """Read an export through a mapping that is right."""
    _use(read_mapped(_RIGHT, TOYS, _written("toys.csv", data).parent))


def mapping(data: bytes) -> None:
    """Read a right export through any mapping."""
    _written("toys.csv", (HEADER + ROW).encode())
    _use(read_mapped(load_mapping(_written("m.toml", data)), TOYS, FOLDER))


def catalogue_json(data: bytes) -> None:
    """Read a catalogue in JSON."""
    _use_catalogue(_written("c.json", data))


def catalogue_yaml(data: bytes) -> None:
    """Read a catalogue in YAML."""
    _use_catalogue(_written("c.yaml", data))


def _use_catalogue(path: Path) -> None:
    found = load(path)
    digest(found)
    to_json(found).encode()
    for metric in found.metrics:
        str(describe(metric)).encode()


def ocel(data: bytes) -> None:
    """Read a log of OCEL 2.0."""
    _use(read_ocel(_written("s.ocel.json", data), TOYS))


def parquet(data: bytes) -> None:
    """Read a table of Parquet."""
    (FOLDER / "toys").mkdir(exist_ok=True)
    _use(read_parquet(_written("toys/Made.parquet", data).parent, TOYS))


def vectors(data: bytes) -> None:
    """Read test vectors."""
    read_vectors(_written("v.json", data), RICH)


def saved_report(data: bytes) -> None:
    """Read a saved report with its manifest, one that was changed since too."""
    saved = read_saved(_written("r.json", data), changed_too=True)
    str(saved.manifest.rows).encode("utf-8", "surrogatepass")
    saved.manifest.catalogue(STRICT_TOYS)


def edition(data: bytes) -> None:
    """Read the table of an earlier edition."""
    str(read_previous(_written("e.csv", data)).rows).encode("utf-8", "surrogatepass")


def dhis2_mapping(data: bytes) -> None:
    """Read a mapping to DHIS2."""
    load_dhis2_mapping(_written("d.toml", data))


_RIGHT = load_mapping(_written("right.toml", MAPPING.encode()))
assert isinstance(_RIGHT, Mapping)  # noqa: S101 - what CSV is read through

TARGETS: dict[str, tuple[Callable[[bytes], None], type[ImpactMetricsError] | tuple[type[ImpactMetricsError], ...]]] = {
    "json_lines": (json_lines, StreamError),
    "json_lines_gz": (json_lines_gz, StreamError),
    "csv": (csv, (StreamError, MappingError)),
    "mapping": (mapping, (StreamError, MappingError)),
    "catalogue_json": (catalogue_json, ExchangeError),
    "catalogue_yaml": (catalogue_yaml, ExchangeError),
    "ocel": (ocel, StreamError),
    "parquet": (parquet, StreamError),
    "vectors": (vectors, ExchangeError),
    "saved_report": (saved_report, ExchangeError),
    "edition": (edition, ExchangeError),
    "dhis2_mapping": (dhis2_mapping, ExportError),
}
"""Each reader, and the errors that it documents."""


def run(name: str, data: bytes) -> bool:
    """Give bytes to a reader; tell whether it took them. Anything but a documented error passes through."""
    target, documented = TARGETS[name]
    try:
        target(data)
    except documented as error:
        str(error).encode("utf-8", "surrogatepass")
        return False
    return True
