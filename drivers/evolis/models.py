"""Which Evolis models the driver prints on: those that take 648 x 1016 dots at 300 dpi in YMCKO.

What differs between them on the wire is the depth of a dye plane. None has a certified profile yet: what its counter
means through a power cut has been measured on no machine, so an unmoved counter proves nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """One model: its name without the brand, and how many levels a dye plane has."""

    name: str
    levels: int


_DEEP = (
    "Primacy",
    "Primacy 2",
    "Zenius 2",
    "Zenius 2 Expert",
    "KC100",
    "KC100B",
    "KC200",
    "KC200B",
    "KC Essential",
    "KC Prime",
    "KC Max",
    "Elypso",
    "Altess",
    "Edikio Flex",
    "Edikio Duplex",
    "EPX",
)
_SHALLOW = ("Zenius", "ATC300", "Quantum 2", "KM500B", "KM2000B")

LEVELS_DEFAULT = 256

MODELS = {
    name.lower(): ModelProfile(name, levels)
    for names, levels in ((_DEEP, 256), (_SHALLOW, 128))
    for name in names
}


def model_named(text: str) -> ModelProfile | None:
    """Return the profile for what a printer answers to `Rtp`: any case, with or without the brand."""
    name = " ".join(text.lower().split())
    return MODELS.get(name.removeprefix("evolis "))
