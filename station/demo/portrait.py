"""Drawn portraits and signatures of people who do not exist, for the sample office and the pictures in the documents.

Everything is a shape of one colour, drawn at twice its size and scaled down: plainly a drawing, nobody's likeness. What
varies comes from the `random.Random` given, so the same seed draws the same person.
"""

import functools
import io
import math
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from prr.record import Sex

PHOTO_PX = (480, 600)
SIGNATURE_PX = (380, 148)
_TWICE = 2
_JPEG_QUALITY = 84
_GRAIN = 1.8  # grey levels: a camera's, so that a photo's size is a photo's

Rgb = tuple[int, int, int]
Point = tuple[float, float]

_RED: Rgb = (190, 24, 32)  # odd birth years, as the offices use it
_BLUE: Rgb = (28, 70, 168)  # even birth years
_SKINS: tuple[Rgb, ...] = (
    (241, 204, 170), (228, 184, 146), (210, 160, 120), (186, 134, 96), (158, 108, 74), (132, 88, 60),
)  # fmt: skip
_HAIRS: tuple[Rgb, ...] = ((22, 20, 22), (34, 27, 24), (48, 36, 30), (62, 46, 36))
_GREY_HAIR: Rgb = (150, 150, 152)
_CLOTHS: tuple[Rgb, ...] = (
    (240, 240, 236), (206, 219, 232), (70, 92, 110), (94, 116, 88), (150, 112, 78), (58, 62, 88), (176, 150, 170),
    (214, 196, 150),
)  # fmt: skip
_GREY_FROM_AGE = 58
_DRAWN_IN_YEAR = 2026


def portrait(birth_year: int, sex: Sex, chance: Random) -> bytes:
    """Return a drawn portrait as JPEG, 480 x 600: red behind who was born in an odd year, blue behind the others."""
    sheet = _ground(_RED if birth_year % 2 else _BLUE).copy()
    old = _DRAWN_IN_YEAR - birth_year >= _GREY_FROM_AGE
    _Person(sheet, _Looks.of(sex, chance, old=old)).draw()
    return _jpeg(sheet.reduce(_TWICE), chance)


def signature(chance: Random) -> bytes:
    """Return a drawn signature as PNG: a dark squiggle with a flourish, on white."""
    width, height = (side * _TWICE for side in SIGNATURE_PX)
    sheet = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(sheet)
    _stroke(pen, _squiggle(width, height, chance), 11)
    rise, left = chance.uniform(-0.1, 0.06), chance.uniform(0.08, 0.2)
    flourish = [
        (
            width * (left + (0.92 - left) * step / 40),
            height * (0.78 + rise * step / 40 + 0.05 * math.sin(step / 40 * math.pi * 2)),
        )
        for step in range(41)
    ]
    _stroke(pen, flourish, 8)
    buffer = io.BytesIO()
    sheet.reduce(_TWICE).save(buffer, "PNG")
    return buffer.getvalue()


def _squiggle(width: int, height: int, chance: Random) -> list[Point]:
    """Return loops that grow smaller from left to right, as of a hand that knows the name by heart."""
    loops, lean = chance.uniform(4.5, 8), chance.uniform(0.25, 0.6)
    tall, phase = chance.uniform(0.26, 0.34), chance.uniform(0, math.tau)
    wave = chance.uniform(1.3, 2.6)
    points = []
    for step in range(241):
        along = step / 240
        angle = along * loops * math.tau
        size = tall * (1 - 0.62 * along) * (0.72 + 0.28 * math.sin(along * wave * math.tau + phase))
        y = math.sin(angle + phase) * size
        x = 0.14 + 0.68 * along + 0.05 * math.cos(angle + phase) - y * lean * 0.3
        points.append((width * x, height * (0.46 + y)))
    return points


def _stroke(pen: ImageDraw.ImageDraw, points: list[Point], width_px: int) -> None:
    pen.line(points, fill=18, width=width_px, joint="curve")
    for x, y in (points[0], points[-1]):
        half = width_px / 2
        pen.ellipse((x - half, y - half, x + half, y + half), fill=18)


@dataclass(frozen=True, slots=True)
class _Looks:
    """What tells one drawn person from another; lengths in dots of the finished photo."""

    skin: Rgb
    hair: Rgb
    cloth: Rgb
    head_wear: str  # "", "peci" or "kerudung"
    wear: Rgb
    long_hair: bool
    parted_right: bool
    half_width: float
    half_height: float
    brow: float
    smile: float
    glasses: bool
    moustache: bool

    @classmethod
    def of(cls, sex: Sex, chance: Random, *, old: bool) -> "_Looks":
        """Choose the looks of one person."""
        woman = sex is Sex.WOMAN
        wears = chance.random() < (0.5 if woman else 0.3)
        return cls(
            skin=chance.choice(_SKINS),
            hair=_GREY_HAIR if old else chance.choice(_HAIRS),
            cloth=chance.choice(_CLOTHS),
            head_wear=("kerudung" if woman else "peci") if wears else "",
            wear=chance.choice(_CLOTHS) if woman else (26, 26, 30),
            long_hair=woman,
            parted_right=chance.random() < 0.5,
            half_width=chance.uniform(84, 97),
            half_height=chance.uniform(116, 130),
            brow=chance.uniform(-3, 4),
            smile=chance.uniform(4, 13),
            glasses=chance.random() < 0.25,
            moustache=not woman and chance.random() < 0.3,
        )


_MIDDLE_X = 240.0
_FACE_Y = 282.0
_ZOOM = 1.14  # the figure was laid out a little small for the frame; the lower edge stays


class _Person:
    """Draws head and shoulders, from the back to the front."""

    def __init__(self, sheet: Image.Image, looks: _Looks) -> None:
        self._pen = ImageDraw.Draw(sheet)
        self._looks = looks
        self._crown = _FACE_Y - looks.half_height

    def draw(self) -> None:
        """Draw the person."""
        looks = self._looks
        if looks.long_hair and not looks.head_wear:
            self._hair_behind()
        self._shoulders()
        if looks.head_wear == "kerudung":
            self._kerudung_behind()
        else:
            self._neck()
            self._ears()
        self._oval(_MIDDLE_X, _FACE_Y, looks.half_width, looks.half_height, looks.skin)
        self._features()
        if looks.head_wear == "kerudung":
            self._kerudung_brow()
        else:
            self._hair()
        if looks.head_wear == "peci":
            self._peci()

    def _shoulders(self) -> None:
        cloth = self._looks.cloth
        self._round((52, 470, 428, 760), 120, cloth)
        self._shape(
            [(176, 470), (240, 552), (304, 470), (276, 448), (204, 448)], _darker(cloth, 0.86)
        )
        self._line([(240, 552), (240, 600)], _darker(cloth, 0.78), 3)

    def _neck(self) -> None:
        shade = _darker(self._looks.skin, 0.86)
        self._round((198, 350, 282, 486), 30, shade)
        self._shape([(200, 462), (280, 462), (240, 520)], shade)

    def _ears(self) -> None:
        looks = self._looks
        for side in (-1, 1):
            x = _MIDDLE_X + side * (looks.half_width + 1)
            self._oval(x, _FACE_Y + 8, 13, 25, _darker(looks.skin, 0.92))

    def _features(self) -> None:
        looks = self._looks
        dark = (40, 30, 28)
        for side in (-1, 1):
            x = _MIDDLE_X + side * looks.half_width * 0.43
            self._oval(x, _FACE_Y - 4, 15, 8.5, (250, 248, 244))
            self._oval(x, _FACE_Y - 4, 7.5, 7.5, dark)
            self._arc((x - 17, _FACE_Y - 16, x + 17, _FACE_Y + 8), 200, 340, dark, 3)
            brow = _FACE_Y - 27 - looks.brow
            self._line([(x - 20, brow + 3), (x, brow - 3), (x + 20, brow + 3)], looks.hair, 6)
            if looks.glasses:
                self._ring((x - 29, _FACE_Y - 25, x + 29, _FACE_Y + 19), (52, 48, 46), 4)
        if looks.glasses:
            gap = looks.half_width * 0.43 - 29
            self._line(
                [(_MIDDLE_X - gap, _FACE_Y - 6), (_MIDDLE_X + gap, _FACE_Y - 6)], (52, 48, 46), 4
            )
        shade = _darker(looks.skin, 0.78)
        self._arc((_MIDDLE_X - 17, _FACE_Y + 22, _MIDDLE_X + 17, _FACE_Y + 46), 20, 160, shade, 5)
        mouth = _FACE_Y + 72
        lips = (176, 84, 82) if looks.long_hair else _darker(looks.skin, 0.66)
        self._arc(
            (_MIDDLE_X - 34, mouth - 24, _MIDDLE_X + 34, mouth + looks.smile), 25, 155, lips, 7
        )
        if looks.moustache:
            self._line(
                [(_MIDDLE_X - 30, mouth - 8), (_MIDDLE_X, mouth - 16), (_MIDDLE_X + 30, mouth - 8)],
                looks.hair, 9,
            )  # fmt: skip

    def _hair(self) -> None:
        """Draw a cap of hair whose lower edge is parted to one side."""
        looks = self._looks
        wide, top = looks.half_width + 8, self._crown - 20
        side = 1 if looks.parted_right else -1
        line = _FACE_Y - looks.half_height * 0.40
        left, right = _MIDDLE_X - wide, _MIDDLE_X + wide
        crown = [
            (
                _MIDDLE_X - wide * math.cos(math.pi * step / 24),
                _FACE_Y - 20 - (_FACE_Y - 20 - top) * math.sin(math.pi * step / 24),
            )
            for step in range(25)
        ]
        part = (_MIDDLE_X + side * looks.half_width * 0.35, self._crown + 20)
        inner = looks.half_width - 10
        brow = [
            (right, _FACE_Y - 6), (_MIDDLE_X + inner, line + 6), (_MIDDLE_X + inner * 0.7, line - 18), part,
            (_MIDDLE_X - inner * 0.7, line - 18), (_MIDDLE_X - inner, line + 6), (left, _FACE_Y - 6),
        ]  # fmt: skip
        self._shape(crown + brow, looks.hair)

    def _hair_behind(self) -> None:
        looks = self._looks
        wide = looks.half_width + 22
        self._round(
            (_MIDDLE_X - wide, self._crown - 22, _MIDDLE_X + wide, 500),
            96,
            _darker(looks.hair, 0.9),
        )

    def _peci(self) -> None:
        looks = self._looks
        wide = looks.half_width + 5
        low, high = _FACE_Y - looks.half_height * 0.52, self._crown - 26
        self._shape(
            [
                (_MIDDLE_X - wide, low), (_MIDDLE_X - wide + 14, high), (_MIDDLE_X + wide - 14, high),
                (_MIDDLE_X + wide, low),
            ],
            looks.wear,
        )  # fmt: skip
        self._oval(_MIDDLE_X, high + 1, wide - 14, 11, (46, 46, 52))

    def _kerudung_behind(self) -> None:
        looks = self._looks
        wide = looks.half_width + 30
        self._oval(_MIDDLE_X, _FACE_Y - 2, wide, looks.half_height + 34, looks.wear)
        self._shape(
            [(_MIDDLE_X - wide + 4, _FACE_Y + 20), (_MIDDLE_X + wide - 4, _FACE_Y + 20), (404, 600), (76, 600)],
            looks.wear,
        )  # fmt: skip
        fold = _darker(looks.wear, 0.87)
        self._line([(_MIDDLE_X - 70, 432), (_MIDDLE_X + 10, 484), (_MIDDLE_X + 104, 600)], fold, 4)
        self._line([(_MIDDLE_X + 76, 428), (_MIDDLE_X - 12, 498), (_MIDDLE_X - 96, 600)], fold, 4)

    def _kerudung_brow(self) -> None:
        looks = self._looks
        box = (
            _MIDDLE_X - looks.half_width - 4, self._crown - 6, _MIDDLE_X + looks.half_width + 4,
            _FACE_Y + looks.half_height + 6,
        )  # fmt: skip
        self._arc(box, 0, 360, _darker(looks.wear, 0.9), 12)
        self._pen.chord(_area(box), 207, 333, fill=_darker(looks.wear, 0.9))

    # -- shapes, in dots of the finished photo -------------------------------------------------------------

    def _oval(self, x: float, y: float, half_width: float, half_height: float, fill: Rgb) -> None:
        box = (x - half_width, y - half_height, x + half_width, y + half_height)
        self._pen.ellipse(_area(box), fill=fill)

    def _round(self, box: tuple[float, ...], radius: float, fill: Rgb) -> None:
        self._pen.rounded_rectangle(_area(box), _thick(radius), fill=fill)

    def _ring(self, box: tuple[float, ...], fill: Rgb, width: int) -> None:
        self._pen.rounded_rectangle(_area(box), _thick(18), outline=fill, width=_thick(width))

    def _arc(self, box: tuple[float, ...], start: int, end: int, fill: Rgb, width: int) -> None:
        self._pen.arc(_area(box), start, end, fill=fill, width=_thick(width))

    def _line(self, points: list[Point], fill: Rgb, width: int) -> None:
        self._pen.line(
            [_at(x, y) for x, y in points], fill=fill, width=_thick(width), joint="curve"
        )

    def _shape(self, points: list[Point], fill: Rgb) -> None:
        self._pen.polygon([_at(x, y) for x, y in points], fill=fill)


def _at(x: float, y: float) -> Point:
    """Return where a point of the laid-out figure is on the sheet."""
    height = PHOTO_PX[1]
    return (
        (_MIDDLE_X + (x - _MIDDLE_X) * _ZOOM) * _TWICE,
        (height - (height - y) * _ZOOM) * _TWICE,
    )


def _area(box: tuple[float, ...]) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return *_at(left, top), *_at(right, bottom)


def _thick(length: float) -> int:
    return round(length * _ZOOM * _TWICE)


def _darker(colour: Rgb, by: float) -> Rgb:
    red, green, blue = (round(part * by) for part in colour)
    return red, green, blue


@functools.cache
def _ground(colour: Rgb) -> Image.Image:
    """Return a ground that is a little lighter in the middle, as under a lamp."""
    size = (PHOTO_PX[0] * _TWICE, PHOTO_PX[1] * _TWICE)
    edge = Image.radial_gradient("L").resize(size)
    return Image.composite(
        Image.new("RGB", size, _darker(colour, 0.8)), Image.new("RGB", size, colour), edge
    )


def _jpeg(photo: Image.Image, chance: Random) -> bytes:
    dice = np.random.default_rng(chance.getrandbits(32))
    grain = dice.standard_normal(photo.size[::-1], np.float32) * _GRAIN
    pixels = np.asarray(photo) + grain[:, :, None]
    buffer = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(
        buffer, "JPEG", quality=_JPEG_QUALITY
    )
    return buffer.getvalue()
