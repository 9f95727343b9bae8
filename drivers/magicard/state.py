"""A status as the state of a printer, in IPP's words.

The family tells of no job and of no card inside: both are unknown here, and IDLE means no more than that no error
stands. Of the error pairs only 11:01 is openly known; any other stops the printer under a keyword that carries the
pair, and the text on the printer's own panel says the rest (docs/protocols/magicard.md, 6).
"""

from drivers.card import Evidence
from drivers.magicard.codec import Info
from drivers.status import PrinterState, PrinterStatus, Severity, StateReason, Supply

COUNTER_KIND = "cards-printed"
NO_ERROR = (0, 0)

_KNOWN = {(11, 1): ("media-path-input-feed-error", "media-needed")}


def reasons_of(info: Info) -> frozenset[StateReason]:
    """Return the IPP state reasons of a status."""
    found = {StateReason(keyword) for keyword in _keywords(info.error)}
    if 0 < info.cards_between_cleanings <= info.cards_since_cleaning:
        found.add(StateReason("x-cleaning-due", Severity.WARNING))
    if not info.film_name:
        found.add(StateReason("marker-supply-missing"))
    elif info.film_shots and info.film_shots <= info.film_shots_used:
        found.add(StateReason("marker-supply-empty"))
    return frozenset(found)


def printer_status(info: Info, supplies: tuple[Supply, ...] = ()) -> PrinterStatus:
    """Return a status in the words of IPP; whether a job lives or a card is inside can't be told."""
    reasons = reasons_of(info)
    stopped = any(reason.severity is Severity.ERROR for reason in reasons)
    return PrinterStatus(
        state=PrinterState.STOPPED if stopped else PrinterState.IDLE,
        reasons=reasons,
        supplies=supplies,
        card_inside=None,
        job_active=None,
        device_words=f"{info.error[0]:02d}:{info.error[1]:02d}",
    )


def evidence_of(info: Info) -> Evidence:
    """Return what a status tells of cards."""
    return Evidence(
        serial=info.serial or None,
        counter=info.cards_printed,
        counter_kind=COUNTER_KIND,
        errors=tuple(sorted(_keywords(info.error))),
    )


def supplies_of(info: Info) -> tuple[Supply, ...]:
    """Return film and cleaning as supplies; no film where none is in."""
    film = Supply(
        info.film_name, "ribbonWax", info.film_shots, info.film_shots - info.film_shots_used
    )
    left = info.cards_between_cleanings - info.cards_since_cleaning
    cleaning = Supply("cleaning", "cleanerUnit", info.cards_between_cleanings, left)
    return (film, cleaning) if info.film_name else (cleaning,)


def _keywords(error: tuple[int, int]) -> tuple[str, ...]:
    if error == NO_ERROR:
        return ()
    return _KNOWN.get(error, ("other", f"x-error-{error[0]:02d}-{error[1]:02d}"))
