"""Files that are replaced whole, or not at all."""

from __future__ import annotations

import os
import shutil
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


@contextmanager
def landed_together(folder: Path, refuse: type[ImpactMetricsError] = ImpactMetricsError) -> Iterator[Path]:
    """Give a new folder to write files into, which all take their places in ``folder`` in the end, or none of them.

    They do so when all are on the disk and nothing stands in the way. Should one fail to even then, those before it are
    taken back, and old files are as they were. Raises ``refuse`` where the disk does not let it. Only where it does not
    let files be put back either, some are new: the error names them, and the folder that the old ones are in. They are
    there too if the machine stops in that moment: beside ``folder``, named the same with a dot before, letters behind.
    """
    absent = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:40]}."))
    except OSError as error:
        _forget(absent)
        raise refuse(f"the folder cannot be made: {error.strerror}", where=str(folder)) from None
    try:
        yield new
        _land(new, folder, refuse)
    except BaseException as error:
        if isinstance(error, ImpactMetricsError):
            error.where = error.where.replace(str(new), str(folder))
        if not _kept(new):
            shutil.rmtree(new, ignore_errors=True)
            _forget(absent)
        raise
    shutil.rmtree(new, ignore_errors=True)


def _forget(folders: list[Path]) -> None:
    """Remove folders that were made for nothing, the innermost first."""
    with suppress(OSError):
        for place in folders:
            place.rmdir()


def _kept(new: Path) -> list[Path]:
    """Give the old files that are not in their places."""
    return sorted((new / "old").glob("*"))


def _land(new: Path, folder: Path, refuse: type[ImpactMetricsError]) -> None:
    places = {path: Path(os.path.realpath(folder / path.name)) for path in sorted(new.iterdir())}
    for path, target in places.items():
        if target.exists() and not target.is_file():
            hint = "nothing was changed; move it away, or name another folder"
            raise refuse("what stands here is no file", where=str(folder / path.name), hint=hint)
    with writing("folder", folder, refuse):
        (new / "old").mkdir()
        for path, target in places.items():
            path.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
            sync(path)
        try:
            for path, target in places.items():
                if target.exists():
                    target.replace(new / "old" / path.name)
                path.replace(target)
            sync(folder)
        except BaseException:
            _take_back(new, places, folder, refuse)
            raise


def _take_back(new: Path, places: dict[Path, Path], folder: Path, refuse: type[ImpactMetricsError]) -> None:
    """Put every old file back, and remove new ones that had no old one."""
    changed: list[str] = []
    for path, target in places.items():
        old = new / "old" / path.name
        try:
            if old.exists():
                old.replace(target)
            elif not path.exists():
                target.unlink()
        except OSError:
            changed.append(path.name)
    if changed:
        hint = f"the old ones are in {new / 'old'}: put them back by hand"
        raise refuse(f"not all could be written, and these are new: {', '.join(changed)}", where=str(folder), hint=hint)
