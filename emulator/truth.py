"""The truth about a running printer: its firmware's own and that of line, clock and incidents. The caller locks."""

from emulator.firmware import Answer
from emulator.printer import Printer


def truth(printer: Printer) -> Answer:
    """Return everything no wire would tell."""
    firmware, now_s = printer.firmware, printer.now_s()
    return {
        "family": firmware.family,
        "powered": firmware.powered,
        "online": firmware.online,
        "plugged": printer.line.plugged,
        **firmware.truth(now_s),
        "cards_dir": printer.cards_dir,
        "scenario": printer.incidents.scenario,
        "incidents": [
            {"at_s": round(at_s, 3), "what": what} for at_s, what in printer.incidents.happened
        ],
        "machine_s": round(now_s, 3),
    }
