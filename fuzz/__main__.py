"""One command for all of it: ``python -m fuzz TARGET [SECONDS] [values]``, with the fuzzer atheris, led by coverage.

With ``values`` the bytes are no file themselves: they choose what stands in some places of a valid file of JSON, so
that every one is JSON and gets behind the parser.

It ends with an error at the first bytes that give anything but a result or a documented error, and leaves them in a
file ``crash-...`` where it runs. At the end it tells how often the reader ran, and the most memory of the process.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import atheris
from hypothesis import given

with atheris.instrument_imports(include=["impact_metrics", "cattrs", "tomllib", "yaml", "csv", "json"]):
    from tests.fuzz.damage import as_json, damaged_value

    from fuzz.seeds import SEEDS, WORDS
    from fuzz.targets import FOLDER, TARGETS, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SECONDS = 60
MOST_MEMORY = 2048
"""In MiB. A reader that needs more for a file of a few kilobytes is at fault."""
MOST_BYTES = 65_536
SLOW = 10
"""In seconds. The same."""


def main(arguments: Sequence[str]) -> None:
    """Run one target, or name them all."""
    if not arguments or arguments[0] not in TARGETS:
        sys.stdout.write("targets: " + ", ".join(TARGETS) + "\n")
        raise SystemExit(2 if arguments else 0)
    name = arguments[0]
    seconds = int(arguments[1]) if arguments[1:] else SECONDS
    folder = tempfile.mkdtemp()
    counts = {"taken": 0, "refused": 0}
    ends = time.monotonic() + seconds

    def one(data: bytes) -> None:
        counts["taken" if run(name, data) else "refused"] += 1
        if time.monotonic() > ends:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            told = f"{name}: {sum(counts.values()):,} files in {seconds} s, {counts['taken']:,} taken and "
            sys.stdout.write(f"{told}{counts['refused']:,} refused, a peak of {peak:.0f} MiB, no finding\n")
            sys.stdout.flush()
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(FOLDER, ignore_errors=True)
            os._exit(0)  # the fuzzer takes any other end for a fault

    corpus = Path(folder) / "corpus"
    corpus.mkdir()
    (corpus / "seed").write_bytes(SEEDS[name])
    words = Path(folder) / "words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in WORDS if len(word) < 100))  # noqa: PLR2004 - its limit
    give = _of_values(name, one) if arguments[2:] == ["values"] else one
    limits = [f"-max_len={MOST_BYTES}", f"-rss_limit_mb={MOST_MEMORY}", f"-timeout={SLOW}"]
    atheris.Setup([sys.argv[0], str(corpus), f"-dict={words}", "-verbosity=0", *limits], give)
    atheris.Fuzz()


def _of_values(name: str, give: Callable[[bytes], None]) -> Callable[[bytes], object]:
    @given(damaged_value(json.loads(SEEDS[name])))
    def of_value(value: object) -> None:
        give(as_json(value))

    return of_value.hypothesis.fuzz_one_input


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    main(sys.argv[1:])
