"""Folders that are replaced whole, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from impact_metrics.errors import StreamError
from impact_metrics.replacing import sync, writing

if TYPE_CHECKING:
    from collections.abc import Container, Iterator


@contextmanager
def replaced(target: Path, known: Container[str]) -> Iterator[Path]:
    """Give a new folder to fill, beside ``target``, which takes its place when all went well.

    After an error nothing of the new folder is left, and an old one is as it was; the new one is on the disk before it
    takes the place. Should the machine stop in the moment between the two renames that this takes, the old folder
    stands whole in another beside its place, whose name is the same with a dot before it and letters behind it. An old
    folder is replaced only when everything in it is a file of a name in ``known``.

    Raises ``StreamError`` where the disk does not let it.
    """
    target = target.resolve()
    with writing("folder", target, StreamError):
        _check_nothing_is_lost(target, known)
        new = _beside(target)
        try:
            new.chmod(0o755)
            yield new
            sync(new)
            _take_place(new, target)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise


def _check_nothing_is_lost(target: Path, known: Container[str]) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise StreamError("this is a file, not a folder", where=str(target), hint="name a folder")
    for entry in sorted(target.iterdir()):
        if entry.name not in known or not entry.is_file():
            hint = "name a new folder, or move it away"
            raise StreamError("the folder holds something else, which would be lost", where=str(entry), hint=hint)


def _beside(target: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))


def _take_place(new: Path, target: Path) -> None:
    if target.exists():
        aside = _beside(target)
        old = aside / target.name
        try:
            target.replace(old)
            new.replace(target)
        except BaseException:
            if old.exists():
                old.replace(target)
            aside.rmdir()
            raise
        shutil.rmtree(aside, ignore_errors=True)
    else:
        new.replace(target)
    sync(target.parent)
