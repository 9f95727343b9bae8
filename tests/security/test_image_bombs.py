"""Malicious images: each is loaded in a process of its own with little memory and little time, and none gets more.

The budget is the 256 MiB of the fuzz goal: a press has 512 MiB for everything, and one that dies of a picture would
start again on the same picture.
"""

import io
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import partial

import pytest
from PIL import Image, PngImagePlugin

from support import bad_images
from support.records import photo_png

RSS_MIB_MAX = 256
CPU_S_MAX = 20
PROGRAM = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({CPU_S_MAX}, {CPU_S_MAX}))
resource.setrlimit(resource.RLIMIT_AS, (2 * {RSS_MIB_MAX} << 20,) * 2)
from prr import image
data = sys.stdin.buffer.read()
try:
    image.examine(data)
    told = "x".join(map(str, image.load(data, 300, 400).size))
except image.ImageRefusedError as error:
    told = error.fault
high_water = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(told, int(high_water.split()[1]) // 1024)
"""


def png(mode: str, side_px: int) -> bytes:
    """Make the largest image of a kind that is let in: blank, so the file is small."""
    buffer = io.BytesIO()
    Image.new(mode, (side_px, side_px)).save(buffer, "PNG")
    return buffer.getvalue()


def with_chunk(kind: bytes, body: bytes) -> bytes:
    """Put a chunk of another kind into a small photo."""
    whole = photo_png(0)
    chunk = len(body).to_bytes(4, "big") + kind + body
    return whole[:33] + chunk + zlib.crc32(kind + body).to_bytes(4, "big") + whole[33:]


def packed(megabytes: int = 500) -> bytes:
    """Pack zeros that unpack to many megabytes."""
    packer = zlib.compressobj(9)
    zeros = bytes(1_000_000)
    return b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()


def text_bomb() -> bytes:
    """A comment of 500 MB, packed."""
    return with_chunk(b"zTXt", b"Comment\0\0" + packed())


def profile_bomb() -> bytes:
    """A colour profile of 500 MB, packed."""
    return with_chunk(b"iCCP", b"icc\0\0" + packed())


def long_pixels() -> bytes:
    """A small header before pixels that unpack to 500 MB."""
    head = photo_png(0)[:33]
    body = packed()
    data = len(body).to_bytes(4, "big") + b"IDAT" + body
    end = b"\0\0\0\0IEND" + zlib.crc32(b"IEND").to_bytes(4, "big")
    return head + data + zlib.crc32(b"IDAT" + body).to_bytes(4, "big") + end


def many_frames() -> bytes:
    """An animation of a hundred frames: one is enough."""
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (1000, 1000), (n, 0, 0)) for n in range(100)]
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def as_format(name: str) -> bytes:
    """A picture of a kind that is not opened, whatever its name says."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64)).save(buffer, name)
    return buffer.getvalue()


OTHERS = ("GIF", "TIFF", "BMP", "PPM", "WEBP", "ICO", "PDF", "EPS", "PCX", "TGA")
BOMBS: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "a hundred megapixels": (bad_images.png_bomb, {"TOO_LARGE"}),
    "the largest with alpha": (lambda: png("RGBA", 5000), {"5000x5000"}),
    "the largest grey with alpha": (lambda: png("LA", 5000), {"5000x5000"}),
    "the largest colour": (lambda: png("RGB", 5000), {"5000x5000"}),
    "a camera's JPEG": (lambda: bad_images.jpeg(5000, 5000), {"625x625", "1250x1250"}),
    "packed text": (text_bomb, {"UNREADABLE", "60x80"}),
    "packed profile": (profile_bomb, {"UNREADABLE", "60x80"}),
    "pixels without end": (long_pixels, {"UNREADABLE", "60x80"}),
    "frames": (many_frames, {"1000x1000"}),
    **{name: (partial(as_format, name), {"UNREADABLE"}) for name in OTHERS},
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_image_takes_more_than_its_share(name: str) -> None:
    make, expected = BOMBS[name]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=make(), capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    told, rss_mib = done.stdout.decode().split()
    assert told in expected
    assert int(rss_mib) <= RSS_MIB_MAX


def test_text_in_a_picture_is_bounded_by_the_library() -> None:
    """The library's own limits, which the two packed bombs rely on, are where they were."""
    assert PngImagePlugin.MAX_TEXT_CHUNK <= 1024 * 1024
    assert PngImagePlugin.MAX_TEXT_MEMORY <= 64 * 1024 * 1024
