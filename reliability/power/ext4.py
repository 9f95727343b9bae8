"""A small ext4 file system of its own whose power can be cut: what was not written to its device by then is gone.

`cut` is EXT4_IOC_SHUTDOWN without flushing the log: what is not yet on the device never comes to it.
Needs root, and a mount namespace of one's own: a mount copied elsewhere would keep the dead file system alive.
"""

import fcntl
import os
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
NO_LOG_FLUSH = 2  # EXT4_GOING_FLAGS_NOLOGFLUSH
SIZE_MIB = 64


@dataclass(frozen=True, slots=True)
class Ext4:
    """One file system in one file, mounted at one folder."""

    image: Path
    folder: Path

    @classmethod
    def make(cls, image: Path, folder: Path, size_mib: int = SIZE_MIB) -> "Ext4":
        """Make it and mount it."""
        with image.open("wb") as file:
            file.truncate(size_mib * 2**20)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", "-J", "size=4", str(image))
        folder.mkdir(parents=True, exist_ok=True)
        made = cls(image, folder)
        made.mount()
        return made

    def mount(self) -> None:
        """Mount it; ext4 replays its log."""
        _run("mount", "-o", "loop", str(self.image), str(self.folder))

    def unmount(self) -> None:
        """Unmount it; nobody may have a file of it open."""
        _run("umount", str(self.folder))

    def cut(self) -> None:
        """Cut its power."""
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(handle)

    def remount(self, option: str) -> None:
        """Mount it anew in place: "ro" or "rw"."""
        _run("mount", "-o", f"remount,{option}", str(self.folder))


def why_not() -> str | None:
    """Tell why power can't be cut here, None where it can."""
    if os.geteuid() != 0:
        return "mounting needs root"
    tried = subprocess.run(
        ["unshare", "-m", "--propagation", "private", "losetup", "-f"],
        capture_output=True,
        check=False,
    )
    return None if tried.returncode == 0 else "no loop device or no mount namespace here"


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr)
