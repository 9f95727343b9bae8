"""The queues of this machine's CUPS, as printers: asked by `lpstat` and `lpoptions`, which every CUPS brings.

`CUPS_SERVER` names another CUPS, as for every CUPS program. A queue's own device URI is not shown: it may hold a
password.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from urllib.parse import quote

from drivers.found import Found

ANSWER_S = 5.0
HERE = "localhost"


def queues() -> Iterator[Found]:
    """Yield a queue each; nothing where there is no CUPS, or it does not answer. Opens no printer."""
    for line in _asked("lpstat", "-e").splitlines():
        name = line.strip()
        if name:
            options = dict(_options(_asked("lpoptions", "-p", name)))
            model = options.get("printer-make-and-model", "")
            yield Found(f"ipp://{_server()}/printers/{quote(name)}", model, "", _trouble(options))


def _server() -> str:
    server = os.environ.get("CUPS_SERVER", HERE)
    return HERE if server.startswith("/") else server  # a socket is this machine's


def _trouble(options: dict[str, str]) -> str:
    if options.get("printer-is-accepting-jobs") == "false":
        return "the queue takes no jobs: see `cupsaccept`"
    if options.get("printer-state") == "5":
        return (
            f"the queue stands still ({options.get('printer-state-reasons', '')}): see `cupsenable`"
        )
    return ""


def _options(text: str) -> Iterator[tuple[str, str]]:
    try:
        words = shlex.split(text.replace("\n", " "))
    except ValueError:
        return  # a quotation mark in somebody's description of a queue
    for word in words:
        key, _, value = word.partition("=")
        yield key, value


def _asked(program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [path, *arguments], capture_output=True, text=True, timeout=ANSWER_S, check=False,
            env=environment,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return done.stdout if done.returncode == 0 else ""
