"""What `ktp-printer` shows of a printer: as facts for JSON, as tables for people. Asks nothing, opens nothing."""

from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table

from drivers.card import Evidence
from drivers.status import DeviceBit, PrinterIdentity, PrinterStatus

Facts = dict[str, object]

_KINDS = {"CFG": "option", "INF": "state", "WAR": "warning", "ERR": "error"}


@dataclass(frozen=True, slots=True)
class PrinterReport:
    """What was asked of one printer; identity and evidence only by a probe."""

    device: str
    status: PrinterStatus
    identity: PrinterIdentity | None = None
    evidence: Evidence | None = None


def facts_of(report: PrinterReport) -> Facts:
    """Return the report as plain values for JSON."""
    status = report.status
    facts: Facts = {
        "device": report.device,
        "state": status.state.name.lower(),
        "reasons": sorted(map(str, status.reasons)),
        "card_inside": status.card_inside,
        "job_active": status.job_active,
        "session": status.session,
        "device_words": status.device_words,
    }
    if report.identity is None or report.evidence is None:
        return facts
    return facts | {
        "make_and_model": report.identity.make_and_model,
        "serial": report.identity.serial,
        "firmware": report.identity.firmware,
        "card_counter": report.evidence.counter,
        "card_counter_kind": report.evidence.counter_kind,
        "card_inside": report.evidence.card_inside,
        "supplies": supply_facts(status),
        "device_bits": [
            {
                "word": bit.word,
                "mask": f"0x{bit.mask:08X}",
                "name": bit.name,
                "reasons": sorted(map(str, bit.reasons)),
            }
            for bit in status.device_bits
        ],
    }


def supply_facts(status: PrinterStatus) -> list[Facts]:
    """Return ribbon, film and cleaner as plain values for JSON."""
    return [
        {
            "name": supply.name,
            "kind": supply.kind,
            "capacity_prints": supply.capacity_prints,
            "remaining_prints": supply.remaining_prints,
        }
        for supply in status.supplies
    ]


def tables_of(report: PrinterReport) -> RenderableType:
    """Return the report as tables: the printer, its supplies, its status bits in words."""
    status = report.status
    printer = _table("Printer", report.device)
    if report.identity is not None:
        printer.add_row("model", report.identity.make_and_model)
        printer.add_row("serial number", report.identity.serial)
        printer.add_row("firmware", report.identity.firmware)
    printer.add_row("state", status.state.name.lower())
    printer.add_row("reasons", ", ".join(sorted(map(str, status.reasons))) or "none")
    inside = report.evidence.card_inside if report.evidence else status.card_inside
    printer.add_row("card inside", _yes_no(inside))
    printer.add_row("job in memory", _yes_no(status.job_active))
    printer.add_row("session", str(status.session) if status.session else "free")
    printer.add_row("status words", status.device_words)
    if report.evidence is None:
        return printer
    counter = report.evidence.counter
    printer.add_row("cards counted", "can't tell" if counter is None else str(counter))
    return Group(printer, supplies_table(status), _bits(status.device_bits))


def supplies_table(status: PrinterStatus) -> Table:
    """Return what is left of ribbon, film and cleaner, in prints."""
    table = _table("Supply", "kind", "left", "of")
    for supply in status.supplies:
        numbers = (supply.remaining_prints, supply.capacity_prints)
        words = ("can't tell" if number is None else str(number) for number in numbers)
        table.add_row(supply.name, supply.kind, *words)
    return table


def _bits(bits: tuple[DeviceBit, ...]) -> Table:
    table = _table("Word", "bit", "name", "what it says", "reasons")
    for bit in bits:
        reasons = ", ".join(sorted(map(str, bit.reasons)))
        table.add_row(bit.word, f"0x{bit.mask:08X}", bit.name or "-", bit_in_words(bit), reasons)
    return table


def bit_in_words(bit: DeviceBit) -> str:
    """Say what a bit says: `WAR_COVER_OPEN` is "warning: cover open"."""
    kind, _, rest = bit.name.partition("_")
    if not rest:
        return "a bit whose meaning is not known"
    return f"{_KINDS.get(kind, kind)}: {rest.replace('_', ' ').lower()}"


def _table(*headings: str) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _yes_no(value: bool | None) -> str:
    return "can't tell" if value is None else "yes" if value else "no"
