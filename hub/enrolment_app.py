"""The enrolment desk over HTTPS: the CA's certificate for anybody, a first certificate for who has the code.

A socket of its own, because its callers have no certificate yet. Nothing else of the hub can be reached through it.
"""

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from hub import authority as ca
from hub import enrolment, problem
from hub.app import SmallBody, parsed
from hub.authority import Authority
from hub.errors import HubError
from hub.home import Hub
from prr.enrolment import EnrolmentAsked

MEDIA_TYPE_PEM = "application/x-pem-file"


def create_app(hub: Hub, authority: Authority) -> FastAPI:
    """Make the application over an open hub and its CA."""
    app = FastAPI(title="ktp-hub enrolment", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(problem.LastDefence)
    app.add_exception_handler(HubError, problem.of_hub_error)
    app.add_exception_handler(HTTPException, problem.of_http_error)

    @app.get("/v1/authority")
    def certificate() -> Response:
        """Give the CA's certificate; who asks compares it with the code before saying anything."""
        return Response(ca.pem(authority.certificate), media_type=MEDIA_TYPE_PEM)

    @app.post("/v1/enrolments")
    def enrol(body: SmallBody) -> Response:
        """Give a certificate for a code."""
        asked = parsed(EnrolmentAsked, body)
        return Response(
            enrolment.enrol(hub, authority, asked).canonical(), media_type="application/json"
        )

    return app
