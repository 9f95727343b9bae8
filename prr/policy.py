"""The office's policy: who comes first, which site prints what, how much and when; dated, numbered and signed.

One document says it all, so that hub and station read the same rule and a person can be shown it. A policy is in force
from its day until the day of one with a higher number. Both founding articles' offices fit in, and they contradict
each other: nothing here is a rule of the program, but for the barrier's meaning and that every type has one class.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from prr.canonical import Contract, Ordinal
from prr.record import Code, FilledLine, IssueType
from prr.sealed import Sealed

SITES_MAX = 10_000

Cards = Annotated[int, Field(ge=0, le=1000)]


class SiteState(StrEnum):
    """How far a site has come: nothing, a small quota that two people check, or its daily work."""

    OFF = "OFF"
    TRIAL = "TRIAL"
    LIVE = "LIVE"


class Barrier(StrEnum):
    """Where the classes after the first wait until nobody of the first is ready."""

    NONE = "NONE"
    SITE = "SITE"
    OFFICE = "OFFICE"


class Presence(StrEnum):
    """What has to be known of the card's owner before a card is printed."""

    NOT_NEEDED = "NOT_NEEDED"
    ATTESTED = "ATTESTED"


class SiteRule(Contract):
    """What one site does.

    Attributes:
        issue_types: it prints no others.
        prints_at: another site that prints for this one, which then prints nothing itself.
    """

    state: SiteState = SiteState.LIVE
    issue_types: tuple[IssueType, ...] = tuple(IssueType)
    prints_at: Code | None = None


class SuketRule(Contract):
    """When a temporary certificate is given and how long it holds: months of the calendar, or days."""

    months: int | None = Field(default=6, ge=1, le=24)
    days: int | None = Field(default=None, ge=1, le=730)
    while_stock: bool = False

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.months is None) == (self.days is None):
            raise ValueError("months or days, one of them")
        return self


class Policy(Sealed):
    """One office's policy.

    Attributes:
        number: grows with each policy of an office.
        decree: the paper it stands on.
        valid_from: the first local day it holds.
        classes: who comes first; each issue type is in one class.
        barrier: whether later classes wait for the first, and where.
        cap_per_printer: cards a printer and day, good, spoiled and test cards alike.
        cap_per_office: rights granted a day in the whole office, None: no such cap.
        trial_per_day: rights granted a day to a site in TRIAL.
        freshness_h: how long a station prints without having heard the hub.
    """

    purpose: ClassVar[str] = "policy"

    office: Code
    office_name: FilledLine
    number: Ordinal
    decree: FilledLine
    valid_from: date
    classes: tuple[tuple[IssueType, ...], ...]
    barrier: Barrier = Barrier.NONE
    cap_per_printer: Cards = 200
    cap_per_office: int | None = Field(default=None, ge=0, le=1_000_000)
    trial_per_day: Cards = 10
    freshness_h: int = Field(default=72, ge=1, le=168)
    presence: Presence = Presence.NOT_NEEDED
    suket: SuketRule = SuketRule()
    others: SiteRule = SiteRule()
    sites: dict[Code, SiteRule] = Field(default={}, max_length=SITES_MAX)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ranked = [kind for one in self.classes for kind in one]
        if sorted(ranked) != sorted(IssueType) or not all(self.classes):
            raise ValueError("each issue type must stand in one class, once")
        for name, rule in self.sites.items():
            if rule.prints_at == name or self.site(rule.prints_at or name).prints_at not in (
                None, rule.prints_at,
            ):  # fmt: skip
                raise ValueError("a site prints at another one that prints itself")
        if self.others.prints_at is not None:
            raise ValueError("only a named site prints at another one")
        return self

    def rank(self, kind: IssueType) -> int:
        """Return the class of an issue type, from 0."""
        return next(rank for rank, one in enumerate(self.classes) if kind in one)

    def site(self, name: str) -> SiteRule:
        """Return the rule of a site, also of one that is not named."""
        return self.sites.get(name, self.others)

    def prints_for(self, name: str) -> tuple[str, ...]:
        """Return the sites whose people are served at a site: itself first, unless it sends them elsewhere."""
        own = () if self.site(name).prints_at else (name,)
        return (*own, *sorted(one for one, rule in self.sites.items() if rule.prints_at == name))
