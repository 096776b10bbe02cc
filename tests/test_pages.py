"""Every Python block of the README and of the documentation runs, a page after the other, as a reader would run it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.relative_to(ROOT) for path in (ROOT / "README.md", *(ROOT / "docs").glob("**/*.md")))
READER = Sybil(parsers=[PythonCodeBlockParser()], path=str(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if "_build" not in page.parts], ids=str)
def test_the_code_of_a_page_runs(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the root of the repository, block by block; each goes on where the one before ended."""
    monkeypatch.chdir(ROOT)
    for example in READER.parse(ROOT / page).examples():
        example.evaluate()


def test_pages_with_code_are_found() -> None:
    """The test above is about something."""
    with_code = [page for page in PAGES if "```python" in (ROOT / page).read_text(encoding="utf-8")]
    assert {Path("README.md"), Path("docs/books.md")} <= set(with_code)
