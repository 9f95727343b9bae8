"""Bar: a share as blocks, on one line of text."""

from rich.text import Text

FULL, EMPTY, MARK = "█", "░", "│"


def bar(share: float, width: int, style: str = "", mark: float | None = None) -> Text:
    """Draw a share.

    Args:
        share: 0..1; what is outside is drawn as the nearer end.
        width: columns.
        style: of the full part.
        mark: share at which a limit is drawn.
    """
    filled = round(min(max(share, 0.0), 1.0) * width)
    drawn = Text(FULL * filled, style)
    drawn.append(EMPTY * (width - filled), "dim")
    if mark is not None and width > 0:
        at = min(int(min(max(mark, 0.0), 1.0) * width), width - 1)
        drawn = Text.assemble(drawn[:at], (MARK, "bold"), drawn[at + 1 :])
    return drawn
