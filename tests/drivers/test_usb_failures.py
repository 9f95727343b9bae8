"""What the bus says when it fails, in the words of a transport: each names the printer and what to do."""

import errno
import os

import pytest
import usb.core

from drivers.errors import (
    DeadlineError,
    DeviceBusyError,
    EndpointStalledError,
    LinkLostError,
    NotReachableError,
    TransportError,
)
from drivers.transport import Deadline
from drivers.uri import UsbLpUri
from drivers.usb_device import usb_failures
from drivers.usb_lp import UsbLp

URI = "usb://0f49:0f02?serial=UJI-1"


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.EPIPE, EndpointStalledError, "halted"),
        (errno.EBUSY, DeviceBusyError, "another program"),
        (errno.EACCES, NotReachableError, "udev rule"),
        (errno.EPERM, NotReachableError, "udev rule"),
        (errno.ETIMEDOUT, DeadlineError, "in time"),
        (errno.ENODEV, LinkLostError, "cable"),
    ],
)
def test_each_failure_of_the_bus(number: int, kind: type[TransportError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught, usb_failures(URI):
        raise usb.core.USBError(os.strerror(number), errno=number)
    assert URI in str(caught.value)


def test_a_time_out_is_no_lost_link() -> None:
    with pytest.raises(DeadlineError), usb_failures(URI):
        raise usb.core.USBTimeoutError("t", errno=errno.ETIMEDOUT)


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.EBUSY, DeviceBusyError, "another program"),
        (errno.EACCES, NotReachableError, "udev rule"),
        (errno.ENODEV, NotReachableError, "the cable in"),
    ],
)
def test_each_failure_of_the_device_file(
    number: int, kind: type[TransportError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_words: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", failing)
    device = UsbLp(UsbLpUri("/dev/usb/lp0"))
    with pytest.raises(kind, match=words):
        device.finish_request(Deadline.after(1.0))
