"""What one exploration covers: how many of everything, and what may happen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Bounds of one exploration; within them every order of events is tried.

    Attributes:
        name: what it is called in tables and traces.
        rights: records, each with the right to its first card.
        stations: each with a printer of its own.
        blanks: in each printer's hopper.
        cap: cards a printer and day.
        claims: how often a station may begin a claim.
        intents: how often a station may begin a card.
        late: messages that are kept by the network and come later, or twice; the others may be lost.
        revoke: the office may want a right back.
        release: a person may give an unprinted right back.
        restore: the hub may once be put back from a copy of itself.
        lost: a station may be written off by two people and its record issued anew.
        copied: a station's store may once be put back from a copy of itself.
        days: local days that a station's clock may show, from the first.
        jam: a card may stick in the path.
        pushy: a card may be begun while another one's end is open; only the schema stands against it then.
        certified: an unmoved counter is proof.
    """

    name: str
    rights: int = 1
    stations: int = 2
    blanks: int = 2
    cap: int = 9
    claims: int = 2
    intents: int = 2
    late: int = 1
    revoke: bool = False
    release: bool = False
    restore: bool = False
    lost: bool = False
    copied: bool = False
    days: int = 1
    jam: bool = False
    pushy: bool = False
    certified: bool = True
