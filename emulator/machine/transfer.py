"""Transfer: how one panel's ink gets from the ribbon to the card, and what can go wrong on the way.

Theory of operation. A healthy transfer is the ink asked for, the same array and no work. Every flaw is a step of its
own, in the order of the machine: the ribbon (worn), the heat (too much of it), the head (dead dots), how far the card
came (interrupted, torn), and where it lay (misregistration). Each draws its chance from the seed and its own name, so
that one flaw more never changes the others, and the same card looks the same every time.

The card travels lengthwise, line by line, column x = 0 first: what grows with the way grows to the right.
"""

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emulator.machine.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, Ink

SMEAR_PX = (1.5, 9.0)  # length of a smear at full overheat, at the card's begin and at its end
DYE_GAIN = 0.9  # how much a middle tone rises at full overheat, as a share of what is left to full
BLOTCH_GRID = (11, 17)  # rows, columns of clouds on a card
BLOTCH_INK = 60.0  # what a cloud's middle adds at full overheat
BLOTCH_SPREAD = 0.55  # the larger, the more of the card the clouds cover
BURNT_ABOVE = 0.85  # so thick a cloud burns full ink away
FADED_AT_LEAST = 0.4  # share of ink a wholly worn ribbon loses all over
FADED_STREAKS = 0.75  # and the most it loses besides, in streaks
STREAK_ROWS = 4
# Rows computed at a time: in fractions they take four times the memory of ink.
BAND_ROWS = 81
CREASE_RUN_PX = 320  # how far a fold runs along the card while it crosses it
CREASE_PX = 7  # and how wide it is
TEAR_PX = 24  # a tear is at most so far from the column it was ordered at

Shades = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Flaws:
    """What is wrong with a transfer; the default is a healthy one.

    Attributes:
        overheat: 0 good, 1 as hot as the head ever prints.
        dead_rows: rows whose dot is burnt out.
        misregistration_px: how far off the card may lie, to either side, along and across.
        fade: 0 fresh ribbon, 1 wholly worn.
        done: share of the card that came under the head.
        torn_at: share of the card at which the ribbon tears, None for a sound one.
    """

    overheat: float = 0.0
    dead_rows: tuple[int, ...] = ()
    misregistration_px: float = 0.0
    fade: float = 0.0
    done: float = 1.0
    torn_at: float | None = None


HEALTHY = Flaws()


def transfer(ink: Ink, flaws: Flaws, seed: str) -> Ink:
    """Return the ink that arrives on the card; the same array if nothing is wrong.

    Args:
        ink: what the head was told, 648 rows x 1016 columns; it is not changed.
        flaws: what is wrong.
        seed: names this transfer, for example printer, card and panel.
    """
    if flaws == HEALTHY:
        return ink
    arrived = ink.copy()
    if flaws.fade > 0:
        arrived = _faded(arrived, flaws.fade, _chance(seed, "fade"))
    if flaws.overheat > 0:
        arrived = _overheated(arrived, flaws.overheat, _chance(seed, "heat"))
    arrived[list(flaws.dead_rows)] = 0
    arrived[:, int(flaws.done * CARD_WIDTH_PX) :] = 0
    if flaws.torn_at is not None:
        _tear(arrived, int(flaws.torn_at * CARD_WIDTH_PX), _chance(seed, "tear"))
    if flaws.misregistration_px > 0:
        arrived = shifted(arrived, *_offset(flaws.misregistration_px, _chance(seed, "shift")))
    return arrived


def shifted(ink: Ink, right_px: int, down_px: int) -> Ink:
    """Return ink moved on the card; what would lie beyond an edge misses the card and is gone."""
    rows, columns = ink.shape
    moved = np.zeros_like(ink)
    if abs(right_px) < columns and abs(down_px) < rows:
        to_rows, from_rows = _overlap(rows, down_px)
        to_columns, from_columns = _overlap(columns, right_px)
        moved[to_rows, to_columns] = ink[from_rows, from_columns]
    return moved


def _overlap(length: int, step: int) -> tuple[slice, slice]:
    to = slice(max(step, 0), length + min(step, 0))
    return to, slice(to.start - step, to.stop - step)


def _chance(seed: str, flaw: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}:{flaw}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8]))


def _offset(most_px: float, chance: np.random.Generator) -> tuple[int, int]:
    right, down = chance.uniform(-most_px, most_px, 2)
    return round(float(right)), round(float(down))


def _clouds(chance: np.random.Generator) -> Shades:
    """Return soft spots of no particular shape, 0..1, over the whole card."""
    coarse = chance.random(BLOTCH_GRID, dtype=np.float32)
    size = (CARD_WIDTH_PX, CARD_HEIGHT_PX)
    soft = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    shades: Shades = np.array(soft)
    np.clip(shades, 0.0, 1.0, out=shades)
    return shades


def _overheated(ink: Ink, overheat: float, chance: np.random.Generator) -> Ink:
    """Too much heat: tones gain, clouds of dye where there should be none, holes in full ink, and smears."""
    clouds = _clouds(chance)
    arrived = np.empty_like(ink)
    for top in range(0, CARD_HEIGHT_PX, BAND_ROWS):
        band = slice(top, top + BAND_ROWS)
        arrived[band] = _overheated_band(ink[band], clouds[band], overheat)
    return arrived


def _overheated_band(ink: Ink, clouds: Shades, overheat: float) -> Ink:
    shades = ink.astype(np.float32)
    shades += overheat * DYE_GAIN * shades * (255 - shades) / 255
    cloudy = math.sqrt(overheat)  # a spot is seen long before a tone is
    clouds = np.clip((clouds - 1 + BLOTCH_SPREAD * cloudy) * 2.5, 0, 1)
    # Where nearly all the ink is asked for it burns away instead: the panel sticks to the card and tears off.
    shades += np.where(shades < 200, clouds * BLOTCH_INK * cloudy, -255 * (clouds > BURNT_ABOVE))
    np.clip(shades, 0, 255, out=shades)
    _smear(shades, overheat)
    return shades.astype(np.uint8)


def _smear(shades: Shades, overheat: float) -> None:
    """Let a hot line go on into the following ones, the longer the later on the card."""
    along = np.linspace(*SMEAR_PX, CARD_WIDTH_PX) * overheat
    keeps = np.exp(-1 / along).astype(np.float32)
    lines = np.ascontiguousarray(shades.T)
    for x in range(1, CARD_WIDTH_PX):
        np.maximum(lines[x], lines[x - 1] * keeps[x], out=lines[x])
    shades[:] = lines.T


def _faded(ink: Ink, fade: float, chance: np.random.Generator) -> Ink:
    """Take old ribbon: paler all over, and in streaks along the travel where it has given up most of its ink."""
    rough = np.repeat(
        chance.random(CARD_HEIGHT_PX // STREAK_ROWS, dtype=np.float32) ** 2, STREAK_ROWS
    )
    soft = np.convolve(rough, np.full(5, 0.2, dtype=np.float32), mode="same")
    lost = np.clip(fade * (FADED_AT_LEAST + FADED_STREAKS * soft), 0, 1)
    left: Shades = ink * (1 - lost[:, np.newaxis])
    return left.astype(np.uint8)


def _tear(ink: Ink, at_px: int, chance: np.random.Generator) -> None:
    """Leave nothing behind a ragged edge, and a fold that ran up to it."""
    walk = np.cumsum(chance.normal(0, 1.2, CARD_HEIGHT_PX))
    edge = at_px + np.clip(walk, -TEAR_PX, TEAR_PX)
    columns = np.arange(CARD_WIDTH_PX)
    ink[columns >= edge[:, np.newaxis]] = 0
    run = np.linspace(-CREASE_RUN_PX, 0, CARD_HEIGHT_PX)
    fold = at_px + (run if chance.random() < 0.5 else run[::-1])
    off_fold = np.abs(columns - fold[:, np.newaxis])
    ink[off_fold < CREASE_PX / 2] = 0  # both sides of the fold lie away from the card
