"""Errors on the wire: RFC 9457 problem details with a stable `code`, and the last line of defence.

A fault of ours is answered as INTERNAL and logged by its type and place alone: its text could quote a person's data.
"""

import json
import logging
import traceback
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import AccessKeyUnknownError, HubError, OutboxGapError

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger("hub")


def response(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """Make a problem response; `more` are members of this problem's own."""
    content = {
        "type": f"urn:ktp-station:hub:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    } | more
    return Response(json.dumps(content), status, headers, MEDIA_TYPE)


async def of_hub_error(_request: Request, error: Exception) -> Response:
    """Answer an operating error."""
    assert isinstance(error, HubError)
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, AccessKeyUnknownError) else None
    more = {"applied_seq": error.applied_seq} if isinstance(error, OutboxGapError) else {}
    return response(error.http_status, error.code, str(error), headers, **more)


async def of_http_error(_request: Request, error: Exception) -> Response:
    """Answer what the framework refuses itself: unknown address, wrong method."""
    status = int(getattr(error, "status_code", HTTPStatus.BAD_REQUEST))
    phrase = HTTPStatus(status).phrase
    return response(status, f"HTTP_{status}", f"{phrase}: see /docs for the addresses")


class LastDefence:
    """The HTTP boundary: whatever else is raised becomes one INTERNAL answer and one line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001  # the HTTP boundary
            frame = traceback.extract_tb(error.__traceback__)[-1]
            kind = type(error).__name__
            log.error("request.failed: %s at %s:%s", kind, frame.name, frame.lineno)  # noqa: TRY400
            if not started:
                answer = response(500, "INTERNAL", "the hub failed: look at its log")
                await answer(scope, receive, send)
