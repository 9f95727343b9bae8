"""The hub's HTTP application as a way in: a whole request of a fuzzed line, key and body to a real hub on a real store.

What the application itself can't answer comes back as INTERNAL (hub/problem.py): that is the crash looked for. No
socket: the server's own parser is another's and is not fuzzed here.
"""

import asyncio
import contextlib
import io
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI

from hub import app
from prr.canonical import Contract
from prr.exchange import Adjustment, Claim, Loading, Outcome, Release, Returning
from support import hub_office, words
from support.hub_office import SERIES, Office, Teller

PATHS = (b"/v1/claims", b"/v1/outbox", b"/v1/sync")
CLAIM_KEY = "1" * 8 + ("-" + "1" * 4) * 3 + "-" + "1" * 12
KEY = b"the key of P1"  # stands for the real one, which is made anew with each hub
BLANKS = 100


class ServerFailedError(Exception):
    """The application met what it has no answer to."""


@dataclass
class _Hub:
    """The hub that is open, and the loop its application runs in."""

    application: FastAPI
    loop: asyncio.AbstractEventLoop
    log: io.StringIO
    access_key: bytes
    good: tuple[bytes, ...]
    store: Path
    fresh: sqlite3.Connection
    changed: bool = False

    def renew(self) -> None:
        """Put the store back as it was: a station that forked is locked, and would hear nothing else."""
        if self.changed:
            with contextlib.closing(sqlite3.connect(self.store)) as store:
                self.fresh.backup(store)
            self.changed = False


_open: list[_Hub] = []


@contextlib.contextmanager
def opened() -> Iterator[None]:
    """Open a hub of three records and one station for what is fuzzed meanwhile."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logger = logging.getLogger("hub")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="ktp-fuzz-"))
        office = stack.enter_context(hub_office.office(Path(folder)))
        office.add_station()
        office.import_records(1, 2, 3)
        office.load("P1", BLANKS)
        loop = asyncio.new_event_loop()
        stack.callback(loop.close)
        stack.callback(lambda: loop.run_until_complete(loop.shutdown_default_executor()))
        logger.addHandler(handler)
        stack.callback(logger.removeHandler, handler)
        key = office.configs["P1"]["hub"]["access_key"].encode()
        good, store = _requests(office), office.directory / "hub.sqlite"
        fresh = stack.enter_context(contextlib.closing(sqlite3.connect(":memory:")))
        with contextlib.closing(sqlite3.connect(store)) as made:
            made.backup(fresh)
        application = app.create_app(office.hub)
        _open.append(_Hub(application, loop, log, key, good, store, fresh))
        stack.callback(_open.clear)
        yield


def good() -> tuple[bytes, ...]:
    """Return requests that the open hub answers with 200."""
    return _open[0].good


def take(data: bytes) -> None:
    """Send one request: path, access key and body, a line each.

    Raises:
        ServerFailedError: it answered as a server that failed.
    """
    path, _, rest = data.partition(b"\n")
    key, _, body = rest.partition(b"\n")
    one = _open[0]
    one.renew()
    one.log.seek(0)
    one.log.truncate()
    shown = key.replace(KEY, one.access_key)
    status = one.loop.run_until_complete(_ask(one.application, path, shown, body))
    one.changed = status in (HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ServerFailedError(one.log.getvalue().strip())
    assert status in (HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED) or (
        status in app.PROBLEMS
    ), status


async def _ask(application: FastAPI, path: bytes, key: bytes, body: bytes) -> int:
    answers: list[int] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path.decode("latin-1"), "raw_path": path, "query_string": b"", "root_path": "",
        "headers": [(b"authorization", b"Bearer " + key)],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answers.append(message["status"])

    await application(scope, receive, send)  # type: ignore[arg-type]
    (status,) = answers
    return status


def _requests(office: Office) -> tuple[bytes, ...]:
    (grant,) = office.claim().grants
    claims, outbox, sync = PATHS
    bodies = [(claims, Claim(claim_key=CLAIM_KEY, station="P1", count_max=3).canonical())]
    teller = Teller(office)
    people = ("ani", "budi")
    told: tuple[Contract, ...] = (
        Loading(series=SERIES, count=9, by="ani"),
        teller.report(Outcome.IN_DOUBT, grant, counter_before=7),
        teller.report(Outcome.SPOILED, grant, intent=1, counter_after=8, print_ms=900),
        Release(right=grant.record.right, fence=1, reason="asked for"),
        Adjustment(series=SERIES, count=-1, reason="counted", by=people),
        Returning(series=SERIES, count=1, reason="recalled", by=people),
    )
    entries = [teller.entry(body) for body in told]  # type: ignore[arg-type]
    for count in (1, len(entries)):
        body = b",".join(one.canonical() for one in entries[:count])
        bodies.append((outbox, b'{"entries":[' + body + b"]}"))
    bodies.append((sync, words.word().canonical()))
    return tuple(b"\n".join((path, KEY, body)) for path, body in bodies)
