"""`ktp-printer`: the technician's tool. Needs no station, and opens no printer that a running one owns.

Exit codes are sysexits': 64 a wrong command line or URI, 65 a file that holds not what it should, a card no printer of
the family can print, or a certification without a profile, 69 not reachable, 73 a file that can't be written, 74 a card
may have moved and nobody knows what became of it, 75 busy or too late (try again), 76 it answers and what it says is no
proper answer. An operating error is one sentence on stderr.
"""

import os
import sys
from typing import NoReturn, cast

import typer

from drivers import card_commands, look_commands, trace_commands
from drivers.errors import (
    CertificationError,
    DeadlineError,
    DesignNotPrintableError,
    DeviceBusyError,
    DriverNotFoundError,
    InputFileError,
    OutputFileError,
    PrinterError,
    PrinterNotReadyError,
    ProtocolError,
    SessionHeldError,
    TransportError,
    UriError,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Alat teknisi untuk printer kartu. / The technician's tool: lists, looks at, tries and records card printers.",
)
look_commands.register(app)
card_commands.register(app)
trace_commands.register(app)

# click's UsageError; newer releases of typer carry a copy of click instead of using it
_USAGE_ERROR = cast("type[Exception]", typer.BadParameter.__bases__[0])


def main() -> NoReturn:
    """Run a command; the only way out is an exit code."""
    try:
        code = app(standalone_mode=False)
    except _USAGE_ERROR as error:
        words = getattr(error, "format_message", lambda: "")() or "no command"
        _say(f"{words.rstrip('.')}: see `ktp-printer --help`")
        code = os.EX_USAGE
    except PrinterError as error:
        _say(_sentence(error))
        code = exit_code(error)
    except (KeyboardInterrupt, BrokenPipeError, typer.Abort):
        code = 130
    raise SystemExit(code or 0)


def exit_code(error: PrinterError) -> int:
    """Return the sysexits code of an operating error."""
    match error:
        case UriError() | DriverNotFoundError():
            return os.EX_USAGE
        case CertificationError() | DesignNotPrintableError() | InputFileError():
            return os.EX_DATAERR
        case OutputFileError():
            return os.EX_CANTCREAT
        case DeviceBusyError() | DeadlineError() | SessionHeldError() | PrinterNotReadyError():
            return os.EX_TEMPFAIL
        case TransportError():
            return os.EX_UNAVAILABLE
        case _:
            return os.EX_PROTOCOL


def _sentence(error: PrinterError) -> str:
    """Return what happened and, where a codec spoke, what to do: it knows neither device nor technician."""
    if not isinstance(error, ProtocolError):
        return str(error)
    return (
        f"the answer is none of this family ({error}): look whether --driver fits the printer, see to the cable, "
        "ask again; if it stays, record it with `ktp-printer status --trace FILE`"
    )


def _say(sentence: str) -> None:
    print(f"ktp-printer: {sentence}", file=sys.stderr)
