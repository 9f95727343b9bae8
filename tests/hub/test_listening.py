"""Where the hub listens: what an address may look like, and that plain HTTP never leaves this machine."""

import pytest

from hub.errors import CommandError, HostNotLoopbackError
from hub.listening import Address, check_plain


@pytest.mark.parametrize("text", ["8600", ":8600", "hub.example:", "hub.example:99999", "h:-1"])
def test_what_is_no_address_is_said(text: str) -> None:
    with pytest.raises(CommandError, match="write HOST:PORT"):
        Address.from_text(text)


@pytest.mark.parametrize("text", ["127.0.0.1:1", "127.8.8.8:1", "[::1]:1", "localhost:1"])
def test_plain_http_may_be_spoken_to_this_machine(text: str) -> None:
    check_plain(Address.from_text(text))


@pytest.mark.parametrize("text", ["0.0.0.0:1", "10.1.2.3:1", "[::]:1", "hub.example:1"])
def test_plain_http_may_be_spoken_to_nobody_else(text: str) -> None:
    with pytest.raises(HostNotLoopbackError, match="nothing but TLS"):
        check_plain(Address.from_text(text))


def test_every_address_is_no_name() -> None:
    assert Address.from_text("0.0.0.0:1").names == ()
    assert Address.from_text("10.1.2.3:1").names == ("10.1.2.3",)
    assert Address.from_text("hub.example:1").names == ("hub.example",)
