"""A thousand people who exist nowhere else: wherever one of them is found, something leaked.

`search` looks through every file under a folder for their NIKs, names and pictures, as text, as UTF-16, as base64, and
as the raw bytes of the image files. It is for a day's logs, state directories, journals, temporary files, cores and
backups; what may hold them by design (the hub's records, the import file, the cards themselves) is named by the caller.
"""

import base64
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.records import json_fields, photo_png, record, signature_png

MARK = "KENARI"  # in every name, and as a text chunk in every picture
COUNT = 1_000
_DIGITS = re.compile(rb"(?<![0-9])[0-9]{16}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Leak:
    """What was found where; never the value."""

    path: Path
    kind: str


def fields(n: int, site: str) -> dict[str, Any]:
    """Return the n-th canary as a line of an import file."""
    plain = json_fields(n, site=site)
    return plain | {
        "name": f"{MARK} {plain['name']}",
        "address": f"JL {MARK} NO {n}",
        "photo": base64.b64encode(marked(photo_png(n % 7))).decode("ascii"),
        "signature": base64.b64encode(marked(signature_png(n % 5))).decode("ascii"),
    }


def niks(count: int = COUNT) -> frozenset[bytes]:
    """Return the NIKs of the canaries."""
    return frozenset(record(n).nik.encode() for n in range(1, count + 1))


def marked(png: bytes) -> bytes:
    """Put the mark into a PNG as a text chunk before its pixels; what shows stays the same."""
    body = b"Comment\0" + MARK.encode()
    kind = b"tEXt"
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    head = 8 + 25  # signature and IHDR
    return png[:head] + chunk + png[head:]


def search(
    root: Path, wanted_niks: frozenset[bytes], legitimate: Iterable[Path] = ()
) -> Iterator[Leak]:
    """Look through every file under a folder; yields one leak a file and kind."""
    allowed = tuple(legitimate)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not any(path == one or one in path.parents for one in allowed):
            data = path.read_bytes()
            yield from (Leak(path, kind) for kind in found(data, wanted_niks))


def search_processes(ids: Iterable[int], wanted_niks: frozenset[bytes]) -> Iterator[Leak]:
    """Look through what the system shows of running processes and all they started: words, environment, lost files.

    A file that is open and has no name any more is found only so.
    """
    for one in family(ids):
        folder = Path(f"/proc/{one}")
        nameless = [path for path in folder.glob("fd/*") if path.is_file() and _is_nameless(path)]
        for path in (folder / "cmdline", folder / "environ", *nameless):
            yield from (Leak(path, kind) for kind in found(path.read_bytes(), wanted_niks))


def family(ids: Iterable[int]) -> list[int]:
    """Return running processes with everything they started."""
    whole = list(ids)
    for one in whole:  # grows while it is gone through
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            whole += map(int, children.read_text().split())
    return whole


def _is_nameless(path: Path) -> bool:
    return path.readlink().name.endswith(" (deleted)")


def found(data: bytes, wanted_niks: frozenset[bytes]) -> Iterator[str]:
    """Tell what kinds of a canary are in some bytes."""
    if any(match in wanted_niks for match in _DIGITS.findall(data)):
        yield "NIK"
    for kind, needle in _NEEDLES:
        if needle in data:
            yield kind


def _in_base64(text: str) -> Iterator[bytes]:
    """Yield what base64 makes of a text at each of its three alignments, without the letters its neighbours change."""
    for shift in range(3):
        letters = base64.b64encode(b"\0" * shift + text.encode())
        yield letters[(0, 2, 3)[shift] : len(letters) - 4]


_PICTURE = "photo or signature"
_NEEDLES: tuple[tuple[str, bytes], ...] = (
    ("name, address or picture", MARK.encode()),
    ("name or address in UTF-16", MARK.encode("utf-16-le")),
    *(("in base64", needle) for needle in _in_base64(f"Comment\0{MARK}")),
    *(("in base64", needle) for needle in _in_base64(f"{MARK} ")),
    *((_PICTURE, photo_png(n)[41:121]) for n in range(7)),
    *((_PICTURE, signature_png(n)[41:121]) for n in range(5)),
    *((_PICTURE, base64.b64encode(marked(photo_png(n))[:30])) for n in range(1)),
)
