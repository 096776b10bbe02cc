"""On what it was measured."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def machine(*packages: str) -> dict[str, str]:
    """Say on what it was measured, with the versions of some packages."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model n")]
        cpu = f"{names[0]}, {len(names)} cores" if names else cpu
    versions = {name: _version(name) for name in packages}
    return {"cpu": cpu, "system": platform.system(), "python": platform.python_version(), **versions}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
