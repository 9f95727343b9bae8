"""One TLS hub for the tests that do not change it for others: each uses stations of its own."""

from collections.abc import Iterator

import pytest

from support import tls_office
from support.tls_office import TlsHub


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHub]:
    with tls_office.serving(tmp_path_factory.mktemp("office")) as made:
        yield made
