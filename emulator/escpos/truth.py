"""The truth about a receipt printer's machine, for tests, demonstrations and the window: what no wire would tell."""

from emulator.escpos.engine import Engine
from emulator.escpos.paper import PaperPath
from emulator.escpos.slip import text_of
from emulator.firmware import Answer


def paper_truth(paper: PaperPath) -> Answer:
    """Return where the paper is, and what can be read on the part that hangs."""
    return {
        "paper_received_mm": round(paper.mm(paper.received_dots), 1),
        "paper_left_mm": round(paper.mm(paper.left_dots), 1),
        "paper_hanging_mm": round(paper.mm(paper.hanging_dots), 1),
        "hanging_text": text_of(paper.hanging),
        "near_end": paper.near_end,
        "paper_end": paper.ended,
        "cover_open": paper.cover_open,
        "cutter_jammed": paper.cutter_jammed,
    }


def engine_truth(engine: Engine) -> Answer:
    """Return what the firmware has in RAM."""
    running = engine.running
    return {
        "cutter_error": engine.cutter_error,
        "buffer_bytes": engine.buffer_bytes,
        "busy": engine.busy,
        "doing": None if running is None else running.name,
    }
