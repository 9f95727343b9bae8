"""An Enduro's wire: the status line, and a page of interleaved planes."""

import numpy as np
import numpy.typing as npt

from drivers.card import CardFace
from drivers.errors import ProtocolError

STATUS = b"\x01,REQ,INF,\x1c\x03"
SHADES = 63
IMAGE = slice(3, 645)  # rows of a face that the head reaches
HEAD = "NOC1,VER1.0,LANENG,TDT00000000,KGE2,DPXOFF,PAG1,IMF{image},XCO0,YCO0,WID1016,HGT642,{overcoat},ICC0"
OVERCOAT = "OVRON,NNNOFF,USFOFF,PCT0,0,1015,641"


def ended(data: bytes) -> bool:
    """Tell whether a status line is whole."""
    if (data and not data.startswith(b"\x01"[: len(data)])) or len(data) > 256:
        raise ProtocolError("that is no status line")
    return data.endswith(b"\x03")


def fields(data: bytes) -> list[str]:
    """Return the fields of a status line, 35 or more."""
    found = data[6:-1].decode("latin-1").split(",")
    numbers = [found[at] for at in (9, 11, 19, 20)] if len(found) > 35 else ["?"]
    if data[:6] != b"\x01STA$$" or not all(text.isdecimal() for text in numbers):
        raise ProtocolError("that is no status line")
    return found


def page(face: CardFace) -> tuple[bytes, int]:
    """Return a page and how many panels it uses."""
    resin = face.resin[IMAGE]
    planes: list[tuple[str, bytes]] = []
    for letter, channel in (("B", 2), ("G", 1), ("R", 0)):
        ink = np.where(resin, 0.0, 255.0 - face.colour[IMAGE, :, channel])
        shades = np.rint(ink * SHADES / 255).astype(np.uint8)
        if shades.any():
            rows = [_interleaved((shades >> bit & 1).astype(np.uint8)) for bit in range(6)]
            planes.append((letter, np.stack(rows, axis=1).tobytes()))
    if resin.any() or not planes:
        planes.append(("K", _interleaved(resin.astype(np.uint8)).tobytes()))
    letters = "".join(letter for letter, _ in planes)
    image = ("BGR" if letters != "K" else "") + ("K" if "K" in letters else "")
    head = HEAD.format(image=image, overcoat=OVERCOAT if face.overlay else "OVROFF")
    sizes = "".join(f",SZ{letter}{len(data)}" for letter, data in planes)
    body = b"".join(data + b"\x1c" + letter.encode() + b":" for letter, data in planes)
    return b"\x05" * 64 + b"\x01," + (head + sizes).encode() + b"\x1c" + body + b"\x03", len(
        planes
    ) + face.overlay


def _interleaved(dots: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Put 642 x 1016 dots where the head has them: 1016 lines of 96 bytes."""
    words = np.zeros((1016, 24, 32), np.uint8)
    for row in range(642):
        y = row + 15
        word, bit = (
            (6 + y // 16, 2 * (y % 16)) if y < 288 else ((y - 288) // 16, 2 * ((y - 288) % 16) + 1)
        )
        words[:, word, bit] = dots[row]
    return np.packbits(words.reshape(1016, 768), axis=1)
