"""Print head: warms with every panel, cools towards the room as time passes, rests when it is too warm.

A model for behaviour, not for physics: at the real pace of one simplex colour card in 12.9 s it levels out near
58 degrees and never rests; a warm room or a push from the control link makes it rest.
"""

import math

PANEL_WARMTH_C = (
    1.4  # five panels each 12.9 s settle at about +33 degrees with the time constant below
)
COOLING_TIME_S = 60.0  # machine seconds in which the distance to the room's warmth falls to 1/e
REST_ABOVE_C = 80.0
RESUME_BELOW_C = 65.0


class Head:
    """Temperature of the print head in degrees Celsius, at machine instants that never go back."""

    def __init__(self, room_c: float = 25.0) -> None:
        assert room_c < RESUME_BELOW_C, "a head could never cool down in such a room"
        self._room_c = room_c
        self._head_c = room_c
        self._at_s = 0.0
        self._resting = False

    def temperature_c(self, now_s: float) -> float:
        """Return the temperature at an instant."""
        passed_s = max(0.0, now_s - self._at_s)
        return self._room_c + (self._head_c - self._room_c) * math.exp(-passed_s / COOLING_TIME_S)

    def warm_panel(self, now_s: float) -> None:
        """Take the warmth of one printed panel."""
        self.set_temperature(self.temperature_c(now_s) + PANEL_WARMTH_C, now_s)

    def set_temperature(self, head_c: float, now_s: float) -> None:
        """Force a temperature."""
        self._head_c = head_c
        self._at_s = now_s

    def resting(self, now_s: float) -> bool:
        """Say whether the head must rest: from too warm until clearly cooler, so it does not flutter."""
        head_c = self.temperature_c(now_s)
        limit_c = RESUME_BELOW_C if self._resting else REST_ABOVE_C
        self._resting = head_c > limit_c
        return self._resting

    def rest_ends_s(self, now_s: float) -> float:
        """Return the instant at which a resting head may print again."""
        above_room_c = self.temperature_c(now_s) - self._room_c
        ratio = above_room_c / (RESUME_BELOW_C - self._room_c)
        from_s = max(now_s, self._at_s)
        return from_s + COOLING_TIME_S * math.log(ratio) + 0.001 if ratio > 1 else from_s
