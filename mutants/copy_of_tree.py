"""A copy of the tree, where rules may be taken out: the live tree is never touched.

What git tracks or would track is copied into a folder of its own. Tests run there in a process that imports the copy;
that it does is asked of such a process, not assumed.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mutants.errors import RunError
from mutants.mutant import Mutant

PACKAGES = ("prr", "drivers", "station", "hub", "emulator")
_WHERE = """\
import importlib, json, sys
print(json.dumps([importlib.import_module(name).__path__[0] for name in sys.argv[1:]]))
"""


class TreeCopy:
    """A copy of a tree under a folder."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = folder / "tree"
        for name in _files(root):
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target)

    def environment(self) -> dict[str, str]:
        """Return the environment of a process that imports the copy."""
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        return kept | {"PYTHONPATH": str(self.root)}

    def check_imports(self) -> None:
        """See that a process started here gets every package of ours from the copy.

        Raises:
            RunError: one comes from elsewhere.
        """
        done = subprocess.run(
            [sys.executable, "-c", _WHERE, *PACKAGES], cwd=self.root, env=self.environment(),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name, place in zip(PACKAGES, json.loads(done.stdout), strict=True):
            if Path(place) != self.root / name:
                raise RunError(f"{name} is imported from {place}, not from the copy")

    @contextmanager
    def mutated(self, mutant: Mutant) -> Iterator[None]:
        """Take a rule out for as long as the block runs."""
        before = {name: (self.root / name).read_text() for name in {e.file for e in mutant.edits}}
        try:
            for edit in mutant.edits:
                edit.apply(self.root)
            self._forget_bytecode(before)
            yield
        finally:
            for name, text in before.items():
                (self.root / name).write_text(text)
            self._forget_bytecode(before)

    def _forget_bytecode(self, names: dict[str, str]) -> None:
        """Drop compiled files, which are told from newer ones by a whole second only."""
        for name in names:
            path = self.root / name
            Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def _files(root: Path) -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [name for name in listing.stdout.split("\0") if name and (root / name).is_file()]
