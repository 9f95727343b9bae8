"""Words to systemd over its notification socket; silent where there is none."""

import os
import socket


def notify(state: str) -> bool:
    """Send `READY=1`, `WATCHDOG=1`, `STOPPING=1` or `STATUS=...`; returns whether anybody listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    if address.startswith("@"):  # Linux's abstract socket names
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.sendto(state.encode(), address)
        except OSError:  # whoever listened has gone; that is no reason to stop printing
            return False
    return True


def watchdog_interval_s() -> float | None:
    """Return how often systemd wants to hear, None where it does not watch."""
    microseconds = os.environ.get("WATCHDOG_USEC")
    return int(microseconds) / 2_000_000 if microseconds else None
