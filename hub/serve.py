"""The hub as a running process: its sockets, uvicorn, a word when it is ready, an orderly end at SIGTERM.

Beyond loopback nothing but TLS 1.3 with a station's certificate is spoken. Enrolment, whose callers have none yet,
has a socket of its own.
"""

import asyncio
import contextlib
import gc
import json
import logging
import os
import resource
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from hub import authority as ca
from hub import enrolment_app, home, notify
from hub.app import create_app
from hub.errors import CommandError
from hub.home import Hub
from hub.listening import Address, check_plain, listening, url
from hub.tls import Tls, desk
from hub.tls_protocol import CertifiedProtocol

STOP_S_MAX = 10
# Python lets a thread keep the interpreter for 5 ms by default; the event loop would wait as long for each of the
# service's threads, which is longer than a whole claim takes.
SWITCH_INTERVAL_S = 0.0001


@dataclass(frozen=True, slots=True)
class Serving:
    """What `serve` is told.

    Attributes:
        listen: where stations call.
        tls: speak TLS; without it the address must be loopback.
        names: by which stations call this hub, beside the address itself; for the certificate.
        enrol_listen: where stations that have no certificate yet call, None for nowhere.
    """

    listen: Address
    tls: bool
    names: Sequence[str] = ()
    enrol_listen: Address | None = None


def serve(directory: Path, asked: Serving, ready_file: Path | None) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        HostNotLoopbackError: the address is not this machine's own, and TLS is off.
        CommandError: the address is taken or not allowed, or nobody could call a hub of no name.
        StoreError, HomeError: as `hub.home.opened` and `hub.authority.read`.
    """
    tls = _tls(directory, asked)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold records and keys
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    with contextlib.ExitStack() as stack:
        hub = stack.enter_context(home.opened(directory))
        listener = stack.enter_context(listening(asked.listen))
        enrol_listener = None
        if asked.enrol_listen is not None:
            enrol_listener = stack.enter_context(listening(asked.enrol_listen))
        # uvicorn raises the signal that ended it once more when it is done: an orderly end is exit 0.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        _Server(hub, tls, listener, enrol_listener, ready_file).run()
    if ready_file is not None:
        ready_file.unlink(missing_ok=True)


def _tls(directory: Path, asked: Serving) -> Tls | None:
    if not asked.tls:
        check_plain(asked.listen)
        if asked.enrol_listen is not None:
            raise CommandError("enrolment needs TLS: serve with --tls")
        return None
    names = tuple(dict.fromkeys((*asked.names, *asked.listen.names)))
    if not names:
        raise CommandError(
            f"{asked.listen.host} is every address of this machine: say with --name how stations call it"
        )
    return Tls(ca.read(directory), names)


class _Server:
    """One hub with its one or two listening sockets."""

    def __init__(
        self, hub: Hub, tls: Tls | None, listener: socket.socket,
        enrol_listener: socket.socket | None, ready_file: Path | None,
    ) -> None:  # fmt: skip
        self._hub = hub
        self._tls = tls
        self._listener = listener
        self._enrol_listener = enrol_listener
        self._ready_file = ready_file
        self._context = None if tls is None else tls.context(hub, stations_only=True)

    def run(self) -> None:
        """Serve until a signal ends it."""
        authority = None if self._tls is None else self._tls.authority
        config = _config(create_app(self._hub, self._lifespan, authority), self._context)
        uvicorn.Server(config).run(sockets=[self._listener])

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        gc.collect()
        gc.freeze()  # what is loaded by now stays: later collections need not walk it
        tasks = [asyncio.create_task(_feed_watchdog())]
        async with contextlib.AsyncExitStack() as stack:
            if self._tls is not None and self._context is not None:
                contexts = [self._context]
                if self._enrol_listener is not None:
                    contexts.append(await self._open_desk(stack, self._tls, self._enrol_listener))
                tasks.append(asyncio.create_task(self._tls.renewing(self._hub, *contexts)))
            self._say_ready()
            yield
            notify.notify("STOPPING=1")
            for task in tasks:
                task.cancel()

    async def _open_desk(
        self, stack: contextlib.AsyncExitStack, tls: Tls, listener: socket.socket
    ) -> ssl.SSLContext:
        app = enrolment_app.create_app(self._hub, tls.authority)
        context = tls.context(self._hub, stations_only=False)
        await stack.enter_async_context(desk(app, listener, context, _desk_config))
        return context

    def _say_ready(self) -> None:
        facts: dict[str, object] = {
            "ready": True, "url": url(self._listener, tls=self._tls is not None),
        }  # fmt: skip
        if self._enrol_listener is not None:
            facts["enrol_url"] = url(self._enrol_listener, tls=True)
        _say_ready(json.dumps(facts), self._ready_file)


def _config(app: FastAPI, context: ssl.SSLContext | None) -> uvicorn.Config:
    return uvicorn.Config(
        app, http=CertifiedProtocol, ws="none", loop="asyncio", lifespan="on",
        log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=STOP_S_MAX,
        ssl_context_factory=None if context is None else lambda _config, _default: context,
    )  # fmt: skip


def _desk_config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False
    )


def _say_ready(line: str, ready_file: Path | None) -> None:
    if ready_file is not None:
        draft = ready_file.with_name(f"{ready_file.name}.{os.getpid()}")
        draft.write_text(line + "\n")
        draft.replace(ready_file)  # whoever waits for it never reads half a line
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    notify.notify("READY=1")


async def _feed_watchdog() -> None:
    period_s = notify.watchdog_s()
    while period_s is not None:
        notify.notify("WATCHDOG=1")
        await asyncio.sleep(period_s)
