"""Card files: what a card looked like when it left, written so that its JSON file means "complete".

`NNNNNN.front.png` and, if something was printed there, `NNNNNN.back.png`; on demand each plane as `NNNNNN.front.y.png`
(grey value = ink); `NNNNNN.json` last, by an atomic rename. The number runs on over restarts. A thread of its own draws
while the machine still ejects, so that nobody has to wait for a picture.
"""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from PIL import Image

from emulator.machine.card import Bin, Card, Departed, Departure, Face, Side
from emulator.machine.picture import composite
from emulator.machine.ribbon import KINDS

COMPRESS_LEVEL = 1  # a photo takes 20 ms at 1 and twice as long at the default


class CardFiles:
    """An Outlet into one folder; use as a context manager to end its thread."""

    def __init__(
        self, folder: Path, *, planes: bool, drawn: Callable[[], None] = lambda: None
    ) -> None:
        self.drawn = drawn
        self._folder = folder
        self._planes = planes
        self._wanted: tuple[Card, int] | None = None
        self._done = threading.Event()
        self._done.set()
        self._wake = threading.Condition()
        self._stopping = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="pictures")

    def __enter__(self) -> Self:
        """Start drawing."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """End when the last picture is drawn."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join()

    # --- what is there already ---------------------------------------------------------------

    def recover(self, last_number: int) -> tuple[Departed, ...]:
        """Finish or forget what a killed emulator left half done, and return the cards that lie in the bins."""
        for part in sorted(self._folder.glob("[0-9]*.json.part")):
            number = int(part.name.partition(".")[0])
            if number <= last_number:
                part.replace(part.with_suffix(""))
            else:
                part.unlink()
        departed = []
        for path in sorted(self._folder.glob("[0-9]*.json")):
            record = json.loads(path.read_text())
            departed.append(Departed(int(path.stem), record["uid"], Bin(record["bin"])))
        return tuple(card for card in departed if card.number <= last_number)

    # --- Outlet -----------------------------------------------------------------------------

    def begin(self, card: Card, number: int) -> None:
        """Have the pictures of a card drawn; it must not be printed on meanwhile."""
        self._done.wait()
        self._done.clear()
        with self._wake:
            self._wanted = (card, number)
            self._wake.notify()

    def ready(self) -> bool:
        """Say whether they are drawn."""
        return self._done.is_set()

    def stage(self, departure: Departure) -> None:
        """Write the record under a name that does not count yet; waits for the pictures."""
        self._done.wait()
        if self._failure is not None:
            raise OSError(
                f"no picture of card {departure.number} could be written"
            ) from self._failure
        self._path(departure.number, "json.part").write_text(
            json.dumps(record_of(departure), indent=1) + "\n"
        )

    def publish(self, departure: Departure) -> None:
        """Give the record its name."""
        staged = self._path(departure.number, "json.part")
        staged.replace(self._path(departure.number, "json"))

    # --- drawing ----------------------------------------------------------------------------

    def _path(self, number: int, ending: str) -> Path:
        return self._folder / f"{number:06d}.{ending}"

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._stopping or self._wanted is not None)
                if self._wanted is None:
                    return
                card, number = self._wanted
                self._wanted = None
            try:
                self._draw(card, number)
            except OSError as exc:
                self._failure = exc  # raised where the card leaves: a full disk stops the machine
            self._done.set()
            self.drawn()

    def _draw(self, card: Card, number: int) -> None:
        self._draw_side(number, Side.FRONT, card.faces.get(Side.FRONT))
        if Side.BACK in card.faces:
            self._draw_side(number, Side.BACK, card.faces[Side.BACK])

    def _draw_side(self, number: int, side: Side, face: Face | None) -> None:
        picture = Image.fromarray(composite(face))
        picture.save(self._path(number, f"{side}.png"), "PNG", compress_level=COMPRESS_LEVEL)
        if self._planes and face is not None:
            for panel, ink in face.planes.items():
                path = self._path(number, f"{side}.{panel}.png")
                Image.fromarray(ink).save(path, "PNG", compress_level=COMPRESS_LEVEL)


def record_of(departure: Departure) -> dict[str, Any]:
    """Return what the JSON file says of a card."""
    card = departure.card
    ribbons = sorted({KINDS[face.ribbon].name for face in card.faces.values()})
    return {
        "number": departure.number,
        "uid": card.uid,
        "serial": departure.printer_serial,
        "bin": departure.bin,
        "by_hand": departure.by_hand,
        "planes": {side: sorted(face.planes) for side, face in card.faces.items()},
        "panels_used": {side: face.panels_used for side, face in card.faces.items()},
        "ribbon": "+".join(ribbons) or None,
        "counter": departure.counter,
        "tracks": {
            str(number): {"format": track.format_number, "text": track.text}
            for number, track in sorted(card.tracks.items())
        },
        "print_seconds": round(departure.print_seconds, 3),
    }
