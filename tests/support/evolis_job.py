"""Print jobs for tests, built byte by byte from the sheet: independent of the emulator's parser and of the drivers."""

from collections.abc import Callable, Iterable

WIDTH_PX, HEIGHT_PX = 1016, 648

Shade = Callable[[int, int], int]  # x, y from the top left -> 0..255 ink


def command(*parts: object) -> bytes:
    """Frame one command."""
    return b"\x1b" + ";".join(str(part) for part in parts).encode("latin-1") + b"\r"


def shaded_plane(shade: Shade) -> bytes:
    """Make an 8-bit plane, one byte a dot at x * 648 + (647 - y)."""
    plane = bytearray(WIDTH_PX * HEIGHT_PX)
    for x in range(WIDTH_PX):
        for y in range(HEIGHT_PX):
            plane[x * HEIGHT_PX + HEIGHT_PX - 1 - y] = shade(x, y)
    return bytes(plane)


def flat_plane(value: int) -> bytes:
    """Make an 8-bit plane of one shade."""
    return bytes([value]) * (WIDTH_PX * HEIGHT_PX)


def dotted_plane(dots: Iterable[tuple[int, int]]) -> bytes:
    """Make a 1-bit plane with the given pixels set: byte x*81 + (647-y)//8, mask 0x80 >> (647-y) % 8."""
    plane = bytearray(WIDTH_PX * 81)
    for x, y in dots:
        plane[x * 81 + (647 - y) // 8] |= 0x80 >> (647 - y) % 8
    return bytes(plane)


FULL_RESIN = b"\xff" * 82_296


def bitmap(panel: str, levels: int, plane: bytes) -> bytes:
    """Frame one plane."""
    return f"\x1bDb;{panel};{levels};".encode() + plane + b"\r"


def colour_face(value: int = 120, dots: Iterable[tuple[int, int]] = ((5, 5),)) -> bytes:
    """Make the planes of a flat colour face with some resin and a full overlay."""
    colours = b"".join(bitmap(panel, 256, flat_plane(value)) for panel in "ymc")
    resin = bitmap("k", 2, dotted_plane(dots))
    return b"<BINARY Size=1975137>" + colours + b"</BINARY>" + resin + bitmap("o", 2, FULL_RESIN)


def job_head(ribbon: int) -> bytes:
    """Make what comes before the faces, marks and all."""
    return (
        command("Psync", 1, 0) + b"<HEADER>" + command("Psmgr", 1) + command("Ppws", 1_700_000_000)
        + command("Pcla", 1) + command("Ppmode", 0) + command("Pr", ribbon, "t")
        + command("Pwres", 300, 300, ribbon) + command("Psk", 10) + command("Pmc", "h")
        + command("Psync", 2) + b"</HEADER>" + b"<CARD>" + command("Ss") + command("Mr", "s")
    )  # fmt: skip


END_OF_CARD = command("Se") + b"</CARD>" + b"\x00"
END_OF_JOB = command("Pcla", 0) + command("Psync", 11, 1) + b"<END>" + b"\x00"


def simplex_job(value: int = 120, dots: Iterable[tuple[int, int]] = ((5, 5),)) -> bytes:
    """Make part one of a simplex colour card."""
    return job_head(0) + command("Sr") + colour_face(value, dots) + END_OF_CARD


def duplex_job() -> bytes:
    """Make part one of a card with a colour front and a black back."""
    back = command("Sv") + bitmap("k", 2, dotted_plane([(1, 2)]))
    return job_head(4) + command("Sr") + colour_face() + back + END_OF_CARD


def mono_job() -> bytes:
    """Make part one of a black card."""
    return job_head(100) + command("Sr") + bitmap("k", 2, dotted_plane([(7, 9)])) + END_OF_CARD


def old_job() -> bytes:
    """Make the minimal job of an old host: no claim, padding at the end."""
    return (
        command("Pr", "k") + command("Pmi", "F", "s") + command("Ss") + command("Sr")
        + bitmap("k", 2, dotted_plane([(3, 4)])) + command("Se") + bytes(64)
    )  # fmt: skip
