"""Finding and taking a USB printer: vendor AND printer class AND serial or port, endpoints from its descriptors.

A bus is libusb's own, or that of an installed backend named by `via=NAME:ADDRESS` (entry-point group
`ktp_station.usb_backends`; the entry is called with ADDRESS). The kernel's usblp is detached while we hold the
interface and given it back afterwards. A device is never reset: a card may be inside.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, Self, cast

import usb.backend.libusb1
import usb.core
import usb.util

from drivers.errors import (
    DeadlineError,
    DeviceBusyError,
    EndpointStalledError,
    LinkLostError,
    NotReachableError,
    TransportError,
)
from drivers.plugins import USB_BACKENDS_GROUP, load_plugin
from drivers.uri import UsbUri

_OTHERS_MAX = 4  # in a sentence
PRINTER_CLASS = 7
BIDIRECTIONAL = 2  # bInterfaceProtocol: one bulk OUT, one bulk IN


class BackendFactory(Protocol):
    """What an entry point of the group must be."""

    def __call__(self, address: str) -> object:
        """Return a pyusb backend for the bus at that address."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One printer interface and its two bulk endpoints, as the descriptors give them."""

    interface: int
    alternate: int
    out_address: int
    in_address: int
    in_packet_bytes: int


class UsbDevice:
    """A claimed printer interface. Its I/O raises what pyusb raises; see `usb_failures`."""

    def __init__(self, device: Any, endpoints: Endpoints, *, give_back: bool) -> None:
        self._device = device
        self._give_back = give_back
        self.endpoints = endpoints

    @classmethod
    def open(cls, uri: UsbUri) -> Self:
        """Find the one printer of that URI and claim its interface.

        Raises:
            NotReachableError: no such printer, more than one, or no right to use it.
            DeviceBusyError: another process holds the interface.
        """
        device, endpoints = _find(uri)
        detached = False
        try:
            with usb_failures(str(uri)):
                _configure(device)
                detached = _detach_kernel_driver(device, endpoints.interface)
                usb.util.claim_interface(device, endpoints.interface)
                if endpoints.alternate:
                    device.set_interface_altsetting(endpoints.interface, endpoints.alternate)
        except TransportError as exc:
            cls(device, endpoints, give_back=detached).close()
            if isinstance(exc, LinkLostError):  # it was never held
                raise NotReachableError(str(exc)) from exc
            raise
        return cls(device, endpoints, give_back=detached)

    def write(self, data: bytes, timeout_ms: int) -> int:
        """Write to the bulk OUT endpoint; return how many bytes went."""
        return int(self._device.write(self.endpoints.out_address, data, timeout_ms))

    def read(self, size_max: int, timeout_ms: int) -> bytes:
        """Read from the bulk IN endpoint until a short packet or `size_max` bytes."""
        return bytes(self._device.read(self.endpoints.in_address, size_max, timeout_ms))

    def clear_halts(self) -> None:
        """Clear a stall on both endpoints; moves nothing, resets nothing."""
        self._device.clear_halt(self.endpoints.out_address)
        self._device.clear_halt(self.endpoints.in_address)

    def close(self) -> None:
        """Release the interface and give it back to the kernel's driver; raises nothing."""
        try:
            usb.util.release_interface(self._device, self.endpoints.interface)
            if self._give_back:
                self._device.attach_kernel_driver(self.endpoints.interface)
        except (usb.core.USBError, NotImplementedError):
            pass  # unplugged meanwhile, or in other hands: there is nothing left to give back
        finally:
            _dispose(self._device)


@contextmanager
def usb_failures(uri: str) -> Iterator[None]:
    """Turn what pyusb raises into the errors of a transport."""
    try:
        yield
    except usb.core.USBTimeoutError as exc:
        raise DeadlineError(f"{uri} did not answer in time") from exc
    except usb.core.USBError as exc:
        raise _transport_error(exc, uri) from exc


def _transport_error(exc: OSError, uri: str) -> TransportError:
    match exc.errno:
        case errno.EPIPE:
            return EndpointStalledError(
                f"{uri} has halted its endpoint; the halt has been cleared, ask again"
            )
        case errno.EBUSY:
            return DeviceBusyError(
                f"{uri} is in use by another program; stop that program or its queue"
            )
        case errno.EACCES | errno.EPERM:
            return NotReachableError(
                f"{uri} is there but may not be opened; install the udev rule 60-ktp-printer.rules, then replug it"
            )
        case errno.ETIMEDOUT:
            return DeadlineError(f"{uri} did not answer in time")
        case _:
            return LinkLostError(
                f"{uri} went away ({exc.strerror}); see to the cable and the printer's switch"
            )


def _find(uri: UsbUri) -> tuple[Any, Endpoints]:
    criteria = {"idVendor": uri.vendor}
    if uri.product is not None:
        criteria["idProduct"] = uri.product
    matches: list[tuple[Any, Endpoints]] = []
    try:
        with usb_failures(str(uri)):
            for device in _devices(uri, criteria):
                endpoints = _printer_endpoints(device)
                if endpoints is not None and _port_fits(device, uri) and _serial_fits(device, uri):
                    matches.append((device, endpoints))
    except LinkLostError as exc:
        raise NotReachableError(str(exc)) from exc
    if len(matches) == 1:
        return matches[0]
    for device, _ in matches:
        _dispose(device)
    if matches:
        raise NotReachableError(
            f"{len(matches)} printers match {uri}; name one by ?serial= or, where they have none, by ?port="
        )
    raise NotReachableError(
        f"no printer matches {uri}; see that it is on, plugged in, and the serial right{_others(uri)}"
    )


def _others(uri: UsbUri) -> str:
    """Name the printers that are there instead, so that a wrong vendor or serial number is seen at once."""
    there = []
    with suppress(usb.core.USBError, NotReachableError):
        for device in _devices(uri, {}):
            if _printer_endpoints(device) is not None:
                there.append(_named(device))
            _dispose(device)
    return f"; there is {' and '.join(there[:_OTHERS_MAX])}" if there else ""


def _named(device: Any) -> str:
    try:
        serial = device.serial_number
    except (usb.core.USBError, ValueError):  # it may not be opened, or has none that can be read
        serial = None
    return str(UsbUri(device.idVendor, device.idProduct, serial or None))


def _devices(uri: UsbUri, criteria: dict[str, int]) -> list[Any]:
    try:
        return list(usb.core.find(find_all=True, backend=_backend(uri), **criteria))
    except usb.core.NoBackendError as exc:
        raise NotReachableError(
            f"{uri} needs the system library libusb-1.0, which is not installed"
        ) from exc
    except usb.core.USBError:
        raise
    except OSError as exc:
        raise NotReachableError(f"no USB bus for {uri}: {exc.strerror or exc}") from exc


def _backend(uri: UsbUri) -> object | None:
    """Return the backend of `via`, else libusb's with a context of its own.

    pyusb keeps one libusb context for the life of a process, and without udev's events (the press has no network, so
    it hears none) such a context never sees a printer plugged in later. A new one looks for itself.
    """
    if uri.via is None:
        return _own_context()
    name, _, address = uri.via.partition(":")
    factory = cast("BackendFactory", load_plugin(USB_BACKENDS_GROUP, name))
    try:
        return factory(address)
    except (OSError, ValueError) as exc:
        raise NotReachableError(f"no USB bus at {uri.via}: {exc}") from exc


def _own_context() -> object | None:
    """Return a libusb backend with a new context that outlives every device found in it.

    pyusb gives context and devices back in any order, and libusb crashes when a device outlives its context.
    """
    shared = usb.backend.libusb1.get_backend()
    if shared is None:
        return None

    class OwnContext(type(shared)):  # type: ignore[misc]
        def enumerate_devices(self) -> Iterator[Any]:
            for device in super().enumerate_devices():
                device.context = self
                yield device

    return cast("object", OwnContext(shared.lib))


def _printer_endpoints(device: Any) -> Endpoints | None:
    """Return the best printer interface of a device: class 7, two-way; bidirectional protocol before others."""
    found = [
        (interface.bInterfaceProtocol != BIDIRECTIONAL, endpoints)
        for configuration in device
        for interface in configuration
        if interface.bInterfaceClass == PRINTER_CLASS
        if (endpoints := _endpoints(interface)) is not None
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _endpoints(interface: Any) -> Endpoints | None:
    bulk = [
        endpoint
        for endpoint in interface
        if usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
    ]
    inward = [e for e in bulk if e.bEndpointAddress & usb.util.ENDPOINT_IN]
    outward = [e for e in bulk if not e.bEndpointAddress & usb.util.ENDPOINT_IN]
    if not inward or not outward:
        return None
    return Endpoints(
        interface=interface.bInterfaceNumber,
        alternate=interface.bAlternateSetting,
        out_address=outward[0].bEndpointAddress,
        in_address=inward[0].bEndpointAddress,
        in_packet_bytes=inward[0].wMaxPacketSize,
    )


def port_of(device: Any) -> str:
    """Return where a device is plugged in as the kernel names it, bus then port by port; "" if the bus can't tell."""
    if not device.port_numbers:
        return ""
    return f"{device.bus}-{'.'.join(map(str, device.port_numbers))}"


def _port_fits(device: Any, uri: UsbUri) -> bool:
    return uri.port is None or port_of(device) == uri.port


def _serial_fits(device: Any, uri: UsbUri) -> bool:
    if uri.serial is None:
        return True
    try:
        fits = bool(device.serial_number == uri.serial)
    except ValueError as exc:  # pyusb's word for strings it could not read at all
        raise NotReachableError(
            f"a printer of {uri} does not let its serial number be read; install the udev rule 60-ktp-printer.rules"
        ) from exc
    if not fits:
        _dispose(device)
    return fits


def _configure(device: Any) -> None:
    """Set the first configuration if none is; one that is set is left alone, for setting it anew is a soft reset."""
    try:
        device.get_active_configuration()
    except usb.core.USBError as exc:
        if exc.errno is not None:
            raise
        device.set_configuration()


def _detach_kernel_driver(device: Any, interface: int) -> bool:
    try:
        if device.is_kernel_driver_active(interface):
            device.detach_kernel_driver(interface)
            return True
    except NotImplementedError:
        pass  # a bus without a kernel behind it
    return False


def _dispose(device: Any) -> None:
    usb.util.dispose_resources(device)
