"""docs/images/heat.png: three working days of the emulated printer, and a card each printed at three o'clock.

Drawn with Pillow at twice its size. A row: the warmth of head and chassis over the day with the limits, then the card.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bench.heat import CLOSES_H, LOOKED_AT_H, OPENS_H, Day, day, specimen
from emulator.machine.head import THERMALS

PATH = Path("docs/images/heat.png")
DAYS = (200, 300, 400)
TWICE = 2
COLOURS = 160

WIDTH, HEAD_HEIGHT, ROW_HEIGHT = 1360, 64, 330
PLOT = (64, 44, 800, 268)  # within a row
CARD_LEFT, CARD_WIDTH, CARD_HEIGHT = 930, 400, 255
FROM_C, TO_C = 20, 80

INK, PALE, GRID = (38, 42, 48), (112, 118, 126), (228, 231, 235)
HEAD, CHASSIS = (226, 98, 30), (40, 96, 176)
LIMIT, REST, TOO_HOT = (196, 138, 0), (196, 30, 40), (253, 234, 222)

Point = tuple[float, float]
Rgb = tuple[int, int, int]


def draw() -> Path:
    """Simulate, draw and write the figure; returns where it is."""
    figure = _Figure()
    planes = specimen()
    figure.heading()
    for row, cards in enumerate(DAYS):
        figure.row(HEAD_HEIGHT + row * ROW_HEIGHT, day(cards, planes))
    small = figure.sheet.reduce(TWICE)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(PATH, "PNG", optimize=True)
    return PATH


class _Figure:
    """The sheet and the pen; all sizes are those of the finished figure."""

    def __init__(self) -> None:
        height = HEAD_HEIGHT + len(DAYS) * ROW_HEIGHT - 24
        self.sheet = Image.new("RGB", (WIDTH * TWICE, height * TWICE), "white")
        self._pen = ImageDraw.Draw(self.sheet)
        self._top = 0

    def heading(self) -> None:
        """Say what is shown."""
        self._text((24, 24), "A day of the emulated printer in a room of 27 °C", INK, 22)
        self._text((CARD_LEFT, 24), "what it prints at 15:00", INK, 22)
        for left, name, colour in ((590, "print head", HEAD), (730, "chassis", CHASSIS)):
            self._line([(left, 38), (left + 24, 38)], colour, 4)
            self._text((left + 32, 28), name, INK, 16)

    def row(self, top: int, found: Day) -> None:
        """Draw one day."""
        self._top = top
        self._text((24, 12), f"{found.cards} cards a day", INK, 20)
        self._text((190, 15), _verdict(found), PALE, 16)
        self._frame()
        self._line([(_x(hour), _y(head)) for hour, head, _ in found.curve], HEAD, 1)
        self._line([(_x(hour), _y(chassis)) for hour, _, chassis in found.curve], CHASSIS, 3)
        self._limit(THERMALS.quality_limit_c, "quality falls above", LIMIT)
        self._limit(THERMALS.rest_above_c, "rests above", REST)
        self._card(found)

    def _frame(self) -> None:
        left, _, right, bottom = PLOT
        self._box((left, _y(TO_C), right, _y(THERMALS.quality_limit_c)), fill=TOO_HOT)
        for hour in range(OPENS_H, CLOSES_H + 1):
            self._line([(_x(hour), _y(TO_C)), (_x(hour), bottom)], GRID, 1)
            self._text((_x(hour), bottom + 8), f"{hour:02d}:00", PALE, 14, "mt")
        for warmth_c in range(FROM_C, TO_C + 1, 20):
            self._line([(left, _y(warmth_c)), (right, _y(warmth_c))], GRID, 1)
            self._text((left - 8, _y(warmth_c)), f"{warmth_c} °C", PALE, 14, "rm")
        self._line([(_x(LOOKED_AT_H), _y(TO_C)), (_x(LOOKED_AT_H), bottom)], INK, 1)

    def _limit(self, warmth_c: float, word: str, colour: Rgb) -> None:
        left, _, right, _ = PLOT
        for x in range(left, right, 12):
            self._line([(x, _y(warmth_c)), (min(x + 6, right), _y(warmth_c))], colour, 2)
        self._text((right + 6, _y(warmth_c)), f"{word}\n{warmth_c:.0f} °C", colour, 13, "lm")

    def _card(self, found: Day) -> None:
        size = (CARD_WIDTH * TWICE, CARD_HEIGHT * TWICE)
        card = Image.fromarray(found.picture).resize(size, Image.Resampling.LANCZOS)
        top = PLOT[1] - 16
        self.sheet.paste(card, (CARD_LEFT * TWICE, (self._top + top) * TWICE))
        box = (CARD_LEFT, top, CARD_LEFT + CARD_WIDTH, top + CARD_HEIGHT)
        self._box(box, outline=PALE)

    # --- pen --------------------------------------------------------------------------------

    def _at(self, point: Point) -> Point:
        return point[0] * TWICE, (point[1] + self._top) * TWICE

    def _line(self, points: list[Point], colour: Rgb, width: int) -> None:
        self._pen.line([self._at(point) for point in points], colour, width * TWICE, joint="curve")

    def _box(
        self,
        box: tuple[float, float, float, float],
        fill: Rgb | None = None,
        outline: Rgb | None = None,
    ) -> None:
        self._pen.rectangle((self._at(box[:2]), self._at(box[2:])), fill, outline, TWICE)

    def _text(self, point: Point, text: str, colour: Rgb, size: int, anchor: str = "lt") -> None:
        font = ImageFont.load_default(size * TWICE)
        self._pen.text(self._at(point), text, colour, font, None if "\n" in text else anchor)


def _x(hour: float) -> float:
    return PLOT[0] + (hour - OPENS_H) / (CLOSES_H - OPENS_H) * (PLOT[2] - PLOT[0])


def _y(warmth_c: float) -> float:
    return PLOT[3] - (warmth_c - FROM_C) / (TO_C - FROM_C) * (PLOT[3] - PLOT[1])


def _verdict(found: Day) -> str:
    if found.first_bad_h is None:
        return "good all day"
    minutes = round(found.first_bad_h * 60)
    sentence = f"worse from {minutes // 60:02d}:{minutes % 60:02d} on"
    if found.rests_s:
        sentence += f"; it rests for {found.rests_s / 3600:.1f} h and prints {found.printed} only"
    return sentence
