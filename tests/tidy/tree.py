"""Rules on the repository as a tree of texts: no person, no machine and no index named, documents in their place."""

import re
from collections.abc import Iterator, Mapping

ADR_LINES_MAX = 60  # one page

# Put together from parts so that this file keeps its own rule.
_INDEX_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("golang", "org"),
        ("deb", "debian", "org"),
        ("conda", "anaconda", "org"),
    )
)
_MACHINE_PATH = re.compile(r"(?<![\w.~/*)}\]-])/(?:(?:work|root)/|(?:home|tmp|Users)/\w)")
_FOREIGN_DOCUMENT = re.compile(r"\bshared/(?:design|domain|protocols|recipes|style)\b")
_SIXTEEN_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{16}(?![0-9A-Za-z])")
_ADDRESS = re.compile(
    r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host", re.IGNORECASE
)
_ADR = re.compile(r"docs/adr/(\d{4})-[a-z0-9-]+\.md")

# The published vectors of the NIK rule, among them numbers that are malformed on purpose; all nobody's.
NIK_VECTORS = "tests/captures/nik_vectors.json"

Tree = Mapping[str, str]  # path -> text of every text file


def no_machine_path(tree: Tree) -> Iterator[str]:
    """The repository works on any machine."""
    for path, line_no, line in _lines(tree):
        if _MACHINE_PATH.search(line):
            yield f"{path}:{line_no}: an absolute path of one machine"


def own_documents(tree: Tree) -> Iterator[str]:
    """What a file points to is in the repository."""
    for path, line_no, line in _lines(tree):
        if _FOREIGN_DOCUMENT.search(line):
            yield f"{path}:{line_no}: a document outside the repository"


def no_index_host(tree: Tree) -> Iterator[str]:
    """Where packages come from is the machine's configuration, not ours."""
    for path, line_no, line in _lines(tree):
        if any(host in line.lower() for host in _INDEX_HOSTS):
            yield f"{path}:{line_no}: names a package index"
        if path.startswith("requirements/") and path.endswith(".txt") and _ADDRESS.search(line):
            yield f"{path}:{line_no}: a lock carries no address"


def no_real_nik(tree: Tree) -> Iterator[str]:
    """A sixteen-digit number could be somebody's unless its district or its serial was never assigned."""
    for path, line_no, line in _lines(tree):
        if path == NIK_VECTORS:
            continue
        for number in _SIXTEEN_DIGITS.findall(line):
            if not nobodys(number):
                yield f"{path}:{line_no}: sixteen digits that are no synthetic NIK"


def nobodys(number: str) -> bool:
    """Tell whether sixteen digits are a synthetic NIK: district 99, or serial 99xx."""
    return number[4:6] == "99" or number[12:14] == "99"


def protocol_notes(tree: Tree, drivers: Mapping[str, str]) -> Iterator[str]:
    """Each driver we register comes with what we believe its firmware does."""
    for name in drivers:
        if f"docs/protocols/{name}.md" not in tree:
            yield f"docs/protocols/{name}.md is missing: write what driver {name} relies on"


def decisions(tree: Tree) -> Iterator[str]:
    """Decisions are one page each and numbered without a gap."""
    paths = sorted(path for path in tree if path.startswith("docs/adr/"))
    for expected, path in enumerate(paths, start=1):
        named = _ADR.fullmatch(path)
        if named is None:
            yield f"{path}: a decision is named NNNN-title.md"
        elif int(named[1]) != expected:
            yield f"{path}: number {expected:04d} expected here"
        lines = tree[path].count("\n")
        if lines > ADR_LINES_MAX:
            yield f"{path}: {lines} lines, one page is {ADR_LINES_MAX}"


def _lines(tree: Tree) -> Iterator[tuple[str, int, str]]:
    for path, text in tree.items():
        for line_no, line in enumerate(text.splitlines(), start=1):
            yield path, line_no, line
