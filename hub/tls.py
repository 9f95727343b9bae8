"""The hub's listening sockets over TLS: one for stations with a certificate, one for those that enrol.

Keys and certificates are made in memory at the start and again while the hub runs, long before they end.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from hub import authority as ca
from hub.authority import LEAF_LIFE, Authority
from hub.home import Hub

RENEWED_EVERY = timedelta(days=1)
assert LEAF_LIFE > 7 * RENEWED_EVERY

Configured = Callable[[FastAPI], uvicorn.Config]


@dataclass(frozen=True, slots=True)
class Tls:
    """What speaking TLS needs: the office's CA and the names stations call this hub by."""

    authority: Authority
    names: Sequence[str]

    def context(self, hub: Hub, *, stations_only: bool) -> ssl.SSLContext:
        """Make the settings of a listening socket, ready to serve."""
        context = ca.server_context(self.authority, stations_only=stations_only)
        ca.put_certificate(context, self.authority, self.names, hub.clock.now())
        return context

    async def renewing(self, hub: Hub, *contexts: ssl.SSLContext) -> None:
        """Give each socket a new key and certificate every day, for ever."""
        while True:
            await asyncio.sleep(RENEWED_EVERY.total_seconds())
            for context in contexts:
                ca.put_certificate(context, self.authority, self.names, hub.clock.now())


@contextlib.asynccontextmanager
async def desk(
    app: FastAPI, listener: socket.socket, context: ssl.SSLContext, configured: Configured
) -> AsyncIterator[None]:
    """Serve the enrolment desk beside the hub, in the running loop, until the block ends."""
    config = configured(app)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: H11Protocol(config, state, {}), sock=listener, ssl=context
    )
    try:
        yield
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        await server.wait_closed()
