"""The blanks of one certification: where each of them must be by now, as the person and the printer agree."""

from dataclasses import dataclass

BLANKS = 5


@dataclass(slots=True)
class Cards:
    """Counts of the blanks put in at the beginning.

    Attributes:
        used: left the hopper, certainly.
        perhaps: a card may have left the hopper and nobody has said yet.
        hopper: blanks in the hopper.
        output: cards in the output tray.
    """

    used: int = 0
    perhaps: bool = False
    hopper: int = 0
    output: int = 0

    def fed(self) -> None:
        """Take a blank out of the hopper."""
        self.used += 1
        self.hopper -= 1
        self.perhaps = False

    def not_fed(self) -> None:
        """Know that no card has left the hopper after all."""
        self.perhaps = False
