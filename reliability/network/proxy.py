"""A proxy between courier and hub that spoils one HTTP message, told which and how over a control port.

    before      the connection is closed before the request reaches the hub
    inside      half of the request reaches the hub, then both sides are closed
    after       the hub does what is asked, its answer is lost
    answer-cut  half of the answer comes back
    duplicate   the hub gets the request twice; the second answer comes back
    delay       the answer comes when the courier has given up
    half-open   the request is taken, nothing ever comes back

`python -m reliability.network.proxy HUB_PORT` prints its own two ports as JSON.
"""

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass

FAULTS = ("before", "inside", "after", "answer-cut", "duplicate", "delay", "half-open")
HELD_S = 1.5  # longer than the courier waits
LIMIT_BYTES = 2**24

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ClosedError(Exception):
    """A side closed the connection."""


@dataclass
class Proxy:
    """Carries messages to one hub; `number` counts them since it was armed."""

    hub_port: int
    fault: str = ""
    at: int = 0
    number: int = 0
    struck: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection of the courier."""
        hub: Streams | None = None
        try:
            while True:
                request = await _message(reader)
                self.number += 1
                if hub is None:
                    hub = await self._hub()
                if self.fault and not self.struck and self.number == self.at:
                    self.struck = True
                    await self._spoil(request, hub, writer)
                    return
                writer.write(await _ask(hub, request))
                await writer.drain()
        except (ClosedError, ConnectionError):
            return
        finally:
            for side in (writer, *(() if hub is None else (hub[1],))):
                side.close()

    async def control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take orders: {"fault": ..., "at": n}; answer whether the fault armed before has struck."""
        while line := await reader.readline():
            order = json.loads(line)
            writer.write(
                json.dumps({"struck": self.struck, "messages": self.number}).encode() + b"\n"
            )
            if "fault" in order:
                self.fault, self.at = order["fault"], order["at"]
                self.number, self.struck = 0, False
        writer.close()

    async def _hub(self) -> Streams:
        return await asyncio.open_connection("127.0.0.1", self.hub_port, limit=LIMIT_BYTES)

    async def _spoil(self, request: bytes, hub: Streams, back: asyncio.StreamWriter) -> None:
        match self.fault:
            case "before":
                return
            case "inside":
                hub[1].write(request[: len(request) // 2])
                await hub[1].drain()
            case "after":
                await _ask(hub, request)
            case "answer-cut":
                answer = await _ask(hub, request)
                back.write(answer[: len(answer) // 2])
                await back.drain()
            case "duplicate":
                await _ask(hub, request)
                back.write(await _ask(await self._hub(), request))
                await back.drain()
            case "delay":
                answer = await _ask(hub, request)
                await asyncio.sleep(HELD_S)
                with contextlib.suppress(ConnectionError):
                    back.write(answer)
                    await back.drain()
            case _:
                await asyncio.sleep(HELD_S * 2)


async def _ask(hub: Streams, request: bytes) -> bytes:
    hub[1].write(request)
    await hub[1].drain()
    return await _message(hub[0])


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Read one HTTP message, head and body by its Content-Length."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length:")), 0)
        return head + await reader.readexactly(length)
    except asyncio.IncompleteReadError as error:
        raise ClosedError from error


async def _main(hub_port: int) -> None:
    proxy = Proxy(hub_port)
    data = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=LIMIT_BYTES)
    control = await asyncio.start_server(proxy.control, "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (data, control)]
    print(json.dumps({"data": ports[0], "control": ports[1]}), flush=True)
    async with data, control:
        await asyncio.gather(data.serve_forever(), control.serve_forever())


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(int(sys.argv[1])))
