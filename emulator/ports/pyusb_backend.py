# ruff: noqa: ARG002 - the signatures are pyusb's
"""A pyusb backend over USB/IP: `usb.core.find(backend=open_backend("127.0.0.1:3240"))`.

Behaves as libusb does on a real bus: several handles of one device in a process, claims exclusive among them, errors
with the same errno (19 gone, 32 stall, 110 time-out, 16 busy, 2 no kernel driver), string descriptors by control
transfers, and a list of devices that is asked anew each time. Between processes the first to open has the device.
"""

import array
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace

import usb.backend
import usb.core

from emulator.ports import usbip_wire as wire
from emulator.ports.usbip_host import (
    Attached,
    BusyError,
    GoneError,
    HostError,
    LateError,
    Server,
    StallError,
)

CONTROL_TIMEOUT_S = 1.0
DEFAULT_PORT = 3240

# libusb's own error numbers beside the errno, as its users print them
_LIBUSB_ERRORS = {19: -4, 32: -9, 110: -7, 16: -6, 2: -5}

_DEVICE_FIELDS = (
    "bLength", "bDescriptorType", "bcdUSB:2", "bDeviceClass", "bDeviceSubClass", "bDeviceProtocol",
    "bMaxPacketSize0", "idVendor:2", "idProduct:2", "bcdDevice:2", "iManufacturer", "iProduct",
    "iSerialNumber", "bNumConfigurations",
)  # fmt: skip
_CONFIG_FIELDS = (
    "bLength", "bDescriptorType", "wTotalLength:2", "bNumInterfaces", "bConfigurationValue",
    "iConfiguration", "bmAttributes", "bMaxPower",
)  # fmt: skip
_INTERFACE_FIELDS = (
    "bLength", "bDescriptorType", "bInterfaceNumber", "bAlternateSetting", "bNumEndpoints",
    "bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol", "iInterface",
)  # fmt: skip
_ENDPOINT_FIELDS = (
    "bLength", "bDescriptorType", "bEndpointAddress", "bmAttributes", "wMaxPacketSize:2", "bInterval",
)  # fmt: skip


def open_backend(address: str) -> "UsbIpBackend":
    """Return a backend for a server, `127.0.0.1:3240`; the port may be left out."""
    host, _, port = address.rpartition(":")
    return get_backend(host, int(port)) if host else get_backend(address, DEFAULT_PORT)


def get_backend(host: str, port: int) -> "UsbIpBackend":
    """Return a backend for a server. Nothing is asked of the server yet."""
    return UsbIpBackend(Server(host, port))


@dataclass(slots=True, eq=False)
class _Shared:
    """One attached device and the handles that use it."""

    attached: Attached
    handles: int = 0
    claimed: dict[int, "_Handle"] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Handle:
    """What pyusb holds of an open device."""

    busid: str
    shared: _Shared


class UsbIpBackend(usb.backend.IBackend):  # type: ignore[misc]
    """One USB/IP server as a pyusb backend."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server
        self._open: dict[str, _Shared] = {}
        self._lock = threading.RLock()

    # --- devices and descriptors ------------------------------------------------------------

    def enumerate_devices(self) -> Iterator[wire.DeviceRecord]:
        """List what is plugged in now; a server that is not running is a bus without devices."""
        try:
            records = self._server.devices()
        except GoneError:
            records = []
        yield from records

    def get_parent(self, dev: wire.DeviceRecord) -> None:
        """Know no hub."""

    def get_device_descriptor(self, dev: wire.DeviceRecord) -> SimpleNamespace:
        """Read the device descriptor from the device."""
        descriptor = _fields(self._descriptor(dev, 1, 0, 18), _DEVICE_FIELDS)
        descriptor.bus, descriptor.address = dev.bus, dev.address
        descriptor.port_number = 1
        descriptor.port_numbers = (1,)
        descriptor.speed = dev.speed
        return descriptor

    def get_configuration_descriptor(self, dev: wire.DeviceRecord, config: int) -> SimpleNamespace:
        """Read a configuration descriptor; `extra_descriptors` is empty."""
        found = self._configuration(dev, config)
        descriptor = _fields(found[0], _CONFIG_FIELDS)
        descriptor.extra_descriptors = []
        return descriptor

    def get_interface_descriptor(
        self, dev: wire.DeviceRecord, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        """Read an interface descriptor; IndexError if there is none, as pyusb wants it."""
        found, _endpoints = self._interface(dev, intf, alt, config)
        descriptor = _fields(found, _INTERFACE_FIELDS)
        descriptor.extra_descriptors = []
        return descriptor

    def get_endpoint_descriptor(
        self, dev: wire.DeviceRecord, ep: int, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        """Read an endpoint descriptor; IndexError if there is none."""
        _found, endpoints = self._interface(dev, intf, alt, config)
        descriptor = _fields(endpoints[ep], _ENDPOINT_FIELDS)
        descriptor.bRefresh = descriptor.bSynchAddress = 0
        descriptor.extra_descriptors = []
        return descriptor

    def _interface(
        self, dev: wire.DeviceRecord, intf: int, alt: int, config: int
    ) -> tuple[bytes, list[bytes]]:
        """Return an interface's descriptor and those of its endpoints, or raise IndexError."""
        found: bytes | None = None
        endpoints: list[bytes] = []
        wanted = False
        for descriptor in self._configuration(dev, config)[1:]:
            if descriptor[1] == 4:
                wanted = (descriptor[2], descriptor[3]) == (intf, alt)
                found = descriptor if wanted else found
            elif descriptor[1] == 5 and wanted:
                endpoints.append(descriptor)
        if found is None:
            raise IndexError(intf)
        return found, endpoints

    def _configuration(self, dev: wire.DeviceRecord, config: int) -> list[bytes]:
        if config >= dev.configuration_count:
            raise IndexError(config)
        total = int.from_bytes(self._descriptor(dev, 2, config, 9)[2:4], "little")
        data = self._descriptor(dev, 2, config, total)
        descriptors = []
        while len(data) >= 2 and data[0] >= 2:
            descriptors.append(data[: data[0]])
            data = data[data[0] :]
        return descriptors

    def _descriptor(self, dev: wire.DeviceRecord, kind: int, index: int, length: int) -> bytes:
        handle = self.open_device(dev)
        try:
            buffer = array.array("B", bytes(length))
            value = kind << 8 | index
            got = self.ctrl_transfer(handle, 0x80, 6, value, 0, buffer, CONTROL_TIMEOUT_S * 1000)
            return buffer.tobytes()[:got]
        finally:
            self.close_device(handle)

    # --- open, claim ------------------------------------------------------------------------

    def open_device(self, dev: wire.DeviceRecord) -> _Handle:
        """Open; a device this process has open already is shared."""
        with self._lock, _usb_errors():
            shared = self._open.get(dev.busid)
            if shared is None or shared.attached.gone:
                shared = _Shared(self._server.attach(dev.busid))
                self._open[dev.busid] = shared
            shared.handles += 1
            return _Handle(dev.busid, shared)

    def close_device(self, dev_handle: _Handle) -> None:
        """Close; the last handle gives the device back."""
        with self._lock:
            shared = dev_handle.shared
            shared.handles -= 1
            shared.claimed = {n: h for n, h in shared.claimed.items() if h is not dev_handle}
            if shared.handles == 0:
                if self._open.get(dev_handle.busid) is shared:
                    del self._open[dev_handle.busid]
                shared.attached.close()

    def claim_interface(self, dev_handle: _Handle, intf: int) -> None:
        """Claim for this handle alone."""
        with self._lock:
            if dev_handle.shared.claimed.setdefault(intf, dev_handle) is not dev_handle:
                raise _usb_error("Resource busy", 16)

    def release_interface(self, dev_handle: _Handle, intf: int) -> None:
        """Release a claim of this handle."""
        with self._lock:
            if dev_handle.shared.claimed.get(intf) is dev_handle:
                del dev_handle.shared.claimed[intf]

    def is_kernel_driver_active(self, dev_handle: _Handle, intf: int) -> bool:
        """Say no: no kernel has this device."""
        return False

    def detach_kernel_driver(self, dev_handle: _Handle, intf: int) -> None:
        """Refuse: there is none."""
        raise _usb_error("Entity not found", 2)

    def attach_kernel_driver(self, dev_handle: _Handle, intf: int) -> None:
        """Refuse: there is none."""
        raise _usb_error("Entity not found", 2)

    def set_configuration(self, dev_handle: _Handle, config_value: int) -> None:
        """Choose a configuration."""
        self._standard(dev_handle, 0x00, 9, config_value, 0)

    def get_configuration(self, dev_handle: _Handle) -> int:
        """Ask for the configuration."""
        buffer = array.array("B", bytes(1))
        self.ctrl_transfer(dev_handle, 0x80, 8, 0, 0, buffer, CONTROL_TIMEOUT_S * 1000)
        return buffer[0]

    def set_interface_altsetting(self, dev_handle: _Handle, intf: int, altsetting: int) -> None:
        """Choose an alternate setting."""
        self._standard(dev_handle, 0x01, 11, altsetting, intf)

    def clear_halt(self, dev_handle: _Handle, ep: int) -> None:
        """End a stall."""
        self._standard(dev_handle, 0x02, 1, 0, ep)

    def _standard(self, handle: _Handle, kind: int, request: int, value: int, index: int) -> None:
        nothing = array.array("B")
        self.ctrl_transfer(handle, kind, request, value, index, nothing, CONTROL_TIMEOUT_S * 1000)

    # --- transfers, time-outs in milliseconds, 0 = none ---------------------------------------

    def bulk_write(
        self, dev_handle: _Handle, ep: int, intf: int, data: "array.array[int]", timeout: float
    ) -> int:
        """Write; returns the number of bytes taken."""
        with _usb_errors():
            payload = memoryview(data).cast("B")
            sent, _ = dev_handle.shared.attached.transfer(
                ep & 0x0F, incoming=False, length=len(payload), data=payload,
                timeout_s=_seconds(timeout),
            )  # fmt: skip
            return sent

    def bulk_read(
        self, dev_handle: _Handle, ep: int, intf: int, buff: "array.array[int]", timeout: float
    ) -> int:
        """Read into `buff`; returns the number of bytes."""
        with _usb_errors():
            _, came = dev_handle.shared.attached.transfer(
                ep & 0x0F, incoming=True, length=len(buff), timeout_s=_seconds(timeout)
            )
            return _fill(buff, came)

    def ctrl_transfer(
        self,
        dev_handle: _Handle,
        bmRequestType: int,  # noqa: N803 - pyusb's names
        bRequest: int,  # noqa: N803
        wValue: int,  # noqa: N803
        wIndex: int,  # noqa: N803
        data: "array.array[int]",
        timeout: float,
    ) -> int:
        """Run a control transfer on endpoint 0."""
        incoming = bool(bmRequestType & 0x80)
        payload = memoryview(data).cast("B")
        setup = bytes((bmRequestType, bRequest)) + b"".join(
            number.to_bytes(2, "little") for number in (wValue, wIndex, len(payload))
        )
        with _usb_errors():
            length, came = dev_handle.shared.attached.transfer(
                0, incoming=incoming, length=len(payload), data=b"" if incoming else payload,
                setup=setup, timeout_s=_seconds(timeout),
            )  # fmt: skip
            return _fill(data, came) if incoming else length


@contextmanager
def _usb_errors() -> Iterator[None]:
    """Turn what USB/IP says into what libusb would."""
    try:
        yield
    except LateError as exc:
        raise usb.core.USBTimeoutError("Operation timed out", -7, 110) from exc
    except StallError as exc:
        raise _usb_error("Pipe error", 32) from exc
    except BusyError as exc:
        raise _usb_error("Resource busy", 16) from exc
    except HostError as exc:
        raise _usb_error("No such device (it may have been disconnected)", 19) from exc


def _usb_error(text: str, errno: int) -> usb.core.USBError:
    return usb.core.USBError(text, _LIBUSB_ERRORS[errno], errno)


def _seconds(timeout_ms: float) -> float | None:
    return timeout_ms / 1000 if timeout_ms else None


def _fill(buffer: "array.array[int]", data: bytes) -> int:
    memoryview(buffer).cast("B")[: len(data)] = data
    return len(data)


def _fields(data: bytes, names: tuple[str, ...]) -> SimpleNamespace:
    """Spread a descriptor's bytes over its field names; `:2` marks two bytes, little-endian."""
    found = SimpleNamespace()
    at = 0
    for name in names:
        field_name, _, size = name.partition(":")
        width = int(size or 1)
        setattr(found, field_name, int.from_bytes(data[at : at + width], "little"))
        at += width
    return found
