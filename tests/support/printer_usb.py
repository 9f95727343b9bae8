"""A USB bus in memory, as a pyusb backend: devices with the interfaces, strings and moods a test gives them.

For what a virtual bus over the network can't have: a kernel driver, several settings of an interface, a device that may
not be opened, two printers alike. Bytes written are kept; reads give prepared packets. Nothing here may be reset.
"""

import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import usb.backend
import usb.core

Setting = tuple[int, int, int, int]  # interface number, alternate setting, class, protocol

PRINTER: Setting = (0, 0, 7, 2)


@dataclass
class MemoryDevice:
    """One device. `packets` are what bulk reads give: bytes, or the errno of an error (110 is a time-out)."""

    vendor: int = 0x0F49
    product: int = 0x0A00
    serial: str | None = "S-1"
    ports: tuple[int, ...] | None = (1,)
    busy_claims: int = 0  # claims that fail before one does not
    settings: tuple[Setting, ...] = (PRINTER,)
    in_packet_bytes: int = 64
    configured: bool = True
    configuration_errno: int = 0
    kernel_driver: bool = False
    open_errno: int = 0
    claim_errno: int = 0
    write_errno: int = 0
    packets: list[bytes | int] = field(default_factory=list)
    written: bytes = b""
    writes: list[int] = field(default_factory=list)
    reads_ms: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


def usb_error(errno: int) -> usb.core.USBError:
    """Return what pyusb raises with libusb for an errno."""
    kind = usb.core.USBTimeoutError if errno == 110 else usb.core.USBError
    return kind(f"error {errno}", None, errno)


class MemoryBus(usb.backend.IBackend):  # type: ignore[misc]
    """The bus; pass `bus.open` where a backend factory is wanted."""

    def __init__(self, *devices: MemoryDevice) -> None:
        super().__init__()
        self.devices = devices

    def open(self, _address: str) -> "MemoryBus":
        return self

    def enumerate_devices(self) -> Iterator[MemoryDevice]:
        yield from self.devices

    def get_parent(self, dev: MemoryDevice) -> None:
        return None

    def get_device_descriptor(self, dev: MemoryDevice) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=dev.vendor, idProduct=dev.product,
            bcdDevice=0x100, iManufacturer=0, iProduct=0, iSerialNumber=0 if dev.serial is None else 3,
            bNumConfigurations=1, bus=1, address=1, port_number=1, port_numbers=dev.ports, speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: MemoryDevice, config: int) -> SimpleNamespace:
        if config:
            raise IndexError(config)
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=9, bNumInterfaces=len({s[0] for s in dev.settings}),
            bConfigurationValue=1, iConfiguration=0, bmAttributes=0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(
        self, dev: MemoryDevice, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        number, setting, class_, protocol = self._setting(dev, intf, alt)
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=number, bAlternateSetting=setting,
            bNumEndpoints=1 if protocol == 1 else 2, bInterfaceClass=class_, bInterfaceSubClass=1,
            bInterfaceProtocol=protocol, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(
        self, dev: MemoryDevice, ep: int, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        number, setting, _, _ = self._setting(dev, intf, alt)
        address = 1 + 4 * number + setting + (0x80 if ep else 0)
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=address, bmAttributes=2,
            wMaxPacketSize=dev.in_packet_bytes, bInterval=0, bRefresh=0, bSynchAddress=0,
            extra_descriptors=[],
        )  # fmt: skip

    def _setting(self, dev: MemoryDevice, intf: int, alt: int) -> Setting:
        for setting in dev.settings:
            if setting[:2] == (intf, alt):
                return setting
        raise IndexError(intf)

    def open_device(self, dev: MemoryDevice) -> MemoryDevice:
        if dev.open_errno:
            raise usb_error(dev.open_errno)
        return dev

    def close_device(self, dev_handle: MemoryDevice) -> None:
        dev_handle.calls.append("close")

    def get_configuration(self, dev_handle: MemoryDevice) -> int:
        if dev_handle.configuration_errno:
            raise usb_error(dev_handle.configuration_errno)
        return 1 if dev_handle.configured else 0

    def set_configuration(self, dev_handle: MemoryDevice, config_value: int) -> None:
        dev_handle.configured = True
        dev_handle.calls.append(f"configure {config_value}")

    def set_interface_altsetting(
        self, dev_handle: MemoryDevice, intf: int, altsetting: int
    ) -> None:
        dev_handle.calls.append(f"setting {intf}.{altsetting}")

    def claim_interface(self, dev_handle: MemoryDevice, intf: int) -> None:
        if dev_handle.busy_claims:
            dev_handle.busy_claims -= 1
            raise usb_error(16)
        if dev_handle.claim_errno or dev_handle.kernel_driver:
            raise usb_error(dev_handle.claim_errno or 16)
        dev_handle.calls.append(f"claim {intf}")

    def release_interface(self, dev_handle: MemoryDevice, intf: int) -> None:
        dev_handle.calls.append(f"release {intf}")

    def is_kernel_driver_active(self, dev_handle: MemoryDevice, intf: int) -> bool:
        return dev_handle.kernel_driver

    def detach_kernel_driver(self, dev_handle: MemoryDevice, intf: int) -> None:
        dev_handle.kernel_driver = False
        dev_handle.calls.append(f"detach {intf}")

    def attach_kernel_driver(self, dev_handle: MemoryDevice, intf: int) -> None:
        dev_handle.kernel_driver = True
        dev_handle.calls.append(f"attach {intf}")

    def clear_halt(self, dev_handle: MemoryDevice, ep: int) -> None:
        dev_handle.calls.append(f"clear halt {ep:#04x}")

    def reset_device(self, dev_handle: MemoryDevice) -> None:
        raise AssertionError("a printer with a card inside was reset")

    def bulk_write(
        self, dev_handle: MemoryDevice, ep: int, intf: int, data: "array.array[int]", timeout: int
    ) -> int:
        if dev_handle.write_errno:
            raise usb_error(dev_handle.write_errno)
        dev_handle.writes.append(len(data))
        dev_handle.written += bytes(data)
        return len(data)

    def bulk_read(
        self, dev_handle: MemoryDevice, ep: int, intf: int, buff: "array.array[int]", timeout: int
    ) -> int:
        dev_handle.reads_ms.append(timeout)
        assert len(buff) % dev_handle.in_packet_bytes == 0, "a packet could be cut at the end"
        packet = dev_handle.packets.pop(0) if dev_handle.packets else 110
        if isinstance(packet, int):
            raise usb_error(packet)
        assert len(packet) <= len(buff), "the rest of a packet would be lost"
        memoryview(buff)[: len(packet)] = array.array("B", packet)
        return len(packet)

    def ctrl_transfer(
        self,
        dev_handle: MemoryDevice,
        request_type: int,
        request: int,
        value: int,
        index: int,
        data: "array.array[int]",
        timeout: int,
    ) -> int:
        assert (request_type, request) == (0x80, 6), "only descriptors are asked for"
        text = b"\x09\x04" if value & 0xFF == 0 else (dev_handle.serial or "").encode("utf-16-le")
        answer = bytes((2 + len(text), 3)) + text
        memoryview(data)[: len(answer)] = array.array("B", answer)
        return len(answer)
