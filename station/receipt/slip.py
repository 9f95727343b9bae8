"""A slip as data: what stands on it from top to bottom, before anybody knows how wide the paper is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """What kind of slip it is, or whose: in the middle, bold."""

    text: str


@dataclass(frozen=True, slots=True)
class Big:
    """What is read from afar: in the middle, twice as wide and high."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A fact with its name: the name at the left, the fact at the right, below it where there is no room."""

    name: str
    fact: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence, broken between words."""

    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Room for a name written by hand, and under it whose."""

    text: str


Part = Heading | Big | Field | Paragraph | Rule | Signature


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip."""

    parts: tuple[Part, ...]
