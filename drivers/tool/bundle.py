"""The support bundle: what somebody far away needs to understand a printer, in one zip, with no person in it.

    README.txt      what is inside and what was taken out
    about.json      versions, system, drivers installed, whether a station is here
    list.json       the printers found
    printer.json    what the printer says, or the sentence of why it says nothing
    trace.jsonl     the bytes of that conversation
    tail.jsonl      the end of a trace that was given, redacted

The printer's own serial number stays: without it nobody can tell whose printer is meant.
"""

import json
import os
import platform
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, entry_points, requires, version
from pathlib import Path

from drivers.clock import Clocks
from drivers.errors import OutputFileError
from drivers.plugins import DRIVERS_GROUP
from drivers.tool.redaction import tail, without_people
from drivers.tool.session import DISTRIBUTION
from drivers.tool.trace import Trace, event_line, head_line

README = """\
Paket bantuan ktp-printer / support bundle of ktp-printer

Isi / contents: versi, daftar printer, kata-kata status printer, rekaman percakapan itu.
  versions, the list of printers, the printer's status words, the trace of that conversation.
Diambil / taken out: setiap 16 angka berurutan (NIK), nama akun dalam path, isi setiap tugas cetak dan jalur magnetik.
  every run of 16 digits, account names in paths, the contents of every print job and magnetic track.
Tetap / kept: nomor seri printer, karena tanpa itu tidak ada yang tahu printer yang mana.
  the printer's own serial number.
"""


@dataclass(frozen=True, slots=True)
class Findings:
    """What goes in, as JSON values.

    Attributes:
        listed: the printers found.
        printer: what the printer says, or its error.
        asked: the trace of asking it, None if it was not asked.
        given: a trace the technician made before.
    """

    listed: object
    printer: object
    asked: Trace | None
    given: Trace | None


def write_bundle(path: Path, findings: Findings, about: object) -> list[str]:
    """Write a new zip for its owner's eyes; returns the names of the files in it.

    Raises:
        OutputFileError: it is there already, or can't be written.
    """
    files = {
        "README.txt": README,
        "about.json": _text(about),
        "list.json": _text(findings.listed),
        "printer.json": _text(findings.printer),
    }
    if findings.asked is not None:
        files["trace.jsonl"] = _trace(findings.asked)
    if findings.given is not None:
        files["tail.jsonl"] = _trace(findings.given)
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with (
            os.fdopen(number, "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle,
        ):
            for name, text in files.items():
                bundle.writestr(name, text)
    except FileExistsError as error:
        raise OutputFileError(f"{path} is there already: name another file") from error
    except OSError as error:
        raise OutputFileError(f"{path} cannot be written ({error.strerror})") from error
    return list(files)


def about_here(
    device: str | None, clocks: Clocks, *, station_here: bool | None, press: str
) -> object:
    """Return what this machine and this installation are; no host name, no user.

    Args:
        device: the printer that was named.
        clocks: for the date.
        station_here: a press has run here; None: this user can't see.
        press: why the printer may not be opened, or `none`.
    """
    return {
        "made_at": clocks.now().isoformat(timespec="seconds"),
        "device": device,
        "versions": _versions(),
        "system": {
            "python": platform.python_version(),
            "kernel": platform.release(),
            "machine": platform.machine(),
            "os": _os_name(),
        },
        "drivers": sorted(
            f"{point.name} = {point.value}" for point in entry_points(group=DRIVERS_GROUP)
        ),
        "station_here": station_here,
        "press": press,
    }


def _versions() -> dict[str, str]:
    """Return our version and those of what we stand on, where they are installed."""
    found = {DISTRIBUTION: version(DISTRIBUTION)}
    for requirement in requires(DISTRIBUTION) or ():
        name = requirement.split(";")[0].split(" ")[0].split(">")[0].split("=")[0].split("[")[0]
        if "extra ==" not in requirement:
            found[name] = _version(name)
    return found


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _os_name() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return ""


def _text(value: object) -> str:
    return without_people(json.dumps(value, indent=1, ensure_ascii=False)) + "\n"


def _trace(trace: Trace) -> str:
    lines: Iterable[str] = map(event_line, tail(trace.events))
    return "\n".join((without_people(head_line(trace.header)), *lines)) + "\n"
