"""One card for a technician, in this process against the emulator process: Commit seen, outcome true, trace whole."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.card import CardDesign, CardOutcome, Evidence, PrintRequest, Verdict
from drivers.certify.interrupt import Interrupt
from drivers.clock import system_clocks
from drivers.errors import PrinterNotReadyError, SessionHeldError
from drivers.evolis.exchange import Exchange
from drivers.status import PrinterIdentity
from drivers.tool.printing import print_card
from drivers.tool.redaction import tail
from drivers.tool.replaying import replay
from drivers.tool.session import Session, Target, session
from drivers.tool.trace import Kind, event_line, read_trace
from drivers.transport import Deadline
from support.office import Printer
from support.printer_faces import drawn_face
from support.tool import ktp_printer


@dataclass
class Seen:
    """A screen that keeps what it was told; `at_commit` is what happens meanwhile."""

    at_commit: Callable[[], object] = lambda: None
    events: list[object] = field(default_factory=list)

    def card(self, design: CardDesign, identity: PrinterIdentity) -> None:
        self.events.append(identity)

    def commit(self, before: Evidence) -> None:
        self.events.append(before)
        self.at_commit()

    def outcome(self, request: PrintRequest, outcome: CardOutcome) -> None:
        self.events.append(outcome)

    def kept(self, sentence: str) -> None:
        self.events.append(sentence)


def _print(opened: Session, seen: Seen, interrupt: Interrupt | None = None) -> CardOutcome:
    limit = Deadline.after(20.0)
    design = CardDesign(drawn_face())
    return print_card(opened, design, seen, interrupt or Interrupt(), limit)


def test_a_card_with_its_commit_on_the_screen(printer: Printer, medium: str) -> None:
    seen = Seen()
    with session(Target(printer.uri(medium), "evolis"), system_clocks()) as opened:
        outcome = _print(opened, seen)
    assert outcome.verdict is Verdict.PRINTED, outcome.reason
    identity, before, told = seen.events
    assert isinstance(identity, PrinterIdentity)
    assert isinstance(before, Evidence)
    assert told is outcome
    assert outcome.evidence.counter == (before.counter or 0) + 1
    truth = printer.truth()
    assert (truth["cards_fed"], len(truth["output"])) == (1, 1)


def test_the_printer_is_given_back(printer: Printer) -> None:
    device = printer.tcp_uri
    with session(Target(device, "evolis"), system_clocks()) as opened:
        _print(opened, Seen())
    assert ktp_printer("status", "--device", device, "--json").json["session"] == 0


def test_power_cut_after_the_commit_is_unknown(printer: Printer) -> None:
    seen = Seen(at_commit=lambda: printer.tell("power-cut"))
    with session(Target(printer.tcp_uri, "evolis"), system_clocks()) as opened:
        outcome = _print(opened, seen)
    assert outcome.verdict is Verdict.UNKNOWN
    assert outcome.reason
    assert isinstance(seen.events[-1], str), "the session could not be given back, and it says so"


def test_what_is_not_ready_ends_before_the_commit(printer: Printer) -> None:
    printer.tell("open-cover")
    seen = Seen()
    with (
        session(Target(printer.tcp_uri, "evolis"), system_clocks()) as opened,
        pytest.raises(PrinterNotReadyError, match="cover-open"),
    ):
        _print(opened, seen)
    assert len(seen.events) == 1, "the card was shown, nothing was committed"
    assert printer.truth()["cards_fed"] == 0


def test_ctrl_c_before_the_commit_sends_nothing_that_moves(printer: Printer) -> None:
    class Early(Seen):
        def card(self, design: CardDesign, identity: PrinterIdentity) -> None:
            super().card(design, identity)
            interrupt._wanted = True

    interrupt, seen = Interrupt(), Early()
    with (
        session(Target(printer.tcp_uri, "evolis"), system_clocks()) as opened,
        pytest.raises(KeyboardInterrupt),
    ):
        _print(opened, seen, interrupt)
    assert printer.truth()["cards_fed"] == 0


def test_ctrl_c_in_the_last_question_before_the_commit(printer: Printer) -> None:
    class Late(Session):
        def act(self, name, request, on_commit, on_step=lambda: None):  # type: ignore[no-untyped-def]  # noqa: ANN202
            def late(before: Evidence) -> None:
                interrupt._wanted = True
                on_commit(before)

            return super().act(name, request, late, on_step)

    interrupt, seen = Interrupt(), Seen()
    with session(Target(printer.tcp_uri, "evolis"), system_clocks()) as opened:
        opened.__class__ = Late
        with pytest.raises(KeyboardInterrupt):
            _print(opened, seen, interrupt)
    assert not any(isinstance(event, Evidence) for event in seen.events)
    assert printer.truth()["cards_fed"] == 0


def test_ctrl_c_after_the_commit_finishes_the_card(printer: Printer) -> None:
    seen = Seen(at_commit=lambda: os.kill(os.getpid(), signal.SIGINT))
    with session(Target(printer.tcp_uri, "evolis"), system_clocks()) as opened:
        outcome = _print(opened, seen)
    assert outcome.verdict is Verdict.PRINTED, outcome.reason
    assert len(printer.truth()["output"]) == 1


def test_another_host_has_the_printer(printer: Printer) -> None:
    seen = Seen()
    with session(Target(printer.tcp_uri, "evolis"), system_clocks()) as opened:
        other = Exchange(5.0, replies_persist=False).ask("Psid", 7, 60)
        opened.link.complete(other, system_clocks().sleep)
        with pytest.raises(SessionHeldError):
            _print(opened, seen)
    assert printer.truth()["cards_fed"] == 0


def test_a_recorded_print_replays_and_a_bundle_has_none_of_it(
    printer: Printer, medium: str, tmp_path: Path
) -> None:
    path = tmp_path / "print.trace"
    with session(Target(printer.uri(medium), "evolis", path), system_clocks()) as opened:
        assert _print(opened, Seen()).verdict is Verdict.PRINTED
    trace = read_trace(path)
    assert trace.scripts == ("identify", "print", "release")
    kinds = [event.kind for event in trace.events]
    assert kinds.count(Kind.COMMIT) == kinds.count(Kind.REQUEST) == 1
    job = max((event.data for event in trace.events if event.kind is Kind.SENT), key=len)
    again = {script.name: script for script in replay(trace)}
    assert not any(script.astray for script in again.values())
    assert "PRINTED" in again["print"].result
    # Only the stamp of the second the job was made in may differ.
    assert sum(one.count for one in again["print"].differences) <= 10
    kept = "\n".join(map(event_line, tail(trace.events)))
    assert all(job[at : at + 32].hex() not in kept for at in range(0, len(job) - 32, 32))
