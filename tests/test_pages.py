"""Every Python block of the README and of the documentation runs, a page after the other, as a reader would run it."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from impact_metrics import Code

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


def blocks_in_docstrings() -> list[tuple[str, str]]:
    """The literal blocks of all docstrings, each with the file that holds it."""
    found: list[tuple[str, str]] = []
    for path in sorted((ROOT / "src").glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (doc := ast.get_docstring(node)):
                blocks = re.findall(r"::\n\n((?:(?: {4}.*)?\n)+)", doc + "\n")
                found += [(str(path.relative_to(ROOT)), dedent(block)) for block in blocks]
    return found


@pytest.mark.parametrize(("place", "block"), blocks_in_docstrings(), ids=lambda text: text[:40])
def test_the_code_of_docstrings_runs(place: str, block: str) -> None:
    """Python runs, and defines what it defines; a mapping is parsed as TOML."""
    if place.endswith("mapping.py"):
        assert {"files", "values"} & tomllib.loads(block).keys()
    else:
        code = compile(block, place, "exec", dont_inherit=True)
        exec(code, {"Code": Code, "__name__": __name__})  # noqa: S102 - what a reader would run
