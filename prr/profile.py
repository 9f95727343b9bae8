"""The profile of one printer model and firmware: what `ktp-printer certify` measured, and the office's word on it.

A measured profile comes as a file with the SHA-256 of its canonical JSON and proves nothing. Signed by the hub's key it
is what a station's verdicts may rely on: for that model and that firmware, and for nothing else.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from prr.canonical import Contract
from prr.record import Code
from prr.sealed import Sealed

Text = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Reading(Contract):
    """What the printer said at one step."""

    step: Name
    counter: int | None
    card_inside: bool | None
    job_active: bool | None
    errors: tuple[Name, ...]


class Heard(Contract):
    """What the person answered at one step."""

    step: Name
    question: Name
    answer: Name


class YesNo(Contract):
    """A fact that is so or not; None: it could not be told."""

    value: bool | None
    how: Text


class CounterMoves(Contract):
    """When the card counter moves; None: it could not be told."""

    value: Literal["feed", "print", "eject"] | None
    how: Text


class CardAfterPowerCut(Contract):
    """What a card inside does when the printer is switched on again."""

    value: Literal["stays", "leaves"] | None
    how: Text


class ProfileFacts(Contract):
    """Every fact with its value and how it was measured; docs/CERTIFY.md says what each means."""

    counter_moves_at: CounterMoves
    counter_kept: YesNo
    counter_readable_in_error: YesNo
    card_seen: YesNo
    card_after_power_cut: CardAfterPowerCut
    job_seen: YesNo
    half_job_feeds: YesNo
    half_job_outlives_link: YesNo
    half_job_outlives_power: YesNo
    whole_job_outlives_link: YesNo
    whole_job_outlives_power: YesNo


class MeasuredProfile(Contract):
    """What was measured on one printer, by whom and when."""

    format: Literal[1]
    make_and_model: Name
    firmware: Name
    serial: Name
    driver: Name
    driver_version: Name
    medium: Name
    facts: ProfileFacts
    readings: Annotated[tuple[Reading, ...], Field(max_length=1000)]
    heard: Annotated[tuple[Heard, ...], Field(max_length=1000)]
    cards_used: int = Field(ge=0, le=5)
    measured_at: str
    by: Code

    @model_validator(mode="after")
    def _dated(self) -> "MeasuredProfile":
        if datetime.fromisoformat(self.measured_at).tzinfo is None:
            raise ValueError("the moment of the measurement has no zone")
        return self

    @property
    def unmoved_counter_is_proof(self) -> bool:
        """Tell whether an unmoved counter, an empty path and no job alive prove that no card was fed.

        It must move at feed, keep its value over a power cut, and both a card inside and a job must show.
        """
        facts = self.facts
        return facts.counter_moves_at.value == "feed" and all(
            fact.value is True for fact in (facts.counter_kept, facts.card_seen, facts.job_seen)
        )


class MeasuredFile(Contract):
    """A measured profile as it is carried to the office."""

    profile: MeasuredProfile
    profile_sha256: Sha256

    @model_validator(mode="after")
    def _whole(self) -> "MeasuredFile":
        if self.profile.sha256() != self.profile_sha256:
            raise ValueError("the profile is not the one its SHA-256 was made of")
        return self


class CertifiedProfile(Sealed):
    """A measured profile under the hub's key: the office's word that it may be relied on."""

    purpose: ClassVar[str] = "profile"

    profile: MeasuredProfile
    certified_by: Code
    certified_on: date

    def fits(self, make_and_model: str, firmware: str) -> bool:
        """Tell whether it speaks of this model and firmware."""
        return (self.profile.make_and_model, self.profile.firmware) == (make_and_model, firmware)
