"""One side of a card on an Enduro. Knows of ktp-station what its driver interface says, and nothing else."""

import hashlib
from typing import Self

from drivers.card import CardDesign, CardOutcome, Evidence, PrintRequest, Verdict
from drivers.driver import API_VERSION, Capabilities, Commit, Expect, Pause, Script, Send
from drivers.errors import (
    DeadlineError,
    DesignNotPrintableError,
    PrinterError,
    PrinterNotReadyError,
)
from drivers.status import PrinterIdentity, PrinterState, PrinterStatus, StateReason, Supply
from drivers.uri import DeviceUri
from kartu import wire

ANSWER_S, POLL_S, REST_S, CARD_S_MAX, SILENCES_MAX = 2.0, 0.4, 1.5, 90.0, 20


class PlainDriver:
    """Scripts for one printer."""

    api_version = API_VERSION
    capabilities = Capabilities(model_names=("Enduro",), evidence_counter=True)

    @classmethod
    def for_uri(cls, uri: DeviceUri) -> Self:
        """Make a driver; it is the same on every medium."""
        del uri
        return cls()

    def identify(self) -> Script[PrinterIdentity]:
        """Ask who is there. No card moves."""
        told = yield from _ask()
        return PrinterIdentity(f"Magicard {told[1]}", told[3], told[6])

    def status(self) -> Script[PrinterStatus]:
        """Ask how it is. No card moves."""
        return _status((yield from _ask()))

    def supplies(self) -> Script[PrinterStatus]:
        """Ask how it is and what is left. No card moves."""
        return _status((yield from _ask()))

    def evidence(self) -> Script[Evidence]:
        """Ask serial and counter. No card moves."""
        return _evidence((yield from _ask()))

    def encode(self, design: CardDesign) -> PrintRequest:
        """Make a page; one side, no stripe."""
        if design.back is not None or design.tracks.written():
            raise DesignNotPrintableError("this driver prints one side and no stripe")
        data, panels = wire.page(design.front)
        return PrintRequest(bytes((panels,)) + data, hashlib.sha256(data).hexdigest())

    def print_script(self, request: PrintRequest) -> Script[CardOutcome]:
        """Print one card. A card may move after the one Commit."""
        before = yield from _ask()
        if errors := _status(before).errors:
            raise PrinterNotReadyError("the printer", errors)
        yield Commit(_evidence(before))
        try:
            return (yield from _print(request.job_data[1:], request.job_data[0], before))
        except PrinterError as exc:
            return CardOutcome(Verdict.UNKNOWN, Evidence(), f"the link failed: {exc}")

    def finish_script(self) -> Script[Evidence]:
        """Ask serial and counter: no job can be ended. No card moves."""
        return (yield from self.evidence())

    def clear_script(self) -> Script[PrinterStatus]:
        """Look again. No card moves."""
        return (yield from self.status())

    def release(self) -> Script[None]:
        """Do nothing. No card moves."""
        yield from ()


def _print(page: bytes, panels: int, before: list[str]) -> Script[CardOutcome]:
    yield Send(page)
    wanted = [str(int(before[9]) + 1), str(int(before[11]) + panels)]
    waited_s, silences, rested = 0.0, 0, False
    while waited_s < CARD_S_MAX and silences < SILENCES_MAX:
        try:
            told = yield from _ask()
        except DeadlineError:
            silences += 1
            continue
        if told[19:21] != ["0", "0"] or told[3] != before[3]:
            return CardOutcome(Verdict.UNKNOWN, _evidence(told), f"error {told[19]}:{told[20]}")
        if [told[9], told[11]] == wanted and rested:
            return CardOutcome(Verdict.PRINTED, _evidence(told), busy_s=waited_s)
        rested = [told[9], told[11]] == wanted
        yield Pause(REST_S if rested else POLL_S)
        waited_s += POLL_S
    return CardOutcome(Verdict.UNKNOWN, Evidence(), "the counters have not told of the card")


def _ask() -> Script[list[str]]:
    yield Send(wire.STATUS)
    return wire.fields((yield Expect(ANSWER_S, wire.ended)))


def _status(told: list[str]) -> PrinterStatus:
    reasons = set()
    if told[19:21] != ["0", "0"]:
        reasons |= {StateReason("other"), StateReason("media-needed")}
    if not told[24]:
        reasons.add(StateReason("marker-supply-missing"))
    film = Supply(told[24], "ribbonWax", int(told[22]), int(told[22]) - int(told[23]))
    state = PrinterState.STOPPED if reasons else PrinterState.IDLE
    return PrinterStatus(state, frozenset(reasons), (film,))


def _evidence(told: list[str]) -> Evidence:
    return Evidence(serial=told[3], counter=int(told[9]), counter_kind="cards")
