"""From any picture to a card: fitted, white where it ends, black text in resin, black and white where a ribbon is.

Black text belongs in resin: dye black is a blur of three passes. A dot counts as black where no channel is above
`BLACK_MAX`; there the dye is left out, so that a shifted pass can't show beside the letter, or kept as an underlay. On
a ribbon without dye a dot is black below `GREY_MAX`, as the vendor's host has it.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from drivers.card import (
    CARD_HEIGHT_PX,
    CARD_WIDTH_PX,
    CardDesign,
    CardFace,
    MaskArray,
    RgbArray,
    Ribbon,
)
from drivers.errors import InputFileError
from drivers.panels import has_panels

BLACK_MAX = 40  # of 255, in each channel: text stays black through a JPEG's noise, hair stays dye
GREY_MAX = 115
PIXELS_MAX = 60_000_000  # what a telephone takes, and no bomb
_WHITE = (255, 255, 255)


def design_of(
    front: Path, back: Path | None, ribbon: Ribbon, *, raw_colour: bool, underlay: bool = False
) -> CardDesign:
    """Make a card of one picture or two; with `underlay` dye stays under what becomes resin.

    Raises:
        InputFileError: a file that is not there, no picture, or too large a one.
    """
    return CardDesign(
        front=face_of(fitted(front), *has_panels(ribbon, back=False), underlay=underlay),
        back=None
        if back is None
        else face_of(fitted(back), *has_panels(ribbon, back=True), underlay=underlay),
        ribbon=ribbon,
        raw_colour=raw_colour,
    )


def fitted(path: Path) -> RgbArray:
    """Read a picture and fit it into a card, turned if it stands upright; 648 x 1016 x 3, white around it.

    Raises:
        InputFileError: not there, no picture, or too large a one.
    """
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise InputFileError(
                    f"{path} has {picture.width} x {picture.height} dots, too many for a card: make it smaller"
                )
            upright = ImageOps.exif_transpose(picture)
            opaque = _on_white(upright)
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise InputFileError(f"{path} is no picture that can be read: save it as PNG") from error
    except OSError as error:
        why = error.strerror or "its data is broken"
        raise InputFileError(f"{path} cannot be read as a picture ({why})") from error
    if opaque.height > opaque.width:
        opaque = opaque.transpose(Image.Transpose.ROTATE_90)
    size = (CARD_WIDTH_PX, CARD_HEIGHT_PX)
    whole = ImageOps.pad(opaque, size, Image.Resampling.LANCZOS, color=_WHITE)
    return np.asarray(whole, np.uint8).copy()


def face_of(pixels: RgbArray, dye: bool, overlay: bool, *, underlay: bool = False) -> CardFace:
    """Part a picture into dye and resin; without dye all of it is resin or nothing."""
    if dye:
        resin: MaskArray = pixels.max(axis=2) <= BLACK_MAX
        colour = pixels.copy()
        if not underlay:
            colour[resin] = _WHITE
        return CardFace(colour, resin, overlay=overlay, underlay=underlay)
    grey = np.asarray(Image.fromarray(pixels).convert("L"))
    return CardFace(np.full_like(pixels, 255), grey < GREY_MAX, overlay=overlay)


def _on_white(picture: Image.Image) -> Image.Image:
    """Return RGB; what is transparent becomes the card's white."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, (*_WHITE, 255))
    return Image.alpha_composite(ground, layered).convert("RGB")
