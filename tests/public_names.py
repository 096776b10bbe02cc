"""The public names of each room, as recorded; ``python -m tests.public_names`` records them as they are now."""

import ast
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"
RECORDED = Path(__file__).parent / "golden" / "public_names.txt"

ROOMS = (
    "impact_metrics",
    "impact_metrics.anti_trafficking",
    "impact_metrics.anti_trafficking.codes",
    "impact_metrics.anti_trafficking.events",
    "impact_metrics.documents",
    "impact_metrics.engines",
    "impact_metrics.engines.duckdb",
    "impact_metrics.engines.spark",
    "impact_metrics.errors",
    "impact_metrics.exchange",
    "impact_metrics.expressions",
    "impact_metrics.model",
    "impact_metrics.proofs",
    "impact_metrics.publication",
    "impact_metrics.publication.disclosure",
    "impact_metrics.publication.exports",
    "impact_metrics.reports",
    "impact_metrics.rules",
    "impact_metrics.rules.measures",
    "impact_metrics.streams",
    "impact_metrics.testing",
    "impact_metrics.testing.laws",
    "impact_metrics.values",
)
"""The modules whose names are public, as docs/api/stability.md lists them."""


def names(room: str) -> list[str]:
    """Give the public names of a room, read and not imported: its ``__all__``, or else the classes that it has."""
    path = SOURCE.joinpath(*room.split("."))
    tree = ast.parse((path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return sorted(ast.literal_eval(node.value))
    return sorted(node.name for node in tree.body if isinstance(node, ast.ClassDef))


def text() -> str:
    """Write each name of each room on a line of its own."""
    return "".join(f"{room}.{name}\n" for room in ROOMS for name in names(room))


if __name__ == "__main__":
    RECORDED.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"recorded in {RECORDED}; say in CHANGELOG.md what changed\n")
