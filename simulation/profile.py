"""The certified profile of a simulated printer: what `ktp-printer certify` finds on one whose counter is proof.

A station gets it only where its printer was drawn to be so (`settings.certified`).
"""

from datetime import date
from functools import cache

from prr.profile import CertifiedProfile, MeasuredProfile
from simulation.hub_host import HUB_KEY

MODEL, FIRMWARE = "Evolis Primacy 2", "1450"  # as the emulator's
MEASURED = {
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


@cache
def certified() -> CertifiedProfile:
    """Return the office's word that an unmoved counter proves that no card was fed."""
    facts = {name: {"value": value, "how": "simulated"} for name, value in MEASURED.items()}
    measured = MeasuredProfile.model_validate(
        {
            "format": 1, "make_and_model": MODEL, "firmware": FIRMWARE, "serial": "SIM-0",
            "driver": "evolis", "driver_version": "0.1.0", "medium": "usb", "facts": facts,
            "readings": [], "heard": [], "cards_used": 4,
            "measured_at": "2026-03-01T03:00:00+00:00", "by": "ani",
        }
    )  # fmt: skip
    word = CertifiedProfile(profile=measured, certified_by="kepala", certified_on=date(2026, 3, 1))
    return word.signed(HUB_KEY)
