"""A real cupsd of the test's own, its backends small scripts: nothing of this machine's CUPS is touched."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.office import wait_until

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
*cupsFilter: "application/pdf 0 -"
*cupsFilter: "text/plain 0 -"
"""

# What a backend does with its job; the document is its sixth argument or its standard input. 0 ok, 1 failed, 4 stop the
# queue, 6 try again (backend(7)). The file `begun` tells that a card would move now.
BACKENDS = {
    "tray": 'cat ${6:+"$6"} > "$OUT/$1.pdf"; mv "$OUT/$1.pdf" "$OUT/card-$1.pdf"; exit 0',
    "lost": 'cat ${6:+"$6"} > /dev/null; exit 0',
    "failed": "exit 1",
    "stop": "exit 4",
    "again": 'echo x >> "$OUT/tries"; exit 6',
    "hang": "exec sleep 60",
}
STOP_S_MAX = 20.0
DAEMON = "/usr/lib/cups/daemon"  # cups-exec, through which cupsd starts every backend


@dataclass(frozen=True, slots=True)
class CupsServer:
    """A cupsd that runs.

    Attributes:
        address: host and port.
        socket: the path of its socket.
        out: where what came out of its backends lies.
        process: the server.
    """

    address: str
    socket: Path
    out: Path
    process: "subprocess.Popen[bytes]"

    def uri(self, queue: str, *, over_tcp: bool = False) -> str:
        """Return a queue's device URI."""
        if over_tcp:
            return f"ipp://{self.address}/printers/{queue}"
        return f"ipp+unix://{self.socket}?queue={queue}"

    @property
    def cards(self) -> list[Path]:
        """Return the documents that came out, first first."""
        return sorted(self.out.glob("card-*.pdf"))


def queue(name: str, backend: str, *lines: str, policy: str = "abort-job") -> str:
    """Write one queue as printers.conf has it."""
    told = [f"<Printer {name}>", "PrinterId 1", f"DeviceURI {backend}://127.0.0.1:9", "State Idle", "Accepting Yes",
            f"ErrorPolicy {policy}", *lines, "</Printer>", ""]  # fmt: skip
    return "\n".join(told)


@contextmanager
def cups_server(folder: Path, queues: str, *settings: str) -> Iterator[CupsServer]:
    """Run a cupsd in a folder; `settings` are further lines of its cupsd.conf."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    root, out = folder / "root", folder / "out"
    for made in (root / "ppd", out, folder / "bin" / "backend", folder / "bin" / "filter"):
        made.mkdir(parents=True)
    (folder / "bin" / "daemon").symlink_to(DAEMON)
    (root / "printers.conf").write_text(queues)
    for name in _names(queues):
        (root / "ppd" / f"{name}.ppd").write_text(PPD)
    for name, lines in BACKENDS.items():
        script = folder / "bin" / "backend" / name
        script.write_text(f'#!/bin/sh\nOUT={out}\n: > "$OUT/begun"\n{lines}\n')
        script.chmod(0o700)  # cupsd runs it as itself then, and it reaches the test's folder
    path = folder / "cups.sock"
    conf = _configured(folder, root, address, path, settings)
    command = [_cupsd(), "-f", "-c", str(conf), "-s", str(root / "cups-files.conf")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: _listens(path), "cupsd listens")
            yield CupsServer(address, path, out, process)
        finally:
            process.terminate()
            process.wait(STOP_S_MAX)


def _configured(
    folder: Path, root: Path, address: str, path: Path, settings: tuple[str, ...]
) -> Path:
    """Write both files; access as Debian has it: everyone on this machine prints, the owner ends his jobs."""
    conf = root / "cupsd.conf"
    conf.write_text(
        f"Listen {address}\nListen {path}\nBrowsing No\nWebInterface No\nDefaultAuthType Basic\n"
        "JobRetryInterval 1\nJobRetryLimit 3\n" + "".join(f"{line}\n" for line in settings)
        + "<Location />\nOrder allow,deny\nAllow localhost\n</Location>\n"
        "<Policy default>\n<Limit Create-Job Print-Job Print-URI Validate-Job>\nOrder deny,allow\n</Limit>\n"
        "<Limit Cancel-Job CUPS-Get-Document>\nAuthType Default\nRequire user @OWNER @SYSTEM\nOrder deny,allow\n"
        "</Limit>\n<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n"
    )  # fmt: skip
    folders = {"CacheDir": "cache", "StateDir": "state", "RequestRoot": "spool", "TempDir": "temp"}
    for name in folders.values():
        (folder / name).mkdir()
    (root / "cups-files.conf").write_text(
        f"ServerRoot {root}\nServerBin {folder / 'bin'}\nAccessLog stderr\nErrorLog {root}/error_log\n"
        f"PageLog {root}/page_log\nSandboxing relaxed\n"
        + "".join(f"{key} {folder / name}\n" for key, name in folders.items())
    )
    return conf


def _names(queues: str) -> list[str]:
    return [line.split()[1].rstrip(">") for line in queues.splitlines() if line.startswith("<")
            and not line.startswith("</")]  # fmt: skip


def _cupsd() -> str:
    found = shutil.which("cupsd", path="/usr/sbin:/usr/local/sbin:" + os.environ["PATH"])
    assert found, "tools/system-packages installs it"
    return found


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
