"""The certified profile a station was given, and whether it speaks of the printer that answers.

It counts only under the hub's signature, and only for the model and firmware it was measured on. Without one, or for
another firmware, an unmoved counter proves nothing and people decide.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from prr.profile import CertifiedProfile
from prr.seal import SealBrokenError
from station.config import Config
from station.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ProfileWord:
    """What a profile is worth for one printer.

    Attributes:
        counts: it speaks of this model and firmware.
        proof: an unmoved counter is proof.
        reason: why not, in one sentence; "" where it is.
    """

    counts: bool
    proof: bool
    reason: str


def configured(config: Config) -> CertifiedProfile | None:
    """Return the profile the configuration names, None where it names none.

    Raises:
        ConfigError: see `load`.
    """
    path = config.printer.profile
    return None if path is None else load(path, config.hub_public_key)


def load(path: Path, key: Ed25519PublicKey) -> CertifiedProfile:
    """Read a certified profile and check the hub's signature.

    Raises:
        ConfigError: not readable, no profile, or not signed by this hub.
    """
    try:
        found = CertifiedProfile.model_validate_json(path.read_bytes())
        found.verify(key)
    except OSError as error:
        raise ConfigError(
            f"{path}: the profile cannot be read ({error.strerror}): put it there or remove printer.profile"
        ) from error
    except ValidationError as error:
        raise ConfigError(
            f"{path}: no certified profile: have it signed with `ktp-hub certify-profile`"
        ) from error
    except SealBrokenError as error:
        raise ConfigError(
            f"{path}: {error}: have it signed by this station's hub with `ktp-hub certify-profile`"
        ) from error
    return found


def weigh(profile: CertifiedProfile | None, make_and_model: str, firmware: str) -> ProfileWord:
    """Return what a profile is worth for a printer of that model and firmware."""
    if profile is None:
        return ProfileWord(counts=False, proof=False, reason="no profile is configured")
    measured = profile.profile
    if not profile.fits(make_and_model, firmware):
        reason = (
            f"the profile is of {measured.make_and_model} firmware {measured.firmware}, "
            f"the printer is {make_and_model} firmware {firmware}"
        )
        return ProfileWord(counts=False, proof=False, reason=reason)
    if not measured.unmoved_counter_is_proof:
        return ProfileWord(
            counts=True, proof=False, reason="on this model an unmoved counter proves nothing"
        )
    return ProfileWord(counts=True, proof=True, reason="")
