"""docs/SECURITY.md keeps its word: each threat has a test, each ASVS item a test or a line; what is named exists."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "SECURITY.md").read_text()
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
ASVS = (
    "2.3.1 2.3.3 2.3.4 2.3.5 2.4.1 3.4.2 3.5.1 3.5.8 4.1.5 5.2.1 5.2.2 5.2.6 8.3.1 "
    "11.3.2 11.3.3 11.3.4 12.1.1 12.1.3 12.3.2 12.3.5 13.3.1 13.3.2 13.3.3 13.3.4 "
    "14.2.4 14.2.6 14.2.7 15.1.2 15.2.4 15.4.2 16.2.2 16.2.5 16.3.3 16.4.1 16.4.2"
).split()


def rows(title: str) -> list[list[str]]:
    """Return the cells of the first table under a heading, without its head."""
    part = TEXT.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_test_named_is_there() -> None:
    named = _TEST.findall(TEXT)
    assert len(named) > 40
    for path, function in named:
        assert (ROOT / path).is_file(), path
        tree = ast.parse((ROOT / path).read_text())
        known = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert not function or function in known, f"{path}::{function}"


def test_every_threat_has_its_test() -> None:
    threats = rows("Threats")
    assert len(threats) >= 20
    for row in threats:
        assert _TEST.search(row[-1]), row[0]


def test_every_item_of_the_standard_is_answered(
    record_property: Callable[[str, object], None],
) -> None:
    answered = {row[0]: row[-1] for row in rows("OWASP ASVS 5.0")}
    assert list(answered) == ASVS
    for item, answer in answered.items():
        assert _TEST.search(answer) or len(answer) > 20, item
    record_property("asvs_items", len(answered))
    record_property(
        "asvs_with_test", sum(bool(_TEST.search(answer)) for answer in answered.values())
    )


@pytest.mark.parametrize("title", ["What this does not do"])
def test_the_limits_are_told(title: str) -> None:
    assert len(TEXT.split(f"## {title}\n")[1]) > 500
