"""QR codes and bar codes of a receipt printer: which data it takes, and how much paper they need. None is drawn.

Widths are close, not exact: a QR code is counted in byte mode, whatever its data.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

# The most bytes in byte mode for versions 1 to 40, for the levels L, M, Q, H; the standard's table.
_QR_BYTES = (
    (
        17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520, 586, 644, 718, 792, 858,
        929, 1003, 1091, 1171, 1273, 1367, 1465, 1528, 1628, 1732, 1840, 1952, 2068, 2188, 2303, 2431,
        2563, 2699, 2809, 2953,
    ),
    (
        14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666,
        711, 779, 857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911,
        1989, 2099, 2213, 2331,
    ),
    (
        11, 20, 32, 46, 60, 74, 86, 108, 130, 151, 177, 203, 241, 258, 292, 322, 364, 394, 442, 482,
        509, 565, 611, 661, 715, 751, 805, 868, 908, 982, 1030, 1112, 1168, 1228, 1283, 1351,
        1423, 1499, 1579, 1663,
    ),
    (
        7, 14, 24, 34, 44, 58, 64, 84, 98, 119, 137, 155, 177, 194, 220, 250, 280, 310, 338, 382,
        403, 439, 461, 511, 535, 593, 625, 658, 698, 742, 790, 842, 898, 958, 983, 1051,
        1093, 1139, 1219, 1273,
    ),
)  # fmt: skip


def qr_modules(data: bytes, level: int) -> int | None:
    """Return how many modules a QR code has along one side; None if no code holds the data."""
    for version, bytes_max in enumerate(_QR_BYTES[level], start=1):
        if len(data) <= bytes_max:
            return 17 + 4 * version
    return None


def qr_text(data: bytes) -> str:
    """Return what a QR code says: UTF-8 as hosts send it, or else byte by byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


@dataclass(frozen=True, slots=True)
class BarCodeKind:
    """One symbology.

    Attributes:
        pattern: what its data must look like.
        modules: width of that many characters of data, in modules.
    """

    name: str
    pattern: re.Pattern[bytes]
    modules: Callable[[int], int]


def _kind(name: str, pattern: bytes, modules: Callable[[int], int]) -> BarCodeKind:
    return BarCodeKind(name, re.compile(pattern, re.DOTALL), modules)


_BY_LETTER = (
    _kind("UPC-A", rb"\d{11,12}", lambda _count: 95),
    _kind("UPC-E", rb"\d{6,8}|\d{11,12}", lambda _count: 51),
    _kind("EAN13", rb"\d{12,13}", lambda _count: 95),
    _kind("EAN8", rb"\d{7,8}", lambda _count: 67),
    _kind("CODE39", rb"[0-9A-Z $%*+\-./]+", lambda count: 16 * (count + 2)),
    _kind("ITF", rb"(\d\d)+", lambda count: 9 * count + 9),
    _kind("CODABAR", rb"[A-Da-d][0-9$+\-./:]*[A-Da-d]", lambda count: 12 * count),
    _kind("CODE93", rb"[\x00-\x7f]+", lambda count: 9 * (count + 4) + 1),
    _kind("CODE128", rb"\{[A-C].+", lambda count: 11 * (count + 1) + 2),
    _kind("GS1-128", rb"(\{[A-C])?.+", lambda count: 11 * (count + 2) + 2),
    _kind("GS1 DataBar Omnidirectional", rb"\d{13}", lambda _count: 96),
    _kind("GS1 DataBar Truncated", rb"\d{13}", lambda _count: 96),
    _kind("GS1 DataBar Limited", rb"[01]\d{12}", lambda _count: 79),
    _kind("GS1 DataBar Expanded", rb"[ -~]{2,}", lambda count: 9 * count + 50),
)
FIRST_LETTER = 65


def bar_code(params: bytes) -> tuple[BarCodeKind, bytes] | None:
    """Return kind and data of a GS k, either form; None if there is no such kind or its data is not of it."""
    lettered = params[0] >= FIRST_LETTER
    index = params[0] - FIRST_LETTER if lettered else params[0]
    data = params[2:] if lettered else params[1:]
    if index >= len(_BY_LETTER) or not _BY_LETTER[index].pattern.fullmatch(data):
        return None
    return _BY_LETTER[index], data


def bar_code_text(kind: BarCodeKind, data: bytes) -> str:
    """Return what a bar code says, without the marks that choose a set of CODE128."""
    if kind.name not in ("CODE128", "GS1-128"):
        return data.decode("latin-1")
    text, pairs, at = "", False, 0
    while at < len(data):
        one = data[at : at + 1]
        if one == b"{":
            mark = data[at + 1 : at + 2]
            pairs = mark == b"C" if mark in (b"A", b"B", b"C") else pairs
            text += "{" if mark == b"{" else ""
            at += 2
        else:
            text += f"{one[0]:02d}" if pairs else one.decode("latin-1")
            at += 1
    return text
