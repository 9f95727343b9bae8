"""The card counter after a card: one that can't be read, or is another one, leaves the card in doubt."""

from collections.abc import Mapping

import pytest

from drivers.card import CardDesign, CardOutcome, Verdict
from drivers.evolis.driver import EvolisDriver
from support.printer_faces import blank_face
from support.printer_hand import HandPrinter, play

pytestmark = pytest.mark.pure

REFUSED = "ERROR CDE"


class Changing(HandPrinter):
    """A printer that answers otherwise once it was given a job."""

    def __init__(self, after: Mapping[str, str]) -> None:
        super().__init__()
        self._after = after

    def __call__(self, request: bytes) -> bytes:
        if "job" in self.said:
            self.answers.update(self._after)
        return super().__call__(request)


def printed(after: Mapping[str, str]) -> CardOutcome:
    driver = EvolisDriver(wall_clock=lambda: 1_700_000_000.9)
    return play(driver.print_script(driver.encode(CardDesign(blank_face()))), Changing(after))


def test_a_counter_that_falls_silent_is_unknown() -> None:
    outcome = printed({"Rco;card": REFUSED, "Rco;c": REFUSED})
    assert outcome.verdict is Verdict.UNKNOWN
    assert "can't be read" in outcome.reason


def test_another_counter_that_happens_to_fit_is_unknown() -> None:
    outcome = printed({"Rco;card": REFUSED, "Rco;c": "42"})
    assert outcome.verdict is Verdict.UNKNOWN
    assert outcome.reason == "another card counter answered"
