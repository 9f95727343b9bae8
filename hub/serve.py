"""The hub as a running process: a loopback socket, uvicorn, a word when it is ready, an orderly end at SIGTERM."""

import asyncio
import contextlib
import gc
import ipaddress
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from hub import home, notify
from hub.app import create_app
from hub.errors import CommandError, HostNotLoopbackError

BACKLOG = 128
STOP_S_MAX = 10
# Python lets a thread keep the interpreter for 5 ms by default; the event loop would wait as long for each of the
# service's threads, which is longer than a whole claim takes.
SWITCH_INTERVAL_S = 0.0001


def serve(directory: Path, host: str, port: int, ready_file: Path | None) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        HostNotLoopbackError: the address is not this machine's own.
        CommandError: the address is taken or not allowed.
        StoreError, HomeError: as `hub.home.opened`.
    """
    _check_loopback(host)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    with home.opened(directory) as hub, _listening(host, port) as listener:
        url = _url(listener)

        @contextlib.asynccontextmanager
        async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
            gc.collect()
            gc.freeze()  # what is loaded by now stays: later collections need not walk it
            _say_ready(url, ready_file)
            watchdog = asyncio.create_task(_feed_watchdog())
            yield
            notify.tell("STOPPING=1")
            watchdog.cancel()

        config = uvicorn.Config(
            create_app(hub, lifespan), http="h11", ws="none", loop="asyncio", lifespan="on",
            log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=STOP_S_MAX,
        )  # fmt: skip
        # uvicorn raises the signal that ended it once more when it is done: an orderly end is exit 0.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        uvicorn.Server(config).run(sockets=[listener])
    if ready_file is not None:
        ready_file.unlink(missing_ok=True)


def _check_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise HostNotLoopbackError(
            f"{host} is not a loopback address: until the hub speaks TLS it serves 127.0.0.1 only"
        )


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sets TCP_NODELAY only then; without it each answer waits 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"{host}:{port} cannot be listened on ({error.strerror}): name another --port"
            ) from error
        listener.listen(BACKLOG)
        yield listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _say_ready(url: str, ready_file: Path | None) -> None:
    line = json.dumps({"ready": True, "url": url})
    if ready_file is not None:
        draft = ready_file.with_name(f"{ready_file.name}.{os.getpid()}")
        draft.write_text(line + "\n")
        draft.replace(ready_file)  # whoever waits for it never reads half a line
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    notify.tell("READY=1")


async def _feed_watchdog() -> None:
    period_s = notify.watchdog_s()
    while period_s is not None:
        notify.tell("WATCHDOG=1")
        await asyncio.sleep(period_s)
