"""What the procedure asks of the outside: run a script, ask the person, show a reading, wait. Plain values."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from drivers.driver import Script
from drivers.profile import Reading


class Word(StrEnum):
    """What a person may answer where no number is asked."""

    DONE = "done"
    INSIDE = "inside"
    OUTPUT = "output"
    HOPPER = "hopper"
    PRINTED = "printed"
    BLANK = "blank"
    YES = "yes"
    NO = "no"


PLACES = (Word.INSIDE, Word.OUTPUT, Word.HOPPER)
LOOKS = (Word.PRINTED, Word.BLANK)
YES_NO = (Word.YES, Word.NO)


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the person; resumed with one of `choices` as text, or with a whole number as text where there are none.

    Attributes:
        step: where in the procedure.
        question: the name of the sentence in `wording`.
        choices: the possible answers.
        about: what the sentence is filled in with.
    """

    step: str
    question: str
    choices: tuple[Word, ...] = ()
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """Run a script of the family; resumed with its value. A card may move."""

    script: Script[Any]


@dataclass(frozen=True, slots=True)
class Show:
    """Show what the printer said."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class Wait:
    """Leave everything alone for a while."""

    duration_s: float


Step = Ask | Run | Show | Wait
