"""Keys sealed to the machine by systemd-creds: made here, never on disk in the open, opened under their own name only.

Runs in a mount namespace whose `/var/lib/systemd` is empty and in memory: the machine's own seal is not touched.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from station import identity, sealed_key, vault
from station.errors import IdentityError

ALONE = 'mount -t tmpfs none /var/lib/systemd && exec "$0" "$@"'
PROGRAM = """
import json, subprocess, sys
from pathlib import Path
from station import identity, sealed_key, vault
folder = Path(sys.argv[1])
key = sealed_key.station_tls_key(folder / "state", folder / "sealed")
def opened(name, file):
    words = ["systemd-creds", "decrypt", f"--name={name}", str(folder / "sealed" / file), "-"]
    done = subprocess.run(words, capture_output=True)
    return done.returncode, done.stdout
own = opened(identity.CREDENTIAL, identity.CREDENTIAL)
other = opened("another-name", identity.CREDENTIAL)
payloads = opened(vault.CREDENTIAL, vault.CREDENTIAL)
sealed_key.station_tls_key(folder / "state", folder / "sealed")
print(json.dumps({
    "own": own == (0, identity.key_pem(key)), "other": other[0],
    "payloads": len(payloads[1]), "kept": opened(vault.CREDENTIAL, vault.CREDENTIAL) == payloads,
}))
"""


def test_keys_are_sealed_under_their_names(tmp_path: Path) -> None:
    assert shutil.which("systemd-creds"), (
        "systemd-creds is missing: install Debian's package systemd"
    )
    words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", ALONE]
    done = subprocess.run(
        [*words, sys.executable, "-c", PROGRAM, str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == {"own": True, "other": 1, "payloads": vault.KEY_BYTES, "kept": True}
    sealed = tmp_path / "sealed"
    assert {path.name for path in sealed.iterdir()} == {identity.CREDENTIAL, vault.CREDENTIAL}
    assert all(path.stat().st_mode & 0o077 == 0 for path in sealed.iterdir())
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in sealed.iterdir())
    assert not list((tmp_path / "state").iterdir())


def test_without_systemd_creds_nothing_is_kept_in_the_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IdentityError, match="did not seal"):
        sealed_key.station_tls_key(tmp_path / "state", tmp_path / "sealed")
    assert not list((tmp_path / "sealed").iterdir())
    assert not list((tmp_path / "state").iterdir())
