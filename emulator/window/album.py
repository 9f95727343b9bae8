"""Album: the folder a printer's cards fall into, as far as the window can look into it from here.

Reads only. A folder on another machine, a picture that is gone or half there: nothing is shown, nothing fails.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

REDUCED_PX = 128  # wide enough for any thumbnail in a terminal


class Album:
    """Pictures and times of the cards in one folder; remembers the last picture."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: tuple[str, int] | None = None
        self._picture: Image.Image | None = None

    def picture(self, name: str | None) -> Image.Image | None:
        """Return a card's picture, made small, None if it can't be read from here.

        Args:
            name: file name as the truth has it; a path before it is not followed.
        """
        if name is None:
            return None
        path = self.folder / Path(name).name
        try:
            version = (name, path.stat().st_mtime_ns)
            if version != self._known:
                self._picture = _read(path)
                self._known = version
        except (OSError, SyntaxError, ValueError):  # Pillow's words for a file that is no picture
            self._known = self._picture = None
        return self._picture

    def times(self, numbers: Iterable[int]) -> dict[int, datetime]:
        """Return when each card left, in local time, as far as its record is here."""
        found = {}
        for number in numbers:
            try:
                written_s = (self.folder / f"{number:06d}.json").stat().st_mtime
            except OSError:
                continue
            found[number] = datetime.fromtimestamp(written_s, UTC).astimezone()
        return found


def _read(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        picture.thumbnail((REDUCED_PX, REDUCED_PX))
        return picture.convert("RGB")
