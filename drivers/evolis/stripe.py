"""Reading the magnetic stripe of a card in the feeder.

    Ss         takes the card in; answered when it is there
    Pmt;n;n    track n in the format ISO n
    Smr        reads all tracks into memory
    Rmb;n      one track's text; ERROR BLANK TRACK where there is nothing on it
    Sce        puts the card out
    Scs        forgets the error that a blank track leaves standing

Once a card is in it is put out again whatever the stripe says.
"""

from drivers.card import MagneticTracks
from drivers.driver import Script
from drivers.evolis.codec import accept, refuses
from drivers.evolis.exchange import Exchange

MOVE_ANSWER_S = 30.0
BLANK = "BLANK TRACK"


def read_tracks(exchange: Exchange) -> Script[MagneticTracks]:
    """Take a card in, read, put it out. A card moves.

    Raises:
        ReplyRefusedError: no card came, or the stripe could not be read; a card inside has been put out.
    """
    answer = yield from exchange.ask("Ss", within_s=MOVE_ANSWER_S)
    accept("Ss", answer.text)
    texts = yield from _texts(exchange)
    answer = yield from exchange.ask("Sce", within_s=MOVE_ANSWER_S)
    yield from exchange.ask("Scs", within_s=MOVE_ANSWER_S)
    accept("Sce", answer.text)
    return MagneticTracks(*(_track(number, text) for number, text in enumerate(texts, start=1)))


def _texts(exchange: Exchange) -> Script[list[str]]:
    for number in (1, 2, 3):
        yield from exchange.ask("Pmt", number, number)
    read = yield from exchange.ask("Smr", within_s=MOVE_ANSWER_S)
    if refuses(read.text):
        return [read.text] * 3
    texts = []
    for number in (1, 2, 3):
        answer = yield from exchange.ask("Rmb", number)
        texts.append(answer.text)
    return texts


def _track(number: int, text: str) -> str | None:
    if not text or BLANK in text.upper():
        return None
    return accept(f"Rmb;{number}", text)
