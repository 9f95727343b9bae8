"""Random bytes to each codec of a driver; ten times as many go through it in `make reliability` (row 14)."""

import pytest

from drivers.errors import PrinterError
from reliability.fuzz.noise import BYTES, CODECS, Codec, crash_of, noise

COUNT = BYTES // 10


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_noise_ends_in_an_answer_or_a_protocol_error(codec: Codec) -> None:
    assert crash_of(codec.name, COUNT, 20260302) == ""


def test_a_codec_that_ends_otherwise_is_found() -> None:
    def take(data: bytes) -> object:
        if data.startswith(b"\x1b"):
            raise PrinterError("no protocol error")
        return None

    with pytest.raises(PrinterError):
        noise(Codec("broken", take, lambda _data: b""), 100_000, 1)
