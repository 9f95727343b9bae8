"""A value that carries a signature over itself: the hub's words a station may act on, and a station's own head of log.

The seal covers everything but the signature, under a word for its purpose (`prr.seal`).
"""

from typing import Any, ClassVar, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from prr import seal
from prr.canonical import Contract


class Sealed(Contract):
    """Base of signed words."""

    purpose: ClassVar[str]

    signature: str = ""

    def signed(self, key: Ed25519PrivateKey) -> Self:
        """Return the same word under a key."""
        return self.model_copy(update={"signature": seal.sign(key, self.purpose, self._content())})

    def verify(self, key: Ed25519PublicKey) -> None:
        """Check the signature.

        Raises:
            SealBrokenError: it is not as the key's owner signed it.
        """
        seal.verify(key, self.purpose, self._content(), self.signature)

    def _content(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"signature"})
