"""Sentence: what a printer is doing or waiting for, in one sentence of each language; and the rules all printers share.

Which rules a family asks, and in which order, is in `card_sentence.py` and `paper_sentence.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from emulator.window.sight import Sight
from emulator.window.window_words import Words


class Tone(Enum):
    """How things stand: a sign and a word of each language, so that no colour is needed."""

    WORKS = ("►", "BEKERJA/working")
    READY = ("●", "SIAP/ready")
    WAITS = ("…", "MENUNGGU/waiting")
    TROUBLE = ("!", "GANGGUAN/trouble")
    OFF = ("○", "MATI/off")

    @property
    def sign(self) -> str:
        """Return the sign."""
        return self.value[0]

    @property
    def word(self) -> str:
        """Return the words."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the printer is doing."""

    words: Words
    tone: Tone


Rule = Callable[[Sight], Sentence | None]


def say(tone: Tone, indonesian: str, english: str) -> Sentence:
    """Make a sentence."""
    return Sentence(Words(indonesian, english), tone)


def first(sight: Sight, rules: Sequence[Rule]) -> Sentence | None:
    """Return what the first rule says that has something to say."""
    said = (rule(sight) for rule in rules)
    return next((sentence for sentence in said if sentence is not None), None)


def power(sight: Sight) -> Sentence | None:
    """Say that the mains are off."""
    if sight.powered:
        return None
    return say(Tone.OFF, "Listrik padam", "The power is off")


def restart(sight: Sight) -> Sentence | None:
    """Say that it boots."""
    if sight.online:
        return None
    return say(Tone.WAITS, "Sedang menyala ulang", "Restarting: it does not answer meanwhile")


def cable(sight: Sight) -> Sentence | None:
    """Say that no host can reach it."""
    if sight.plugged:
        return None
    if sight.claimed or sight.busy:
        return say(
            Tone.WAITS,
            "Kabel lepas di tengah pekerjaan: menunggu host kembali",
            "Cable out in the middle of a job: waiting for the host",
        )
    return say(Tone.WAITS, "Kabel lepas: tidak ada host", "The cable is out: no host can reach it")
