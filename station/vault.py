"""Records at rest: AES-256-GCM under a key per record, that key wrapped by the station's key.

    payload     = nonce | AES-GCM(record key,  grant,      aad)
    payload_key = nonce | AES-GCM(station key, record key, aad)      aad = "right|fence|station"

Destroying a payload is destroying its wrapped key: without it the bytes mean nothing, wherever a copy may lie. A
payload moved to another right, fence or station does not open.
"""

import contextlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from prr.record import Right
from station.errors import VaultError

KEY_BYTES = 32
NONCE_BYTES = 12
CREDENTIAL = "ktp-station-key"

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted payload and its wrapped key."""

    payload: bytes
    payload_key: bytes


class Vault:
    """Seals and opens the payloads of one station."""

    def __init__(self, station: str, key: bytes, random_bytes: RandomBytes = os.urandom) -> None:
        assert len(key) == KEY_BYTES
        self._station = station
        self._key = AESGCM(key)
        self.log_key = log_key(key)
        self._random_bytes = random_bytes

    def seal(self, right: Right, fence: int, plain: bytes) -> Sealed:
        """Encrypt a payload for one right under one fence."""
        record_key = self._random_bytes(KEY_BYTES)
        aad = self._aad(right, fence)
        return Sealed(
            self._encrypt(AESGCM(record_key), plain, aad), self._encrypt(self._key, record_key, aad)
        )

    def open(self, right: Right, fence: int, sealed: Sealed) -> bytes:
        """Decrypt a payload.

        Raises:
            VaultError: another station's key, another right or fence, or damaged bytes.
        """
        aad = self._aad(right, fence)
        try:
            record_key = self._decrypt(self._key, sealed.payload_key, aad)
            return self._decrypt(AESGCM(record_key), sealed.payload, aad)
        except (InvalidTag, ValueError) as error:
            raise VaultError(
                f"the payload of {right} does not open with this station's key: "
                "the store is another station's or damaged; release the right at the hub"
            ) from error

    def _encrypt(self, key: AESGCM, plain: bytes, aad: bytes) -> bytes:
        nonce = self._random_bytes(NONCE_BYTES)
        return nonce + key.encrypt(nonce, plain, aad)

    @staticmethod
    def _decrypt(key: AESGCM, sealed: bytes, aad: bytes) -> bytes:
        return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)

    def _aad(self, right: Right, fence: int) -> bytes:
        return f"{right.record_id}|{right.issue_no}|{fence}|{self._station}".encode()


def log_key(key: bytes) -> Ed25519PrivateKey:
    """Derive the key that signs the station's event log from the station's key."""
    seed = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"ktp-station event log").derive(key)
    return Ed25519PrivateKey.from_private_bytes(seed)


def station_key(state_dir: Path, credentials_dir: Path | None) -> bytes:
    """Return the station's key: systemd's credential where there is one, else a file made on first start.

    Raises:
        VaultError: the key is there and of the wrong length.
    """
    if credentials_dir is not None and (credentials_dir / CREDENTIAL).exists():
        key = (credentials_dir / CREDENTIAL).read_bytes()
    else:
        key = _key_file(state_dir / "station.key")
    if len(key) != KEY_BYTES:
        raise VaultError(f"the station's key has {len(key)} bytes, it must have {KEY_BYTES}")
    return key


def _key_file(path: Path) -> bytes:
    """Read the key file; make it, durably and readable by its owner alone, where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    # A file of its own for each role that makes one: on a shared name the slower would write over the faster's key.
    handle, name = tempfile.mkstemp(".part", path.stem, path.parent)  # for its owner alone
    part = Path(name)
    try:
        os.write(handle, os.urandom(KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    with contextlib.suppress(FileExistsError):  # another role was faster: there is one key only
        os.link(part, path)
    part.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path.read_bytes()
