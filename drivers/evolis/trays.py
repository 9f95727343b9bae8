"""Where cards come from and where they go: the letters of `Pcim`, `Pcem`, `Pcrm`.

For rejected cards the letters mean otherwise than for printed ones: there R is the standard tray and D the error box.
"""

from dataclasses import dataclass
from enum import StrEnum

from drivers.driver import Script
from drivers.evolis.codec import accept
from drivers.evolis.exchange import Exchange


class InputTray(StrEnum):
    """Where a card is taken from."""

    FEEDER = "F"
    MANUAL = "M"
    MANUAL_ON_COMMAND = "C"
    BEZEL = "I"
    REAR = "R"


class OutputTray(StrEnum):
    """Where a printed card goes."""

    STANDARD = "D"
    MANUAL = "M"
    ERROR_BOX = "R"
    BEZEL = "I"


class RejectTray(StrEnum):
    """Where a rejected card goes."""

    STANDARD = "R"
    MANUAL = "M"
    ERROR_BOX = "D"
    BEZEL = "I"


@dataclass(frozen=True, slots=True)
class Trays:
    """The trays to use; None leaves the printer's own choice."""

    input: InputTray | None = None
    output: OutputTray | None = None
    reject: RejectTray | None = None


def set_trays(exchange: Exchange, trays: Trays) -> Script[None]:
    """Choose trays. No card moves.

    Raises:
        ReplyRefusedError: the model has no such tray.
    """
    for verb, tray in (("Pcim", trays.input), ("Pcem", trays.output), ("Pcrm", trays.reject)):
        if tray is not None:
            answer = yield from exchange.ask(verb, tray)
            accept(f"{verb};{tray}", answer.text)
