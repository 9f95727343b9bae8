"""The house rules, held against every file of the repository.

What ruff, mypy and the import contracts can't say: sizes, names, where clocks, broad excepts and SQL may stand, and
that no file names a person, a machine or a package index. `test_rules.py` shows that each of them can fail.
"""

import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tidy import conduct, shape, tree
from tidy.source import Source

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "prr/", "drivers/", "station/", "hub/", "emulator/", "bench/", "guest/",
    "linearizability/", "model/", "mutants/", "reliability/", "simulation/",
)  # fmt: skip

SourceRule = Callable[[Source], Iterator[str]]
TreeRule = Callable[[tree.Tree], Iterator[str]]

PACKAGE_RULES: tuple[SourceRule, ...] = (
    shape.short_file,
    shape.short_functions,
    shape.module_docstring,
    shape.telling_names,
    conduct.injected_time_and_chance,
    conduct.narrow_excepts,
    conduct.chained_raises,
    conduct.sql_in_its_place,
)
TEST_RULES: tuple[SourceRule, ...] = (shape.short_file,)
TREE_RULES: tuple[TreeRule, ...] = (
    tree.no_machine_path,
    tree.own_documents,
    tree.no_index_host,
    tree.no_real_nik,
    tree.decisions,
)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every text file git tracks or would track."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    found: dict[str, str] = {}
    for name in sorted(filter(None, listing.stdout.decode().split("\0"))):
        path = ROOT / name
        if path.is_file():
            data = path.read_bytes()
            if b"\0" not in data:
                found[name] = data.decode()
    return found


@pytest.mark.parametrize("rule", PACKAGE_RULES, ids=lambda rule: rule.__name__)
def test_packages(rule: SourceRule, texts: dict[str, str]) -> None:
    assert_clean(rule, texts, PACKAGES)


@pytest.mark.parametrize("rule", TEST_RULES, ids=lambda rule: rule.__name__)
def test_tests(rule: SourceRule, texts: dict[str, str]) -> None:
    assert_clean(rule, texts, ("tests/",))


def assert_clean(rule: SourceRule, texts: dict[str, str], folders: tuple[str, ...]) -> None:
    sources = [
        Source.parse(path, text)
        for path, text in texts.items()
        if path.startswith(folders) and path.endswith(".py")
    ]
    assert len(sources) > len(folders), "the rules saw no code"
    findings = [finding for source in sources for finding in rule(source)]
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize("rule", TREE_RULES, ids=lambda rule: rule.__name__)
def test_tree(rule: TreeRule, texts: dict[str, str]) -> None:
    findings = list(rule(texts))
    assert not findings, "\n".join(findings)


def test_every_driver_has_its_protocol_note(texts: dict[str, str]) -> None:
    project = tomllib.loads(texts["pyproject.toml"])["project"]
    findings = list(tree.protocol_notes(texts, project["entry-points"]["ktp_station.drivers"]))
    assert not findings, "\n".join(findings)


def test_excuses_are_used(texts: dict[str, str]) -> None:
    """A place on the list of broad excepts that no longer catches everything leaves the list."""
    for path in conduct.BROAD_EXCEPT_PLACES:
        assert path in texts, f"{path} is gone"
        elsewhere = Source.parse("elsewhere.py", texts[path])
        assert list(conduct.narrow_excepts(elsewhere)), f"{path} needs no excuse any more"
