"""Images that are none, too large, too small or cut short, made without holding their pixels in memory."""

import io
import struct
import zlib

from PIL import Image


def png_bomb(width_px: int = 10_000, height_px: int = 10_000) -> bytes:
    """Make a small PNG file of 100 million white pixels, written as rows by hand."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * width_px
    pixels = b"".join(packer.compress(row) for _ in range(height_px)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )


def jpeg(width_px: int, height_px: int) -> bytes:
    """Make a JPEG of a smooth picture."""
    small = Image.linear_gradient("L").convert("RGB")
    buffer = io.BytesIO()
    small.resize((width_px, height_px)).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def gif(width_px: int, height_px: int) -> bytes:
    """Make an image of a kind that is not opened."""
    buffer = io.BytesIO()
    Image.new("L", (width_px, height_px)).save(buffer, "GIF")
    return buffer.getvalue()
