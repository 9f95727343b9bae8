"""A card layout: a TOML file that says where each field of a record goes, read strictly, like the configuration.

What may stand in it is in `station.layout_file`, how it is drawn in `station.face`. Only a watermarked SPECIMEN ships.
"""

import difflib
import tomllib
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from drivers.card import CardFace
from prr.record import PrintReadyRecord
from station.errors import StationError
from station.face import Painter
from station.layout_file import LayoutFile, keys_at


class LayoutError(StationError):
    """The layout file is wrong; the sentence names file, key and remedy."""


class Layout:
    """A layout ready to draw."""

    def __init__(self, file: LayoutFile) -> None:
        self.name = file.name
        self._painter = Painter(file)

    @classmethod
    def load(cls, path: Path | None) -> "Layout":
        """Read a layout file; without one, the SPECIMEN.

        Raises:
            LayoutError: not readable, not TOML, a key unknown or out of range.
        """
        source = path or files("station").joinpath("layouts/specimen.toml")
        try:
            data = tomllib.loads(source.read_text(encoding="utf-8"))
            layout = cls(LayoutFile.model_validate(data))
        except OSError as error:
            raise LayoutError(
                f"{source}: {error.strerror or error}: name another in press.layout"
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise LayoutError(f"{source}: not TOML: {error}") from error
        except ValidationError as error:
            raise LayoutError(f"{source}: {_sentence(error)}") from error
        return layout

    def face(self, record: PrintReadyRecord) -> CardFace:
        """Draw a record: the same record gives the same dots.

        Raises:
            TextOverflowError: the text is not to be fitted on the card; nothing is ever cut.
            ImageRefusedError: an image of the record can't be decoded.
        """
        return self._painter.face(record)


def _sentence(error: ValidationError) -> str:
    faults = error.errors(include_input=False, include_url=False)
    unknown = [fault for fault in faults if fault["type"] == "extra_forbidden"]
    fault = (unknown or faults)[0]
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] != "extra_forbidden":
        return f"{key}: {fault['msg']}"
    known = keys_at(fault["loc"][:-1])
    near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1, cutoff=0.4)
    return f"unknown key {key}: " + (
        f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    )
