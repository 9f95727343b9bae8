"""A status block as the state of a printer: idle, processing or stopped, a card inside or not, a job alive or not.

The claim bit is up from `Pcla;1` until `Pcla;0` has been executed, which is when the card is done: a job is alive as
long as it is up. Which position bits are set while a card moves is not established; every position inside the machine
counts as inside. INF_CARD_FEEDER and INF_CARD_HOPPER tell of the trays, not of the path.
"""

from drivers.evolis.codec import StatusBlock
from drivers.evolis.reasons import REASONS, UNKNOWN_BIT
from drivers.evolis.words import Bit, bits_of
from drivers.status import DeviceBit, PrinterState, PrinterStatus, Severity, StateReason, Supply

CLAIM = "INF_CLAIM"

BUSY = frozenset({
    "INF_BUSY",
    "INF_PRINTING_RUNNING",
    "INF_ENCODING_RUNNING",
    "INF_CLEANING_RUNNING",
    "INF_UPDATING_FIRMWARE",
    "INF_LAMINATING_RUNNING",
    "INF_LAMI_CLEANING_RUNNING",
    "INF_LAMI_UPDATING_FIRMWARE",
    "INF_RETRANSFER_RUNNING",
    "INF_INDENTING_RUNNING",
    "INF_BRIDGE_UPDATING_FIRMWARE",
    "INF_HEATING",
    "INF_SA_PROCESSING",
    "INF_SCP_PROCESSING",
    "INF_OPT_PROCESSING",
})  # fmt: skip

CARD_IN_PATH = frozenset({
    "INF_CARD_FLIP",
    "INF_CARD_CONTACTLESS",
    "INF_CARD_SMART",
    "INF_CARD_PRINT",
    "INF_CARD_EJECT",
    "INF_CARD_REAR",
    "INF_CARD_MAN_FEED",
    "INF_CARD_BRIDGE",
    "INF_CARD_INDENTING",
    "INF_CARD_IN_TROLLEY",
    "INF_LAMI_CARD",
    "INF_LIFT_CARD_INSIDE",
})  # fmt: skip


def job_active(block: StatusBlock) -> bool:
    """Tell whether a job is claimed and not yet done."""
    return CLAIM in _names(block)


def busy(block: StatusBlock) -> bool:
    """Tell whether the machine is at work on something, claimed or not."""
    return not _names(block).isdisjoint(BUSY)


def card_in_path(block: StatusBlock) -> bool:
    """Tell whether a sensor sees a card between feeder and output."""
    return not _names(block).isdisjoint(CARD_IN_PATH)


def fault_bits(block: StatusBlock) -> tuple[Bit, ...]:
    """Return the ERR bits, known or not: something went wrong during a job. Warnings are not among them."""
    return tuple(bit for bit in bits_of(block) if bit.kind == "ERR")


def reasons_of(block: StatusBlock) -> frozenset[StateReason]:
    """Return all IPP state reasons of a block."""
    return frozenset(
        reason for bit in bits_of(block) for reason in _reasons_of_bit(bit)
    )  # fmt: skip


def printer_status(block: StatusBlock, supplies: tuple[Supply, ...] = ()) -> PrinterStatus:
    """Return a block in the words of IPP."""
    bits = bits_of(block)
    reasons = reasons_of(block)
    if any(reason.severity is Severity.ERROR for reason in reasons):
        state = PrinterState.STOPPED
    elif job_active(block) or busy(block):
        state = PrinterState.PROCESSING
    else:
        state = PrinterState.IDLE
    return PrinterStatus(
        state=state,
        reasons=reasons,
        supplies=supplies,
        card_inside=card_in_path(block),
        job_active=job_active(block),
        session=block.session,
        device_words=str(block),
        device_bits=tuple(
            DeviceBit(bit.word, bit.mask, bit.name or "", _reasons_of_bit(bit)) for bit in bits
        ),
        unknown_bits=tuple(str(bit) for bit in bits if bit.name is None),
    )


def _reasons_of_bit(bit: Bit) -> tuple[StateReason, ...]:
    if bit.name is None:
        return UNKNOWN_BIT.get(bit.kind, ())
    return REASONS.get(bit.name, ())


def _names(block: StatusBlock) -> set[str]:
    return {bit.name for bit in bits_of(block) if bit.name is not None}
