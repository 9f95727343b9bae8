"""Questions to one queue, as scripts: one request, one reply each. Only `print_job` can move a card."""

import os
import pwd
from collections.abc import Iterable
from enum import IntEnum

from drivers.cups.ipp import (
    Attributes,
    Group,
    Kind,
    Operation,
    Reply,
    Written,
    parse_reply,
    request,
)
from drivers.cups.queue import ASKED, Queue, queue_of
from drivers.driver import Expect, Script, Send
from drivers.errors import ProtocolError, ReplyRefusedError
from drivers.uri import IppUri

ANSWER_S = 5.0
JOB_ANSWER_S = 30.0
JOB_NAME_PREFIX = "ktp-"
PDF = "application/pdf"
PROBE_NAME = f"{JOB_NAME_PREFIX}probe"
PROBE_TEXT = b"ktp-station asks whether this queue keeps files\n"


class JobState(IntEnum):
    """IPP job-state (RFC 8011, 5.3.7); from CANCELED on a job has ended."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


class Questions:
    """What can be asked of one queue, in the name of the user this process runs as."""

    def __init__(self, uri: IppUri, user: str | None = None) -> None:
        self._printer_uri = uri.printer_uri
        self._user = pwd.getpwuid(os.geteuid()).pw_name if user is None else user

    def queue(self) -> Script[Queue]:
        """Ask how the queue is. No card moves.

        Raises:
            ReplyRefusedError: there is no such queue.
            ModelNotSupportedError: it is no CUPS.
        """
        wanted = Written(Kind.KEYWORD, "requested-attributes", ASKED)
        reply = yield from self._accepted(Operation.GET_PRINTER_ATTRIBUTES, (wanted,))
        return queue_of(_one(reply, Group.PRINTER))

    def print_job(self, name: str, document: bytes, *, sides: int) -> Script[int]:
        """Give the queue one job of one card; return its number. A card may move.

        Raises:
            ReplyRefusedError: it did not take the job.
        """
        reply = yield from self._accepted(
            Operation.PRINT_JOB,
            (
                Written(Kind.NAME, "job-name", (name,)),
                Written(Kind.MIME_TYPE, "document-format", (PDF,)),
            ),
            (
                Written(Kind.INTEGER, "copies", (1,)),
                Written(Kind.KEYWORD, "sides", ("two-sided-long-edge" if sides > 1 else "one-sided",)),
            ),
            document,
            within_s=JOB_ANSWER_S,
        )  # fmt: skip
        return _number(_one(reply, Group.JOB), "job-id")

    def job_state(self, job: int) -> Script[JobState | None]:
        """Ask how a job is; None where the queue has forgotten it. No card moves."""
        wanted = Written(Kind.KEYWORD, "requested-attributes", ("job-state",))
        reply = yield from self._ask(Operation.GET_JOB_ATTRIBUTES, (_job(job), wanted))
        if not reply.ok:
            return None
        number = _number(_one(reply, Group.JOB), "job-state")
        return JobState(number) if number in set(JobState) else None

    def own_jobs(self) -> Script[list[int]]:
        """Ask which jobs of ours are not done. No card moves."""
        reply = yield from self._accepted(
            Operation.GET_JOBS,
            (
                Written(Kind.KEYWORD, "which-jobs", ("not-completed",)),
                Written(Kind.KEYWORD, "requested-attributes", ("job-id", "job-name")),
            ),
        )  # fmt: skip
        jobs = reply.of(Group.JOB)
        return [
            _number(job, "job-id")
            for job in jobs
            if str(job.get("job-name", ("",))[0]).startswith(JOB_NAME_PREFIX)
        ]

    def cancel(self, job: int) -> Script[bool]:
        """End a job; tell whether the queue did. A card already on its way may still come out."""
        reply = yield from self._ask(Operation.CANCEL_JOB, (_job(job),))
        return reply.ok

    def keeps_files(self) -> Script[bool]:
        """Find out whether the queue keeps what it was given: a job that is held, ended, and asked for. No card moves.

        The job says `job-hold-until=indefinite` and holds one line of text; nothing of a card is in it.

        Raises:
            ReplyRefusedError: it takes no such job, or lets nobody end it, so it can't be known.
        """
        reply = yield from self._accepted(
            Operation.PRINT_JOB,
            (
                Written(Kind.NAME, "job-name", (PROBE_NAME,)),
                Written(Kind.MIME_TYPE, "document-format", ("text/plain",)),
            ),
            (Written(Kind.KEYWORD, "job-hold-until", ("indefinite",)),),
            PROBE_TEXT,
        )  # fmt: skip
        job = _number(_one(reply, Group.JOB), "job-id")
        yield from self._accepted(Operation.CANCEL_JOB, (_job(job),))
        number = Written(Kind.INTEGER, "document-number", (1,))
        kept = yield from self._ask(Operation.CUPS_GET_DOCUMENT, (_job(job), number))
        return kept.ok

    def _accepted(
        self, operation: Operation, attributes: Iterable[Written],
        job_attributes: Iterable[Written] = (), document: bytes = b"", *, within_s: float = ANSWER_S,
    ) -> Script[Reply]:  # fmt: skip
        reply = yield from self._ask(
            operation, attributes, job_attributes, document, within_s=within_s
        )
        if not reply.ok:
            raise ReplyRefusedError(operation.name, f"status {reply.status:04X}")
        return reply

    def _ask(
        self, operation: Operation, attributes: Iterable[Written],
        job_attributes: Iterable[Written] = (), document: bytes = b"", *, within_s: float = ANSWER_S,
    ) -> Script[Reply]:  # fmt: skip
        yield Send(
            request(
                operation, self._printer_uri, self._user, operation_attributes=attributes,
                job_attributes=job_attributes, document=document,
            )
        )  # fmt: skip
        return parse_reply((yield Expect(within_s)))


def _job(number: int) -> Written:
    return Written(Kind.INTEGER, "job-id", (number,))


def _one(reply: Reply, group: Group) -> Attributes:
    found = reply.of(group)
    if not found:
        raise ProtocolError(f"an IPP reply without its {group.name.lower()} attributes")
    return found[0]


def _number(attributes: Attributes, name: str) -> int:
    values = attributes.get(name, ())
    if not values or isinstance(values[0], bool) or not isinstance(values[0], int):
        raise ProtocolError(f"an IPP reply without a number for {name}")
    return values[0]
