"""Canonical JSON: one value, one sequence of bytes, on both ends of the contract.

Keys sorted, no white space, UTF-8 without escapes, no floats (a NIK or a count is never one), dates as ISO text. Whole
numbers stay within what every JSON reader keeps exact (RFC 8259, 6), which every store holds too.
Signatures, hashes and idempotency checks are made over these bytes and nothing else.
"""

import hashlib
import json
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

M = TypeVar("M", bound="Contract")

WHOLE_MAX = 2**53 - 1
Ordinal = Annotated[int, Field(ge=1, le=WHOLE_MAX)]
Cardinal = Annotated[int, Field(ge=0, le=WHOLE_MAX)]
Balance = Annotated[int, Field(ge=-WHOLE_MAX, le=WHOLE_MAX)]


class Contract(BaseModel):
    """Base of everything that crosses the wire: frozen, strict about unknown fields."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        ser_json_bytes="base64",
        val_json_bytes="base64",
        hide_input_in_errors=True,  # an error text must not carry a person's data
    )

    def canonical(self) -> bytes:
        """Return the canonical bytes of this value."""
        return canonical_json(self.model_dump(mode="json"))

    def sha256(self) -> str:
        """Return the hex SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.canonical()).hexdigest()


def canonical_json(value: Any) -> bytes:
    """Encode plain JSON data canonically.

    Raises:
        TypeError: the value holds a float or something JSON has no word for.
    """
    _refuse_floats(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("canonical JSON holds no floats: use an integer in a smaller unit")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_floats(item)
