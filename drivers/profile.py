"""The measured profile of one printer model and firmware: what its counter, sensors and memory were seen to do.

Written by `ktp-printer certify`, unsigned: a SHA-256 over the canonical JSON keeps it from being damaged on its way to
the office, which signs it. This module says nothing of whether a profile may be believed.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What the printer said at one step: the card counter, whether a card is inside, whether a job lives, errors."""

    step: str
    counter: int | None
    card_inside: bool | None
    job_active: bool | None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What the person answered at one step."""

    step: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its value, None where it could not be told, and how it was measured (steps with counter readings)."""

    value: bool | str | None
    how: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a profile knows; see docs/CERTIFY.md.

    Attributes:
        counter_moves_at: feed, print or eject.
        counter_kept: what the counter said before a power cut it says after it.
        counter_readable_in_error: it can be read while an error stands.
        card_seen: wherever a person saw a card inside, the printer said so.
        card_after_power_cut: stays or leaves, when the printer is switched on with a card inside.
        job_seen: a job in the printer's memory shows as alive.
        half_job_feeds: a job that is not all here already feeds a card.
        half_job_outlives_link: such a job is still in memory after the link was lost and watched for a while.
        half_job_outlives_power: and after a power cut.
        whole_job_outlives_link: a whole job that waits is printed though the link is lost.
        whole_job_outlives_power: and after a power cut.
    """

    counter_moves_at: Fact
    counter_kept: Fact
    counter_readable_in_error: Fact
    card_seen: Fact
    card_after_power_cut: Fact
    job_seen: Fact
    half_job_feeds: Fact
    half_job_outlives_link: Fact
    half_job_outlives_power: Fact
    whole_job_outlives_link: Fact
    whole_job_outlives_power: Fact


@dataclass(frozen=True, slots=True)
class Measured:
    """Who was measured, by whom and when, and what came out. Times are UTC in ISO 8601."""

    make_and_model: str
    firmware: str
    serial: str
    driver: str
    driver_version: str
    medium: str
    facts: Facts
    readings: tuple[Reading, ...]
    heard: tuple[Heard, ...]
    cards_used: int
    measured_at: str
    by: str
    format: int = field(default=FORMAT)


def canonical(measured: Measured) -> bytes:
    """Return the profile as canonical JSON: keys sorted, no white space, UTF-8."""
    return _canonical(asdict(measured))


def file_bytes(measured: Measured) -> bytes:
    """Return what is written to a file: the profile and the SHA-256 of its canonical JSON."""
    digest = hashlib.sha256(canonical(measured)).hexdigest()
    return _canonical({"profile": asdict(measured), "profile_sha256": digest}) + b"\n"


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
