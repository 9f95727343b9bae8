"""The print script by hand: what it asks before Commit, when it says PRINTED, and every reason not to."""

import pytest

from drivers.card import CardDesign, CardOutcome, Verdict
from drivers.driver import Commit, Send
from drivers.errors import (
    DeadlineError,
    LinkLostError,
    ModelNotSupportedError,
    PrinterError,
    PrinterNotReadyError,
    ProtocolError,
    ReplyRefusedError,
    SessionHeldError,
)
from drivers.evolis.driver import EvolisDriver
from drivers.evolis.job import PART_TWO
from support.printer_bytes import (
    CARD_PRINT,
    COVER_OPEN,
    ERR_MECHANICAL,
    FEEDER_EMPTY,
    PRINTING,
)
from support.printer_faces import blank_face, drawn_face
from support.printer_hand import HandPrinter, Played, play

pytestmark = pytest.mark.pure

OURS = 0x4B54


def _driver(*, card_deadline_s: float = 120.0) -> EvolisDriver:
    return EvolisDriver(card_deadline_s=card_deadline_s, wall_clock=lambda: 1_700_000_000.9)


def _print(
    printer: HandPrinter, driver: EvolisDriver | None = None, played: Played | None = None
) -> CardOutcome:
    family = driver or _driver()
    return play(family.print_script(family.encode(CardDesign(blank_face()))), printer, played)


def test_a_good_card_is_printed() -> None:
    printer, played = HandPrinter(), Played()
    outcome = _print(printer, played=played)
    assert outcome.verdict is Verdict.PRINTED
    assert outcome.reason == ""
    assert outcome.evidence.counter == 42
    assert outcome.evidence.card_inside is False
    assert outcome.busy_s == pytest.approx(played.paused_s)
    (commit,) = played.commits
    assert commit.before.counter == 41
    assert commit.before.counter_kind == "inserted_head"
    assert commit.before.serial == "P2-0001"
    assert commit.before.job_active is False


def test_what_is_said_and_in_which_order() -> None:
    printer = HandPrinter()
    printer.polls_to_claim, printer.polls_to_done = 1, 2
    _print(printer)
    assert printer.said == [
        "", "Psid;19284;180", "Rem;1", "Pem;2", "Rtp", "Rrt;all", "Rsn", "Rlr;p", "Rco;card",
        "job", "", "end", "", "", "Rsn", "Rlr;p", "Rco;card",
    ]  # fmt: skip


def test_nothing_before_commit_can_move_a_card() -> None:
    played = Played()
    _print(HandPrinter(), played=played)
    at = next(n for n, step in enumerate(played.steps) if isinstance(step, Commit))
    before = b"".join(step.data for step in played.steps[:at] if isinstance(step, Send))
    for verb in (b"\x1bS", b"\x1bDb", b"\x1bPcla", b"\x1bPr;", b"\x1bDm"):
        assert verb not in before
    after = played.steps[at + 1]
    assert isinstance(after, Send)
    assert after.data.startswith(
        b"\x1bPsync;1;0\r<HEADER>\x1bPsmgr;1\r\x1bPpws;1700000000\r\x1bPcla;1\r"
    )
    assert after.data.endswith(b"\x1bPsync;4;0\r")
    assert Send(PART_TWO) in played.steps[at:]


def test_the_second_card_keeps_session_and_error_handling() -> None:
    printer, driver = HandPrinter(), _driver()
    _print(printer, driver)
    printer.said.clear()
    assert _print(printer, driver).verdict is Verdict.PRINTED
    assert printer.said[:4] == ["", "Psid;19284;180", "Rrt;all", "Rsn"]


def test_where_replies_persist_a_second_card_waits_for_none_of_its_answers() -> None:
    class Keeping(HandPrinter):
        """A printer on a medium that keeps the last text readable, also for a status poll."""

        text = b""

        def __call__(self, request: bytes) -> bytes:
            answer = super().__call__(request)
            if request:
                self.text = answer.partition(b"\x00")[0]
            return self.text + answer[answer.index(b"\x00") :]

    printer, played = Keeping(), Played()
    driver = EvolisDriver(replies_persist=True)
    assert _print(printer, driver).verdict is Verdict.PRINTED
    outcome = _print(printer, driver, played)
    assert outcome.verdict is Verdict.PRINTED
    assert played.paused_s == pytest.approx(outcome.busy_s)


def test_an_expired_session_takes_error_handling_over_again() -> None:
    printer, driver = HandPrinter(), _driver()
    _print(printer, driver)
    printer.session = 0
    printer.said.clear()
    _print(printer, driver)
    assert printer.said[:4] == ["", "Psid;19284;180", "Rem;1", "Pem;2"]


def test_our_own_session_of_before_a_restart_does_not_lock_us_out() -> None:
    printer = HandPrinter()
    printer.session = OURS
    assert _print(printer).verdict is Verdict.PRINTED
    assert "Pem;2" in printer.said


def test_another_hosts_session_is_respected() -> None:
    printer = HandPrinter()
    printer.session = 2
    with pytest.raises(SessionHeldError):
        _print(printer)
    assert printer.said == [""]


def test_a_session_that_is_not_given_is_an_error() -> None:
    class Deaf(HandPrinter):
        def __call__(self, request: bytes) -> bytes:
            answer = super().__call__(request)
            self.session = 0
            return answer.replace(b"\x4b\x54", b"\x00\x00")

    with pytest.raises(SessionHeldError):
        _print(Deaf())


@pytest.mark.parametrize(
    ("attribute", "word", "keyword"),
    [
        ("warning", FEEDER_EMPTY, "media-empty"),
        ("warning", COVER_OPEN, "cover-open"),
        ("error", ERR_MECHANICAL, "media-jam"),
        ("information", CARD_PRINT, "x-card-inside"),
        ("information", PRINTING, "x-busy"),
        ("information", 0x80000000, "x-job-active"),
    ],
)
def test_an_unfit_printer_is_refused_before_anything_is_reserved(
    attribute: str, word: int, keyword: str
) -> None:
    printer = HandPrinter()
    setattr(printer, attribute, word)
    with pytest.raises(PrinterNotReadyError) as caught:
        _print(printer)
    assert keyword in {reason.keyword for reason in caught.value.reasons}
    assert keyword in str(caught.value)
    assert printer.said == [""]


@pytest.mark.parametrize(
    ("answers", "keyword"),
    [
        ({"Rlr;p": "CARD"}, "x-card-inside"),
        ({"Rlr;p": "SMART CARD"}, "x-card-inside"),
        ({"Rlr;p": "ERR CARD"}, "x-card-inside"),
        ({"Rlr;p": "PERHAPS"}, "x-card-position-unknown"),
        ({"Rco;card": "ERROR CDE", "Rco;c": "ERROR CDE"}, "x-counter-unreadable"),
    ],
)
def test_a_preflight_answer_that_forbids_the_card(answers: dict[str, str], keyword: str) -> None:
    printer = HandPrinter()
    printer.answers.update(answers)
    with pytest.raises(PrinterNotReadyError, match=keyword):
        _print(printer)
    assert "job" not in printer.said


def test_the_old_counter_serves_where_the_new_one_is_unknown() -> None:
    class Old(HandPrinter):
        def __call__(self, request: bytes) -> bytes:
            self.answers = {"Rco;card": "ERROR CDE", "Rco;c": str(self.counter)}
            return super().__call__(request)

    outcome = _print(Old())
    assert outcome.verdict is Verdict.PRINTED
    assert outcome.evidence.counter_kind == "Rco;c"


@pytest.mark.parametrize(
    "asked", ["", "Psid;19284;180", "Pem;2", "Rtp", "Rsn", "Rco;card", "Rlr;p"]
)
@pytest.mark.parametrize("error", [LinkLostError("x"), DeadlineError("x"), ProtocolError("x")])
def test_what_fails_before_commit_is_raised(asked: str, error: PrinterError) -> None:
    printer, played = HandPrinter(), Played()
    printer.failing[asked] = error
    with pytest.raises(type(error)):
        _print(printer, played=played)
    assert not played.commits
    assert "job" not in printer.said


@pytest.mark.parametrize("asked", ["Psid;19284;180", "Pem;2", "Rtp"])
def test_a_refusal_before_commit_is_raised(asked: str) -> None:
    printer = HandPrinter()
    printer.answers[asked] = "ERROR CDE"
    with pytest.raises(ReplyRefusedError):
        _print(printer)
    assert "job" not in printer.said


def test_a_model_that_is_not_ours_is_refused() -> None:
    printer = HandPrinter()
    printer.answers["Rtp"] = "Badgy200"
    with pytest.raises(ModelNotSupportedError, match="Badgy200"):
        _print(printer)


def test_a_request_of_another_depth_is_refused() -> None:
    printer, driver = HandPrinter(), _driver()
    request = driver.encode(CardDesign(drawn_face()))
    printer.answers["Rtp"] = "zenius"
    play(driver.identify(), printer)
    with pytest.raises(ModelNotSupportedError, match="128"):
        play(driver.print_script(request), printer)
    assert (
        play(driver.print_script(driver.encode(CardDesign(drawn_face()))), printer).verdict
        is Verdict.PRINTED
    )


@pytest.mark.parametrize("asked", ["job", "end", "", "Rsn", "Rco;card", "Rlr;p"])
@pytest.mark.parametrize(
    "error", [LinkLostError("cut"), DeadlineError("late"), ProtocolError("noise")]
)
def test_what_fails_after_commit_is_unknown(asked: str, error: PrinterError) -> None:
    class Failing(HandPrinter):
        def __call__(self, request: bytes) -> bytes:
            if "job" in self.said or b"Pcla;1" in request:
                self.failing[asked] = error
            return super().__call__(request)

    outcome = _print(Failing())
    assert outcome.verdict is Verdict.UNKNOWN
    assert str(error) in outcome.reason


@pytest.mark.parametrize("counts", [0, 2, -41])
def test_a_counter_that_moved_otherwise_is_unknown(counts: int) -> None:
    printer = HandPrinter()
    printer.counts = counts
    outcome = _print(printer)
    assert outcome.verdict is Verdict.UNKNOWN
    assert "counter" in outcome.reason


def test_an_error_in_the_job_is_unknown_and_the_claim_is_still_ended() -> None:
    printer = HandPrinter()
    printer.error_of_job = ERR_MECHANICAL
    outcome = _print(printer)
    assert outcome.verdict is Verdict.UNKNOWN
    assert "ERR_MECHANICAL" in outcome.reason
    assert "end" in printer.said
    assert "media-jam" in outcome.evidence.errors


def test_a_refused_job_is_unknown() -> None:
    printer = HandPrinter()
    printer.job_text = "ERROR FEEDER"
    assert "ERROR FEEDER" in _print(printer).reason


def test_a_claim_never_seen_is_unknown_and_ended_all_the_same() -> None:
    printer = HandPrinter()
    printer.polls_to_claim = 10_000
    outcome = _print(printer)
    assert outcome.verdict is Verdict.UNKNOWN
    assert "never seen" in outcome.reason
    assert "end" in printer.said


def test_a_claim_never_dropped_is_unknown_after_the_card_deadline() -> None:
    printer, played = HandPrinter(), Played()
    printer.polls_to_done = 10_000
    outcome = _print(printer, _driver(card_deadline_s=30.0), played)
    assert outcome.verdict is Verdict.UNKNOWN
    assert "not been dropped" in outcome.reason
    assert 30.0 <= played.paused_s <= 30.5


def test_a_machine_not_at_rest_is_waited_for_and_then_unknown() -> None:
    class Restless(HandPrinter):
        def __call__(self, request: bytes) -> bytes:
            self.information = PRINTING if "job" in self.said else 0
            return super().__call__(request)

    outcome = _print(Restless())
    assert outcome.verdict is Verdict.UNKNOWN
    assert "not at rest" in outcome.reason


@pytest.mark.parametrize(("text", "reason"), [("CARD", "inside"), ("PERHAPS", "inside")])
def test_a_card_that_may_be_inside_is_unknown(text: str, reason: str) -> None:
    class Holding(HandPrinter):
        def __call__(self, request: bytes) -> bytes:
            if "job" in self.said:
                self.answers["Rlr;p"] = text
            return super().__call__(request)

    outcome = _print(Holding())
    assert outcome.verdict is Verdict.UNKNOWN
    assert reason in outcome.reason


def test_another_serial_afterwards_is_unknown() -> None:
    class Swapped(HandPrinter):
        def __call__(self, request: bytes) -> bytes:
            self.serial = "P2-0002" if "job" in self.said else "P2-0001"
            return super().__call__(request)

    assert "serial" in _print(Swapped()).reason


def test_the_last_blank_leaves_the_feeder_empty_and_the_card_good() -> None:
    class LastBlank(HandPrinter):
        def __call__(self, request: bytes) -> bytes:
            self.warning = FEEDER_EMPTY if "job" in self.said else 0
            return super().__call__(request)

    outcome = _print(LastBlank())
    assert outcome.verdict is Verdict.PRINTED
    assert outcome.evidence.errors == ("media-empty",)


def test_encoding_is_pure_and_its_digest_names_the_picture() -> None:
    one, two = (
        _driver().encode(CardDesign(drawn_face(1))),
        _driver().encode(CardDesign(drawn_face(2))),
    )
    assert one == _driver().encode(CardDesign(drawn_face(1)))
    assert one.image_sha256 != two.image_sha256
