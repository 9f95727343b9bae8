"""One pcscd for the folder's tests: libpcsclite looks for its socket once a process."""

import os
from collections.abc import Iterator

import pytest

from support.pcsc import Pcsc, pcscd


@pytest.fixture(scope="session")
def pcsc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcsc]:
    with pcscd(tmp_path_factory.mktemp("pcsc")) as running:
        os.environ["PCSCLITE_CSOCK_NAME"] = str(running.socket)
        yield running
        del os.environ["PCSCLITE_CSOCK_NAME"]
