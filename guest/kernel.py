"""The guest's kernel: Debian's own, with the modules the test needs, and a small initramfs that mounts four drives.

The cloud flavour of the kernel has no USB at all, so it is the general one. Of its modules only those wanted and what
they need are kept. The initramfs is a static busybox and `inside/init`.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from guest.errors import MachineTestError
from guest.program import run

META_PACKAGE = "linux-image-amd64"
BOOT_MODULES = ("virtio_pci", "virtio_blk", "crc32c_generic", "ext4", "9p", "9pnet_virtio")
MODULES = (
    *BOOT_MODULES, "virtio_console", "xhci-pci", "vhci-hcd", "usblp", "ftdi_sio",
)  # fmt: skip
BUSYBOX = Path("/bin/busybox")


class Kernel:
    """A kernel unpacked into a root file system."""

    def __init__(self, root: Path, release: str) -> None:
        self._root = root
        self.release = release
        self._needs = _dependencies(self._modules_dir / "modules.dep")

    @property
    def _modules_dir(self) -> Path:
        return self._root / "lib/modules" / self.release

    @classmethod
    def install(cls, root: Path, scratch: Path, log: Path) -> "Kernel":
        """Fetch Debian's kernel and put it into the root file system; it has `depmod`.

        Raises:
            MachineTestError: no such package, or a step failed.
        """
        scratch.mkdir()
        run(log, "apt-get", "update", "-qq")  # the package of yesterday may be gone
        run(log, "apt-get", "download", "-q", _newest(log), folder=scratch)
        package = next(scratch.glob("*.deb"))
        run(log, "dpkg-deb", "-x", package, scratch / "tree")
        release = next((scratch / "tree/lib/modules").iterdir()).name
        modules = root / "lib/modules"
        modules.mkdir(parents=True, exist_ok=True)
        (scratch / "tree/lib/modules" / release).rename(modules / release)
        shutil.copy(scratch / f"tree/boot/vmlinuz-{release}", root / "boot/vmlinuz")
        run(log, "chroot", root, "depmod", release)
        kernel = cls(root, release)
        kernel._prune()
        run(log, "chroot", root, "depmod", release)
        return kernel

    def in_order(self, names: Iterable[str]) -> Iterator[str]:
        """Yield the files of these modules and of all they need, each after what it needs, each once."""
        seen: set[str] = set()
        for name in names:
            for path in (*reversed(self._needs[self._path(name)]), self._path(name)):
                if path not in seen:
                    seen.add(path)
                    yield path

    def write_initramfs(self, init: Path, scratch: Path, target: Path, log: Path) -> None:
        """Pack busybox, the boot modules in the order to insert them, and `init`.

        Raises:
            MachineTestError: there is no static busybox, or cpio failed.
        """
        tree = scratch / "initramfs"
        for folder in ("bin", "modules", "proc", "sys", "dev", "new"):
            (tree / folder).mkdir(parents=True)
        if not BUSYBOX.exists():
            raise MachineTestError(f"{BUSYBOX} is missing: install busybox-static")
        shutil.copy(BUSYBOX, tree / "bin/busybox")
        shutil.copy(init, tree / "init")
        (tree / "init").chmod(0o755)
        order = list(self.in_order(BOOT_MODULES))
        for path in order:
            shutil.copy(self._modules_dir / path, tree / "modules")
        (tree / "modules/order").write_text("".join(f"{Path(path).name}\n" for path in order))
        run(log, "sh", "-c", f"find . | cpio --quiet -o -H newc | gzip -1 >'{target}'", folder=tree)

    def _path(self, name: str) -> str:
        file_names = (f"{name}.ko", f"{name.replace('-', '_')}.ko")
        for path in self._needs:
            if os.path.basename(path) in file_names:  # noqa: PTH119 modules.dep has no Path
                return path
        raise MachineTestError(f"kernel {self.release} has no module {name}")

    def _prune(self) -> None:
        kept = set(self.in_order(MODULES))
        for path in self._needs:
            if path not in kept:
                (self._modules_dir / path).unlink()


def _newest(log: Path) -> str:
    """Return the name of the package that the meta-package stands for: it changes with each security update."""
    for line in run(log, "apt-cache", "depends", META_PACKAGE).splitlines():
        kind, _, name = line.strip().partition(": ")
        if kind == "Depends":
            return name
    raise MachineTestError(f"{META_PACKAGE} is not known: run apt-get update, then again")


def _dependencies(file: Path) -> dict[str, list[str]]:
    """Read modules.dep: module -> what it needs, nearest first."""
    lines = (line.partition(":") for line in file.read_text().splitlines())
    return {path: needed.split() for path, _, needed in lines}
