"""Files that are replaced whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from impact_metrics.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def writing(what: str, target: Path) -> Iterator[None]:
    """Turn what the disk does not let be into a ``StreamError``: what it was, where, and that nothing was changed."""
    try:
        yield
    except OSError as error:
        hint = "nothing was changed; check the path, that you may write there, and that there is room on the disk"
        problem = f"the {what} cannot be written: {error.strerror or error}"
        raise StreamError(problem, where=str(target), hint=hint) from None


@contextmanager
def replaced_file(target: Path) -> Iterator[Path]:
    """Give a new file to write, beside ``target``, which takes its place when all went well.

    After an error nothing of the new file is left, and an old one is as it was; the new one is on the disk before it
    takes the place. Raises ``StreamError`` where the disk does not let it.
    """
    with writing("file", target):
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
        new = Path(name)
        try:
            yield new
            new.chmod(0o644)
            with new.open("rb") as written:
                os.fsync(written.fileno())
            new.replace(target)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
