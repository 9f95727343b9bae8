"""The guest as a process of the host: qemu under software emulation, no network, printer lines from outside.

Power is cut by SIGKILL: what the guest's kernel had not written is gone. The system drive forgets each run, the data
drive does not. /dev/kvm is not used: what a developer's machine or CI offers of it differs.
"""

import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from guest.errors import MachineTestError
from guest.image import UNIT, Image
from guest.plan import CONTROL_PORT

QEMU = "qemu-system-x86_64"
MEMORY = "1280M"
OFF_S_MAX = 20.0


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the guest is made of.

    Attributes:
        image: kernel and system drive.
        project: drive of the project, read only.
        data: drive that outlives a power cut.
        share: folder of the host, for what the guest tells.
        serial_line: a terminal of the host, the far end of the guest's USB serial cable.
        control: TCP address of that printer's control link, host:port.
    """

    image: Image
    project: Path
    data: Path
    share: Path
    serial_line: Path
    control: str


class Machine:
    """A running guest; a context manager that leaves none behind."""

    def __init__(self, hardware: Hardware, phase: str, console: Path) -> None:
        self._console = console
        try:
            self._process = subprocess.Popen(
                _command(hardware, phase, console), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=console.with_suffix(".qemu").open("wb"),
            )  # fmt: skip
        except FileNotFoundError as exc:
            raise MachineTestError(f"{QEMU} is not installed: run tools/guest-packages") from exc

    def __enter__(self) -> Self:
        """It is running already."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Switch off whatever still runs."""
        self.cut_power()

    @property
    def running(self) -> bool:
        """Say whether it is still on."""
        return self._process.poll() is None

    def wait_off(self) -> None:
        """Wait until it has switched itself off.

        Raises:
            MachineTestError: it did not.
        """
        try:
            self._process.wait(OFF_S_MAX)
        except subprocess.TimeoutExpired as exc:
            raise MachineTestError(
                f"the guest did not switch off: read the end of {self._console}"
            ) from exc

    def cut_power(self) -> None:
        """Take its power away, now."""
        if self.running:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def _command(hardware: Hardware, phase: str, console: Path) -> list[str]:
    image = hardware.image
    host, port = hardware.control.rsplit(":", 1)
    words = f"console=ttyS0 quiet root=/dev/vda rw systemd.unit={UNIT} systemd.show_status=false ktp.phase={phase}"
    return [
        QEMU, "-accel", "tcg,thread=multi", "-M", "q35", "-cpu", "max", "-smp", "2", "-m", MEMORY,
        "-no-user-config", "-nodefaults", "-display", "none", "-nic", "none", "-no-reboot",
        "-kernel", str(image.vmlinuz), "-initrd", str(image.initramfs), "-append", words,
        "-serial", f"file:{console}",
        *_drive(image.system, "snapshot=on"),
        *_drive(hardware.project, "readonly=on"),
        *_drive(hardware.data, "cache=writeback"),
        "-virtfs", f"local,path={hardware.share},mount_tag=share,security_model=none",
        "-device", "virtio-serial",
        "-chardev", f"socket,id=control,host={host},port={port}",
        "-device", f"virtserialport,chardev=control,name={CONTROL_PORT}",
        "-device", "qemu-xhci",
        "-chardev", f"serial,id=line,path={hardware.serial_line}",
        "-device", "usb-serial,chardev=line",
    ]  # fmt: skip


def _drive(path: Path, more: str) -> list[str]:
    return ["-drive", f"file={path},format=raw,if=virtio,{more}"]
