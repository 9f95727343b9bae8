"""The udev rule: the printer, and nothing but the printer, goes to the press."""

import pytest

from systemd import units

pytestmark = pytest.mark.pure

RULE = (units.FILES / "60-ktp-printer.rules").read_text()

PRINTER = {
    "ACTION": "add",
    "SUBSYSTEM": "usb",
    "ENV{DEVTYPE}": "usb_device",
    "ATTR{idVendor}": "0f49",
    "ENV{ID_USB_INTERFACES}": ":070102:",
}


def test_the_printer_goes_to_the_press() -> None:
    press = "ktp-station-press.service"
    assert units.udev_apply(RULE, PRINTER) == {
        "GROUP": units.setting(press, "Group"),
        "MODE": "0660",
        "SYMLINK": "ktp-printer/$env{ID_SERIAL_SHORT}",
        "TAG": "systemd",
        "ENV{SYSTEMD_WANTS}": press,
    }


def test_a_composite_printer_goes_to_the_press() -> None:
    composite = PRINTER | {"ENV{ID_USB_INTERFACES}": ":030000:070102:0b0000:"}
    assert units.udev_apply(RULE, composite) == units.udev_apply(RULE, PRINTER)


@pytest.mark.parametrize(
    "other",
    [
        {"ATTR{idVendor}": "04b8"},
        {"ENV{ID_USB_INTERFACES}": ":080650:"},
        {"ENV{DEVTYPE}": "usb_interface"},
        {"SUBSYSTEM": "tty"},
        {"ACTION": "remove"},
    ],
)
def test_everything_else_stays_as_it_is(other: dict[str, str]) -> None:
    assert units.udev_apply(RULE, PRINTER | other) == {}


@pytest.mark.parametrize(
    "broken",
    ['GROUPX="ktp-press"', "GROUP=ktp-press", 'GROUP=="ktp-press"', 'ATTR{idVendor}="0f49"'],
)
def test_a_broken_rule_is_found(broken: str) -> None:
    with pytest.raises(AssertionError, match="udev"):
        units.udev_rules(broken)
