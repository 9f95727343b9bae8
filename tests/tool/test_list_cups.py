"""The queues of a real cupsd in the list: their names and models, what stands still, never their device's password."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.office import wait_until
from support.tool import ktp_printer

QUEUES = """\
<DefaultPrinter Kartu>
PrinterId 1
DeviceURI kartu://ani:rahasia@127.0.0.1:9
State Idle
Accepting Yes
</DefaultPrinter>
<Printer Diam>
PrinterId 2
DeviceURI kartu://127.0.0.1:9
State Stopped
Reason paused
Accepting Yes
</Printer>
<Printer Tutup>
PrinterId 3
DeviceURI kartu://127.0.0.1:9
State Idle
Accepting No
</Printer>
"""

PPD = """\
*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*Manufacturer: "Uji"
*ModelName: "Kartu Uji HDP"
*ShortNickName: "Kartu Uji HDP"
*NickName: "Kartu Uji HDP"
*PCFileName: "KARTU.PPD"
*Product: "(Kartu Uji)"
*PSVersion: "(3010) 0"
*ColorDevice: True
*DefaultColorSpace: RGB
*cupsVersion: 2.4
*cupsFilter: "application/octet-stream 0 -"
"""


def _cupsd() -> str:
    found = shutil.which("cupsd", path="/usr/sbin:/usr/local/sbin:" + os.environ["PATH"])
    assert found, "tools/system-packages installs it"
    return found


@pytest.fixture
def cups(tmp_path: Path) -> Iterator[str]:
    """Run a cupsd of the test's own; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    folders = {
        name: tmp_path / name.lower() for name in ("CacheDir", "StateDir", "RequestRoot", "TempDir")
    }
    for folder in folders.values():
        folder.mkdir()
    tmp_path.chmod(0o755)
    root = tmp_path / "root"
    root.mkdir()
    (root / "printers.conf").write_text(QUEUES)
    (root / "ppd").mkdir()
    (root / "ppd" / "Kartu.ppd").write_text(PPD)
    backends = tmp_path / "bin" / "backend"
    backends.mkdir(parents=True)
    (backends / "kartu").write_text("#!/bin/sh\nexit 0\n")
    (backends / "kartu").chmod(0o755)
    conf, files = root / "cupsd.conf", root / "cups-files.conf"
    conf.write_text(
        f"Listen {address}\nBrowsing No\nWebInterface No\nDefaultAuthType None\n"
        "<Location />\nOrder allow,deny\nAllow all\n</Location>\n"
    )
    files.write_text(
        f"ServerRoot {root}\nServerBin {backends.parent}\n"
        f"AccessLog stderr\nErrorLog {root}/error_log\nPageLog {root}/page_log\n"
        + "".join(f"{name} {folder}\n" for name, folder in folders.items())
    )
    command = [_cupsd(), "-f", "-c", str(conf), "-s", str(files)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: _listens(address), "cupsd listens")
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _listens(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_queues_are_listed_by_name(cups: str) -> None:
    done = ktp_printer("list", "--json", CUPS_SERVER=cups)
    found = {line["uri"].rpartition("/")[2]: line for line in done.json["printers"]}
    assert set(found) >= {"Kartu", "Diam", "Tutup"}
    assert found["Kartu"]["uri"] == f"ipp://{cups}/printers/Kartu"
    assert (found["Kartu"]["make_and_model"], found["Kartu"]["sentence"]) == ("Kartu Uji HDP", "")
    assert "cupsenable" in found["Diam"]["sentence"]
    assert "cupsaccept" in found["Tutup"]["sentence"]
    assert "rahasia" not in done.out


def test_a_cups_that_is_not_there_is_no_failure() -> None:
    done = ktp_printer("list", "--json", CUPS_SERVER="127.0.0.1:1")
    assert done.code == 0
