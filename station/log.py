"""Logs that carry no person: structlog with a redaction step nothing gets around.

Sixteen-digit runs are masked wherever they stand, also in numbers, nested values and tracebacks; only fields from a
short list may carry text at all, so a name or an address has no way in. Tracebacks are printed without local
variables.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_DIGIT_RUNS = re.compile(r"(?<![0-9a-fA-F])[0-9]{16}(?![0-9a-fA-F])")
_MASK = "<16 digits>"

# The only fields an event may have besides its name; whoever needs another adds it here with care.
FIELDS = frozenset(
    "event level timestamp role printer intent right fence outcome reason reasons state count seq day cap left code "
    "error attempt delay_s took_ms model firmware uri frames exception counter blanks signal path".split()
)


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Drop fields outside the list and mask what looks like a NIK in the rest."""
    dropped = [name for name in event if name not in FIELDS and name != "exc_info"]
    for name in dropped:
        del event[name]
    error = event.pop("exc_info", None)
    if error:
        event["exception"] = traceback_text(error if isinstance(error, BaseException) else None)
    return {name: mask(value) for name, value in event.items()}


def mask(value: Any) -> Any:
    """Return the value with every run of sixteen digits masked, at any depth."""
    if isinstance(value, str):
        return _DIGIT_RUNS.sub(_MASK, value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return _MASK if len(str(abs(value))) == 16 else value
    if isinstance(value, Mapping):
        return {mask(key): mask(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [mask(item) for item in value]
    return value if isinstance(value, float) else mask(str(value))


def traceback_text(error: BaseException | None) -> str:
    """Return a traceback fit for a log: no local variables, masked, no message of foreign exceptions.

    Messages of errors that are not ours (a parser's, a validator's) may quote their input, so only their type is told.
    """
    error = error or sys.exception()
    lines: list[str] = []
    while error is not None:
        lines.extend(traceback.format_tb(error.__traceback__))
        ours = type(error).__module__.partition(".")[0] in ("station", "drivers", "prr")
        lines.append(f"{type(error).__name__}: {error}" if ours else type(error).__name__)
        error = error.__cause__ or error.__context__
    return str(mask("".join(line if line.endswith("\n") else line + "\n" for line in lines)))


def configure(level: str = "info") -> None:
    """Send every event to standard error: as lines for people on a terminal, else as JSON."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
