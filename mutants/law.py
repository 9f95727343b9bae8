"""The laws of print-once by number, and the tests that hold them.

A law's tests are the functions `test_inv_NN_...` under tests/invariants; `laws.toml` has the law in a line. A law that
has no test yet says what it waits for.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LAWS = Path(__file__).parent / "laws.toml"
TESTS = "tests/invariants"

_TEST = re.compile(r"^def (test_inv_(\d\d)_\w+)\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Law:
    """One law.

    Attributes:
        number: as it is cited everywhere.
        group: what it is about.
        sentence: the law in a line.
        waits_for: what has to be built before it can be tested; empty where it is tested.
        tests: pytest's names of its tests, `file::function`.
    """

    number: int
    group: str
    sentence: str
    waits_for: str
    tests: tuple[str, ...]


def laws(root: Path) -> Mapping[int, Law]:
    """Read all laws and find their tests in a tree."""
    tests: dict[int, list[str]] = {}
    for path in sorted((root / TESTS).glob("test_*.py")):
        for name, number in _TEST.findall(path.read_text()):
            tests.setdefault(int(number), []).append(f"{TESTS}/{path.name}::{name}")
    read = tomllib.loads(LAWS.read_text())["law"]
    return {
        one["number"]: Law(
            one["number"], one["group"], one["sentence"], one.get("waits_for", ""),
            tuple(tests.get(one["number"], ())),
        )
        for one in read
    }  # fmt: skip
