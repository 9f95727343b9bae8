"""The guest's one task, a phase a boot: `python -m guest.inside`, started by systemd before anything else.

What takes long is begun first: hub and emulator come up while udev does and while this process imports a station.
"""

import os
import subprocess
from pathlib import Path

from guest import plan
from guest.inside import programs
from guest.inside.told import tell


def main() -> None:
    """Run the phase the kernel's command line names, then let go of the data drive."""
    first = f"ktp.phase={plan.FIRST}" in Path("/proc/cmdline").read_text().split()
    started = [_hub(), *([_emulator()] if first else [])]
    from guest.inside import phases  # noqa: PLC0415 - takes seconds, the programs come up meanwhile

    phases.prepare()
    if first:
        phases.first()
    else:
        phases.after_cut()
    for program in started:
        program.terminate()
        program.wait(60)
    subprocess.run(["umount", str(plan.DATA)], check=True)
    tell(done=True)


def _hub() -> subprocess.Popen[bytes]:
    return programs.installed(
        plan.SHARE / "hub.log", "ktp-hub", "serve", "--dir", str(plan.DATA / "hub"),
        "--port", str(plan.HUB_PORT), "--ready-file", str(plan.HUB_READY),
    )  # fmt: skip


def _emulator() -> subprocess.Popen[bytes]:
    return programs.installed(
        plan.SHARE / "emulator.log", "ktp-emulator", "run", "--serial", plan.USB_SERIAL,
        "--listen", f"usbip:127.0.0.1:{plan.USBIP_PORT}", "--listen", f"tcp:127.0.0.1:{plan.TCP_PORT}",
        "--control", f"tcp:127.0.0.1:{plan.TRUTH_PORT}", "--cards", str(plan.SHARE / plan.USB_CARDS),
        "--blanks", str(plan.BLANKS), "--speed", plan.SPEED, "--planes",
    )  # fmt: skip


if __name__ == "__main__":
    try:
        main()
    finally:
        os.sync()
