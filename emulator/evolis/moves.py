"""Commands that move a card: insert, stations, flip, eject, reject, reset, clear, clean, test card.

Outside a job the reply comes when the motion is done; inside a job it is OK at once and the engine does it in turn.
"""

import numpy as np

from emulator.evolis import words
from emulator.evolis.actions import ClearError, print_bitmap
from emulator.evolis.bitmap import CARD_RASTER, Bitmap
from emulator.evolis.context import Context, Handler
from emulator.evolis.ram import Ticket
from emulator.machine.card import Bin, Position
from emulator.machine.motions import Clean, EjectCard, MoveCard, TakeCard, TurnCard

TEST_STRIPE_LINES = 40


def _insert(context: Context, _params: tuple[str, ...]) -> Ticket:
    return context.run(_take(context))


def _insert_eject(context: Context, _params: tuple[str, ...]) -> Ticket:
    return context.run(_take(context), EjectCard(_output_bin(context)))


def _to(position: Position) -> Handler:
    # A station is reached also on a machine without an encoder in it: the card just waits there.
    return lambda context, _params: context.run(_take(context), MoveCard(position))


def _eject(context: Context, _params: tuple[str, ...]) -> Ticket:
    return context.run(EjectCard(_output_bin(context)))


def _end_sequence(context: Context, _params: tuple[str, ...]) -> Ticket | str:
    """`Se`: eject, unless the card is to be kept in the printer."""
    if context.ram.keep_card:
        return words.OK
    return context.run(EjectCard(_output_bin(context)))


def _reject(context: Context, _params: tuple[str, ...]) -> Ticket:
    return context.run(EjectCard(Bin.REJECT))


def _turn(context: Context, _params: tuple[str, ...]) -> Ticket | str:
    return context.run(TurnCard()) if context.model.duplex else words.NO_OPTION


def _clear(context: Context, _params: tuple[str, ...]) -> Ticket | str:
    """`Scs`: without a standing error it does nothing at all."""
    if context.engine.standing is None:
        context.ram.errors = 0
        return words.OK
    return context.run(ClearError(context.ram))


def _reset(context: Context, _params: tuple[str, ...]) -> str:
    context.reset()
    return words.OK


def _clean(context: Context, _params: tuple[str, ...]) -> Ticket:
    return context.run(Clean())


def _test_card(context: Context, _params: tuple[str, ...]) -> Ticket:
    """`St`: a blank with black stripes. It uses a blank and moves the counter like any other card."""
    stripes = print_bitmap(stripes_bitmap())
    return context.run(_take(context), stripes, EjectCard(_output_bin(context)))


def stripes_bitmap() -> Bitmap:
    """Make the stripes of the test card."""
    stripes = (np.arange(CARD_RASTER.lines) // TEST_STRIPE_LINES % 2 == 1).astype(np.uint8)
    dots = np.repeat(stripes, CARD_RASTER.dots)
    return Bitmap("k", 2, CARD_RASTER, np.packbits(dots).tobytes())


def _take(context: Context) -> TakeCard:
    return TakeCard(needs_ribbon=context.ram.job_open)


def _output_bin(context: Context) -> Bin:
    return Bin.REJECT if context.ram.settings["Pcem"] == "R" else Bin.OUTPUT


TABLE: dict[str, Handler] = {
    "Si": _insert,
    "Ss": _insert,
    "Sib": _insert,
    "Sie": _insert_eject,
    "Sis": _to(Position.CONTACT),
    "Sic": _to(Position.CONTACTLESS),
    "Sce": _eject,
    "Se": _end_sequence,
    "Ser": _reject,
    "Seb": _reject,
    "Sv": _turn,
    "Scs": _clear,
    "Srs": _reset,
    "Scp": _clean,
    "St": _test_card,
    "Stt": _test_card,
}
