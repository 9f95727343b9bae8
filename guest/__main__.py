"""`python -m guest`: a Debian machine under qemu, the emulated printers on its real kernel's USB bus and serial line.

What it sees is printed while it runs; after a run in which every check held it is written to docs/MACHINE.md. Exit code
0 if every check held, 1 if one did not, 2 if the run could not be made.
"""

import signal
import sys
from pathlib import Path

from guest.errors import MachineTestError
from guest.run import Run

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Make one run; SIGTERM ends it as Ctrl-C does, with nothing left running."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return 0 if Run(ROOT, ROOT / "var/guest").carry_out() else 1
    except MachineTestError as error:
        print(f"\ntest-machine: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
