"""The counter's slips: from a person's word and the store to paper. Each call prints one slip, or raises.

The store is only read: a slip changes no book. It is printed after what it tells has happened, so a slip that fails
takes nothing back; it is printed again once somebody has looked at the paper.
"""

from datetime import date
from zoneinfo import ZoneInfo

from drivers.escpos.status import StatusBytes
from prr.record import Right
from station.clock import Clock
from station.config import Config
from station.database import Database
from station.day import today
from station.errors import ConfigError
from station.receipt import book, day_end, hand_over, paper, waiting
from station.receipt.device import ReceiptDevice
from station.receipt.language import Language
from station.receipt.slip import Slip

NO_PRINTER = (
    "this station has no receipt printer: name one in its configuration, as [receipt] device"
)


class ReceiptCounter:
    """Slips of one station.

    Raises:
        ConfigError: the configuration names no receipt printer.
    """

    def __init__(self, config: Config, device: ReceiptDevice) -> None:
        self._office = config.receipt.office or config.station.id
        self._station = config.station.id
        self._zone = config.station.zone
        self._language = Language(config.receipt.language)
        self._paper = paper.PAPERS[config.receipt.width_mm]
        self._device = device

    @classmethod
    def of(cls, config: Config, answer_within_s: float, slip_within_s: float) -> "ReceiptCounter":
        """Make the counter of a configuration."""
        if not config.receipt.device:
            raise ConfigError(NO_PRINTER)
        return cls(config, ReceiptDevice(config.receipt.device, answer_within_s, slip_within_s))

    def status(self) -> StatusBytes:
        """Ask the printer how it stands.

        Raises:
            ReceiptError: it could not be reached, or what it says is no status.
        """
        return self._device.status()

    def hand_over(
        self, database: Database, clock: Clock, right: Right, by: str, nik_end: str
    ) -> StatusBytes:
        """Print the slip of a card that was handed over today.

        Raises:
            DecisionError: the card was not printed here.
            ReceiptError: no slip, or one cut short.
        """
        with database.read() as tx:
            book.check_printed(tx, right)
            now = today(tx, clock, self._zone)
        told = hand_over.HandOver(right, now, self._office, by, nik_end)
        return self._print(hand_over.slip(told, self._language))

    def waiting(self, database: Database, clock: Clock, number: str, service: str) -> StatusBytes:
        """Print a waiting number.

        Raises:
            ReceiptError: no slip, or one cut short.
        """
        with database.read() as tx:
            now = today(tx, clock, self._zone)
        told = waiting.WaitingNumber(number, now, self._office, service)
        return self._print(waiting.slip(told, self._language))

    def close(self, database: Database, clock: Clock, day: date | None) -> StatusBytes:
        """Print the last close of a day, today where none is named.

        Raises:
            DecisionError: the day was not closed here.
            ReceiptError: no slip, or one cut short.
        """
        with database.read() as tx:
            close, at = book.last_close(tx, day or today(tx, clock, self._zone))
        told = day_end.DayEnd(
            close, self._station, self._office, at.astimezone(ZoneInfo(self._zone))
        )
        return self._print(day_end.slip(told, self._language))

    def _print(self, slip: Slip) -> StatusBytes:
        return self._device.print(paper.slip_bytes(slip, self._paper))
