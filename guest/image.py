"""The guest's system image: Debian 12 with systemd, udev, libusb and Python, built once and kept under the cache.

Its folder is named by a hash of the recipe, so another recipe makes another image. It holds nothing of the project:
that comes on a drive of its own each run (`drives.py`). Needs root, for file owners. No address of a package index is
named: where packages come from is the machine's configuration.
"""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from guest import kernel
from guest.kernel import Kernel
from guest.program import run

INSIDE = Path(__file__).parent / "inside"
SUITE = "bookworm"
PACKAGES = ("systemd", "systemd-sysv", "udev", "kmod", "python3", "libusb-1.0-0")
LEFT_OUT = ("doc", "man", "locale", "info")
SIZE = "600M"
UNIT = "ktp-guest.service"


@dataclass(frozen=True, slots=True)
class Image:
    """Three files qemu boots from."""

    folder: Path

    @property
    def vmlinuz(self) -> Path:
        """The kernel."""
        return self.folder / "vmlinuz"

    @property
    def initramfs(self) -> Path:
        """What the kernel runs first."""
        return self.folder / "initramfs.gz"

    @property
    def system(self) -> Path:
        """The root file system, ext4."""
        return self.folder / "system.ext4"

    @property
    def release(self) -> str:
        """The kernel's release."""
        return (self.folder / "release").read_text().strip()

    @property
    def built(self) -> bool:
        """Say whether it is there, whole."""
        return (self.folder / "release").exists()


def image_in(cache: Path) -> Image:
    """Return where the image of this recipe is, built or not."""
    recipe = hashlib.sha256()
    for path in (Path(__file__), Path(kernel.__file__), INSIDE / "init", INSIDE / UNIT):
        recipe.update(path.read_bytes())
    return Image(cache / f"image-{recipe.hexdigest()[:12]}")


def build(image: Image, log: Path) -> None:
    """Build it; what an interrupted build left is thrown away first, and older images too.

    Raises:
        MachineTestError: a step failed.
    """
    for old in image.folder.parent.glob("image-*"):
        shutil.rmtree(old)
    image.folder.mkdir(parents=True)
    root = image.folder / "root"
    _bootstrap(root, log)
    found = Kernel.install(root, image.folder / "kernel", log)
    found.write_initramfs(INSIDE / "init", image.folder / "kernel", image.initramfs, log)
    (root / "boot/vmlinuz").rename(image.vmlinuz)
    _prepare(root)
    run(log, "mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", root, image.system, SIZE)
    shutil.rmtree(root)
    shutil.rmtree(image.folder / "kernel")
    (image.folder / "release").write_text(found.release + "\n")


def _bootstrap(root: Path, log: Path) -> None:
    left_out = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in LEFT_OUT]
    run(
        log, "mmdebstrap", "--quiet", "--variant=minbase", "--mode=root",
        f"--include={','.join(PACKAGES)}", *left_out, SUITE, root,
    )  # fmt: skip


def _prepare(root: Path) -> None:
    """Have systemd start our one unit and little else."""
    units = root / "etc/systemd/system"
    shutil.copy(INSIDE / UNIT, units / UNIT)
    for folder in ("data", "share", "opt/ktp"):
        (root / folder).mkdir(parents=True)
    (root / "usr/lib/python3/dist-packages/ktp.pth").write_text("/opt/ktp/site-packages\n")
    (root / "etc/hostname").write_text("ktp-guest\n")
