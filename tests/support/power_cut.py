"""Power cuts, enumerated: what a program wrote and synced, recorded by strace, and every disk it could have left.

At each write, size change and sync the power may go. What was synced is there; of what was not, a disk keeps all, none,
or some: whole writes, or the first sectors of the last. Files are made before the recording begins, so that names are
not in question.
"""

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512
CALLS = "pwrite64,write,ftruncate,fdatasync,fsync"
_CALL = re.compile(
    r'(\w+)\(\d+<(.+?)>(?:, "((?:\\x[0-9a-f]{2})*)"(?:\.\.\.)?)?(?:, (\d+))?(?:, (\d+))?\)'
)

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Op:
    """One thing done to a file: bytes at an offset, a new size, or a sync; or an acknowledgement to the world."""

    kind: str
    name: str
    data: bytes = b""
    at: int = 0


def recorded(script: str, folder: Path, log: Path) -> list[Op]:
    """Run a Python script and return what it did to the files of a folder, and its writes to standard output."""
    command = [
        "strace", "-f", "-qq", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(log),
        sys.executable, "-c", script,
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    ops = []
    for line in log.read_text().splitlines():
        found = _CALL.search(line)
        if found is None:
            continue
        call, path_hex, data_hex, first, second = found.groups()
        path = Path(_plain(path_hex).decode())
        data = _plain(data_hex or "")
        if call == "write" and "null" in path.name:
            ops.append(Op("ack", "", data))
        elif path.parent == folder:
            ops.append(_op(call, path.name, data, first, second))
    return ops


def _plain(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()


def _op(call: str, name: str, data: bytes, first: str | None, second: str | None) -> Op:
    if call == "pwrite64":
        return Op("write", name, data, int(second or 0))
    if call == "ftruncate":
        return Op("size", name, at=int(first or 0))
    assert call in ("fdatasync", "fsync"), f"a call of another kind: {call}"
    return Op("sync", name)


def disks(before: Files, ops: list[Op], seed: int) -> Iterator[tuple[list[bytes], Files]]:
    """Return, for a power cut after each op, what was acknowledged by then and every disk it may have left."""
    chance = random.Random(seed)
    synced: Files = dict(before)
    pending: list[Op] = []
    acked: list[bytes] = []
    for op in ops:
        if op.kind == "ack":
            acked.append(op.data)
        elif op.kind == "sync":
            for done in [one for one in pending if one.name == op.name]:
                _apply(synced, done)
            pending = [one for one in pending if one.name != op.name]
        else:
            pending.append(op)
        for kept in _keepings(pending, chance):
            disk = dict(synced)
            for done in kept:
                _apply(disk, done)
            yield list(acked), disk


def _keepings(pending: list[Op], chance: random.Random) -> Iterator[list[Op]]:
    """Choose what of the unsynced writes the disk kept."""
    yield []
    if pending:
        yield pending
        yield [op for op in pending if chance.random() < 0.5]
        last = pending[-1]
        torn = last.data[: max(SECTOR, len(last.data) // 2 // SECTOR * SECTOR)]
        yield [*pending[:-1], Op(last.kind, last.name, torn, last.at)]


def _apply(disk: Files, op: Op) -> None:
    old = disk.get(op.name, b"")
    if op.kind == "size":
        disk[op.name] = old[: op.at].ljust(op.at, b"\0")
    else:
        disk[op.name] = old.ljust(op.at, b"\0")[: op.at] + op.data + old[op.at + len(op.data) :]
