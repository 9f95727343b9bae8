"""Watch: keeps the window of a running emulator up to date until the person leaves. Looks only; gives no orders.

Theory of operation. One loop, no thread: ask the control link, draw, wait for a key. An emulator that does not answer
is a frame of its own, and each turn tries to connect anew, so one that was started again is simply there.
"""

from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.live import Live

from emulator.control_client import ControlClient, ControlError
from emulator.window.album import Album
from emulator.window.keys import Keys
from emulator.window.sight import see
from emulator.window.window import Gallery, absent, window

FRAME_S = 0.15  # between two looks: six or seven frames a second
ANSWER_S_MAX = 1.0  # real seconds; a control link answers in a few ms, and the keys wait meanwhile
CARDS_TIMED = 50  # more than any terminal has lines for


class Lookout:
    """Looks at one emulator over its control link, connecting as often as needed; `close` it at the end."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._client: ControlClient | None = None
        self._album: Album | None = None

    def truth(self) -> dict[str, Any]:
        """Ask for the truth.

        Raises:
            ControlError: nobody answers, or what answers is no emulator.
        """
        try:
            if self._client is None:
                self._client = ControlClient(self.address, ANSWER_S_MAX)
            answer: object = self._client.truth()
        except ControlError:
            self.close()
            raise
        except (ValueError, TypeError) as exc:  # what is no JSON, and JSON that is no object
            self.close()
            raise ControlError(self._stranger) from exc
        if not isinstance(answer, dict) or "powered" not in answer:
            self.close()
            raise ControlError(self._stranger)
        return answer

    @property
    def _stranger(self) -> str:
        return f"what answers at {self.address} is no emulator; give its control link"

    def gallery(self, truth: dict[str, Any]) -> Gallery:
        """Look into the folder of the cards, if it can be reached from here."""
        folder = truth.get("cards_dir")
        if not folder:
            return Gallery()
        if self._album is None or self._album.folder != Path(folder):
            self._album = Album(Path(folder))
        gone = see(truth).gone
        picture = self._album.picture(gone[0].picture) if gone else None
        return Gallery(picture, self._album.times(card.number for card in gone[:CARDS_TIMED]))

    def close(self) -> None:
        """Let the connection go."""
        if self._client is not None:
            self._client.close()
            self._client = None


def draw_once(address: str, console: Console) -> None:
    """Print one frame.

    Raises:
        ControlError: nobody answers.
    """
    lookout = Lookout(address)
    try:
        truth = lookout.truth()
        console.print(_frame(lookout, truth, console), height=console.height)
    finally:
        lookout.close()


def watch(address: str, console: Console, keys: Keys) -> None:
    """Draw until the person leaves: q, Ctrl-C, a signal, or the end of the terminal."""
    lookout = Lookout(address)
    attempts = 0
    with keys, Live(console=console, screen=True, auto_refresh=False) as live:
        try:
            while True:
                try:
                    frame = _frame(lookout, lookout.truth(), console)
                    attempts = 0
                except ControlError:
                    attempts += 1
                    frame = absent(address, attempts, console.height)
                live.update(frame, refresh=True)
                if keys.leaves_within(FRAME_S):
                    return
        finally:
            lookout.close()


def _frame(lookout: Lookout, truth: dict[str, Any], console: Console) -> RenderableType:
    colour = console.color_system is not None and not console.no_color
    width, height = console.size
    return window(truth, width, height, lookout.gallery(truth), colour=colour)
