"""Seals: a grant or allowance holds exactly as the hub signed it, for the purpose it was signed for."""

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from prr import seal
from prr.exchange import Allowance, Grant
from prr.seal import SealBrokenError
from support.records import record

pytestmark = pytest.mark.pure

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def grant() -> Grant:
    return Grant.signed(KEY, "P1", 1, 3, record(1))


def allowance() -> Allowance:
    return Allowance(
        allowance_id="A1", printer_serial="PRN 1".replace(" ", "-"), day=date(2017, 9, 5),
        zone="Asia/Jakarta", cap=200,
    ).signed(KEY)  # fmt: skip


def test_what_the_hub_signed_verifies() -> None:
    grant().verify(KEY.public_key())
    allowance().verify(KEY.public_key())
    Grant.model_validate_json(grant().canonical()).verify(KEY.public_key())


@pytest.mark.parametrize(
    "change",
    [{"station": "P2"}, {"hub_epoch": 2}, {"fence": 4}, {"record": record(2)},
     {"record": record(1, address="B")}, {"signature": "AAAA"}, {"signature": "not base64!"}],
    ids=str,
)  # fmt: skip
def test_a_changed_grant_does_not_verify(change: dict[str, object]) -> None:
    with pytest.raises(SealBrokenError):
        grant().model_copy(update=change).verify(KEY.public_key())


@pytest.mark.parametrize(
    "change",
    [{"cap": 201}, {"day": date(2017, 9, 6)}, {"printer_serial": "X"}, {"zone": "Asia/Jayapura"},
     {"allowance_id": "A2"}, {"signature": ""}],
    ids=str,
)  # fmt: skip
def test_a_changed_allowance_does_not_verify(change: dict[str, object]) -> None:
    with pytest.raises(SealBrokenError):
        allowance().model_copy(update=change).verify(KEY.public_key())


def test_another_key_does_not_verify() -> None:
    with pytest.raises(SealBrokenError):
        grant().verify(OTHER.public_key())


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=4))
def test_a_seal_is_for_one_purpose(content: dict[str, int]) -> None:
    signature = seal.sign(KEY, "grant", content)
    seal.verify(KEY.public_key(), "grant", content, signature)
    with pytest.raises(SealBrokenError):
        seal.verify(KEY.public_key(), "allowance", content, signature)


def test_a_public_key_survives_as_text() -> None:
    text = seal.public_key_text(KEY.public_key())
    assert seal.public_key_from_text(text).public_bytes_raw() == KEY.public_key().public_bytes_raw()
    for bad in ("", "AAAA", "!" * 44):
        with pytest.raises(ValueError):
            seal.public_key_from_text(bad)
