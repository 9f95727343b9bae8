"""Firmware and Dialogue: what endpoints, control link and window may ask of any printer family.

Theory of operation. A family is a Firmware; each stream of bytes between a host and it is a Dialogue of that firmware.
An endpoint gives bytes (`receive`), has what they completed carried out one by one while the firmware has room
(`execute`), and takes answers whenever there are any (`read`). How answers and requests belong together is the family's
own matter and differs with the medium: one answer a connection, one that stands until the next command, or a stream.

No thread, no socket, no clock: time is a parameter, and whoever calls holds the printer's lock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from emulator.moment import Watcher

Answer = dict[str, Any]
# An order over the control link: its arguments and the machine instant; None means done.
Order = Callable[[Answer, float], Answer | None]


class OrderError(Exception):
    """An order that can't be carried out; the message is the answer."""


class Medium(StrEnum):
    """What carries a dialogue."""

    TCP = "tcp"
    USB = "usb"
    SERIAL = "serial"


class Dialogue(Protocol):
    """One host's stream of bytes into a firmware, and what the host can read of it.

    Attributes:
        single: one request and one answer make the whole dialogue: the answer comes after the host's half-close and
            ends it. Else bytes flow both ways until somebody goes away.
    """

    single: bool

    def receive(self, data: bytes) -> None:
        """Take bytes off the line; what they complete waits to be executed."""

    @property
    def waiting(self) -> bool:
        """Say whether something complete waits to be executed."""

    @property
    def has_room(self) -> bool:
        """Say whether it may be carried out now; else the host has to wait."""

    def execute(self, now_s: float) -> None:
        """Carry out the next complete thing; only while `has_room`."""

    @property
    def midway(self) -> bool:
        """Say whether the line is in the middle of something large, such as a plane."""

    def finish(self) -> None:
        """Hear that nothing more will come from the host: a half-close, or the end of its connection."""

    @property
    def readable(self) -> bool:
        """Say whether the host could read something now."""

    def read(self, now_s: float) -> bytes:
        """Give the next whole answer; only while `readable`."""

    def reset(self) -> None:
        """Forget what is half received (a USB SOFT_RESET, a new power-up)."""


@dataclass(frozen=True, slots=True)
class UsbIdentity:
    """How the printer shows itself on a USB bus.

    Attributes:
        device_id: the IEEE 1284 id without its length.
        packet_bytes: the largest bulk packet: 512 at high speed, 64 at full speed.
    """

    vendor: int
    product: int
    manufacturer: str
    name: str
    serial: str
    device_id: str
    packet_bytes: int = 512


class Firmware(Protocol):
    """One printer's firmware over its machine."""

    family: str
    boots: int  # so that what hangs on a boot notices the next one

    @property
    def powered(self) -> bool:
        """Say whether it has power."""

    @property
    def online(self) -> bool:
        """Say whether it is there at all: powered and not in a reset."""

    @property
    def at_rest(self) -> bool:
        """Say whether nothing moves, waits to move, or is claimed by a host."""

    @property
    def media_empty(self) -> bool:
        """Say whether the USB port status shows the media as empty."""

    @property
    def made(self) -> int:
        """Return how many pieces, cards or slips, have left, ever."""

    @property
    def next_piece(self) -> int:
        """Return the running number of the piece under way, or else of the next one, as moments give it."""

    def watch(self, watcher: Watcher) -> None:
        """Have somebody hear of every moment, and never run past their horizon."""

    def step(self, now_s: float) -> float | None:
        """Do what is due at an instant; return the next instant something will be, None if nothing will."""

    def dialogue(self, medium: Medium) -> Dialogue:
        """Begin a dialogue."""

    def usb_identity(self) -> UsbIdentity:
        """Return how it shows itself on a USB bus."""

    def power_off(self, now_s: float) -> None:
        """Cut the power: RAM is gone, everything movable stays where it is."""

    def power_on(self, now_s: float) -> None:
        """Switch on again; nothing if it is on."""

    def reboot(self, now_s: float) -> None:
        """Restart by itself, in the middle of whatever it does."""

    def open_cover(self, now_s: float) -> None:
        """Open the cover, also in the middle of a motion."""

    def close_cover(self, now_s: float) -> None:
        """Close the cover."""

    def orders(self) -> dict[str, Order]:
        """Return what else a person can do to this family's machine, by the name of the order."""

    def truth(self, now_s: float) -> Answer:
        """Return everything no wire would tell."""
