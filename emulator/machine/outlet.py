"""Outlet: where cards that leave the machine are shown to the world, as the machine sees it."""

from typing import Protocol

from emulator.machine.card import Card, Departure


class Outlet(Protocol):
    """Where cards that leave are shown to the world."""

    def begin(self, card: Card, number: int) -> None:
        """Start drawing: nothing more will be printed on this card."""

    def ready(self) -> bool:
        """Say whether the drawing is done."""

    def stage(self, departure: Departure) -> None:
        """Write everything but the sign that the card is complete."""

    def publish(self, departure: Departure) -> None:
        """Give the sign that the card is complete."""


class NoOutlet:
    """Shows nothing; for simulations that only count."""

    def begin(self, card: Card, number: int) -> None:
        """Draw nothing."""

    def ready(self) -> bool:
        """Be ready at once."""
        return True

    def stage(self, departure: Departure) -> None:
        """Write nothing."""

    def publish(self, departure: Departure) -> None:
        """Publish nothing."""
