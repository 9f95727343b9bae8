"""A recording: every change a real process made to the files of one folder, taken from its system calls by strace.

The process is the station's own code on the machine's own SQLite; nothing stands in for either. What it says into the
file of marks tells which transactions it has been told are durable.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from reliability.disk.storage import Disk, Mark, Name, Operation, Sync, Truncate, Write

CALLS = (
    "openat,creat,pwrite64,write,pwritev,writev,fdatasync,fsync,sync_file_range,ftruncate,truncate,fallocate,"
    "unlink,unlinkat,rename,renameat,renameat2,link,linkat,mmap,msync"
)
TRANSIENT = ("-shm",)  # rebuilt from the log by whoever opens first; written through memory
_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|\?)(?:<(.*)>)?")
_HANDLE = re.compile(r"^(?:AT_FDCWD|\d+)<((?:[^>\\]|\\.)*)>")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


class RecordingError(Exception):
    """The trace holds a call that a recording does not know how to read."""


def strace(trace: Path, words: list[str], environment: dict[str, str]) -> None:
    """Run a command under strace.

    Raises:
        RecordingError: it failed.
    """
    command = ["strace", "-f", "-qq", "-y", "-xx", "-s", "16777216", "-z", "-o", str(trace)]
    done = subprocess.run(
        [*command, "-e", f"trace={CALLS}", *words],
        env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RecordingError(f"{words[-3:]} ended with {done.returncode}: {done.stderr[-2000:]}")


@dataclass(slots=True)
class Reader:
    """Reads a trace into operations on one folder."""

    folder: str
    marks: str
    start: Disk = field(default_factory=Disk)
    operations: list[Operation] = field(default_factory=list)
    _files: dict[str, int] = field(default_factory=dict)
    _made: int = 0

    def already_there(self) -> None:
        """Take what the folder holds now as surely on the disk: call before the process is started."""
        for path in sorted(Path(self.folder).iterdir()):
            self._files[str(path)] = self.start.names[path.name] = self._made
            self.start.contents[self._made] = path.read_bytes()
            self._made += 1

    def read(self, trace: Path) -> list[Operation]:
        """Return the operations in their order."""
        with trace.open() as lines:
            for line in lines:
                if "<unfinished" in line or "resumed>" in line:
                    raise RecordingError("two threads at once: a recording is of one thread")
                if (found := _LINE.match(line)) is not None:
                    self._call(found[1], found[2], found[4])
        return self.operations

    def _call(self, name: str, arguments: str, answer: str | None) -> None:
        if name in ("openat", "creat"):
            self._open(arguments, _text(answer or ""))
        elif name in ("unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat"):
            self._name(name, arguments)
        else:
            self._change(name, arguments)

    def _open(self, arguments: str, path: str) -> None:
        if not self._mine(path) or "O_CREAT" not in arguments or path in self._files:
            if self._mine(path) and "O_TRUNC" in arguments:
                self.operations.append(Truncate(self._files[path], 0))
            return
        self._files[path] = self._made
        self._made += 1
        self.operations.append(Name(Path(path).name, self._files[path]))

    def _name(self, call: str, arguments: str) -> None:
        paths = [_text(text) for text, _ in _STRING.findall(arguments)]
        if not any(self._mine(path) for path in paths):
            return
        first = self._files[paths[0]]
        if call.startswith("unlink"):
            del self._files[paths[0]]
            self.operations.append(Name(Path(paths[0]).name, None))
            return
        self._files[paths[1]] = first
        self.operations.append(Name(Path(paths[1]).name, first))
        if call.startswith("rename"):
            del self._files[paths[0]]
            self.operations.append(Name(Path(paths[0]).name, None))

    def _change(self, call: str, arguments: str) -> None:
        handle = _HANDLE.match(arguments)
        path = "" if handle is None else _text(handle[1])
        if path == self.marks:
            self.operations.append(Mark(_data(arguments).decode()))
        elif path == self.folder and call in ("fsync", "fdatasync"):
            self.operations.append(Sync(None))
        elif path in self._files:
            self.operations.append(self._change_of(self._files[path], call, arguments))
        elif self._mine(path) and call != "mmap":
            raise RecordingError(f"{call} on {path}, which was never opened")

    def _change_of(self, file: int, call: str, arguments: str) -> Operation:
        if call == "pwrite64":
            return Write(file, int(arguments.rsplit(", ", 1)[1]), _data(arguments))
        if call == "write":  # only the key is written so, at once and from its beginning
            return Write(file, 0, _data(arguments))
        if call in ("fdatasync", "fsync"):
            return Sync(file)
        if call == "ftruncate":
            return Truncate(file, int(arguments.rsplit(", ", 1)[1]))
        raise RecordingError(f"{call} is not understood")

    def _mine(self, path: str) -> bool:
        return path.startswith(self.folder + "/") and not path.endswith(TRANSIENT)


def _text(quoted: str) -> str:
    """Return a path that strace wrote in hexadecimal, or as it is."""
    if "\\x" not in quoted:
        return quoted
    return bytes.fromhex(quoted.replace("\\x", "")).decode()


def _data(arguments: str) -> bytes:
    found = _STRING.search(arguments)
    if found is None or found[2]:
        raise RecordingError("bytes cut short in the trace")
    return bytes.fromhex(found[1].replace("\\x", ""))
