"""A policy as an office writes it: a TOML file; and the sentence where it says something it cannot mean."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hub.errors import PolicyInvalidError
from prr.policy import Policy

EXAMPLES = Path(__file__).with_name("examples")


def read(path: Path) -> Policy:
    """Read a policy that nobody has signed yet.

    Raises:
        PolicyInvalidError: the file is not there, no TOML, or says what a policy cannot say.
    """
    try:
        told = tomllib.loads(path.read_text())
    except OSError as error:
        raise PolicyInvalidError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyInvalidError(f"{path} is no TOML text: correct it") from error
    return of(told, path.name)


def of(told: dict[str, Any], name: str) -> Policy:
    """Make a policy of a file's tables; raises as `read`."""
    if "signature" in told:
        raise PolicyInvalidError(f"{name} holds a signature: the hub signs what people adopt")
    try:
        return Policy.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the policy"
        words = first["msg"].removeprefix("Value error, ")
        raise PolicyInvalidError(f"{name}: {where}: {words}") from error
