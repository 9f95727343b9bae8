"""Receipt printers the emulator can be: paper, head, pace, and how they show themselves. Their figures are ours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReceiptModel:
    """One printer model.

    Attributes:
        key: how the command line calls it.
        name: what it calls itself.
        paper_mm: width of the roll.
        paper_dots: width the head can print: at least columns of font A times 12.
        dpi: dots in an inch, across and along.
        print_mm_s: how fast the paper moves, printing or not.
        roll_mm: length of a new roll.
        default_serial: the serial number unless another is given.
    """

    key: str
    name: str
    paper_mm: float
    paper_dots: int
    dpi: int
    print_mm_s: float
    roll_mm: float
    vendor_id: int
    product_id: int
    default_serial: str
    cut_s: float = 0.3

    @property
    def columns(self) -> int:
        """Return how many letters of font A stand in a line."""
        return self.paper_dots // 12


RECEIPT_MODELS = {
    model.key: model
    for model in (
        ReceiptModel("receipt-80", "Receipt 80", 80, 576, 203, 150, 80_000, 0x04B8, 0x0202, "RCP0000001"),
        ReceiptModel("receipt-80-42", "Receipt 80-42", 80, 512, 180, 150, 80_000, 0x04B8, 0x0202, "RCP0000001"),
        ReceiptModel("receipt-58", "Receipt 58", 58, 384, 203, 90, 30_000, 0x04B8, 0x0202, "RCP0000001"),
    )
}  # fmt: skip
