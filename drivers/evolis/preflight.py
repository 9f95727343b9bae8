"""What speaks against starting a card now: judged from what the printer has said, nothing is asked here."""

from drivers.card import Evidence
from drivers.errors import ModelNotSupportedError, SessionHeldError
from drivers.evolis.codec import StatusBlock
from drivers.evolis.job import Needs
from drivers.evolis.state import busy, card_in_path, job_active, printer_status
from drivers.status import StateReason

SESSION_ID = 0x4B54  # "KT"; the vendor's software uses 1, 2, 3 and random ids
CFG_FLIP = 0x00100000
CFG_MAGNETIC = 0x00020000


def require_session(block: StatusBlock) -> None:
    """Refuse a printer that another host has reserved.

    Raises:
        SessionHeldError: it is another host's.
    """
    if block.session not in (0, SESSION_ID):
        raise SessionHeldError(
            f"session {block.session} of another host holds the printer; wait for it or end that host's job"
        )


def hindrances(block: StatusBlock, evidence: Evidence | None = None) -> set[StateReason]:
    """Return why no card may be started now."""
    found = set(printer_status(block).errors)
    if job_active(block):
        found.add(StateReason("x-job-active"))
    elif busy(block):
        found.add(StateReason("x-busy"))
    if card_in_path(block) or (evidence and evidence.card_inside):
        found.add(StateReason("x-card-inside"))
    if evidence and evidence.card_inside is None:
        found.add(StateReason("x-card-position-unknown"))
    if evidence and evidence.counter is None:
        found.add(StateReason("x-counter-unreadable"))
    return found


def require_options(model_name: str, block: StatusBlock, needs: Needs) -> None:
    """Refuse a job for what is not built into this printer.

    Raises:
        ModelNotSupportedError: no flip station for a second side, no head for a stripe.
    """
    if needs.duplex and not block.config & CFG_FLIP:
        raise ModelNotSupportedError(
            f"this {model_name} has no flip station; print one side only, or on another printer"
        )
    if needs.magnetic and not block.config & CFG_MAGNETIC:
        raise ModelNotSupportedError(
            f"this {model_name} has no magnetic head; print without a stripe, or on another printer"
        )


def ribbon_hindrances(needs: Needs, code_fitted: int | None) -> set[StateReason]:
    """Return what speaks against the ribbon that hangs there; a tag that tells nothing speaks against nothing."""
    if code_fitted in (None, needs.ribbon_code):
        return set()
    return {StateReason("marker-supply-failure"), StateReason("x-ribbon-type-wrong")}
