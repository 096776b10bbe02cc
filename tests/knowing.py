"""Who knows a kind of figure: ``python -m tests.knowing [FOLDER]`` counts the files and places that name its class.

A place is a mention of the class outside of comments and texts, an import included. The kind's own file is not counted,
nor is the registry of kinds, nor the facades that hand names on, nor the domain, which is written with kinds.
"""

import io
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "impact_metrics"
KINDS = (
    "Count", "RowCount", "Total", "Share", "FollowUp", "TimeBetween", "PairedChange", "Funnel", "Listing",
    "Ratio", "Average", "MedianOf", "SubjectTable",
)  # fmt: skip
GROUPS = ("Tally", "Proportion", "Timed", "HasEntries")
"""Unions of kinds: who names one knows its kinds."""


def places(source: Path = SOURCE) -> Iterator[tuple[str, str]]:
    """Give each place that names a kind, or a union of kinds: the kind, and the file."""
    for path in sorted(source.rglob("*.py")):
        name = path.relative_to(source).as_posix()
        if path.name == "__init__.py" or name.startswith(("anti_trafficking/", "rules/measures/")):
            continue
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            if token.type == tokenize.NAME and token.string in {*KINDS, *GROUPS}:
                yield token.string, name


def told(source: Path = SOURCE) -> str:
    """Say how many files and places know each kind, and any."""
    found = list(places(source))
    files = {kind: {path for named, path in found if named == kind} for kind in (*KINDS, *GROUPS)}
    mentions = Counter(kind for kind, _ in found)
    lines = [f"{kind:14}{len(files[kind]):4} files {mentions[kind]:4} places" for kind in files if files[kind]]
    return "\n".join([*lines, f"{'any':14}{len({path for _, path in found}):4} files {len(found):4} places"])


if __name__ == "__main__":
    sys.stdout.write(f"{told(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE)}\n")
