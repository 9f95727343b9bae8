"""Random bytes to each codec of a driver; ten times as many go through it in `make reliability` (row 14)."""

from dataclasses import replace

import pytest

from drivers.errors import PrinterError, ProtocolError
from reliability.fuzz.noise import BYTES, CODECS, Codec, crash_of, noise

COUNT = BYTES // 10
DEEP = 200_000
BEHIND = {  # what only a reply that is good up to there is refused for
    "Evolis": (
        "an extension word with a length",
        "no whole extension words",
        "half a status block",
    ),
    "Magicard": ("is no number", "is no plain text", "fields, not 35"),
    "IPP": ("has not four bytes", "is cut short"),
    "ESC/POS": ("which is no status",),
}


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_noise_ends_in_an_answer_or_a_protocol_error(codec: Codec) -> None:
    assert crash_of(codec.name, COUNT, 20260302) == ""


def test_a_codec_that_ends_otherwise_is_found() -> None:
    def take(data: bytes) -> object:
        if data.startswith(b"\x1b"):
            raise PrinterError("no protocol error")
        return None

    with pytest.raises(PrinterError):
        noise(Codec("broken", b"", take, lambda _data: b""), 100_000, 1)


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_noise_gets_behind_a_codecs_first_look(codec: Codec) -> None:
    codec.take(codec.good)
    said = set()

    def take(data: bytes) -> object:
        try:
            return codec.take(data)
        except ProtocolError as error:
            said.add(str(error))
            raise

    assert noise(replace(codec, take=take), DEEP, 1) > 0
    for words in BEHIND[codec.name]:
        assert any(words in sentence for sentence in said), words
