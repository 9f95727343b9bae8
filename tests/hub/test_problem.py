"""The HTTP boundary: what nobody foresaw is told to the log by kind and place, to the asker as a failure."""

import asyncio
import logging
from typing import Any

import pytest

from hub import problem

SECRET = "1671990101909921"


def asked(app: Any) -> list[Any]:
    """Ask an application once; returns what it sent."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    asyncio.run(
        problem.LastDefence(app)({"type": "http", "method": "GET", "headers": []}, receive, send)
    )
    return sent


@pytest.mark.parametrize("started", [False, True])
def test_an_unforeseen_error(started: bool, caplog: pytest.LogCaptureFixture) -> None:
    async def failing(_scope: Any, _receive: Any, send: Any) -> None:
        if started:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(SECRET)

    with caplog.at_level(logging.ERROR):
        sent = asked(failing)
    assert sent[0]["status"] == (200 if started else 500)
    assert len(sent) == (1 if started else 2)
    assert "RuntimeError at failing" in caplog.text
    assert SECRET not in caplog.text
