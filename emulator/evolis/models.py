"""Models the emulator can be: name, firmware, shades of a colour plane, fitted options.

Names and configuration words are those the vendor's host library accepts (docs/protocols/evolis.md); firmware numbers
other than the Primacy 2's are of our own making.
"""

from dataclasses import dataclass

from emulator.evolis import words


@dataclass(frozen=True, slots=True)
class Model:
    """One printer model.

    Attributes:
        key: how the command line calls it.
        name: the answer to `Rtp`.
        firmware: the answer to `Rfv`.
        colour_levels_max: the most shades a colour plane may be sent in.
        config: the CONFIGURATION word of the status block.
        product_id: USB product id; only 0A00 is established (Zenius), the others are ours.
        default_serial: the serial number unless another is given.
    """

    key: str
    name: str
    firmware: str
    colour_levels_max: int
    config: int
    product_id: int
    default_serial: str

    @property
    def duplex(self) -> bool:
        """Say whether a flip station is fitted."""
        return bool(self.config & words.CFG_FLIP)

    @property
    def magnetic(self) -> bool:
        """Say whether a magnetic head is fitted."""
        return bool(self.config & words.CFG_MAGNETIC)


MODELS = {
    model.key: model
    for model in (
        Model("primacy2", "Evolis Primacy 2", "1450", 256, 0x82122000, 0x0F02, "5000001024"),
        Model("primacy", "Primacy", "1232", 256, 0x80122000, 0x0F01, "1000001024"),
        Model("zenius", "Zenius", "1130", 128, 0x80002000, 0x0A00, "2000001024"),
    )
}
