"""HTTP over TLS with the caller's certificate in sight: uvicorn's protocol, told whose connection it is.

ASGI has no field for a client's certificate and uvicorn hands none on. Each connection has an application state of its
own that becomes `scope["state"]` of every request on it; the certificate's bytes are put there and nowhere else.
"""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

PEER_CERTIFICATE = "peer_certificate"


class CertifiedProtocol(H11Protocol):
    """HTTP/1.1 whose requests carry the DER bytes of the caller's certificate, None where there is none."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the certificate from the handshake that has just ended."""
        ssl_object = transport.get_extra_info("ssl_object")
        der = None if ssl_object is None else ssl_object.getpeercert(binary_form=True)
        self.app_state = {**self.app_state, PEER_CERTIFICATE: der}
        super().connection_made(transport)
