"""What a kiosk is made of: every file of the lock by its hash, and a bill that says what was not checked."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = tuple(
    f"requirements/{name}.txt" for name in ("runtime", "receipt", "queue", "reader", "dev")
)


def entries(lock: str) -> dict[str, int]:
    """Return package==version -> number of hashes."""
    found: dict[str, int] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            name = line.split()[0]
            found[name] = 0
        found_hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}", line)
        if found_hashes:
            found[name] += len(found_hashes)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_version_and_hash(
    lock: str, record_property: Callable[[str, object], None]
) -> None:
    known = entries(lock)
    record_property("pinned", len(known))
    assert len(known) > 20
    for name, hashes in known.items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[^ ;]+", name), name
        assert hashes > 0, name


def test_setup_takes_nothing_without_its_hash() -> None:
    setup = (ROOT / "tools" / "setup").read_text()
    installs = [line for line in setup.splitlines() if line.startswith("$pip")]
    assert len(installs) == 2
    for line in installs:
        assert "--require-hashes" in line or "--no-deps" in line


def bill(folder: Path) -> tuple[dict[str, object], bytes]:
    path = folder / "sbom.json"
    words = [sys.executable, "tools/sbom.py", "--no-audit", "--to", str(path)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return json.loads(path.read_text()), path.read_bytes()


def test_the_bill_names_what_the_lock_names_and_nothing_else(tmp_path: Path) -> None:
    made, text = bill(tmp_path)
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    components = made["components"]
    assert isinstance(components, list)
    lines = {f"{c['name']}=={c['version']}": len(c["externalReferences"]) for c in components}
    assert lines == entries(LOCKS[0])
    assert bill(tmp_path)[1] == text  # the same lock, the same bytes


def test_what_was_not_audited_is_not_called_clean(tmp_path: Path) -> None:
    made, _ = bill(tmp_path)
    metadata = made["metadata"]
    assert isinstance(metadata, dict)
    (audited,) = metadata["properties"]
    assert audited == {"name": "ktp-station:pip-audit", "value": "not run (not asked for)"}
