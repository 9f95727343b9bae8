"""The office's word on a measured printer profile: looked at by a person, signed with the hub's key.

The hub keeps nothing of it: a certified profile is a file that goes to the stations with their configuration.
"""

from pathlib import Path

from pydantic import ValidationError

from hub.errors import ProfileRefusedError
from hub.home import Hub
from prr.profile import CertifiedProfile, MeasuredFile, MeasuredProfile

PROFILE_BYTES_MAX = 1_000_000


def read_measured(path: Path) -> MeasuredProfile:
    """Read what `ktp-printer certify` wrote.

    Raises:
        ProfileRefusedError: not readable, not such a file, or changed since it was written.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProfileRefusedError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > PROFILE_BYTES_MAX:
        raise ProfileRefusedError(f"{path} is too long for a profile: it is another file")
    try:
        return MeasuredFile.model_validate_json(data).profile
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise ProfileRefusedError(
            f"{path} is no measured profile ({place}: {fault['msg']}): measure again"
        ) from error


def certify(hub: Hub, measured: MeasuredProfile, by: str) -> CertifiedProfile:
    """Sign a measured profile."""
    word = CertifiedProfile(profile=measured, certified_by=by, certified_on=hub.clock.now().date())
    return word.signed(hub.key)


def write(word: CertifiedProfile, path: Path) -> None:
    """Write a certified profile as canonical JSON to a new file.

    Raises:
        ProfileRefusedError: there is a file, or it cannot be written.
    """
    try:
        with path.open("xb") as file:
            file.write(word.canonical() + b"\n")
    except OSError as error:
        raise ProfileRefusedError(
            f"{path} cannot be written ({error.strerror}): name a new file"
        ) from error


def rows(word: CertifiedProfile) -> list[tuple[str, str, str]]:
    """Return who was measured, the facts, and what follows from them, as rows of a table."""
    profile = word.profile
    told = [
        ("model", f"{profile.make_and_model}, firmware {profile.firmware}", profile.serial),
        ("measured", profile.measured_at, f"by {profile.by} with {profile.cards_used} cards"),
    ]
    for name, fact in profile.facts:
        value = "can't tell" if fact.value is None else str(fact.value).lower()
        told.append((name, value, fact.how))
    proof = "is proof" if profile.unmoved_counter_is_proof else "proves nothing"
    return [*told, ("unmoved counter", proof, "that no card was fed")]
