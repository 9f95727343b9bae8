"""Keys made on this machine: in a file only its owner may read, or sealed to the machine by systemd-creds.

A sealed key is never on disk in the open: it goes to systemd-creds through a pipe, and systemd hands it to the units
that name it. The two keys of a station are the one toward the hub and the one its payloads are wrapped with.
"""

import os
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from station import identity, vault
from station.errors import IdentityError

SEAL_S_MAX = 60
WITH_KEY = "host"  # where there is a TPM: host+tpm2


def station_tls_key(state_dir: Path, credentials: Path | None) -> ec.EllipticCurvePrivateKey:
    """Make the key toward the hub, durably, before anybody hears of it; one left by a broken-off try is used.

    With a folder for credentials the key is sealed into it, and the payloads' key too where there is none yet. A sealed
    key is not opened again: a try that was broken off makes a new one.

    Raises:
        IdentityError: it cannot be kept.
    """
    try:
        state_dir.mkdir(mode=0o770, parents=True, exist_ok=True)
        if credentials is None:
            return _key_file(state_dir / identity.KEY_FILE)
        credentials.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise IdentityError(
            f"the key cannot be kept ({error.strerror}): check the folder"
        ) from error
    if not (credentials / vault.CREDENTIAL).exists():
        seal(os.urandom(vault.KEY_BYTES), vault.CREDENTIAL, credentials)
    key = identity.new_key()
    seal(identity.key_pem(key), identity.CREDENTIAL, credentials)
    return key


def seal(secret: bytes, name: str, folder: Path, with_key: str = WITH_KEY) -> None:
    """Seal a secret to this machine under the name units load it by.

    Raises:
        IdentityError: systemd-creds is not there or refused.
    """
    words = ["systemd-creds", "encrypt", f"--with-key={with_key}", f"--name={name}", "-", "-"]
    try:
        done = subprocess.run(
            words, input=secret, capture_output=True, check=True, timeout=SEAL_S_MAX
        )
        identity.replace(folder / name, done.stdout, mode=0o600)
    except (OSError, subprocess.SubprocessError) as error:
        raise IdentityError(
            f"systemd-creds did not seal {name} ({type(error).__name__}): enrol as root, or without --credentials"
        ) from error


def _key_file(path: Path) -> ec.EllipticCurvePrivateKey:
    if not path.exists():
        identity.replace(path, identity.key_pem(identity.new_key()), mode=0o600)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise IdentityError(f"{path} is no key: move it away and enrol again") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise IdentityError(f"{path} is another kind of key: move it away and enrol again")
    return key
