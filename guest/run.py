"""One run: the image if it is missing, drives, first boot, power cut, second boot, what is left, the report."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guest import drives, evidence, image, office, plan, report
from guest.cable import Cable
from guest.clock import now_s, pause
from guest.errors import MachineTestError
from guest.image import Image
from guest.machine import Hardware, Machine
from guest.outside import OutsidePrinter
from guest.program import run
from guest.results import Lines, Results

PHASE_S_MAX = 420.0


class Run:
    """One run; everything it leaves is in the cache folder."""

    def __init__(self, root: Path, cache: Path) -> None:
        self._root = root
        self._cache = cache
        self._folder = cache / "run"
        self._share = self._folder / "share"
        self._log = self._folder / "host.log"
        self._results = Results(now_s())

    def carry_out(self) -> bool:
        """Make it; returns whether every check held.

        Raises:
            MachineTestError: it could not be made or went on no more.
        """
        drives.check_python()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._share.mkdir(parents=True)
        began_s = self._results.began_s
        found = image.image_in(self._cache)
        bare = not found.built
        self._prepare(found, bare=bare)
        with (
            OutsidePrinter(self._folder, self._share) as printer,
            Cable(printer.line) as cable,
        ):
            hardware = Hardware(
                found, self._folder / "project.ext4", self._folder / "data.ext4", self._share,
                cable.end, printer.control,
            )  # fmt: skip
            lines = Lines(self._share)
            self._first(hardware, lines)
            self._second(hardware, lines)
        evidence.look(self._results, self._folder)
        seconds = now_s() - began_s
        if self._results.green:
            report.write(self._root, self._cache, self._results, found.release, seconds, bare=bare)
        passed = sum(outcome.ok for outcome in self._results.outcomes)
        print(f"{passed} passed, {len(self._results.outcomes) - passed} failed in {seconds:.0f} s")
        return self._results.green

    def _prepare(self, found: Image, *, bare: bool) -> None:
        if bare:
            with self._step("packages and system image, built once"):
                run(self._log, self._root / "tools/guest-packages")
                image.build(found, self._log)
                drives.site_packages(self._cache, self._log)
        with self._step("drives: the project's wheel, an office"):
            run(self._log, self._root / "tools/guest-packages")
            packages = drives.site_packages(self._cache, self._log)
            drives.project_drive(self._folder / "project.ext4", packages, self._log)
            office.make(self._folder / "office")
            drives.data_drive(self._folder / "data.ext4", self._folder / "office", self._log)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        """Show and time a step of the host's own."""
        began_s = now_s()
        self._results.begin(name)
        yield
        self._results.done(name, began_s)

    def _first(self, hardware: Hardware, lines: Lines) -> None:
        """Boot, and take the power away when the guest asks for it."""
        with Machine(hardware, plan.FIRST, self._folder / "console-1") as machine:
            ended = self._follow(machine, lines, "boot: kernel, systemd, udev, programs")
            if ended != "cut":
                raise MachineTestError(
                    f"the first boot ended before its power was cut: read {self._folder}/console-1"
                )
            machine.cut_power()

    def _second(self, hardware: Hardware, lines: Lines) -> None:
        with Machine(hardware, plan.AFTER_CUT, self._folder / "console-2") as machine:
            ended = self._follow(machine, lines, "second boot, on the drive as the cut left it")
            if ended != "done":
                raise MachineTestError(
                    f"the second boot ended before its time: read {self._folder}/console-2"
                )
            machine.wait_off()

    def _follow(self, machine: Machine, lines: Lines, boot: str) -> str:
        """Show what the guest tells until it asks for a cut, is done or is gone; returns which."""
        began_s = now_s()
        self._results.begin(boot)
        while now_s() < began_s + PHASE_S_MAX:
            alive = machine.running
            for line in lines.new():
                if "cut" in line:
                    return "cut"
                if "done" in line:
                    return "done"
                if "ready" in line:
                    self._results.done(boot, began_s)
                self._results.take(line)
            if not alive:
                return "gone"
            pause()
        raise MachineTestError(f"the guest took more than {PHASE_S_MAX:.0f} s: read {self._folder}")
