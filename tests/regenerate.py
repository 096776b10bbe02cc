"""Write every file again that is generated and compared with what the code says now: ``python -m tests.regenerate``.

Look at what changed before it is committed: each of these files is there so that a change of meaning is seen.
"""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from impact_metrics.exchange import schema

ROOT = Path(__file__).parents[1]
MODULES = ("tests.public_names", "tests.golden", "tests.spec.page", "tests.conformance.page")
SCHEMA = ROOT / "docs" / "schema" / "catalogue-1.schema.json"
VECTORS = ROOT / "docs" / "vectors" / "anti_trafficking-2024.1.json"
EXAMPLE = ROOT / "examples" / "justice_and_care" / "stream.jsonl.gz"
AGAIN = "if that is meant, run python -m tests.regenerate, and read what changed before it is committed"
"""What a test says of a stored file that differs."""


def main() -> None:
    """Run what writes each of them."""
    for module in MODULES:
        _run("-m", module)
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
    _run("-c", "from impact_metrics.cli import main; main()", "examples", "--out", str(VECTORS))
    with TemporaryDirectory() as folder:
        again = Path(folder) / EXAMPLE.name
        _run(str(EXAMPLE.with_name("generate.py")), str(again))
        # the same records may be compressed otherwise by another zlib
        if gzip.decompress(again.read_bytes()) != gzip.decompress(EXAMPLE.read_bytes()):
            EXAMPLE.write_bytes(again.read_bytes())


def _run(*command: str) -> None:
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)  # noqa: S603 - modules and scripts of this project


if __name__ == "__main__":
    main()
