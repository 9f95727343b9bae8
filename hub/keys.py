"""Secrets of the hub: the Ed25519 key that signs grants and allowances, and the stations' access keys.

The signing key lies in a file only its owner may read. Of an access key, 256 random bits, only the SHA-256 is kept.
"""

import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.errors import HomeError, KeyExposedError

_OTHERS_MAY = 0o077
ACCESS_KEY_BYTES = 32


def write_signing_key(path: Path) -> Ed25519PrivateKey:
    """Make a new signing key and keep it in a file of mode 0600, on disk before this returns."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(path, text)
    return key


def write_private(path: Path, content: bytes) -> None:
    """Make a file that only its owner may read, on disk before this returns; it must not exist."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_private(path: Path) -> bytes:
    """Read a file that only its owner may read.

    Raises:
        KeyExposedError: others may read it.
        OSError: it is not there or not readable.
    """
    if path.stat().st_mode & _OTHERS_MAY:
        raise KeyExposedError(f"{path} can be read by others: set its mode to 0600")
    return path.read_bytes()


def credential(name: str) -> Path | None:
    """Return the path of a credential systemd gave this unit, or None."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder) / name if folder else None
    return path if path is not None and path.exists() else None


def read_signing_key(path: Path) -> Ed25519PrivateKey:
    """Read the signing key.

    Raises:
        KeyExposedError: others may read the file.
        HomeError: it is not there, not readable or no Ed25519 key.
    """
    try:
        key = serialization.load_pem_private_key(read_private(path), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise HomeError(f"the signing key {path} cannot be read: restore it") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise HomeError(f"the signing key {path} is not an Ed25519 key: restore it")
    return key


def new_access_key() -> str:
    """Make an access key: 43 url-safe characters."""
    return secrets.token_urlsafe(ACCESS_KEY_BYTES)


def access_key_sha256(access_key: str) -> str:
    """Return what the store keeps of an access key."""
    return hashlib.sha256(access_key.encode()).hexdigest()
