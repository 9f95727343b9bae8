"""Printer profiles as the hub signs them: one on which an unmoved counter is proof, and changes to it."""

from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from prr.profile import CertifiedProfile, MeasuredProfile

FACTS: dict[str, Any] = {
    "counter_moves_at": "feed",
    "counter_kept": True,
    "counter_readable_in_error": True,
    "card_seen": True,
    "card_after_power_cut": "stays",
    "job_seen": True,
    "half_job_feeds": True,
    "half_job_outlives_link": True,
    "half_job_outlives_power": False,
    "whole_job_outlives_link": True,
    "whole_job_outlives_power": False,
}
MODEL, FIRMWARE = "Evolis Primacy 2", "1450"  # as the emulator's


def measured(*, firmware: str = FIRMWARE, **facts: Any) -> MeasuredProfile:
    """Make a measured profile; `facts` are changed values."""
    assert set(facts) <= set(FACTS)
    told = {name: {"value": value, "how": "uji"} for name, value in (FACTS | facts).items()}
    return MeasuredProfile.model_validate(
        {
            "format": 1, "make_and_model": MODEL, "firmware": firmware, "serial": "UJI0000001",
            "driver": "evolis", "driver_version": "0.1.0", "medium": "tcp", "facts": told,
            "readings": [], "heard": [], "cards_used": 4,
            "measured_at": "2026-03-02T03:00:00+00:00", "by": "ani",
        }
    )  # fmt: skip


def certified(
    key: Ed25519PrivateKey, *, firmware: str = FIRMWARE, **facts: Any
) -> CertifiedProfile:
    """Make one under a hub's key."""
    word = CertifiedProfile(
        profile=measured(firmware=firmware, **facts),
        certified_by="kepala",
        certified_on=date(2026, 3, 3),
    )
    return word.signed(key)
