"""Where a watch is shown: a table that stays in place on a terminal, or one line for each change, as text or JSON."""

import json
import sys
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from drivers.report import PrinterReport, facts_of, tables_of
from drivers.tool.watching import Sight


class LiveWindow:
    """A table on a terminal, drawn anew at each look."""

    def __init__(self, console: Console, device: str) -> None:
        self._device = device
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def show(self, sight: Sight, changes: tuple[Sight, ...]) -> None:
        """Draw the whole window."""
        self._live.update(self._window(sight, changes), refresh=True)

    def _window(self, sight: Sight, changes: tuple[Sight, ...]) -> RenderableType:
        shown = (
            tables_of(sight.seen)
            if isinstance(sight.seen, PrinterReport)
            else Text(f"{self._device}: {sight.seen}", style="yellow")
        )
        table = Table("jam / time", "perubahan / change", show_edge=False, pad_edge=False)
        for change in changes:
            table.add_row(f"{change.at.astimezone():%H:%M:%S}", Text(change.sentence))
        asked = f"dilihat / seen {sight.at.astimezone():%H:%M:%S}   Ctrl-C: selesai / ends"
        return Group(shown, Text(), table, Text(asked, style="dim"))


class LineWindow:
    """One line for each change: for a pipe or a log."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._last: str | None = None

    def show(self, sight: Sight, changes: tuple[Sight, ...]) -> None:
        """Write a line if something changed."""
        del changes
        if sight.sentence == self._last:
            return
        self._last = sight.sentence
        sys.stdout.write(self._line(sight) + "\n")
        sys.stdout.flush()

    def _line(self, sight: Sight) -> str:
        at = sight.at.isoformat(timespec="milliseconds")
        if not self._as_json:
            return f"{at} {sight.sentence}"
        if isinstance(sight.seen, str):
            return json.dumps({"at": at, "error": sight.seen})
        return json.dumps({"at": at, **facts_of(sight.seen)})
