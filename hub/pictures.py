"""Photo and signature of an imported record: base64 in the line, or a file beside it, and sound in either case.

A file's name ends in .png, .jpg or .jpeg (base64 has no dot) and stays below the import file's folder.
"""

import base64
import binascii
import stat
from pathlib import Path
from typing import Any

from hub.refusals import Code, LineRefusedError
from prr import image
from prr.image import ImageFault, ImageRefusedError
from prr.record import IMAGE_BYTES_MAX

FIELDS = ("photo", "signature")
_SUFFIXES = (".png", ".jpg", ".jpeg")
_URL_SAFE = str.maketrans("-_", "+/")
_PROBE_PX = 64  # decoded to at least this: enough to find a cut or damaged file


def read(field: str, value: Any, folder: Path) -> bytes:
    """Return the bytes of an image that can be printed.

    Raises:
        LineRefusedError: PHOTO_ or SIGNATURE_ with MISSING, UNREADABLE, TOO_LARGE or TOO_SMALL.
    """
    if value is None or value == "":
        raise _refused(field, "MISSING")
    if not isinstance(value, str):
        raise _refused(field, "UNREADABLE")
    named = value.lower().endswith(_SUFFIXES)
    data = _from_file(field, value, folder) if named else _from_base64(field, value)
    if len(data) > IMAGE_BYTES_MAX:
        raise _refused(field, "TOO_LARGE")
    _check_pixels(field, data)
    return data


def _from_base64(field: str, text: str) -> bytes:
    compact = "".join(text.split()).rstrip("=").translate(_URL_SAFE)
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused(field, "UNREADABLE") from error


def _from_file(field: str, name: str, folder: Path) -> bytes:
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise _refused(field, "UNREADABLE")
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise _refused(field, "UNREADABLE")
        if facts.st_size > IMAGE_BYTES_MAX:
            raise _refused(field, "TOO_LARGE")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise _refused(field, "MISSING") from error
    except (OSError, RuntimeError, UnicodeEncodeError) as error:  # RuntimeError: a loop of links
        raise _refused(field, "UNREADABLE") from error
    except ValueError as error:
        if isinstance(error, LineRefusedError):
            raise
        raise _refused(field, "UNREADABLE") from error  # a NUL in the name


def _check_pixels(field: str, data: bytes) -> None:
    try:
        image.load(data, _PROBE_PX, _PROBE_PX)  # judges the header first
    except ImageRefusedError as error:
        raise _refused(field, ImageFault(error.fault).value) from error


def _refused(field: str, fault: str) -> LineRefusedError:
    return LineRefusedError(Code(f"{field.upper()}_{fault}"))
