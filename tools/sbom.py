"""Write the bill of materials of a kiosk: CycloneDX 1.6 JSON of every package of the lock, with its hashes.

    python tools/sbom.py --lock requirements/runtime.txt --to var/sbom.cdx.json

The same lock gives the same bytes. Known advisories are asked of pip-audit; where its database cannot be reached the
bill says `not run`, which is never the same as `0 found`. Ends with 1 when advisories were found.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import uuid
from importlib.metadata import version
from pathlib import Path

from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    Property,
    XsUri,
)
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

AUDIT_S_MAX = 120
NOT_RUN = "not run"
KNOWN_BAD = "jinja2==2.10"  # has had advisories since 2019
_PACKAGE = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def packages(lock: str) -> list[tuple[str, str, list[str]]]:
    """Return name, version and SHA-256 hashes of every package of a lock."""
    found: list[tuple[str, str, list[str]]] = []
    for line in lock.splitlines():
        if match := _PACKAGE.match(line):
            found.append((match["name"], match["version"], []))
        if hashes := _HASH.findall(line):
            found[-1][2].extend(hashes)
    return found


def component(name: str, package_version: str, hashes: list[str]) -> Component:
    """Make the bill's line of one package; each of its files is one that the lock accepts."""
    purl = PackageURL("pypi", name=name, version=package_version)
    files = [
        ExternalReference(
            type=ExternalReferenceType.DISTRIBUTION, url=XsUri(f"{purl}#{sha256}"),
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)],
        )
        for sha256 in hashes
    ]  # fmt: skip
    return Component(
        type=ComponentType.LIBRARY, name=name, version=package_version, purl=purl,
        bom_ref=str(purl), external_references=files,
    )  # fmt: skip


def audit(lock: Path) -> str:
    """Ask pip-audit for advisories; return `N found`, or `not run` and why.

    An index without advisories answers like one that has none to tell. So a package that is known to be bad is asked
    for too: who does not know it knows nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        known_bad = Path(folder) / "known-bad.txt"
        known_bad.write_text(f"{KNOWN_BAD}\n")
        probed, asked = _advisories(known_bad), _advisories(lock, "--require-hashes")
    if isinstance(probed, str) or isinstance(asked, str):
        return f"{NOT_RUN} ({next(one for one in (asked, probed) if isinstance(one, str))})"
    if probed == 0:
        return f"{NOT_RUN} (the database does not know {KNOWN_BAD}: it holds no advisories)"
    return f"{asked} found"


def _advisories(requirements: Path, *more: str) -> int | str:
    """Return how many advisories there are, or why that is not known."""
    words = [
        sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner=off",
        "--format=json", "--requirement", str(requirements), *more,
    ]  # fmt: skip
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, timeout=AUDIT_S_MAX
        )
        told = json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        return "the advisory database was not reached"
    skipped = [one["name"] for one in told if "vulns" not in one]
    if skipped:
        return f"{len(skipped)} of {len(told)} packages are unknown to the advisory database"
    return sum(len(one["vulns"]) for one in told)


def bill(lock: str, audited: str) -> str:
    """Return the bill of a lock as JSON text."""
    product = Component(
        type=ComponentType.APPLICATION, name="ktp-station", version=version("ktp-station"),
        bom_ref="ktp-station",
    )  # fmt: skip
    bom = Bom(
        components=[component(*one) for one in packages(lock)],
        metadata=BomMetaData(
            component=product,
            properties=[Property(name="ktp-station:pip-audit", value=audited)],
        ),
        serial_number=uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(lock.encode()).hexdigest()),
    )
    bom.register_dependency(product, list(bom.components))
    facts = json.loads(JsonV1Dot6(bom).output_as_string())
    facts["metadata"].pop("timestamp", None)  # the same lock, the same bytes
    return json.dumps(facts, indent=1, sort_keys=True) + "\n"


def main() -> int:
    """Write the bill and say in a line what is in it."""
    parser = argparse.ArgumentParser(description="Write the bill of materials of a lock.")
    parser.add_argument("--lock", type=Path, default=Path("requirements/runtime.txt"))
    parser.add_argument("--to", type=Path, default=Path("var/sbom.cdx.json"))
    parser.add_argument("--no-audit", action="store_true", help="do not ask for advisories")
    asked = parser.parse_args()
    audited = f"{NOT_RUN} (not asked for)" if asked.no_audit else audit(asked.lock)
    lock = asked.lock.read_text()
    asked.to.parent.mkdir(parents=True, exist_ok=True)
    asked.to.write_text(bill(lock, audited))
    sys.stdout.write(f"{asked.to}: {len(packages(lock))} packages, advisories: {audited}\n")
    return int(not audited.startswith((NOT_RUN, "0 ")))


if __name__ == "__main__":
    sys.exit(main())
