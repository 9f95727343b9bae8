"""Log: one line an event to stderr, bounded, so that noise on a port cannot fill a disk."""

import logging
import sys

REPEATS_MAX = 20


class RepeatFilter(logging.Filter):
    """Lets each kind of line through a number of times, then only every so many."""

    def __init__(self, repeats_max: int = REPEATS_MAX) -> None:
        super().__init__()
        self._repeats_max = repeats_max
        self._seen: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Count by the unfilled message, of which the program has few."""
        kind = str(record.msg)
        count = self._seen.get(kind, 0) + 1
        self._seen[kind] = count
        return count <= self._repeats_max or count % (50 * self._repeats_max) == 0


def configure_log(level: int = logging.INFO) -> None:
    """Send the emulator's log to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname).1s %(threadName)s: %(message)s"))
    handler.addFilter(RepeatFilter())
    logger = logging.getLogger("emulator")
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
