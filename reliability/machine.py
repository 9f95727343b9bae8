"""The machine and the commit a run was made on, without names: cores, memory, kernel, file system, SQLite."""

import os
import platform
import sqlite3
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = "docs/RELIABILITY.md"
MEMORY = Path("/dev") / "shm"  # a file system in memory, where the machine has one


def machine() -> str:
    """Return one line about this machine."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernel = platform.release().split("-")[0]
    return (
        f"{os.cpu_count()} cores, {gib:.0f} GiB, Linux {kernel}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )


def commit() -> str:
    """Return the commit's short name, and that the tree had changes if it had."""
    name = _git("rev-parse", "--short=10", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", f":!{PAGE}")
    return f"{name} and changes after it" if changed else name


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()
