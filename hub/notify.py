"""Tells systemd that the hub is ready and alive: datagrams to NOTIFY_SOCKET, nothing where there is none."""

import os
import socket


def notify(word: str) -> bool:
    """Send one word such as READY=1; returns whether anybody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]  # Linux's abstract names
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.sendto(word.encode(), address)
        except OSError:  # whoever listened has gone; that is no reason to stop serving
            return False
    return True


def watchdog_s() -> float | None:
    """Return how often the service manager must hear WATCHDOG=1, halved to be in time, or None."""
    told = os.environ.get("WATCHDOG_USEC", "")
    meant = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(told) / 2_000_000 if told.isdigit() and meant else None
