"""The two drives made anew each run: the project as it is shipped with what it needs, and the data the guest works on.

Site-packages are installed with hashes once per `requirements/runtime.txt` and kept; the project's own wheel is built
from the tree each run, so a changed line needs no new image. Bytecode is compiled here: the guest is ten times slower.
"""

import compileall
import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from guest.errors import MachineTestError
from guest.program import run

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements/runtime.txt"
GUEST_PYTHON = (3, 11)  # Debian 12's
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
PROJECT_SPARE_MB = 24
DATA_SIZE = "128M"
_BYTECODE = shutil.ignore_patterns("__pycache__")


def check_python() -> None:
    """See that bytecode compiled here is the guest's.

    Raises:
        MachineTestError: this Python is of another version.
    """
    if sys.version_info[:2] != GUEST_PYTHON:
        raise MachineTestError(
            "the guest has Python 3.11 and this is another: make the environment anew with PYTHON=python3.11"
        )


def site_packages(cache: Path, log: Path) -> Path:
    """Return the folder of the third-party packages, installed and compiled, the same for the same lock.

    Raises:
        MachineTestError: pip failed.
    """
    key = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = cache / f"site-packages-{key}"
    if folder.exists():
        return folder
    for old in cache.glob("site-packages-*"):
        shutil.rmtree(old)
    part = cache / "site-packages-part"
    run(
        log, sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install",
        "--require-hashes", "--no-deps", "--no-compile", "--only-binary=:all:", "--implementation=cp",
        "--python-version=3.11", *(f"--platform={name}" for name in PLATFORMS),
        "--target", part, "-r", REQUIREMENTS,
    )  # fmt: skip
    _compile(part)
    return part.rename(folder)


def project_drive(target: Path, packages: Path, log: Path) -> None:
    """Write the drive the guest mounts at /opt/ktp: site-packages, udev rule and units, the guest's part of this test.

    Raises:
        MachineTestError: the wheel could not be built, or the drive not written.
    """
    with tempfile.TemporaryDirectory(prefix="ktp-guest-") as name:
        tree = Path(name)
        tree.chmod(0o755)  # the drive's own root: the press is no superuser
        run(log, "cp", "-al", packages, tree / "site-packages")
        run(
            log, sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install",
            "--no-deps", "--no-build-isolation", "--no-compile", "--target", tree / "own", ROOT,
        )  # fmt: skip
        (tree / "own/bin").rename(tree / "bin")
        shutil.copytree(ROOT / "guest", tree / "own/guest", ignore=_BYTECODE)
        _compile(tree / "own")
        for path in (tree / "own").iterdir():
            path.rename(tree / "site-packages" / path.name)
        shutil.rmtree(tree / "own")
        shutil.copytree(ROOT / "systemd", tree / "systemd")
        _write(target, tree, f"{_size_mb(tree) + PROJECT_SPARE_MB}M", log)


def data_drive(target: Path, tree: Path, log: Path) -> None:
    """Write the drive that the guest mounts at /data and that outlives its power cut.

    Raises:
        MachineTestError: it could not be written.
    """
    _write(target, tree, DATA_SIZE, log)


def _write(target: Path, tree: Path, size: str, log: Path) -> None:
    target.unlink(missing_ok=True)
    run(log, "mke2fs", "-q", "-t", "ext4", "-E", "root_owner=0:0", "-d", tree, target, size)


def _compile(folder: Path) -> None:
    if not compileall.compile_dir(folder, quiet=2, workers=2):
        raise MachineTestError(f"{folder} holds Python that does not compile")


def _size_mb(folder: Path) -> int:
    blocks = sum(path.lstat().st_blocks for path in folder.rglob("*"))
    return blocks * 512 // 1_000_000
