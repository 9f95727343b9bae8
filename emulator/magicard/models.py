"""Models of the Enduro family: names, numbers on the bus, and what is fitted.

Only the protocol is the same for the whole family; the firmware number is of our own making, and the product number
stands with two question marks in its source.
"""

from dataclasses import dataclass

MODEL_DUPLEX = 2  # bit of the first status field; the vendor's header says so, nobody has seen it


@dataclass(frozen=True, slots=True)
class MagicardModel:
    """One printer model.

    Attributes:
        key: how the command line calls it.
        name: the model name in the status.
        firmware: the firmware number in the status.
        duplex: a turning station is fitted.
        head_type: 0, 1 or 2; hosts choose their printhead token by it.
        vendor_id: USB vendor.
        product_id: USB product.
        default_serial: the serial number unless another is given.
    """

    key: str
    name: str
    firmware: str
    duplex: bool
    head_type: int
    vendor_id: int
    product_id: int
    default_serial: str

    @property
    def bits(self) -> int:
        """Return the first field of the status."""
        return MODEL_DUPLEX if self.duplex else 0


MAGICARD_MODELS = {
    model.key: model
    for model in (
        MagicardModel("enduro", "Enduro", "1.29", True, 0, 0x0C1F, 0x4800, "EMU0000001"),
    )
}  # fmt: skip
