"""Every status bit of the sheet, one by one: its name, its effect, its place in the words of IPP."""

import pytest

from drivers.evolis.codec import parse_reply
from drivers.evolis.reasons import REASONS
from drivers.evolis.state import card_in_path, fault_bits, printer_status
from drivers.evolis.words import NAMES, bits_of
from drivers.status import PrinterState, PrinterStatus, Severity
from support.printer_bits import SHEET_BITS, SheetBit
from support.printer_bytes import CLAIM, IDLE, status, word_block

pytestmark = pytest.mark.pure

# Registered printer-state-reasons (PWG registry) that the driver uses.
REGISTERED = {
    "cover-open", "door-open", "fuser-over-temp", "marker-over-temperature",
    "marker-print-ribbon-almost-empty", "marker-print-ribbon-empty", "marker-print-ribbon-missing",
    "marker-supply-empty", "marker-supply-failure", "marker-supply-low", "marker-supply-missing",
    "marker-warming-up", "media-empty", "media-jam", "media-low", "media-needed",
    "media-path-input-feed-error", "other", "output-area-almost-full", "output-area-full", "standby",
    "subunit-unrecoverable-failure",
}  # fmt: skip


def _status_of(wire: bytes) -> PrinterStatus:
    block = parse_reply(wire).status
    assert block is not None
    return printer_status(block)


def test_the_sheet_names_209_bits() -> None:
    assert len(SHEET_BITS) == 209
    assert sum(map(len, NAMES.values())) == 209


@pytest.mark.parametrize("bit", SHEET_BITS, ids=lambda bit: bit.name)
def test_each_bit(bit: SheetBit) -> None:
    block = parse_reply(word_block(bit.word, bit.mask)).status
    assert block is not None
    assert [(b.word, b.mask, b.name) for b in bits_of(block)] == [(bit.word, bit.mask, bit.name)]
    found = printer_status(block)
    severities = {reason.severity for reason in found.reasons}
    assert (found.state is PrinterState.STOPPED) == (bit.effect == "stopped")
    assert (found.state is PrinterState.PROCESSING) == (bit.effect == "busy")
    assert (Severity.ERROR in severities) == (bit.effect == "stopped")
    if bit.effect == "warned":
        assert Severity.WARNING in severities
    if bit.effect == "fact":
        assert not severities
    assert bool(fault_bits(block)) == bit.name.startswith("ERR_")
    assert found.job_active == (bit.name == "INF_CLAIM")
    assert found.idle == (bit.effect in {"warned", "ready", "fact"})
    assert not found.unknown_bits


@pytest.mark.parametrize("bit", [b for b in SHEET_BITS if b.name.startswith(("WAR_", "ERR_"))])
def test_each_warning_and_error_has_a_reason(bit: SheetBit) -> None:
    assert REASONS[bit.name]


def test_reasons_are_registered_keywords_or_our_own() -> None:
    for name, reasons in REASONS.items():
        keywords = [reason.keyword for reason in reasons]
        assert all(k in REGISTERED or k.startswith("x-") for k in keywords), name
        assert len(set(keywords)) == len(keywords), name


def test_no_reason_belongs_to_a_bit_the_sheet_does_not_have() -> None:
    assert set(REASONS) <= {bit.name for bit in SHEET_BITS}


@pytest.mark.parametrize(
    ("name", "keyword"),
    [
        ("WAR_FEEDER_EMPTY", "media-empty"),
        ("WAR_COVER_OPEN", "cover-open"),
        ("WAR_NO_RIBBON", "marker-print-ribbon-missing"),
        ("WAR_RIBBON_ENDED", "marker-print-ribbon-empty"),
        ("WAR_HOPPER_FULL", "output-area-full"),
        ("WAR_COOLING", "marker-over-temperature"),
        ("ERR_MECHANICAL", "media-jam"),
        ("ERR_FEEDER_ERROR", "media-path-input-feed-error"),
        ("INF_RIBBON_LOW", "marker-print-ribbon-almost-empty"),
        ("INF_CLEANING_REQUIRED", "x-cleaning-due"),
        ("INF_SLEEP_MODE", "standby"),
    ],
)
def test_the_common_conditions_have_their_ipp_keyword(name: str, keyword: str) -> None:
    assert keyword in {reason.keyword for reason in REASONS[name]}


def test_idle_is_idle_with_no_reason() -> None:
    found = _status_of(IDLE)
    assert found.state is PrinterState.IDLE
    assert found.idle
    assert not found.reasons
    assert found.card_inside is False
    assert found.session == 0
    assert found.device_words == "82122000 00000000 00000000 00000000:0"
    assert [bit.name for bit in found.device_bits] == [
        "CFG_X01", "CFG_X20", "CFG_FLIP", "CFG_MAGNETIC", "CFG_FEED_BY_FEEDER",
    ]  # fmt: skip


def test_an_error_outweighs_a_job() -> None:
    found = _status_of(status(information=CLAIM, error=0x01000000))
    assert found.state is PrinterState.STOPPED
    assert found.job_active


def test_unknown_bits_are_told_and_an_unknown_error_stops() -> None:
    assert _status_of(status(warning=0x20000000)).unknown_bits == ("WAR:0x20000000",)
    assert _status_of(status(warning=0x20000000)).state is PrinterState.IDLE
    found = _status_of(status(error=0x2))
    assert found.unknown_bits == ("ERR:0x00000002",)
    assert found.state is PrinterState.STOPPED


def test_a_fifth_extension_word_is_carried_as_unknown() -> None:
    found = _status_of(status(extensions=(0, 0, 0, 0x80000000, 1)))
    assert found.unknown_bits == ("EX5:0x00000001",)


@pytest.mark.parametrize(
    ("mask", "inside"),
    [
        (0x40000000, False), (0x20000000, False), (0x10000000, True), (0x08000000, True),
        (0x04000000, True), (0x02000000, True), (0x01000000, True),
    ],
)  # fmt: skip
def test_card_positions(mask: int, *, inside: bool) -> None:
    block = parse_reply(status(information=mask)).status
    assert block is not None
    assert card_in_path(block) is inside
