"""Ed25519 seals over canonical bytes: the hub signs what it grants and allows, the station checks before it prints.

A seal covers a word for its purpose too, so that a signature made for an allowance can never pass for a grant.
"""

import base64
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from prr.canonical import canonical_json


class SealBrokenError(ValueError):
    """A message whose signature does not fit its content or the office's key: do nothing with it."""


def sign(key: Ed25519PrivateKey, purpose: str, content: dict[str, Any]) -> str:
    """Return the signature over purpose and content, base64 text of 64 bytes."""
    return base64.b64encode(key.sign(_sealed_bytes(purpose, content))).decode("ascii")


def verify(key: Ed25519PublicKey, purpose: str, content: dict[str, Any], signature: str) -> None:
    """Check a signature.

    Raises:
        SealBrokenError: it is not the office's signature over this content.
    """
    try:
        key.verify(base64.b64decode(signature, validate=True), _sealed_bytes(purpose, content))
    except (InvalidSignature, ValueError) as error:
        raise SealBrokenError(f"the {purpose} does not carry the hub's signature") from error


def public_key_text(key: Ed25519PublicKey) -> str:
    """Return a public key as base64 text of its 32 raw bytes."""
    return base64.b64encode(key.public_bytes_raw()).decode("ascii")


def public_key_from_text(text: str) -> Ed25519PublicKey:
    """Read what `public_key_text` wrote.

    Raises:
        ValueError: not base64 of 32 bytes.
    """
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def _sealed_bytes(purpose: str, content: dict[str, Any]) -> bytes:
    return canonical_json({"purpose": purpose, "content": content})
