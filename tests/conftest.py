"""A test that leaves a thread or a process behind fails; the summary lists every skip with its reason (-ra)."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SETTLE_S_MAX = 3.0


def children() -> set[int]:
    """Return the ids of this process's own children."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        try:
            found |= {int(pid) for pid in (task / "children").read_text().split()}
        except FileNotFoundError:  # the thread ended while we looked
            continue
    return found


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Compare threads and children before and after; what is still ending gets a moment."""
    threads, processes = set(threading.enumerate()), children()
    yield
    until_s = time.monotonic() + SETTLE_S_MAX
    while time.monotonic() < until_s:
        left = (set(threading.enumerate()) - threads, children() - processes)
        if left == (set(), set()):
            return
        time.sleep(0.01)
    assert left == (set(), set()), "the test left threads or processes behind"


def pytest_configure() -> None:
    """Hear SIGINT even where a shell started us in the background with it ignored: what we start inherits that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail on a skip in CI: what a test needs is installed, not done without in silence."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    if os.environ.get("CI") and skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
