"""The person's screen and keys: sentences in two languages, or JSON events for a program that shows them itself.

Answers always come from a terminal: a certification is measured by a person, and no file answers in her place.
"""

import json
import sys
from dataclasses import asdict
from typing import Any, Protocol, TextIO

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from drivers.certify import wording
from drivers.certify.asked import Ask, Word
from drivers.certify.wording import Pair
from drivers.profile import Measured, Reading


class Screen(Protocol):
    """What a session needs of one."""

    def ask(self, wanted: Ask) -> str:
        """Return one of the choices, or a whole number as text."""

    def show(self, reading: Reading) -> None:
        """Show what the printer says."""

    def say(self, event: str, pair: Pair, **facts: Any) -> None:
        """Say something at the end."""

    def profile(self, measured: Measured) -> None:
        """Show what was measured."""


def keys(wanted: Ask) -> dict[str, Word]:
    """Return which key is which answer: 1, 2, 3 in the order of the choices."""
    return {str(number): word for number, word in enumerate(wanted.choices, start=1)}


def understood(wanted: Ask, line: str) -> str | None:
    """Return the answer a typed line is, None for none; an empty line is "done" where that is all there is to say."""
    text = line.strip()
    if not wanted.choices:
        return text if text.isascii() and text.isdigit() and len(text) <= 3 else None
    if not text and wanted.choices == (Word.DONE,):
        return Word.DONE
    found = keys(wanted).get(text)
    return found or (text if text in set(wanted.choices) else None)


def read_answer(wanted: Ask, lines: TextIO) -> str | None:
    """Read one line; None if it is no answer.

    Raises:
        KeyboardInterrupt: the terminal was closed.
    """
    line = lines.readline()
    if not line:
        raise KeyboardInterrupt
    return understood(wanted, line)


class TwoLanguages:
    """Indonesian first, English beside it."""

    def __init__(self, console: Console, lines: TextIO = sys.stdin) -> None:
        self._console = console
        self._lines = lines

    def ask(self, wanted: Ask) -> str:
        """Show the question and read until an answer comes."""
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(ratio=1)
        table.add_column(ratio=1, style="dim")
        table.add_row(*wording.question(wanted.question, wanted.about))
        for key, word in keys(wanted).items():
            indonesian, english = wording.WORDS[word]
            table.add_row(f"[bold]{key}[/] {indonesian}", f"{key} {english}")
        if not wanted.choices:
            table.add_row(*wording.NUMBER)
        self._console.print(Panel(table, title=wanted.step, title_align="left"))
        while True:
            self._console.print("> ", end="")
            answer = read_answer(wanted, self._lines)
            if answer is not None:
                return answer
            self._console.print("[yellow]" + " / ".join(wording.NOT_UNDERSTOOD))

    def show(self, reading: Reading) -> None:
        """One line a reading."""
        counter = "?" if reading.counter is None else reading.counter
        inside = {True: "ya/yes", False: "tidak/no", None: "?"}[reading.card_inside]
        job = {True: "ya/yes", False: "tidak/no", None: "?"}[reading.job_active]
        errors = ", ".join(reading.errors) or "-"
        self._console.print(
            f"  [dim]{reading.step}: pencacah/counter {counter}, kartu/card {inside}, tugas/job {job}, {errors}[/]",
            highlight=False,
        )

    def say(self, event: str, pair: Pair, **facts: Any) -> None:
        """Both languages, one under the other."""
        del event, facts
        self._console.print(f"{pair[0]}\n[dim]{pair[1]}[/]", highlight=False)

    def profile(self, measured: Measured) -> None:
        """A table of the facts."""
        table = Table("Fakta / fact", "Nilai / value", "Cara / how")
        for name, fact in asdict(measured.facts).items():
            table.add_row(
                name, "?" if fact["value"] is None else str(fact["value"]).lower(), fact["how"]
            )
        self._console.print(table)


class Events:
    """One JSON object a line on stdout; answers are typed as on the other screen."""

    def __init__(self, lines: TextIO = sys.stdin) -> None:
        self._lines = lines

    def ask(self, wanted: Ask) -> str:
        """Write the question and read until an answer comes."""
        indonesian, english = wording.question(wanted.question, wanted.about)
        while True:
            self._write(
                "ask", step=wanted.step, question=wanted.question,
                choices=[word.value for word in wanted.choices], id=indonesian, en=english,
            )  # fmt: skip
            answer = read_answer(wanted, self._lines)
            if answer is not None:
                return answer

    def show(self, reading: Reading) -> None:
        """Write a reading."""
        self._write("reading", **asdict(reading))

    def say(self, event: str, pair: Pair, **facts: Any) -> None:
        """Write an event with both sentences."""
        self._write(event, id=pair[0], en=pair[1], **facts)

    def profile(self, measured: Measured) -> None:
        """Write all of it."""
        self._write("profile", **asdict(measured))

    @staticmethod
    def _write(event: str, **facts: Any) -> None:
        sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
        sys.stdout.flush()
