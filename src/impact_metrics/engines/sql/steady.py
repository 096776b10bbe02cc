"""Files that stay as they were: what is read again must be what was checked, or nothing is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from impact_metrics.errors import StreamError

if TYPE_CHECKING:
    from pathlib import Path

_State: TypeAlias = "tuple[int, int, int, int] | None"


class Steady:
    """The files behind tables, each as it was when it was first looked at."""

    def __init__(self) -> None:
        """Start with none."""
        self._states: dict[Path, _State] = {}

    def watch(self, path: Path) -> None:
        """Remember the state of a file, before anything of it is read."""
        self._states[path] = _state(path)

    def release(self, path: Path) -> None:
        """Check a file for the last time: what it held is kept elsewhere."""
        self._check(path)
        del self._states[path]

    def check(self) -> None:
        """Raise ``StreamError`` where a file is no longer what it was.

        To check after each reading is enough: whatever changes a file also changes when it was last changed.
        """
        for path in self._states:
            self._check(path)

    def _check(self, path: Path) -> None:
        if _state(path) != self._states[path]:
            hint = "open it again: figures, accounts and digests are of one state of the files"
            raise StreamError("the file was changed or replaced after it was opened", where=str(path), hint=hint)


def _state(path: Path) -> _State:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
