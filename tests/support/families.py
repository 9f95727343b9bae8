"""The printer families the driver contract is held against: what each one's printer is and what it can show.

A family that can prove less says so here as data. The contract asks no more of it, and never takes a doubt for a card.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Family:
    """One family.

    Attributes:
        driver: the name its driver is registered under.
        printer: the command that runs its printer, without what it listens on; it tells its addresses on one line.
        media: what the printer can be reached over, of `tcp`, `usb`, `serial`; a queue over `ipp+unix`.
        usb_vendor: its vendor number on a USB bus, four hex digits.
        job_bytes: size of a simplex job with every plane.
        shows_jobs: its evidence tells whether a job is alive.
        shows_path: its evidence tells whether a card is inside.
        proves_cards: its evidence can prove a card; else every card is left to a person.
        tells_ribbon: it tells what is left of the ribbon.
        sees_before_feeding: what a person can do to the printer that is seen before a card is fed, and the keyword that
            tells of it.
        shade_step: by how much a shade may differ from the face, of 255.
        rows_lost: rows at either long edge of a face that the head does not reach.
    """

    driver: str
    printer: tuple[str, ...]
    media: tuple[str, ...]
    usb_vendor: str
    job_bytes: int
    shows_jobs: bool = True
    shows_path: bool = True
    proves_cards: bool = True
    tells_ribbon: bool = True
    sees_before_feeding: Mapping[str, str] = field(
        default_factory=lambda: {
            "empty-hopper": "media-empty",
            "open-cover": "cover-open",
            "remove-ribbon": "marker-supply-missing",
        }
    )
    shade_step: int = 0
    rows_lost: int = 0


EVOLIS = Family(
    driver="evolis",
    printer=("ktp-emulator", "run", "--model", "primacy2"),
    media=("tcp", "usb", "serial"),
    usb_vendor="0f49",
    job_bytes=2_140_359,
)
MAGICARD = Family(
    driver="magicard",
    printer=("ktp-emulator", "run", "--model", "enduro"),
    media=("tcp", "usb"),  # nothing is known of a serial line on this family
    usb_vendor="0c1f",
    job_bytes=1_853_424,
    shows_jobs=False,
    shows_path=False,
    sees_before_feeding={"open-cover": "other", "remove-ribbon": "marker-supply-missing"},
    shade_step=3,  # 64 shades
    rows_lost=3,
)
CUPS = Family(  # no printer of ours to make fail: tests/queues has queues that stop, retry, lose and hang
    driver="cups",
    printer=("cupsd",),
    media=(
        "ipp+unix",
    ),  # over `ipp` CUPS does not say whether it keeps files, and no card is printed
    usb_vendor="",
    job_bytes=0,
    shows_path=False,
    proves_cards=False,
    tells_ribbon=False,
)
FAMILIES = (EVOLIS, MAGICARD)
QUEUES = (CUPS,)
