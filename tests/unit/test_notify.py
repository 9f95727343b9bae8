"""Words to systemd over a real socket: heard where somebody listens, and no harm where nobody does."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from hub import notify as hub_notify
from station import notify as station_notify

Notify = Callable[[str], object]
BOTH = pytest.mark.parametrize("notify", [station_notify.notify, hub_notify.notify])


@BOTH
@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_heard(
    notify: Notify, abstract: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name if abstract else name)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name if abstract else name)
        notify("READY=1")
        assert listener.recv(99) == b"READY=1"


@BOTH
@pytest.mark.parametrize("address", ["", "/nowhere/at/all"])
def test_nobody_listens(notify: Notify, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not notify("READY=1")
