"""Write every file again that is generated and compared with what the code says now: ``python -m tests.regenerate``.

Look at what changed before it is committed: each of these files is there so that a change of meaning is seen.
"""

import json
import subprocess
import sys
from pathlib import Path

from impact_metrics.exchange import schema

ROOT = Path(__file__).parents[1]
MODULES = ("tests.public_names", "tests.golden", "tests.spec.page", "tests.conformance.page")
SCHEMA = ROOT / "docs" / "schema" / "catalogue-1.schema.json"
VECTORS = ROOT / "docs" / "vectors" / "anti_trafficking-2024.1.json"


def main() -> None:
    """Run what writes each of them."""
    for module in MODULES:
        subprocess.run([sys.executable, "-m", module], cwd=ROOT, check=True)  # noqa: S603 - modules of this folder
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
    examples = ("from impact_metrics.cli import main; main()", "examples", "--out", str(VECTORS))
    subprocess.run([sys.executable, "-c", *examples], cwd=ROOT, check=True)  # noqa: S603 - the command of this project


if __name__ == "__main__":
    main()
