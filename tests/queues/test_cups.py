"""The queue driver against a real cupsd: what comes out, what is refused before a card, what is never claimed."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pypdfium2
import pytest
from PIL import Image

from drivers.card import CardDesign, CardFace, CardOutcome, MagneticTracks, Verdict
from drivers.cups.document import HEIGHT_PT, WIDTH_PT, picture_of
from drivers.cups.driver import CupsDriver
from drivers.cups.questions import JobState, Questions
from drivers.driver import Commit, Pause, Script, T
from drivers.errors import (
    DesignNotPrintableError,
    LinkLostError,
    ModelNotSupportedError,
    NotReachableError,
    PrinterNotReadyError,
    ReplyRefusedError,
    UriError,
)
from drivers.link import Finished, Link
from drivers.status import PrinterState
from drivers.transports import open_transport
from drivers.uri import IppUri, parse_uri
from support.cups_server import CupsServer, cups_server, queue
from support.office import wait_until
from support.printer_faces import drawn_face, random_face

FORGETFUL = ("PreserveJobFiles No",)
QUEUES = "".join(
    queue(name.capitalize(), name) for name in ("tray", "lost", "failed", "stop", "again", "hang")
) + "".join([
    queue("Retry", "again", policy="retry-job"),
    queue("Closed", "tray").replace("Accepting Yes", "Accepting No"),
    queue("Paused", "tray").replace("State Idle", "State Stopped\nReason paused"),
])  # fmt: skip
IN_A_CARD_S = 3.0
SEEN_DIFFERENCE_MAX = (
    12  # of 255, after two ways of making it small; turned or mirrored it is far more
)


class Bench:
    """A driver on one queue, and what it committed."""

    def __init__(self, server: CupsServer, name: str, *, over_tcp: bool = False) -> None:
        self.uri = server.uri(name, over_tcp=over_tcp)
        device = parse_uri(self.uri)
        assert isinstance(device, IppUri)
        self.driver = CupsDriver(device, card_deadline_s=IN_A_CARD_S)
        self.questions = Questions(device)
        self.link = Link(open_transport(self.uri), time.monotonic)
        self.commits: list[Commit] = []

    def print_card(
        self, design: CardDesign, at_commit: Callable[[], object] = lambda: None,
        at_pause: Callable[[], object] = lambda: None,
    ) -> CardOutcome:  # fmt: skip
        run = self.link.start(self.driver.print_script(self.driver.encode(design)))
        while not isinstance(step := run.advance(), Finished):
            if isinstance(step, Commit):
                self.commits.append(step)
                at_commit()
            elif isinstance(step, Pause):
                at_pause()
                time.sleep(step.duration_s)
        return step.value

    def complete(self, script: Script[T]) -> T:
        return self.link.complete(script, time.sleep)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CupsServer]:
    with cups_server(tmp_path_factory.mktemp("cups"), QUEUES, *FORGETFUL) as found:
        yield found


def pages(path: Path) -> list[npt.NDArray[np.uint8]]:
    """Return the picture on each page as it lies in the file; each page is looked at, too, for its way round."""
    found = []
    for page in pypdfium2.PdfDocument(path):
        assert page.get_size() == pytest.approx((WIDTH_PT, HEIGHT_PT), abs=0.01)
        (picture,) = page.get_objects()
        dots = np.asarray(picture.get_bitmap(render=False).to_pil().convert("RGB"))
        seen = page.render(scale=1).to_pil().convert("RGB").resize((127, 81))
        shown = Image.fromarray(dots).resize((127, 81), Image.Resampling.BOX)
        assert np.abs(np.asarray(seen).astype(int) - np.asarray(shown)).mean() < SEEN_DIFFERENCE_MAX
        found.append(dots)
    return found


def test_a_card_comes_out_dot_by_dot_and_is_left_to_a_person(server: CupsServer) -> None:
    bench, before = Bench(server, "Tray"), len(server.cards)
    front, back = drawn_face(1), random_face(2)
    outcome = bench.print_card(CardDesign(front, back))
    assert outcome.verdict is Verdict.UNKNOWN
    assert outcome.reason == (
        "the queue has handed the card on; look into the tray whether the card is there and good"
    )
    assert len(server.cards) == before + 1
    for printed, face in zip(pages(server.cards[-1]), (front, back), strict=True):
        assert (printed == np.asarray(picture_of(face))).all()
    assert [commit.before.job_active for commit in bench.commits] == [False]
    assert bench.commits[0].before.counter is None


def test_what_it_is_given_is_named_after_nothing(server: CupsServer) -> None:
    bench = Bench(server, "Hang")
    names: list[object] = []

    def look() -> None:
        if not names:
            other = Bench(server, "Hang")
            names.extend(other.complete(other.questions.own_jobs()))

    bench.print_card(CardDesign(drawn_face()), at_pause=look)
    assert len(names) == 1
    assert bench.complete(bench.questions.own_jobs()) == []  # cancelled at the deadline


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("Lost", "handed the card on"), ("Failed", "given the card up"), ("Hang", "has not ended the card in 3 s")],
)  # fmt: skip
def test_a_queue_that_loses_fails_or_hangs_proves_nothing(
    server: CupsServer, name: str, sentence: str
) -> None:
    outcome = Bench(server, name).print_card(CardDesign(drawn_face()))
    assert outcome.verdict is Verdict.UNKNOWN
    assert sentence in outcome.reason
    assert outcome.evidence.counter is None


def test_a_queue_that_stops_under_the_card_is_unknown_and_then_refuses(tmp_path: Path) -> None:
    with cups_server(tmp_path, queue("Stop", "stop"), *FORGETFUL) as server:
        bench = Bench(server, "Stop")
        assert bench.print_card(CardDesign(drawn_face())).verdict is Verdict.UNKNOWN
        assert bench.complete(bench.driver.clear_script()).state is PrinterState.STOPPED
        with pytest.raises(PrinterNotReadyError, match="paused"):
            bench.print_card(CardDesign(drawn_face()))
        assert len(bench.commits) == 1


def test_a_backend_that_asks_to_try_again_is_not_let_try_for_ever(tmp_path: Path) -> None:
    """`retry` of a backend goes round the error policy: CUPS tries until its limit, so the job is cancelled in time."""
    with cups_server(tmp_path, queue("Again", "again"), *FORGETFUL) as server:
        bench = Bench(server, "Again")
        assert bench.print_card(CardDesign(drawn_face())).verdict is Verdict.UNKNOWN
        assert bench.complete(bench.questions.own_jobs()) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Retry", "lpadmin -p Retry -o printer-error-policy=abort-job"),
    ],
)
def test_a_queue_that_may_print_twice_is_refused(
    server: CupsServer, name: str, sentence: str
) -> None:
    bench = Bench(server, name)
    with pytest.raises(ModelNotSupportedError, match=sentence):
        bench.print_card(CardDesign(drawn_face()))
    assert bench.commits == []


@pytest.mark.parametrize(
    ("name", "keyword"), [("Closed", "x-queue-takes-no-jobs"), ("Paused", "paused")]
)
def test_a_queue_that_can_take_no_card_is_refused(
    server: CupsServer, name: str, keyword: str
) -> None:
    bench = Bench(server, name)
    with pytest.raises(PrinterNotReadyError, match=keyword):
        bench.print_card(CardDesign(drawn_face()))
    assert bench.commits == []


def test_a_cups_that_keeps_files_is_refused_and_nothing_of_a_card_was_sent(tmp_path: Path) -> None:
    with cups_server(tmp_path, queue("Tray", "tray"), "PreserveJobFiles Yes") as server:
        bench = Bench(server, "Tray")
        with pytest.raises(ModelNotSupportedError, match="PreserveJobFiles No"):
            bench.print_card(CardDesign(drawn_face()))
        assert bench.commits == []
        assert not (server.out / "begun").exists()
        kept = [path.read_bytes() for path in (tmp_path / "spool").glob("d*")]
        assert kept
        assert not any(b"%PDF" in data for data in kept)


def test_without_files_kept_nothing_of_a_card_stays_in_the_spool(tmp_path: Path) -> None:
    with cups_server(tmp_path, queue("Tray", "tray"), *FORGETFUL) as server:
        Bench(server, "Tray").print_card(CardDesign(drawn_face()))
        assert len(server.cards) == 1
        wait_until(lambda: not list((tmp_path / "spool").glob("d*")), "the spool is empty")


def test_over_tcp_cups_knows_nobody_and_the_queue_is_refused(server: CupsServer) -> None:
    bench = Bench(server, "Tray", over_tcp=True)
    assert bench.complete(bench.driver.status()).state is PrinterState.IDLE
    with pytest.raises((ModelNotSupportedError, NotReachableError), match=r"ipp\+unix"):
        bench.print_card(CardDesign(drawn_face()))
    assert bench.commits == []


def test_a_job_of_somebody_else_comes_first(tmp_path: Path) -> None:
    with cups_server(tmp_path, queue("Hang", "hang"), *FORGETFUL) as server:
        bench = Bench(server, "Hang")
        job = bench.complete(bench.questions.print_job("surat", b"%PDF-1.4\n%%EOF\n", sides=1))
        with pytest.raises(PrinterNotReadyError, match="x-job-active"):
            bench.print_card(CardDesign(drawn_face()))
        assert bench.complete(bench.driver.finish_script()).job_active is False
        assert bench.complete(bench.questions.job_state(job)) is JobState.PROCESSING


def test_a_restarted_host_cancels_its_lost_job(tmp_path: Path) -> None:
    with cups_server(tmp_path, queue("Hang", "hang"), *FORGETFUL) as server:
        bench = Bench(server, "Hang")
        script = bench.driver.print_script(bench.driver.encode(CardDesign(drawn_face())))
        run = bench.link.start(script)
        while not isinstance(run.advance(), Pause):
            pass  # up to the first look after the job: the host is gone here
        script.close()
        again = Bench(server, "Hang")
        assert again.complete(again.driver.evidence()).job_active is True
        assert again.complete(again.driver.finish_script()).job_active is False


def test_a_cupsd_killed_in_a_card_is_unknown(tmp_path: Path) -> None:
    with cups_server(tmp_path, queue("Hang", "hang"), *FORGETFUL) as server:
        bench = Bench(server, "Hang")
        outcome = bench.print_card(CardDesign(drawn_face()), at_pause=server.process.kill)
        assert outcome.verdict is Verdict.UNKNOWN
        assert "the queue failed while printing" in outcome.reason
        server.process.wait()
        with pytest.raises((NotReachableError, LinkLostError)):
            bench.complete(bench.driver.status())


def test_a_queue_that_is_not_there_is_refused(server: CupsServer) -> None:
    bench = Bench(server, "Tiada")
    with pytest.raises(ReplyRefusedError, match="0406"):
        bench.complete(bench.driver.identify())


def test_it_says_who_it_is(server: CupsServer) -> None:
    bench = Bench(server, "Tray")
    found = bench.complete(bench.driver.identify())
    assert found.make_and_model == "Kartu Uji HDP"
    assert len(found.serial) == 36


def test_a_stripe_is_refused() -> None:
    with pytest.raises(DesignNotPrintableError):
        CupsDriver(IppUri("K")).encode(CardDesign(drawn_face(), tracks=MagneticTracks(one="A")))


@pytest.mark.parametrize(
    "text",
    [
        "ipp://localhost/printers/", "ipp://localhost/classes/Kartu", "ipp://10.0.0.9/printers/Kartu",
        "ipp+unix:///run/cups/cups.sock", "ipp://localhost:0/printers/Kartu",
    ],
)  # fmt: skip
def test_what_names_no_queue_of_this_machine_is_refused(text: str) -> None:
    with pytest.raises(UriError):
        parse_uri(text)


@pytest.mark.parametrize(
    "text", ["ipp://localhost:631/printers/Kartu", "ipp+unix:///run/cups/cups.sock?queue=Kartu%202"]
)
def test_a_queue_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_uri(text)) == text


def test_black_text_is_black_without_loss() -> None:
    face = CardFace(random_face(1).colour, random_face(1).resin)
    assert not np.asarray(picture_of(face))[face.resin].any()
