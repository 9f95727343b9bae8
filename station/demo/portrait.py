"""Drawn people: a face, hair and a shirt out of ellipses, different for each seed and plainly a drawing of nobody."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

WIDTH_PX, HEIGHT_PX = 480, 600
OVERSAMPLE = 2
SKINS = ("#f1c9a5", "#e0ac7e", "#c98d5e", "#a9714a", "#8a5a3c")
HAIRS = ("#16120f", "#2a1d14", "#3b2a1e", "#4a4a4a")
SHIRTS = ("#ffffff", "#dfe6ee", "#34506b", "#6b3a3a", "#3f5f45", "#caa85a")
BACKGROUNDS = {True: "#b81c24", False: "#1c4fa8"}  # odd birth year red, even blue

Box = tuple[float, float, float, float]


def portrait_jpeg(seed: int, *, woman: bool, birth_year: int) -> bytes:
    """Draw a portrait of 480 x 600 pixels as JPEG, some 20 kB."""
    chance = random.Random(seed)
    size = (WIDTH_PX * OVERSAMPLE, HEIGHT_PX * OVERSAMPLE)
    picture = Image.new("RGB", size, BACKGROUNDS[birth_year % 2 == 1])
    draw = ImageDraw.Draw(picture)
    skin, hair = chance.choice(SKINS), chance.choice(HAIRS)
    veil = woman and chance.random() < 0.6
    _shoulders(draw, chance.choice(SHIRTS), skin)
    if woman:
        _hair_behind(draw, chance.choice(SHIRTS[1:]) if veil else hair)
    _head(draw, skin, chance.uniform(0.94, 1.06))
    _hair_above(draw, chance.choice(SHIRTS[1:]) if veil else hair, low=veil)
    _features(draw, chance, hair)
    picture = picture.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS)
    return _jpeg(picture.filter(ImageFilter.SMOOTH))


def signature_jpeg(seed: int) -> bytes:
    """Draw a squiggle of 480 x 200 pixels."""
    chance = random.Random(seed)
    picture = Image.new("L", (480, 200), 255)
    draw = ImageDraw.Draw(picture)
    x, y = 40.0, 110.0
    points = [(x, y)]
    while x < 430:
        x += chance.uniform(8, 26)
        y = 100 + chance.uniform(-60, 55)
        points.append((x, y))
    draw.line(_smooth(points), fill=0, width=6, joint="curve")
    draw.line([(50, 165), (420, 150 + chance.uniform(-10, 15))], fill=0, width=4)
    return _jpeg(picture)


def _at(*fractions: float) -> Box:
    """Return a box from fractions of width and height."""
    left, top, right, bottom = fractions
    width, height = WIDTH_PX * OVERSAMPLE, HEIGHT_PX * OVERSAMPLE
    return (left * width, top * height, right * width, bottom * height)


def _shoulders(draw: ImageDraw.ImageDraw, shirt: str, skin: str) -> None:
    draw.ellipse(_at(0.08, 0.72, 0.92, 1.4), fill=shirt)
    draw.rectangle(_at(0.40, 0.60, 0.60, 0.78), fill=skin)
    draw.pieslice(_at(0.36, 0.66, 0.64, 0.86), 0, 180, fill=skin)
    draw.line([_at(0.5, 0.86, 0, 0)[:2], _at(0.5, 1.0, 0, 0)[:2]], fill="#00000030", width=4)


def _hair_behind(draw: ImageDraw.ImageDraw, colour: str) -> None:
    draw.ellipse(_at(0.22, 0.13, 0.78, 0.84), fill=colour)


def _head(draw: ImageDraw.ImageDraw, skin: str, breadth: float) -> None:
    half = 0.215 * breadth
    draw.ellipse(_at(0.5 - half, 0.20, 0.5 + half, 0.72), fill=skin)
    draw.ellipse(_at(0.5 - half - 0.03, 0.42, 0.5 - half + 0.04, 0.53), fill=skin)
    draw.ellipse(_at(0.5 + half - 0.04, 0.42, 0.5 + half + 0.03, 0.53), fill=skin)


def _hair_above(draw: ImageDraw.ImageDraw, colour: str, *, low: bool) -> None:
    bottom = 0.50 if low else 0.44
    draw.chord(_at(0.27, 0.14, 0.73, bottom + 0.10), 180, 360, fill=colour)
    if low:
        for left, right in ((0.24, 0.33), (0.67, 0.76)):
            draw.ellipse(_at(left, 0.28, right, 0.74), fill=colour)


def _features(draw: ImageDraw.ImageDraw, chance: random.Random, hair: str) -> None:
    apart = chance.uniform(0.085, 0.105)
    smile = chance.uniform(0.012, 0.035)
    for eye in (0.5 - apart, 0.5 + apart):
        draw.ellipse(_at(eye - 0.034, 0.425, eye + 0.034, 0.458), fill="#fbfbf8")
        draw.ellipse(_at(eye - 0.015, 0.424, eye + 0.015, 0.459), fill="#20140c")
        draw.arc(_at(eye - 0.05, 0.375, eye + 0.05, 0.43), 200, 340, fill=hair, width=9)
    draw.arc(_at(0.465, 0.45, 0.535, 0.545), 20, 160, fill="#6f4630", width=6)
    draw.arc(_at(0.43, 0.56 - smile, 0.57, 0.60 + smile), 15, 165, fill="#8f3b38", width=10)


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Round the corners of a polygon by cutting them twice (Chaikin)."""
    for _ in range(3):
        cut = [points[0]]
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
            cut.append((0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1))
            cut.append((0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1))
        points = [*cut, points[-1]]
    return points


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
