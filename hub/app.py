"""The HTTP shell around the service: who asks, how large, in what form. It decides nothing itself.

Bodies are read bounded before anything parses them; the service runs in the thread pool. Over TLS a station is known
by the certificate of its connection, asked of the store at every request; on plain HTTP, which is loopback only, by
its access key as `Authorization: Bearer <key>`. A body must speak for that station.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException

from hub import claims, docs_page, identities, problem, service
from hub.authority import Authority
from hub.errors import (
    AccessKeyUnknownError,
    BodyTooLargeError,
    CertificateRefusedError,
    HubError,
    RequestError,
    StationMismatchError,
)
from hub.home import Hub
from hub.stations import AccessKeys
from hub.tls_protocol import PEER_CERTIFICATE
from prr.canonical import Contract
from prr.enrolment import RenewalAsked, Renewed
from prr.exchange import (
    BATCH_MAX,
    Claim,
    ClaimAnswer,
    OutboxAnswer,
    OutboxEntry,
    Sync,
    SyncAnswer,
)

SMALL_BODY_BYTES = 256 * 1024
OUTBOX_BODY_BYTES = 1024 * 1024
# A body that is too large is read on to here and dropped: who is still sending when the connection closes never gets
# to read the answer.
DROPPED_BYTES_MAX = 8 * 1024 * 1024

_NO_OUTSIDE = "default-src 'none'; style-src 'unsafe-inline'"

C = TypeVar("C", bound=Contract)
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Outbox(Contract):
    """What a station tells in one request, in order."""

    entries: tuple[OutboxEntry, ...] = Field(min_length=1, max_length=BATCH_MAX)


class Problem(BaseModel):
    """An error, as RFC 9457 words it; `code` is stable."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class Health(BaseModel):
    """The hub answers and its store can be read."""

    status: str
    hub_epoch: int


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": words}
    for status, words in (
        (401, "no or unknown access key (plain HTTP on loopback)"),
        (
            403,
            "certificate revoked, expired or unknown, another station's body, or the station is locked",
        ),
        (409, "conflict with what was told before"),
        (413, "body too large"),
        (422, "body does not fit the contract"),
        (503, "store busy: the same request may be sent again"),
    )
}


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came in: what it shows of its caller, and the body, nothing judged yet."""

    access_key: str
    certificate: bytes | None
    body: bytes


Speaker = Callable[[Call], str]


def _bounded(bytes_max: int) -> Callable[[Request], Awaitable[bytes]]:
    """Make the dependency that reads a body of limited size."""

    async def read(request: Request) -> bytes:
        body, size = bytearray(), 0
        async for chunk in request.stream():
            size += len(chunk)
            if size <= bytes_max:
                body += chunk
            elif size > DROPPED_BYTES_MAX:
                break
        if size > bytes_max:
            raise BodyTooLargeError(f"the body is over {bytes_max} bytes: send less at once")
        return bytes(body)

    return read


def _call(bytes_max: int) -> Callable[[Request], Awaitable[Call]]:
    """Make the dependency that reads a station's request.

    Everything that takes time is left to the endpoint, so that a request crosses to the thread pool once.
    """
    bounded = _bounded(bytes_max)

    async def read(request: Request) -> Call:
        certificate: bytes | None = getattr(request.state, PEER_CERTIFICATE, None)
        scheme, _, access_key = request.headers.get("authorization", "").partition(" ")
        if certificate is None and scheme.lower() != "bearer":
            raise AccessKeyUnknownError("no access key: send it as `Authorization: Bearer`")
        return Call(access_key.strip(), certificate, await bounded(request))

    return read


SmallBody = Annotated[bytes, Depends(_bounded(SMALL_BODY_BYTES))]
SmallCall = Annotated[Call, Depends(_call(SMALL_BODY_BYTES))]
OutboxCall = Annotated[Call, Depends(_call(OUTBOX_BODY_BYTES))]


def parsed(model: type[C], body: bytes) -> C:
    """Read a body by the contract.

    Raises:
        RequestError: it does not fit; the sentence names the place, never a value.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part)[:40] for part in first["loc"][:6]) or "body"
        raise RequestError(f"the body does not fit at {place}: {first['type']}") from error


class HubApi(FastAPI):
    """An application whose description holds the bodies it reads itself."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI description."""
        return docs_page.with_bodies(super().openapi(), (Claim, Outbox, Sync, RenewalAsked))


def create_app(
    hub: Hub, lifespan: Lifespan | None = None, authority: Authority | None = None
) -> FastAPI:
    """Make the application over an open hub. With a CA, stations are known by certificate and nothing else."""
    app = HubApi(
        title="ktp-hub", version=version("ktp-station"), docs_url=None, redoc_url=None,
        description="Hands out rights to print, takes reports, keeps the ledger of blanks.",
        lifespan=lifespan or _no_lifespan,
    )  # fmt: skip
    app.add_middleware(problem.LastDefence)
    app.add_exception_handler(HubError, problem.of_hub_error)
    app.add_exception_handler(HTTPException, problem.of_http_error)
    _add_station_routes(app, hub, _speaker(hub, certified=authority is not None))
    if authority is not None:
        _add_renewal(app, hub, authority)
    _add_public_routes(app, hub)
    return app


def _speaker(hub: Hub, *, certified: bool) -> Speaker:
    """Choose how callers are known: by certificate over TLS, by access key on loopback. Never one for the other."""
    access_keys = AccessKeys(hub)

    def by_certificate(call: Call) -> str:
        return identities.speaker(hub, _shown(call))

    def by_access_key(call: Call) -> str:
        return access_keys.station(call.access_key)

    return by_certificate if certified else by_access_key


def _shown(call: Call) -> bytes:
    if call.certificate is None:
        raise CertificateRefusedError(
            f"no certificate was shown: this hub speaks TLS; {identities.ENROL_ANEW}"
        )
    return call.certificate


def _add_station_routes(app: FastAPI, hub: Hub, speaker: Speaker) -> None:
    def claim(call: SmallCall) -> Response:
        """Ask for rights to print. The same key gets the same answer."""
        station = speaker(call)
        asked = parsed(Claim, call.body)
        _check_speaker(station, asked.station)
        return Response(claims.answer(hub, asked), media_type="application/json")

    def outbox(call: OutboxCall) -> Response:
        """Tell what became of cards. Each entry is applied once, in order, without a gap."""
        station = speaker(call)
        told = parsed(Outbox, call.body)
        _check_speaker(station, *(entry.station for entry in told.entries))
        return _json(service.apply_outbox(hub, station, told.entries))

    def sync(call: SmallCall) -> Response:
        """Say what is held; hear what may be printed, how many a day, and what is wanted back."""
        station = speaker(call)
        told = parsed(Sync, call.body)
        _check_speaker(station, told.station)
        return _json(service.sync(hub, told))

    routes: tuple[tuple[str, Callable[..., Response], type[Contract], type[Contract]], ...] = (
        ("/v1/claims", claim, Claim, ClaimAnswer),
        ("/v1/outbox", outbox, Outbox, OutboxAnswer),
        ("/v1/sync", sync, Sync, SyncAnswer),
    )
    for path, endpoint, takes, gives in routes:
        app.add_api_route(
            path, endpoint, methods=["POST"], response_class=Response, response_model=None,
            responses={200: {"model": gives}, **PROBLEMS}, openapi_extra=docs_page.takes(takes),
        )  # fmt: skip


def _add_renewal(app: FastAPI, hub: Hub, authority: Authority) -> None:
    def renew(call: SmallCall) -> Response:
        """Get the next certificate for the key of the one shown."""
        asked = parsed(RenewalAsked, call.body)
        _check_speaker(identities.speaker(hub, _shown(call)), asked.station)
        return _json(identities.renew(hub, authority, _shown(call), asked))

    app.add_api_route(
        "/v1/renewals", renew, methods=["POST"], response_class=Response, response_model=None,
        responses={200: {"model": Renewed}, **PROBLEMS},
        openapi_extra=docs_page.takes(RenewalAsked),
    )  # fmt: skip


def _add_public_routes(app: FastAPI, hub: Hub) -> None:
    @app.get("/v1/health")
    def health() -> Health:
        """Say that the hub answers and its store can be read."""
        return Health(status="ok", hub_epoch=service.stored_epoch(hub))

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(
            docs_page.page(app.openapi()), headers={"Content-Security-Policy": _NO_OUTSIDE}
        )


def _check_speaker(station: str, *named: str) -> None:
    if any(name != station for name in named):
        raise StationMismatchError("the body names another station than the one that speaks")


def _json(value: Contract) -> Response:
    return Response(value.canonical(), media_type="application/json")


@asynccontextmanager
async def _no_lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield
