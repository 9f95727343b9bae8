"""Memory: one heap for all threads.

glibc gives each new thread a heap of its own, and every connection is a thread: planes freed in one heap are no use to
the next, and a printer of 75 MB grew to 120 in a day of cards.
"""

import ctypes

_M_ARENA_MAX = -8  # malloc.h


def share_one_heap() -> None:
    """Have every thread use the same heap; before any thread starts. Nothing happens where the C library is another."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
