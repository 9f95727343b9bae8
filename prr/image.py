"""Images in a record: accepted by content, within limits, decoded no further than needed.

Only PNG and JPEG are opened, whatever a file claims to be: other decoders of the library have had bombs.
The pixel count is read from the header and judged before a single pixel is decoded.
"""

import io
import warnings
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageOps, UnidentifiedImageError

PIXELS_MAX = 25_000_000  # a 24-megapixel camera; 13000 x 13000 from 500 kB took 661 MiB when loaded
SIDE_PX_MIN = 16
BAND_ROWS = 256
FORMATS = ("PNG", "JPEG")


class ImageFault(StrEnum):
    """Why an image was refused."""

    UNREADABLE = "UNREADABLE"
    TOO_LARGE = "TOO_LARGE"
    TOO_SMALL = "TOO_SMALL"


class ImageRefusedError(ValueError):
    """An image that isn't one, or is larger or smaller than a card can use."""

    def __init__(self, fault: ImageFault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What the header says."""

    format: str
    width_px: int
    height_px: int


def examine(data: bytes) -> ImageFacts:
    """Read the header of an image and judge it, without decoding pixels.

    Raises:
        ImageRefusedError: not PNG or JPEG, or outside the pixel limits.
    """
    with _opened(data) as image:
        return ImageFacts(str(image.format), *image.size)


def load(data: bytes, width_px: int, height_px: int) -> Image.Image:
    """Decode an image as RGB, at least as large as the box where it was so before.

    A JPEG is scaled while it is decoded (12 megapixels in some milliseconds instead of hundreds).

    Raises:
        ImageRefusedError: as `examine`, or the pixels are broken or cut short.
    """
    with _opened(data) as image:
        image.draft("RGB", (width_px, height_px))
        try:
            image.load()
        except (OSError, SyntaxError, ValueError) as error:
            raise ImageRefusedError(ImageFault.UNREADABLE, "the image is damaged") from error
        ImageOps.exif_transpose(image, in_place=True)
        return _on_white(image)


def _on_white(image: Image.Image) -> Image.Image:
    """Return an image as RGB, what is transparent as white; band by band, so that at most one copy is made."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    flat = Image.new("RGB", image.size, "white")
    for top in range(0, image.height, BAND_ROWS):
        box = (0, top, image.width, min(top + BAND_ROWS, image.height))
        band = image.crop(box)
        if band.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            band = band.convert("RGBA")
            flat.paste(band, box, mask=band)
        else:
            flat.paste(band.convert("RGB"), box)
    return flat


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", Image.DecompressionBombWarning
            )  # judged below, by our limit
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ImageRefusedError(
            ImageFault.UNREADABLE, "the image is neither PNG nor JPEG, or is damaged"
        ) from error
    except Image.DecompressionBombError as error:
        raise ImageRefusedError(ImageFault.TOO_LARGE, _too_large()) from error
    if image.width * image.height > PIXELS_MAX:
        image.close()
        raise ImageRefusedError(ImageFault.TOO_LARGE, _too_large())
    if min(image.size) < SIDE_PX_MIN:
        image.close()
        raise ImageRefusedError(
            ImageFault.TOO_SMALL, f"the image is under {SIDE_PX_MIN} pixels on a side"
        )
    return image


def _too_large() -> str:
    return f"the image has more than {PIXELS_MAX // 1_000_000} million pixels"
