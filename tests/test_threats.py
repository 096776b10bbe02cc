"""What the threat model says stands in the way is there."""

import re
from pathlib import Path

from tests.public_names import SOURCE

ROOT = Path(__file__).parents[1]


def test_every_module_that_is_named_is_there() -> None:
    """The pages on security name modules as what stops an attack; a module that moves takes its row along."""
    for page in (ROOT / "docs" / "why" / "threats.md", ROOT / "SECURITY.md"):
        named = re.findall(r"`(impact_metrics(?:\.\w+)+)`", page.read_text(encoding="utf-8"))
        assert named, page
        for module in named:
            path = SOURCE.joinpath(*module.split("."))
            assert path.is_dir() or path.with_suffix(".py").is_file(), (page.name, module)
