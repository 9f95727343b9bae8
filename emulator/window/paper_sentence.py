"""Paper sentence: what a receipt printer is doing or waiting for; rules in order as in `card_sentence.py`."""

from emulator.window.sentence import Rule, Sentence, Tone, cable, first, power, restart, say
from emulator.window.sight import Sight
from emulator.window.window_words import PAPER_SENTENCES, Words


def paper_sentence(sight: Sight) -> Sentence:
    """Return what the printer is doing or waiting for."""
    return first(sight, _RULES) or _ready(sight)


def _cutter(sight: Sight) -> Sentence | None:
    if sight.paper.cutter_jammed:
        return say(
            Tone.TROUBLE,
            "Pemotong macet: buka tutup, bebaskan pisau",
            "The cutter is jammed: open the cover, free the blade",
        )
    if sight.paper.cutter_error:
        return say(
            Tone.TROUBLE,
            "Pemotong sempat macet: menunggu galat dihapus",
            "The cutter was jammed: waiting until the error is cleared",
        )
    return None


def _cover(sight: Sight) -> Sentence | None:
    if not sight.cover_open:
        return None
    return say(
        Tone.WAITS,
        "Menunggu: tutup kertas terbuka, silakan tutup",
        "Waiting: the paper cover is open, close it",
    )


def _end(sight: Sight) -> Sentence | None:
    if not sight.paper.ended:
        return None
    return say(
        Tone.WAITS,
        "Menunggu kertas: gulungan habis, pasang baru",
        "Waiting for paper: the roll is used up, put in a new one",
    )


def _motion(sight: Sight) -> Sentence | None:
    if sight.doing is None:
        return None
    motion = sight.doing.motion
    return Sentence(PAPER_SENTENCES.get(motion, Words(motion, motion)), Tone.WORKS)


def _slip(sight: Sight) -> Sentence | None:
    if sight.busy or sight.paper.buffer_bytes:
        return say(
            Tone.WAITS,
            "Menunggu sisa data struk dari host",
            "Waiting for the rest of the slip's data",
        )
    if sight.paper.hanging:
        return say(
            Tone.WAITS,
            "Struk belum dipotong: menunggu lanjutannya",
            "A slip hangs uncut: waiting for what comes next",
        )
    return None


def _ready(sight: Sight) -> Sentence:
    if sight.paper.near_end:
        return say(
            Tone.READY, "Siap, tetapi kertas hampir habis", "Ready, but the paper is nearly used up"
        )
    return say(Tone.READY, "Siap, menunggu struk", "Ready, waiting for a slip")


_RULES: tuple[Rule, ...] = (power, restart, _cutter, _cover, _end, _motion, cable, _slip)
