"""Driver of the Magicard Enduro family: which scripts there are and what a print asks for first.

The wire is described in docs/protocols/magicard.md. There is no session, no job id and no way to clear an error but at
the printer or by a reset, and a reset runs a card out: it is never sent.
"""

import hashlib
import time
from collections.abc import Callable
from typing import Self

from drivers.card import CardDesign, CardOutcome, Evidence, PrintRequest, Ribbon
from drivers.driver import API_VERSION, Capabilities, Script
from drivers.errors import (
    DesignNotPrintableError,
    ModelNotSupportedError,
    PrinterNotReadyError,
)
from drivers.magicard.codec import Info
from drivers.magicard.models import HEAD_TOKENS, NAMES, ModelBits, require_model
from drivers.magicard.page import Needs, job, needs_of, stamped
from drivers.magicard.printing import ask_status, print_card
from drivers.magicard.raster import planes_of
from drivers.magicard.state import evidence_of, printer_status, supplies_of
from drivers.panels import require_panels
from drivers.status import PrinterIdentity, PrinterStatus, StateReason
from drivers.uri import DeviceUri

CARD_DEADLINE_S = 120.0
REST_S = 2.0  # from the last panel to a card that is out; nobody's figure


class MagicardDriver:
    """Scripts for one printer of the family. Holds what it learned of it, no connection.

    Args:
        card_deadline_s: how long a card may take, in pauses counted.
        rest_s: how long nothing may change after the last panel.
        wall_clock: Unix time for the stamp a job carries.
    """

    api_version = API_VERSION
    capabilities = Capabilities(
        model_names=NAMES, ribbons=frozenset(Ribbon), duplex=True, evidence_counter=True
    )

    def __init__(
        self,
        *,
        card_deadline_s: float = CARD_DEADLINE_S,
        rest_s: float = REST_S,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._card_deadline_s = card_deadline_s
        self._rest_s = rest_s
        self._wall_clock = wall_clock
        self._head_token = HEAD_TOKENS[0]

    @classmethod
    def for_uri(cls, uri: DeviceUri) -> Self:
        """Make a driver; the family speaks alike on every medium."""
        del uri
        return cls()

    def identify(self) -> Script[PrinterIdentity]:
        """Ask model, firmware and serial number. No card moves.

        Raises:
            ModelNotSupportedError: no model of ours.
        """
        info = yield from ask_status()
        name = require_model(info)
        self._head_token = HEAD_TOKENS[info.head_type]
        return PrinterIdentity(f"Magicard {name}", info.serial, info.firmware)

    def status(self) -> Script[PrinterStatus]:
        """Ask for the status. No card moves."""
        return printer_status((yield from ask_status()))

    def supplies(self) -> Script[PrinterStatus]:
        """Ask for the status, which tells film and cleaning too. No card moves."""
        info = yield from ask_status()
        return printer_status(info, supplies_of(info))

    def evidence(self) -> Script[Evidence]:
        """Ask serial and card counter; of a job and of a card inside nothing can be known. No card moves."""
        return evidence_of((yield from ask_status()))

    def encode(self, design: CardDesign) -> PrintRequest:
        """Make a print request of a design. Colour that is not raw goes by the firmware's own gamma.

        Raises:
            DesignNotPrintableError: colour or overlay for which the ribbon has no panel, or a stripe.
        """
        require_panels(design)
        if design.tracks.written():
            raise DesignNotPrintableError(
                "no stripe is written on a Magicard printer: how is not proven; print without a stripe"
            )
        front = planes_of(design.front)
        back = None if design.back is None else planes_of(design.back)
        data = job(front, back, design.ribbon, self._head_token, raw_colour=design.raw_colour)
        return PrintRequest(data, hashlib.sha256(data).hexdigest())

    def print_script(self, request: PrintRequest) -> Script[CardOutcome]:
        """Print one card. A card may move after the one Commit.

        Raises:
            PrinterNotReadyError: an error stands, or another film is in than the design's.
            ModelNotSupportedError: no model of ours, another print head, no turning station.
            PrinterError: the link or the printer failed. All of them before Commit.
        """
        info = yield from ask_status()
        needs = needs_of(request.job_data)
        _require_fit(info, needs)
        pages = stamped(request.job_data, int(self._wall_clock()))
        deadline_s = self._card_deadline_s * (2 if needs.duplex else 1)
        return (yield from print_card(pages, info, needs.panels, deadline_s, self._rest_s))

    def finish_script(self) -> Script[Evidence]:
        """Return the evidence: no job can be ended from the host. No card is fed."""
        return (yield from self.evidence())

    def clear_script(self) -> Script[PrinterStatus]:
        """Look whether the error is gone: it is cleared at the printer. No card moves."""
        return (yield from self.status())

    def release(self) -> Script[None]:
        """Do nothing: there is no session. No card moves."""
        yield from ()


def _require_fit(info: Info, needs: Needs) -> None:
    name = require_model(info)
    if needs.head_token != HEAD_TOKENS[info.head_type]:
        raise ModelNotSupportedError(
            f"the {name} has another print head than the request was made for; encode it anew"
        )
    if needs.duplex and not info.model_bits & ModelBits.DUPLEX:
        raise ModelNotSupportedError(
            f"this {name} has no turning station; print one side only, or on another printer"
        )
    hindrances = set(printer_status(info).errors)
    if info.film_name.startswith("LC") and info.film_name != needs.film_name:
        hindrances |= {StateReason("marker-supply-failure"), StateReason("x-ribbon-type-wrong")}
    if hindrances:
        raise PrinterNotReadyError(f"Magicard {name}", hindrances)
