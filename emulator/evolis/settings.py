"""Settings and their reads: trays, power saving, error mode, session lock, status blocks, and job-header numbers.

Nothing here moves a card. Trays are remembered and answered; blanks come from the hopper whatever is set, and of the
output trays only the error box (`R`) makes a difference: its cards land in the reject bin.
"""

from emulator.evolis import words
from emulator.evolis.context import Context, Handler

INPUT_TRAYS = {
    "F": "Feeder (F)", "M": "Manual (M)", "C": "Manual on command (C)", "I": "Bezel (I)",
    "B": "Both (B)", "N": "No feeder (N)", "R": "Rear (R)",
}  # fmt: skip
OUTPUT_TRAYS = {
    "D": "Standard (D)", "M": "Manual (M)", "R": "Error (R)", "N": "Eject (N)",
    "I": "Bezel (I)", "K": "Lower (K)", "L": "Locked (L)",
}  # fmt: skip
REJECT_TRAYS = {
    "R": "Standard (R)", "M": "Manual (M)", "D": "Error (D)",
    "I": "Bezel (I)", "K": "Lower (K)", "L": "Locked (L)",
}  # fmt: skip

SESSION_ID_MAX = 0xFFFF
SESSION_SECONDS_MAX = 3600

# Sent in every job header; they shade or tune the print and are only remembered.
PLAIN = (
    "Psync", "Psmgr", "Ppws", "Ppmode", "Pwres", "Psk", "Piqla", "Peoic", "Pct", "Pc", "Pl", "Pida",
    "Psp", "Wcb", "Wcm", "Pmi", "Pdt", "Mr", "Sr", "Pmd", "Pml", "Pmbs", "Pmts", "Pmtc",
)  # fmt: skip


def _number(params: tuple[str, ...], index: int) -> int | None:
    if index >= len(params) or not (params[index].isascii() and params[index].isdecimal()):
        return None
    return int(params[index]) if len(params[index]) <= 9 else None


def _remember(context: Context, params: tuple[str, ...]) -> str:
    """Accept a setting nothing here depends on."""
    del context, params
    return words.OK


def _tray(verb: str, known: dict[str, str]) -> Handler:
    def set_tray(context: Context, params: tuple[str, ...]) -> str:
        if not params or params[0] not in known:
            return words.BAD_PARAMETER
        context.ram.settings[verb] = params[0]
        return words.OK

    return set_tray


def _read_tray(verb: str, known: dict[str, str]) -> Handler:
    return lambda context, _params: known[context.ram.settings[verb]]


def _error_mode(context: Context, params: tuple[str, ...]) -> str:
    """`Pem;0` the printer handles errors, `Pem;2` the host does."""
    mode = _number(params, 0)
    if mode is None:
        return words.BAD_PARAMETER
    context.ram.host_handles_errors = mode != 0
    # A magnetic error belongs to one conversation in host mode and ends with it.
    context.ram.errors &= ~words.MAGNETIC_ERRORS
    return words.OK


def _read_error_mode(context: Context, _params: tuple[str, ...]) -> str:
    return "2" if context.ram.host_handles_errors else "0"


def _session(context: Context, params: tuple[str, ...]) -> str:
    """`Psid;id;seconds` reserves, `Psid;0;…` frees."""
    session, seconds = _number(params, 0), _number(params, 1)
    if session is None or session > SESSION_ID_MAX:
        return words.BAD_PARAMETER
    if seconds is None or seconds > SESSION_SECONDS_MAX:
        return words.BAD_PARAMETER
    taken = context.ram.session.take(session, seconds * context.host_second_s, context.now_s)
    return words.OK if taken else "ERROR"


def _status_blocks(context: Context, params: tuple[str, ...]) -> str:
    """`Pps;1` switches status blocks on, `Pps;0` off."""
    mode = _number(params, 0)
    if mode not in (0, 1):
        return words.BAD_PARAMETER
    context.ram.status_on = mode == 1
    return words.OK


def _standby(context: Context, params: tuple[str, ...]) -> str:
    seconds = _number(params, 0)
    if seconds is None:
        return words.BAD_PARAMETER
    context.ram.settings["Pst"] = str(seconds)
    return words.OK


def _auto_off(context: Context, params: tuple[str, ...]) -> str:
    """`Psdc;D` off, `Psdc;E;seconds` on."""
    seconds = _number(params, 1)
    if params == ("D",):
        context.ram.settings["Psdc"] = "D"
    elif params[:1] == ("E",) and seconds is not None:
        context.ram.settings["Psdc"] = str(seconds)
    else:
        return words.BAD_PARAMETER
    return words.OK


def _read_auto_off(context: Context, params: tuple[str, ...]) -> str:
    value = context.ram.settings["Psdc"]
    if params[:1] == ("2",):
        return "0" if value == "D" else value
    return "D" if value == "D" else "E"


def _keep_card(context: Context, params: tuple[str, ...]) -> str:
    """`Pneab;A;0` keeps the card in the printer at `Se`, `Pneab;A;1` ejects again."""
    if len(params) != 2 or params[1] not in ("0", "1"):
        return words.BAD_PARAMETER
    context.ram.keep_card = params[1] == "0"
    return words.OK


def _no_option(_context: Context, _params: tuple[str, ...]) -> str:
    """Answer for a station, lock or network this machine does not have."""
    return words.NO_OPTION


TABLE: dict[str, Handler] = {
    **dict.fromkeys(PLAIN, _remember),
    "Pcim": _tray("Pcim", INPUT_TRAYS),
    "Pcem": _tray("Pcem", OUTPUT_TRAYS),
    "Pcrm": _tray("Pcrm", REJECT_TRAYS),
    "Rcim": _read_tray("Pcim", INPUT_TRAYS),
    "Rcem": _read_tray("Pcem", OUTPUT_TRAYS),
    "Rcrm": _read_tray("Pcrm", REJECT_TRAYS),
    "Pem": _error_mode,
    "Rem": _read_error_mode,
    "Psid": _session,
    "Pps": _status_blocks,
    "Rpst": lambda context, _params: "1" if context.ram.status_on else "0",
    "Pst": _standby,
    "Rst": lambda context, _params: context.ram.settings["Pst"],
    "Psdc": _auto_off,
    "Rsdc": _read_auto_off,
    "Pneab": _keep_card,
    **dict.fromkeys(
        ("Pbc", "Pleb", "Rbc", "Rleb", "Clock", "Pkine", "Rkine", "Pkc", "Rkc", "Lipi",
         "Clcd", "Rscan", "Rip", "Renm", "Regw", "Rmip", "Rmac", "Rct", "Siscan"),
        _no_option,
    ),
}  # fmt: skip
