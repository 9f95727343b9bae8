"""Heat: a print head that warms in seconds on a chassis that warms over hours, and what too much of it means.

Theory of operation. Every printed panel warms the head and, a little, the chassis it is screwed to. The head cools
towards the chassis, the chassis towards the room, each by its own time constant; with h and c above the room's warmth

    c(t) = c0 exp(-t/T)        h(t) = (h0 - k c0) exp(-t/t') + k c0 exp(-t/T)        k = T / (T - t')

so that no instant between two panels ever has to be computed. Above the quality limit the print gets worse step by
step; above the rest limit the head rests until it is clearly cooler. The hours above the quality limit wear it
(`wear.py`).

A model for behaviour, not for physics: nobody gave us a thermal drawing. The defaults are chosen so that the offices'
rule of thumb comes out of them, cards spread over eight hours in a room of 27 degrees: 200 a day stay good, 300 are
plainly worse from the early afternoon on, 400 make the printer rest; and one colour card each 12.9 s from cold stays
good for sixty cards. docs/images/heat.png shows it.
"""

import math
from dataclasses import dataclass

ROOM_C = 27.0  # an office in Indonesia
CROSSING_S = 0.001  # how exactly the end of a rest is found


@dataclass(frozen=True, slots=True)
class Thermals:
    """The settings of the model.

    Attributes:
        panel_head_c: what one panel adds to the head.
        panel_chassis_c: what one panel adds to the chassis; one colour card of five panels adds a quarter of a degree.
        head_cooling_s: seconds in which the head's distance to the chassis falls to 1/e.
        chassis_cooling_s: the same of the chassis and the room.
        quality_limit_c: the head prints well up to here.
        rest_above_c: above this it prints nothing, until it is below `resume_below_c`.
    """

    panel_head_c: float = 1.3
    panel_chassis_c: float = 0.05
    head_cooling_s: float = 30.0
    chassis_cooling_s: float = 5 * 3600.0
    quality_limit_c: float = 59.0
    rest_above_c: float = 75.0
    resume_below_c: float = 70.0


THERMALS = Thermals()


class Head:
    """Temperatures of head and chassis in degrees Celsius, at machine instants that never go back.

    Attributes:
        hot_s: how long, ever, the head was above the quality limit; moves when a panel is printed.
    """

    def __init__(self, room_c: float = ROOM_C, thermals: Thermals = THERMALS) -> None:
        limits = (thermals.quality_limit_c, thermals.resume_below_c, thermals.rest_above_c)
        assert limits == tuple(sorted(limits)), "the limits follow each other"
        assert thermals.head_cooling_s < thermals.chassis_cooling_s, "the head is the lighter mass"
        assert room_c < thermals.quality_limit_c, "a head could never cool down in such a room"
        self.thermals = thermals
        self.hot_s = 0.0
        self._room_c = room_c
        self._head_k = 0.0  # above the room, at _at_s
        self._chassis_k = 0.0
        self._at_s = 0.0
        self._rest_ends_s = 0.0
        heavy_s = thermals.chassis_cooling_s
        self._coupling = heavy_s / (heavy_s - thermals.head_cooling_s)

    # --- what can be seen -------------------------------------------------------------------

    @property
    def room_c(self) -> float:
        """Return the room's warmth."""
        return self._room_c

    def temperature_c(self, now_s: float) -> float:
        """Return the head's temperature at an instant."""
        return self._room_c + self._above_room(max(0.0, now_s - self._at_s))[0]

    def chassis_c(self, now_s: float) -> float:
        """Return the chassis's temperature at an instant."""
        return self._room_c + self._above_room(max(0.0, now_s - self._at_s))[1]

    def overheat(self, now_s: float) -> float:
        """Return how far the head is on its way from the quality limit (0) to the rest limit (1)."""
        limits = self.thermals
        over_c = self.temperature_c(now_s) - limits.quality_limit_c
        return min(max(over_c / (limits.rest_above_c - limits.quality_limit_c), 0.0), 1.0)

    def resting(self, now_s: float) -> bool:
        """Say whether the head must rest: from too warm until clearly cooler, so it does not flutter."""
        return now_s < self._rest_ends_s

    def rest_ends_s(self, now_s: float) -> float:
        """Return the instant at which a resting head may print again."""
        return max(now_s, self._rest_ends_s)

    # --- what changes it --------------------------------------------------------------------

    def warm_panel(self, now_s: float) -> None:
        """Take the warmth of one printed panel."""
        self._advance(now_s)
        self._set(
            self._head_k + self.thermals.panel_head_c,
            self._chassis_k + self.thermals.panel_chassis_c,
        )

    def set_temperature(self, head_c: float, now_s: float, chassis_c: float | None = None) -> None:
        """Force the head's temperature and, if given, the chassis's; a chassis is never warmer than its head."""
        self._advance(now_s)
        chassis_k = self._chassis_k if chassis_c is None else chassis_c - self._room_c
        self._set(head_c - self._room_c, chassis_k)

    def set_room(self, room_c: float, now_s: float) -> None:
        """Change the room's warmth; the masses follow in their own time."""
        assert room_c < self.thermals.quality_limit_c, "a head could never cool down in such a room"
        self._advance(now_s)
        step_k = self._room_c - room_c
        self._room_c = room_c
        self._set(self._head_k + step_k, self._chassis_k + step_k)

    # --- inside -----------------------------------------------------------------------------

    def _above_room(self, passed_s: float) -> tuple[float, float]:
        """Return head and chassis above the room, so many seconds after `_at_s`."""
        slow = math.exp(-passed_s / self.thermals.chassis_cooling_s)
        fast = math.exp(-passed_s / self.thermals.head_cooling_s)
        from_chassis_k = self._coupling * self._chassis_k
        head_k = (self._head_k - from_chassis_k) * fast + from_chassis_k * slow
        return head_k, self._chassis_k * slow

    def _advance(self, now_s: float) -> None:
        passed_s = max(0.0, now_s - self._at_s)
        self.hot_s += min(passed_s, self._falls_in_s(self.thermals.quality_limit_c))
        self._head_k, self._chassis_k = self._above_room(passed_s)
        self._at_s = max(now_s, self._at_s)

    def _set(self, head_k: float, chassis_k: float) -> None:
        # A chassis warmer than its head would warm it again, and "left alone it never warms" would not hold.
        self._head_k = head_k
        self._chassis_k = min(chassis_k, max(head_k, 0.0) / self._coupling)
        limits = self.thermals
        if self.resting(self._at_s) or self._room_c + head_k > limits.rest_above_c:
            self._rest_ends_s = self._at_s + self._falls_in_s(limits.resume_below_c)

    def _falls_in_s(self, limit_c: float) -> float:
        """Return how long after `_at_s` the head is no longer above a limit; 0 if it is not above it.

        Newton's method from the left: the curve falls and is convex as long as it is above the room, so no step jumps
        over the crossing.
        """
        limit_k = limit_c - self._room_c
        assert limit_k > 0, "it would never fall so low"
        if self._head_k <= limit_k:
            return 0.0
        light_s, heavy_s = self.thermals.head_cooling_s, self.thermals.chassis_cooling_s
        passed_s, step_s = 0.0, math.inf
        while step_s > CROSSING_S:
            head_k, chassis_k = self._above_room(passed_s)
            from_chassis_k = self._coupling * chassis_k
            slope = (head_k - from_chassis_k) / light_s + from_chassis_k / heavy_s
            step_s = (head_k - limit_k) / slope
            passed_s += step_s
        return passed_s + CROSSING_S
