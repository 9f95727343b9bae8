"""`list`: what listers find, a stranger's among them, and what is said of one that can't be asked."""

from pathlib import Path

import pytest

from drivers.tool import cups_queues
from support.tool import ktp_printer

A_STRANGERS = """
from drivers.found import Found

def printers():
    yield Found("usb://0f49:0a00?serial=A", "Evolis Primacy 2", "A")
    yield Found("usb://0f49:0a00?serial=B", "Evolis Primacy 2", "B", "install the udev rule")
"""


def _installed(folder: Path, entry: str) -> Path:
    """Lay a distribution out as an installer does."""
    about = folder / "office_listers-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: office-listers\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[ktp_station.listers]\noffice = {entry}\n")
    (folder / "office_listers.py").write_text(A_STRANGERS)
    return folder


def test_a_strangers_lister_is_asked(tmp_path: Path) -> None:
    path = _installed(tmp_path, "office_listers:printers")
    lines = ktp_printer("list", "--json", PYTHONPATH=str(path)).json["printers"]
    found = {line["uri"]: line for line in lines}
    assert found["usb://0f49:0a00?serial=A"]["make_and_model"] == "Evolis Primacy 2"
    assert found["usb://0f49:0a00?serial=B"]["sentence"] == "install the udev rule"
    shown = ktp_printer("list", PYTHONPATH=str(path), COLUMNS="120")
    assert (shown.code, shown.errors) == (0, "")
    assert "usb://0f49:0a00?serial=A" in shown.out


def test_a_lister_that_cannot_be_loaded_is_a_line(tmp_path: Path) -> None:
    path = _installed(tmp_path, "office_listers:nothing")
    lines = ktp_printer("list", "--json", PYTHONPATH=str(path)).json["printers"]
    (line,) = (one for one in lines if not one["uri"])
    assert "office_listers:nothing" in line["sentence"]


@pytest.mark.pure
def test_of_a_queue_its_device_is_not_told() -> None:
    """A queue's device URI may hold a password; of what lpoptions says only three words are taken."""
    told = (
        "copies=1 device-uri=smb://ani:rahasia@pc/kartu printer-info='Kartu KTP' "
        "printer-is-accepting-jobs=true printer-make-and-model='HDP5000 CUPS' printer-state=5 "
        "printer-state-reasons=paused\n"
    )
    options = dict(cups_queues._options(told))
    assert options["printer-make-and-model"] == "HDP5000 CUPS"
    sentence = cups_queues._trouble(options)
    assert "stands still (paused)" in sentence
    assert "rahasia" not in sentence


@pytest.mark.pure
def test_no_cups_here_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert list(cups_queues.queues()) == []
