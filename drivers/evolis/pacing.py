"""How often to ask whether the card is done: seldom while it is far off, often when it is near.

The next card must start within 50 ms of the printer being free, and a printer at work should be left alone. So the
pause halves with the time still expected, between 250 ms (the vendor host's rhythm) and 20 ms. A card overdue by more
than a fifth of its time is looked for less and less often again. What is expected is learned from the last cards.
Scripts have no clock: times here are sums of the pauses asked for, which both the learning and the waiting use.
"""

from collections import deque

POLL_S_MAX = 0.25
POLL_S_MIN = 0.02
EARLY = 0.95  # of the shortest recent card: from there on a card may end any moment
OVERDUE = 5  # at a fifth over the expected time the pause begins to grow
REMEMBERED_CARDS = 4


class Pacing:
    """Learns a printer's card time and gives the pause before the next poll."""

    def __init__(self, card_seconds: float) -> None:
        self._recent_s = deque([card_seconds], maxlen=REMEMBERED_CARDS)

    def pause_s(self, waited_s: float) -> float:
        """Return how long to leave the printer alone, having waited so long for this card."""
        expected_s = EARLY * min(self._recent_s)
        left_s = expected_s - waited_s
        pause_s = left_s / 2 if left_s > 0 else POLL_S_MIN * OVERDUE / expected_s * -left_s
        return min(POLL_S_MAX, max(POLL_S_MIN, pause_s))

    def learn(self, waited_s: float) -> None:
        """Take in how long a card that ended well took."""
        self._recent_s.append(max(waited_s, POLL_S_MIN))
