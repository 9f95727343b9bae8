"""Driver for any card printer that has a CUPS queue with its vendor's own filter.

A queue promises less than a printer: it counts nothing that proves a card, and says `completed` when the bytes are
gone. So this driver is strict about the queue before a card, and honest after it: no outcome is better than UNKNOWN,
and a person confirms each card. Used for retransfer printers, whose own language nobody has published.
"""

import hashlib
import time
from collections.abc import Callable
from typing import Self

from drivers.card import CardDesign, CardOutcome, Evidence, PrintRequest, Ribbon
from drivers.cups.printing import evidence_of, print_card
from drivers.cups.questions import JOB_NAME_PREFIX, Questions
from drivers.cups.queue import ABORT_JOB, Queue
from drivers.driver import API_VERSION, Capabilities, Pause, Script
from drivers.errors import (
    DesignNotPrintableError,
    ModelNotSupportedError,
    PrinterNotReadyError,
    ReplyRefusedError,
    UriError,
)
from drivers.status import PrinterIdentity, PrinterStatus
from drivers.uri import DeviceUri, IppUri

CARD_DEADLINE_S = 300.0  # a retransfer printer warms up first
FINISH_S_MAX = 10.0
FINISH_POLL_S = 0.25
_SIDES_LENGTH = 1  # the request's first byte: how many sides the document has


class CupsDriver:
    """Scripts for one queue.

    Args:
        uri: the queue.
        card_deadline_s: how long a card may take, in pauses counted; then its job is cancelled.
        wall_clock: Unix time, of which a job's name is made.
    """

    api_version = API_VERSION
    capabilities = Capabilities(
        model_names=("any CUPS queue",), card_seconds=40.0, ribbons=frozenset(Ribbon), duplex=True
    )

    def __init__(
        self,
        uri: IppUri,
        *,
        card_deadline_s: float = CARD_DEADLINE_S,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._uri = uri
        self._questions = Questions(uri)
        self._card_deadline_s = card_deadline_s
        self._wall_clock = wall_clock
        self._known_to_keep_nothing = False

    @classmethod
    def for_uri(cls, uri: DeviceUri) -> Self:
        """Make a driver for a queue.

        Raises:
            UriError: the device is no queue.
        """
        if not isinstance(uri, IppUri):
            raise UriError(f"{uri} is no queue; write ipp://localhost/printers/QUEUE")
        return cls(uri)

    def identify(self) -> Script[PrinterIdentity]:
        """Ask the queue's model and number; which printer hangs on it, no queue tells. No card moves."""
        self._known_to_keep_nothing = False
        queue = yield from self._questions.queue()
        return PrinterIdentity(queue.model or "CUPS queue", queue.uuid or self._uri.queue, "CUPS")

    def status(self) -> Script[PrinterStatus]:
        """Ask how the queue is. No card moves."""
        return (yield from self._questions.queue()).status

    def supplies(self) -> Script[PrinterStatus]:
        """Ask how the queue is; it tells markers where the vendor's driver fills them. No card moves."""
        return (yield from self.status())

    def evidence(self) -> Script[Evidence]:
        """Ask whether a job of ours is alive; a queue has no other evidence. No card moves."""
        queue = yield from self._questions.queue()
        own = yield from self._questions.own_jobs()
        return evidence_of(queue, own_jobs=bool(own))

    def encode(self, design: CardDesign) -> PrintRequest:
        """Make a PDF of a design. Ribbon and colour are the vendor's filter's matter.

        Raises:
            DesignNotPrintableError: a stripe, which no queue writes.
        """
        from drivers.cups.document import document_of  # noqa: PLC0415 the PDF library only here

        if design.tracks.written():
            raise DesignNotPrintableError("a queue writes no stripe; print without one")
        data = document_of(design)
        sides = len(design.faces).to_bytes(_SIDES_LENGTH, "big")
        return PrintRequest(sides + data, hashlib.sha256(data).hexdigest())

    def print_script(self, request: PrintRequest) -> Script[CardOutcome]:
        """Give one card to the queue. A card may move after the one Commit.

        Raises:
            PrinterNotReadyError: stopped, takes no jobs, or another job is in it.
            ModelNotSupportedError: it would print again by itself, hand jobs elsewhere, or keep what it printed.
            PrinterError: the queue failed. All of them before Commit.
        """
        queue = yield from self._questions.queue()
        self._require_once(queue)
        if queue.hindrances:
            raise PrinterNotReadyError(f"queue {self._uri.queue}", queue.hindrances)
        yield from self._require_nothing_kept()
        name = f"{JOB_NAME_PREFIX}{int(self._wall_clock()):x}"
        sides, document = request.job_data[0], request.job_data[_SIDES_LENGTH:]
        return (
            yield from print_card(
                self._questions, name, document, sides, queue, self._card_deadline_s
            )
        )

    def finish_script(self) -> Script[Evidence]:
        """Cancel jobs of ours a lost host left in the queue, and nobody else's. A card under way may come out."""
        own = yield from self._questions.own_jobs()
        for job in own:
            yield from self._questions.cancel(job)
        waited_s = 0.0
        while own and waited_s < FINISH_S_MAX:
            yield Pause(FINISH_POLL_S)
            waited_s += FINISH_POLL_S
            own = yield from self._questions.own_jobs()
        return (yield from self.evidence())

    def clear_script(self) -> Script[PrinterStatus]:
        """Look again: a stopped queue is started by `cupsenable`, by a person. No card moves."""
        return (yield from self.status())

    def release(self) -> Script[None]:
        """Do nothing: there is no session. No card moves."""
        yield from ()

    def _require_once(self, queue: Queue) -> None:
        name = self._uri.queue
        if queue.shared_out:
            raise ModelNotSupportedError(
                f"queue {name} is a class or another machine's and may print anywhere; name a queue of this machine"
            )
        if queue.error_policy != ABORT_JOB:
            raise ModelNotSupportedError(
                f"queue {name} has the error policy {queue.error_policy!r} and may print a card twice; "
                f"set it: lpadmin -p {name} -o printer-error-policy=abort-job"
            )

    def _require_nothing_kept(self) -> Script[None]:
        """Find out once whether the queue keeps files: they would hold people's data in clear."""
        if self._known_to_keep_nothing:
            return
        name = self._uri.queue
        try:
            keeps = yield from self._questions.keeps_files()
        except ReplyRefusedError as exc:
            raise ModelNotSupportedError(
                f"queue {name} does not let us see whether it keeps files ({exc.reply}); "
                f"reach it over its socket: ipp+unix:///run/cups/cups.sock?queue={name}"
            ) from exc
        if keeps:
            raise ModelNotSupportedError(
                f"the CUPS of queue {name} keeps what it printed; set PreserveJobFiles No in cupsd.conf and restart it"
            )
        self._known_to_keep_nothing = True
