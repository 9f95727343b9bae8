"""Which printers of the family the driver prints on: those that take 1016 interleaved lines of 576 and 96 bytes.

The names are those of the vendor's filter for such printers (docs/protocols/magicard.md, 1). On none of them has a card
been printed with this driver.
"""

from enum import IntFlag

from drivers.errors import ModelNotSupportedError
from drivers.magicard.codec import Info

NAMES = ("Enduro", "Enduro+", "Pronto", "Rio Pro")
HEAD_TOKENS = ("KGE2", "KEE1", "KEE4")  # by head type 0, 1, 2

_BY_NAME = {name.lower(): name for name in NAMES}


class ModelBits(IntFlag):
    """What is built in; the vendor's header says so, no printer has been seen."""

    MAGNETIC = 1
    DUPLEX = 2


def require_model(info: Info) -> str:
    """Return the model's name as we write it.

    Raises:
        ModelNotSupportedError: another model, or a head nobody knows a token for.
    """
    name = _BY_NAME.get(" ".join(info.model_name.lower().split()))
    if name is None:
        raise ModelNotSupportedError(
            f"the printer says it is {info.model_name[:40]!r}, no Magicard with the Enduro's raster"
        )
    if info.head_type >= len(HEAD_TOKENS):
        raise ModelNotSupportedError(
            f"the {name} has a print head of type {info.head_type}, for which no token is known"
        )
    return name
