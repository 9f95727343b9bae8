"""The truth about a printer, for tests and demonstrations: what no wire would tell. The caller holds the lock."""

from typing import Any

from emulator.card import Bin
from emulator.printer import Printer


def truth(printer: Printer) -> dict[str, Any]:
    """Return everything: cards by place, counters, ribbon, heat, claim, session, faults, last commands."""
    firmware = printer.firmware
    machine, ram, now_s = firmware.machine, firmware.ram, printer.now_s()
    state = machine.state
    inside = machine.inside
    return {
        "serial": state.serial,
        "model": firmware.model.key,
        "powered": firmware.powered,
        "online": firmware.online,
        "plugged": printer.line.plugged,
        "received": state.received,
        "withdrawn": state.withdrawn,
        "cards_fed": state.fed,
        "counter": state.counters.inserted,
        "panels_printed": state.counters.panels,
        "hopper": {"count": len(state.hopper), "uids": list(state.hopper)},
        "inside": None
        if inside is None
        else {
            "uid": inside.uid,
            "position": inside.position,
            "side": inside.side,
            "heated": inside.heated,
            "panels_used": {side: face.panels_used for side, face in inside.faces.items()},
        },
        "output": _cards(printer, Bin.OUTPUT),
        "reject": _cards(printer, Bin.REJECT),
        "ribbon": _ribbon(printer),
        "head_c": round(machine.head.temperature_c(now_s), 1),
        "cooling": machine.head.resting(now_s),
        "cover_open": machine.cover_open,
        "jammed": machine.jammed,
        "jam_ahead": machine.jam_ahead,
        "claimed": ram.claimed,
        "busy": firmware.busy,
        "errors": f"{ram.errors:08X}",
        "session": ram.session.at(now_s),
        "host_handles_errors": ram.host_handles_errors,
        "commands": list(firmware.commands),
        "machine_s": round(now_s, 3),
    }


def _cards(printer: Printer, bin_: Bin) -> list[dict[str, Any]]:
    return [
        {"number": card.number, "uid": card.uid, "picture": f"{card.number:06d}.front.png"}
        for card in printer.firmware.machine.departed
        if card.bin is bin_
    ]


def _ribbon(printer: Printer) -> dict[str, Any] | None:
    ribbon = printer.firmware.machine.ribbon
    if ribbon is None:
        return None
    kind = ribbon.kind
    return {"type": kind.name, "remaining": ribbon.remaining, "capacity": kind.capacity}
