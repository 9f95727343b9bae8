"""Working days of the emulated printer on a virtual clock: how warm it gets, and a card it prints at three o'clock."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from drivers.evolis.raster import planes_of
from emulator.evolis.bitmap import CARD_RASTER, Bitmap, ink_of
from emulator.machine.card import Card, Face, Ink, Side
from emulator.machine.head import Head
from emulator.machine.machine_state import MachineState, StateStore
from emulator.machine.mechanics import Machine
from emulator.machine.motions import PACE
from emulator.machine.outlet import NoOutlet
from emulator.machine.picture import Rgb, composite
from emulator.machine.ribbon import YMCKO
from station.demo.sample import record
from station.layout import Layout

OPENS_H, CLOSES_H, LOOKED_AT_H = 8, 16, 15
SPECIMEN = 9  # of the sample office
FEED_AND_ALIGN_S = PACE.feed_s + PACE.align_s


@dataclass(slots=True)
class Day:
    """One day of work.

    Attributes:
        curve: hour of the day, head and chassis in degrees Celsius, before and after each panel.
        first_bad_h: when quality began to fall, None if it did not.
        rests_s: how long the printer rested in all.
        picture: the card it printed at three.
    """

    cards: int
    head: Head
    curve: list[tuple[float, float, float]] = field(default_factory=list)
    first_bad_h: float | None = None
    rests_s: float = 0.0
    printed: int = 0
    picture: Rgb = field(default_factory=lambda: composite(None))


def day(cards: int, planes: dict[str, Ink]) -> Day:
    """Print cards spread evenly over the day, each as soon as it is due and the head lets it.

    Args:
        cards: how many are wanted.
        planes: the ink of the one that is looked at; the others only warm the head.
    """
    found = Day(cards, Head())
    machine = Machine(MachineState("DAY"), StateStore(None), NoOutlet(), found.head, seed="DAY")
    machine.fit_ribbon(YMCKO)
    machine.add_blanks(1)
    every_s, free_s = (CLOSES_H - OPENS_H) * 3600 / cards, 0.0
    for card in range(cards):
        begin_s = max(free_s, card * every_s)
        if begin_s > (CLOSES_H - OPENS_H) * 3600:
            break
        look = hour(begin_s) >= LOOKED_AT_H and machine.inside is None
        if look:
            machine.pick(begin_s)
        for panel, end_s in _panels(found, begin_s):
            if look:
                machine.print_panel(panel, planes[panel], end_s)
            else:
                found.head.warm_panel(end_s)
            _note(found, end_s)
            free_s = end_s + PACE.eject_s
        found.printed += 1
    assert machine.inside is not None, "the day ended before three"
    found.picture = composite(_front(machine.inside))
    return found


def hour(now_s: float) -> float:
    """Return the hour of the day."""
    return OPENS_H + now_s / 3600


def _front(card: Card) -> Face:
    return card.faces[Side.FRONT]


def _panels(found: Day, begin_s: float) -> Iterator[tuple[str, float]]:
    """Give each panel and its end; a head too warm delays it."""
    now_s = begin_s + FEED_AND_ALIGN_S
    for panel in YMCKO.panels:
        if found.head.resting(now_s):
            resumes_s = found.head.rest_ends_s(now_s)
            found.rests_s += resumes_s - now_s
            now_s = resumes_s
        now_s += {"k": PACE.resin_panel_s, "o": PACE.overlay_panel_s}.get(
            panel, PACE.colour_panel_s
        )
        _note(found, now_s)
        if found.first_bad_h is None and found.head.overheat(now_s) > 0:
            found.first_bad_h = hour(now_s)
        yield panel, now_s


def _note(found: Day, now_s: float) -> None:
    head = found.head
    found.curve.append((hour(now_s), head.temperature_c(now_s), head.chassis_c(now_s)))


def specimen() -> dict[str, Ink]:
    """Return the planes of a specimen card, by panel, as they come off the wire."""
    chance = Random(2026)
    people = [record(number, chance) for number in range(1, SPECIMEN + 1)]
    found = planes_of(Layout.load(None).face(people[-1]), 256)
    return {
        plane.panel: ink_of(Bitmap(plane.panel, plane.levels, CARD_RASTER, plane.data))
        for plane in (*found.colour, *found.mono)
    }
