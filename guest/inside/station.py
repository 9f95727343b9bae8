"""One station of the guest: its daemon, its commands, and what a person says at it."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guest import plan
from guest.clock import wait_until
from guest.inside.programs import PRESS, Child, forked
from guest.inside.told import CheckFailedError, expect
from station import facts
from station.clock import SystemClock
from station.config import Config, load
from station.database import Database

CARD_S_MAX = 150.0


class Station:
    """A station with its store on the data drive; it runs as the user the package makes for the press."""

    def __init__(self, name: str, *groups: str) -> None:
        self.folder = plan.DATA / name
        self._config = self.folder / "station.toml"
        self._groups = groups
        self._daemon: Child | None = None

    def hand_over(self) -> None:
        """Give its folder to the press's user."""
        for path in (self.folder, *self.folder.rglob("*")):
            shutil.chown(path, PRESS, "ktp-station")

    def connect(self, uri: str) -> None:
        """Name another device in its configuration."""
        text = self._config.read_text()
        self._config.write_text(re.sub(r'(?m)^uri = ".*"$', f'uri = "{uri}"', text))

    # --- the daemon -------------------------------------------------------------------------

    def start(self) -> None:
        """Start the daemon."""
        log = os.open(
            plan.SHARE / f"{self.folder.name}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT
        )
        words = ("run", "--config", str(self._config))
        self._daemon = forked("ktp-station", words, log, log, *self._groups)
        os.close(log)

    def stop(self) -> None:
        """End the daemon; it finishes its card.

        Raises:
            CheckFailedError: it ended badly, or had before.
        """
        assert self._daemon is not None
        daemon, self._daemon = self._daemon, None
        code = daemon.stop()
        expect(code == 0, f"the station ended with {code}, not 0")

    def abandon(self) -> None:
        """Kill the daemon if a check that failed has left it."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon = None

    def _see_alive(self) -> None:
        if self._daemon is not None and not self._daemon.alive:
            raise CheckFailedError(f"the station ended by itself with {self._daemon.code}")

    # --- commands ---------------------------------------------------------------------------

    def command(self, *arguments: str) -> str:
        """Run a `ktp-station` command; returns its output.

        Raises:
            CheckFailedError: it ended with another code than 0.
        """
        output = Path(f"/run/{self.folder.name}.out")
        number = os.open(output, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        child = forked("ktp-station", (*arguments, "--config", str(self._config)), number, number)
        os.close(number)
        code = child.wait()
        told = output.read_text()
        expect(code == 0, f"ktp-station {arguments[0]} ended with {code}: {told.strip()[-300:]}")
        return told

    def status(self) -> dict[str, Any]:
        """Return what `ktp-station status --json` prints; read here, a program each time would slow the guest down."""
        self._see_alive()
        with self._opened() as (config, database):
            return facts.status(config, database, SystemClock())

    def _held(self) -> set[str]:
        """Return the rights held."""
        with self._opened() as (_, database):
            return {row["right"] for row in facts.queue(database, 50)}

    @contextmanager
    def _opened(self) -> Iterator[tuple[Config, Database]]:
        config = load(self._config)
        database = Database.in_folder(config.store_path, station=config.station.id)
        try:
            yield config, database
        finally:
            database.close()

    def reasons(self) -> dict[str, str]:
        """Return why the press stands still: reason -> detail."""
        roles = [role for role in self.status()["roles"] if role["role"] == "press"]
        return {r["reason"]: str(r["detail"]) for role in roles for r in role["reasons"]}

    # --- people -----------------------------------------------------------------------------

    def approve(self, record: str) -> None:
        """Let one record be printed, once it is held here."""
        wait_until(
            lambda: f"{record}/1" in self._held(), f"{record} held by the station", CARD_S_MAX
        )
        self.command("approve", record, "--by", plan.BY)

    def wait_printed(self, count: int) -> None:
        """Wait until so many cards are printed, none under way, and all told to the hub."""

        def met() -> bool:
            told = self.status()
            expect(not told["cards"]["in_doubt"], f"a card in doubt: {told['doubts']}")
            cards = told["cards"]
            return (
                cards["printed"] == count and not cards["in_print"] and not told["outbox_waiting"]
            )

        wait_until(met, f"{count} cards printed and reported", CARD_S_MAX)

    def wait_doubt(self, look: Callable[[], None] = lambda: None) -> dict[str, Any]:
        """Wait until a card is in doubt and the press has asked the printer about it; returns the doubt.

        `look` is called while that goes on.
        """

        def met() -> dict[str, Any] | None:
            look()
            doubts = self.status()["doubts"]
            return next((d for d in doubts if d["in_doubt"] and d["evidence"] is not None), None)

        return wait_until(met, "a card in doubt, and the printer asked", CARD_S_MAX)
