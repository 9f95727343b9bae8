"""docs/MACHINE.md: written by a run in which every check held, so it never says what nobody measured."""

import json
import subprocess
from pathlib import Path

from guest.clock import today
from guest.machine import QEMU
from guest.results import Results

BARE_BUDGET_S, BUILT_BUDGET_S = 360, 120
FIGURES = "figures.json"
PAGE = "docs/MACHINE.md"

_HEAD = """# The machine test

`make test-machine` boots Debian 12 under qemu (software emulation, no network) and lends the emulated printers to its
real kernel: one over USB/IP to `vhci_hcd`, one at the far end of a USB serial cable (`ftdi_sio`) that leaves the guest.
Hub and station in it are those of the wheel this tree makes. The page is written by a run in which every check held;
nobody writes it by hand. It tells what kernel, libusb, udev and a power cut do to the station, not what a real printer
does.

"""
_HOW = """
The two times above hold for the machine they were measured on, with two cores; each begins with `make test-machine` and
a virtual environment that is there.

## How it is done

- The image is Debian's, built once (`guest/image.py`) and kept in `var/guest/`; delete that folder to build it anew
  with today's packages. The project goes on a drive of its own each run. Needs root; `tools/guest-packages` installs
  qemu and the like.
- `guest/inside/` runs in the guest, started by systemd. The station runs as `ktp-press`; users and udev rule are
  installed as `docs/INSTALL.md` says. Its processes are forked from one that has imported the packages already: an
  import takes seconds there. Both printers run at 20 machine seconds a second.
- A person's part (`ktp-station load`, `approve`, `resolve`) is done with those commands, going by what the printer's
  control link tells: the truth about the cards.
- A job cut off half-way leaves the printer waiting for its rest; the person then switches it off and on, takes the card
  out and says so.
- The power cut is a SIGKILL of qemu while a card is inside the printer. That printer stands on the host and keeps its
  power; the second boot has the data drive as the cut left it.
- Pictures are compared panel by panel, every dot: each way carries the same person's card.
"""


def write(
    root: Path, cache: Path, results: Results, release: str, seconds: float, *, bare: bool
) -> None:
    """Write the page, and keep this run's time beside the last of the other kind."""
    commit = _commit(root)
    figures = _keep(cache / FIGURES, "bare" if bare else "built", seconds, commit)
    qemu = subprocess.run([QEMU, "--version"], check=True, capture_output=True, text=True).stdout
    lines = [
        _HEAD,
        f"Last run: {today()}, commit {commit}, Linux {release}, {qemu.splitlines()[0]}.\n\n",
        "| check | outcome | seconds | seen |\n|---|---|---|---|\n",
        *(f"| {o.name} | ok | {o.seconds:.1f} | {o.told} |\n" for o in results.outcomes),
        "\n## How long it takes\n\n| | measured | budget | when |\n|---|---|---|---|\n",
        _row("qemu not installed and no image", figures.get("bare"), BARE_BUDGET_S),
        _row("the image exists", figures.get("built"), BUILT_BUDGET_S),
        _HOW,
    ]
    (root / PAGE).write_text("".join(lines))


def _row(what: str, figure: dict[str, str] | None, budget_s: int) -> str:
    if figure is None:
        return f"| {what} | not measured on this machine | {budget_s} s | |\n"
    return f"| {what} | {figure['seconds']} s | {budget_s} s | {figure['when']} |\n"


def _keep(path: Path, kind: str, seconds: float, commit: str) -> dict[str, dict[str, str]]:
    figures: dict[str, dict[str, str]] = json.loads(path.read_text()) if path.exists() else {}
    figures[kind] = {"seconds": f"{seconds:.0f}", "when": f"{today()}, commit {commit}"}
    path.write_text(json.dumps(figures, indent=1))
    return figures


def _commit(root: Path) -> str:
    """Return the commit's short name, and that the tree had changes if it had."""
    name = _git(root, "rev-parse", "--short=10", "HEAD")
    changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", f":!{PAGE}")
    return f"{name} and changes after it" if changed else name


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()
