"""The demo as one sees it: comes up, prints with a live display, sums up; stays on a terminal until Ctrl-C."""

import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from station import facts
from station.clock import SystemClock
from station.demo.office import Office, summary_of
from station.errors import StationError

LOOK_S = 0.1
PRINT_S_MAX = 300.0
EX_SOFTWARE = 70


class Show:
    """One run of the demo."""

    def __init__(self, folder: Path, cards: int, speed: float, *, usb: bool) -> None:
        self._cards = cards
        self._office = Office(folder, cards, speed, usb=usb)
        self._folder = folder
        self._clock = SystemClock()
        self._console = Console()

    def run(self) -> int:
        """Run it; returns the exit code."""
        try:
            with self._console.status("Menyiapkan kantor contoh / setting up the sample office"):
                self._office.open()
            summary = self._sum_up(self._print())
            if sys.stdout.isatty():
                self._stay()
        except StationError as error:
            print(f"ktp-station demo: {error}", file=sys.stderr)
            return EX_SOFTWARE
        except KeyboardInterrupt:
            return 130
        finally:
            self._office.close()
        return 0 if summary["printed"] == self._cards else EX_SOFTWARE

    def _told(self) -> dict[str, Any]:
        return facts.status(self._office.config, self._office.database, self._clock)

    def _print(self) -> dict[str, Any]:
        """Watch until every card is printed and the hub knows."""
        bar = Progress(
            TextColumn("Mencetak / printing"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn()
        )  # fmt: skip
        task = bar.add_task("cards", total=self._cards)
        until_s = time.monotonic() + PRINT_S_MAX
        with Live(bar, console=self._console, refresh_per_second=10) as live:
            while time.monotonic() < until_s:
                self._office.check()
                told = self._told()
                bar.update(task, completed=told["cards"]["printed"])
                live.update(_picture(bar, told))
                if told["cards"]["printed"] >= self._cards and not told["outbox_waiting"]:
                    return told
                time.sleep(LOOK_S)
        printed = told["cards"]["printed"]
        raise StationError(
            f"{printed} cards after {PRINT_S_MAX:.0f} s: see the logs in {self._folder}"
        )

    def _sum_up(self, told: dict[str, Any]) -> dict[str, Any]:
        summary = summary_of(self._office, told)
        path = self._folder / "summary.json"
        path.write_text(json.dumps(summary, indent=2) + "\n")
        table = Table("Ringkasan / summary", "", box=None)
        for name, value in summary.items():
            text = (
                "  ".join(f"{k} {v}" for k, v in value.items())
                if isinstance(value, dict)
                else str(value)
            )
            table.add_row(name, text)
        self._console.print(table)
        self._console.print(f"{path}", highlight=False)
        return summary

    def _stay(self) -> None:
        self._console.print(
            f"Tetap berjalan; Ctrl-C untuk berhenti / stays up, Ctrl-C ends it\n"
            f"  hub   {self._office.config.hub.url}/docs\n"
            f"  kartu {self._office.cards_dir}"
        )
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                self._office.check()
                time.sleep(1)


def _picture(bar: Progress, told: dict[str, Any]) -> Table:
    """Return the live display: bar, roles with their reasons, blanks, cap."""
    table = Table.grid(padding=(0, 2))
    table.add_row(bar)
    for role in told["roles"]:
        reasons = ", ".join(f"{r['reason']}: {r['detail']}" for r in role["reasons"])
        table.add_row(f"{role['role']:<8} {role['state']:<11} {reasons}")
    blanks, rights = told["blanks"], told["rights"]
    table.add_row(f"blangko / blanks   loaded {blanks['loaded']}   printed {blanks['printed']}")
    table.add_row("data / rights      " + "  ".join(f"{k} {v}" for k, v in sorted(rights.items())))
    for printer in told["printers"]:
        table.add_row(f"batas / cap left   {printer['cap_left']} of {printer['cap']}")
    return table
