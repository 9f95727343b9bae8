"""Payloads open with their own right, fence, station and key, and with nothing else."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prr.record import Right
from station.errors import VaultError
from station.vault import Vault, station_key

RIGHT = Right(record_id="R1", issue_no=1)
VAULT = Vault("UJI-01", bytes(range(32)))


@given(st.binary(max_size=2000))
def test_what_was_sealed_opens_again(plain: bytes) -> None:
    sealed = VAULT.seal(RIGHT, 3, plain)
    assert VAULT.open(RIGHT, 3, sealed) == plain
    assert len(plain) < 8 or plain not in sealed.payload


@given(st.integers(0, 200), st.integers(0, 7))
def test_a_flipped_bit_is_found(place: int, bit: int) -> None:
    sealed = VAULT.seal(RIGHT, 3, b"x" * 100)
    payload = bytearray(sealed.payload)
    payload[place % len(payload)] ^= 1 << bit
    with pytest.raises(VaultError):
        VAULT.open(RIGHT, 3, replace(sealed, payload=bytes(payload)))


def test_another_fence_right_station_or_key_does_not_open() -> None:
    sealed = VAULT.seal(RIGHT, 3, b"secret")
    others = [
        (VAULT, RIGHT, 4),
        (VAULT, Right(record_id="R1", issue_no=2), 3),
        (Vault("UJI-02", bytes(range(32))), RIGHT, 3),
        (Vault("UJI-01", bytes(32)), RIGHT, 3),
    ]
    for vault, right, fence in others:
        with pytest.raises(VaultError, match="does not open"):
            vault.open(right, fence, sealed)


def test_the_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    key = station_key(tmp_path, None)
    assert len(key) == 32
    assert station_key(tmp_path, None) == key
    assert (tmp_path / "station.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["station.key"]


def test_roles_that_start_at_once_get_one_key(tmp_path: Path) -> None:
    """Press and courier come up together, and the key they read must stay the one in the file."""
    for round_ in range(40):
        folder = tmp_path / str(round_)
        folder.mkdir()
        begun = threading.Barrier(4, timeout=20)

        def start(_role: int, folder: Path = folder, begun: threading.Barrier = begun) -> bytes:
            begun.wait()
            return station_key(folder, None)

        with ThreadPoolExecutor(4) as roles:
            keys = set(roles.map(start, range(4)))
        assert keys == {(folder / "station.key").read_bytes()}


def test_a_credential_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "ktp-station-key").write_bytes(b"k" * 32)
    assert station_key(tmp_path / "none", tmp_path) == b"k" * 32
    (tmp_path / "ktp-station-key").write_bytes(b"short")
    with pytest.raises(VaultError, match="5 bytes"):
        station_key(tmp_path, tmp_path)
