"""`ktp-printer certify` as a real process on a real terminal, its events read as JSON, answered by a technician."""

import json
import os
import pty
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.office import Printer
from support.technician import Technician

BIN = Path(sys.executable).parent


@dataclass
class Certified:
    """How a run ended."""

    code: int
    events: list[dict[str, Any]] = field(default_factory=list)
    errors: str = ""

    def named(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one["event"] == event]


def run(
    printer: Printer, medium: str, out: Path, *options: str, interrupt_at: int | None = None
) -> Certified:
    """Certify a printer process; at question `interrupt_at` the process gets Ctrl-C instead of an answer."""
    hands = Technician(printer.tell)
    far, near = pty.openpty()
    command = [
        str(BIN / "ktp-printer"), "certify", "--device", printer.uri(medium), "--by", "ani",
        "--out", str(out), "--watch", "1", "--json", *options,
    ]  # fmt: skip
    try:
        with subprocess.Popen(
            command, stdin=near, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            events = []
            for line in process.stdout:
                events.append(json.loads(line))
                if events[-1]["event"] != "ask":
                    continue
                if len(hands.asked) == interrupt_at:
                    process.send_signal(signal.SIGINT)
                    continue
                step, question = events[-1]["step"], events[-1]["question"]
                hands.asked.append((step, question))
                os.write(far, hands.answer(step, question).encode() + b"\n")
            errors = process.stderr.read()
            return Certified(process.wait(20), events, errors)
    finally:
        os.close(far)
        os.close(near)
