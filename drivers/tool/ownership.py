"""Whose is the printer? A station's press that runs on this machine owns it, whatever way to it is named.

One machine may have several ways to one printer (USB, network, a queue), and only the printer itself could tell which
of them lead to the station's. So while a press runs no command of the tool opens any printer; it says how to ask the
station instead. A look leaves the press's lock alone; what moves a card holds it, so that no press starts meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.certify.press_lock import LOCK_FILE, press_kept_away, press_runs
from drivers.errors import DeviceBusyError

ASK_STATUS = "ask it with `ktp-station status`"
ASK_TEST_CARD = (
    "ask it with `ktp-station test-card --by NAME`, which counts against the cap, "
    "or stop ktp-station-press first"
)
STOP_FIRST = "stop ktp-station-press first"


def require_free(state_dir: Path, instead: str = ASK_STATUS) -> None:
    """Refuse a printer that a running press owns; `instead` is what to do.

    Raises:
        DeviceBusyError: a press runs, or it can't be seen whether one does.
    """
    if press_runs(state_dir):
        raise _owned(state_dir, instead)


@contextmanager
def held(state_dir: Path, instead: str = ASK_TEST_CARD) -> Iterator[None]:
    """Keep the press away for as long as a card may move.

    Raises:
        DeviceBusyError: a press runs, or it can't be seen whether one does.
    """
    require_free(state_dir, instead)
    with press_kept_away(state_dir):
        yield


def has_station(state_dir: Path) -> bool:
    """Tell whether a press has ever run on this state directory: then a card moved here is missing in its book."""
    return (state_dir / LOCK_FILE).exists()


def _owned(state_dir: Path, instead: str) -> DeviceBusyError:
    return DeviceBusyError(f"a station's press runs on {state_dir} and owns the printer: {instead}")
