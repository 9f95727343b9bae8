"""Rows 15 to 19: what tests of this tree measure of units, the standard, secrets, tampering and supply."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from reliability.machine import ROOT
from reliability.row import Order, Result, Verdict
from reliability.suite import Told, by_tests

EXPOSURE_MAX = {"ktp-station-courier": 1.5, "ktp-station-press": 0.7, "ktp-hub": 1.1}
CANARIES_MIN = 1_000
TAMPERED_ROWS_MIN = 1_000


def exposed(told: Told) -> Result:
    """Judge the exposure levels that systemd itself works out for the units as they ship."""
    levels = {
        name: float(level) for name, _, level in (one.partition(" ") for one in told["exposure"])
    }
    kept = levels.keys() == EXPOSURE_MAX.keys() and all(
        levels[name] <= limit for name, limit in EXPOSURE_MAX.items()
    )
    words = ", ".join(f"{name.removeprefix('ktp-')} {level}" for name, level in levels.items())
    return Result.judged(kept, words, {})


def answered(told: Told) -> Result:
    """Judge the items of the standard that are made for this software."""
    items, with_test = (int(told[name][0]) for name in ("asvs_items", "asvs_with_test"))
    words = f"{items} items: {with_test} with a test, {items - with_test} with a line"
    return Result.judged(items > 0, words, {"items": items, "with_test": with_test})


def kept_secret(told: Told) -> Result:
    """Judge the search for people who exist nowhere else."""
    canaries, files = int(told["canaries"][0]), int(told["files_searched"][0])
    leaks = int(told["leaks"][0])
    words = f"{leaks} of {canaries:,} people found outside their place, {files} files searched"
    kept = not leaks and canaries >= CANARIES_MIN and files > 0
    return Result.judged(kept, words, {"leaks": leaks})


def found_out(told: Told) -> Result:
    """Judge the tampering with each byte and each row of a long chain."""
    rows, tampered, unseen = (int(told[n][0]) for n in ("rows", "bytes_tampered", "bytes_unseen"))
    words = f"{tampered:,} bytes turned and {rows:,} rows dropped, repeated, moved: all found"
    kept = not unseen and rows >= TAMPERED_ROWS_MIN and tampered > 0
    return Result.judged(kept, words, {"bytes": tampered, "rows": rows})


def supplied(told: Told) -> Result:
    """Judge lock and bill."""
    pinned = sum(map(int, told["pinned"]))
    words = f"{pinned} packages pinned by version and hash, bill complete"
    return Result.judged(pinned > 0, words, {"pinned": pinned})


def audited() -> tuple[str, bool]:
    """Ask for known advisories; returns the bill's words and whether there are any. `not run` is never none."""
    with TemporaryDirectory(prefix="ktp-bill-") as folder:
        bill = Path(folder) / "bill.json"
        words = [sys.executable, "tools/sbom.py", "--to", str(bill)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
        (one,) = json.loads(bill.read_text())["metadata"]["properties"]
    return one["value"], done.returncode != 0


exposure = by_tests(("tests/systemd/test_units.py",), exposed)
standard = by_tests(("tests/security/test_document.py",), answered)
secrecy = by_tests(("tests/security/test_secrets.py",), kept_secret)
tampering = by_tests(("tests/store/test_events.py",), found_out)
_locked = by_tests(("tests/security/test_supply.py",), supplied)


def supply(order: Order) -> Result:
    """Run row 19: lock and bill by their tests, then the audit."""
    result = _locked(order)
    if result.verdict is not Verdict.KEPT:
        return result
    audit, bad = audited()
    failures = (f"audit: {audit}",) if bad else ()
    return Result.judged(not bad, f"{result.measured}, audit: {audit}", result.figures, failures)
