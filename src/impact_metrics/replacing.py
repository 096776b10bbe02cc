"""Files that are replaced whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from impact_metrics.errors import ImpactMetricsError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def writing(what: str, target: Path, refuse: type[ImpactMetricsError] = ImpactMetricsError) -> Iterator[None]:
    """Turn what the disk does not let be into an error: what it was, where, and that nothing was changed."""
    try:
        yield
    except OSError as error:
        hint = "nothing was changed; check the path, that you may write there, and that there is room on the disk"
        problem = f"the {what} cannot be written: {error.strerror or error}"
        raise refuse(problem, where=str(target), hint=hint) from None


@contextmanager
def replaced_file(
    path: str | os.PathLike[str], refuse: type[ImpactMetricsError] = ImpactMetricsError, what: str = "file"
) -> Iterator[Path]:
    """Give a new file to write, beside the one of the path, which takes its place when all went well.

    After an error nothing of the new file is left, and an old one is as it was; the new one is on the disk before it
    takes the place. An old file keeps its permissions, and a link leads to the new one. What is no file, such as a
    pipe, is written itself. Raises ``refuse`` where the disk does not let it.
    """
    named = Path(path)
    with writing(what, named, refuse):
        target = Path(os.path.realpath(named))
        if target.exists() and not target.is_file() and not target.is_dir():
            yield target
            return
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=target.suffix[-10:])
        os.close(handle)
        new = Path(name)
        try:
            yield new
            new.chmod(mode)
            sync(new)
            new.replace(target)
            sync(target.parent)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


def replace_text(path: Path, text: str, refuse: type[ImpactMetricsError] = ImpactMetricsError) -> None:
    """Write a text, as it is and in UTF-8, in the place of a file. Raises ``refuse`` where the disk does not let it."""
    replace_bytes(path, text.encode(), refuse)


def replace_bytes(path: Path, content: bytes, refuse: type[ImpactMetricsError] = ImpactMetricsError) -> None:
    """Write bytes in the place of a file. Raises ``refuse`` where the disk does not let it."""
    with replaced_file(path, refuse) as new:
        new.write_bytes(content)


def sync(path: Path) -> None:
    """See to it that a file, or the names in a folder, are on the disk."""
    with suppress(PermissionError):  # where a folder cannot be opened, its names need no such care
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
