"""The contactless reader through PC/SC: waits for one card, reads its chip's number, waits until it is gone.

Theory of operation. pcscd owns the reader; SCardGetStatusChange sleeps in it until a slot changes or time is up, so
nothing here polls. Every slot of every reader is watched; only a card over the air counts, for a SAM inside a reader
is a card that never leaves. Two cards over the air are none: nobody could say which was meant.

No card moves in any of these calls: the reader lies on the desk.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType

from station.errors import CardUnreadableError, ReaderMissingError
from station.reader import apdu

_LOOK_S_MAX = 1.0  # a reader plugged in meanwhile is seen at the next look


def _scard() -> ModuleType:
    """Load PC/SC's functions, when a reader is wanted and not before."""
    try:
        from smartcard import scard  # noqa: PLC0415  optional: extra `reader`
    except ImportError as error:
        raise ReaderMissingError(
            "the software for readers is not installed: pip install 'ktp-station[reader]'"
        ) from error
    loaded: ModuleType = scard
    return loaded


@contextmanager
def open_reader(
    name: str = "", monotonic_s: Callable[[], float] = time.monotonic
) -> Iterator["BlankReader"]:
    """Open a session with pcscd.

    Args:
        name: part of the reader's name as `pcsc_scan` tells it; every reader without it.
        monotonic_s: the clock of the deadlines.

    Raises:
        ReaderMissingError: pyscard is not installed, pcscd does not answer.
    """
    scard = _scard()
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        raise ReaderMissingError(
            f"pcscd does not answer ({_word(scard, result)}): apt-get install pcscd, then systemctl start pcscd"
        )
    try:
        yield BlankReader(scard, context, name, monotonic_s)
    finally:
        scard.SCardReleaseContext(context)


class BlankReader:
    """Reads blanks one after the other within one session."""

    def __init__(
        self, scard: ModuleType, context: int, name: str, monotonic_s: Callable[[], float]
    ) -> None:
        self._scard = scard
        self._context = context
        self._name = name
        self._now_s = monotonic_s

    def read(self, within_s: float) -> str:
        """Wait for a card and return its chip's number, capital hex.

        Raises:
            ReaderMissingError: no such reader, or it was unplugged.
            CardUnreadableError: no card in time, two cards, taken away too soon, or no fixed number.
        """
        slot = self._wait(lambda slots: next(iter(slots), None), within_s)
        if slot is None:
            raise CardUnreadableError(
                f"no card was laid on the reader within {within_s:g} s: begin again"
            )
        return self._named(slot)

    def wait_gone(self, within_s: float) -> None:
        """Wait until no card lies on any reader.

        Raises:
            ReaderMissingError: no such reader, or it was unplugged.
            CardUnreadableError: one still lies there at the end of the time.
        """
        if self._wait(lambda slots: None if slots else "", within_s) is None:
            raise CardUnreadableError(
                f"a card still lies on the reader after {within_s:g} s: take it away and begin again"
            )

    # -- slots -----------------------------------------------------------------------------------------------

    def _wait(self, wanted: Callable[[list[str]], str | None], within_s: float) -> str | None:
        """Look until `wanted` finds what it wants among the slots with a card over the air; None: time is up."""
        end_s = self._now_s() + within_s
        seen = self._look(self._slots(), {}, 0.0)
        while True:
            slots = [name for name, (_, atr) in seen.items() if apdu.contactless(atr)]
            if len(slots) > 1:
                raise CardUnreadableError(
                    "two readers hold a card: take one away, or name the reader in [reader] name"
                )
            found = wanted(slots)
            left_s = end_s - self._now_s()
            if found is not None or left_s <= 0:
                return found
            seen = self._look(self._slots(), seen, min(left_s, _LOOK_S_MAX))

    def _slots(self) -> list[str]:
        scard = self._scard
        result, names = scard.SCardListReaders(self._context, [])
        if result not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_NO_READERS_AVAILABLE):
            raise ReaderMissingError(
                f"pcscd is gone ({_word(scard, result)}): systemctl start pcscd"
            )
        if not names:
            raise ReaderMissingError("no reader is plugged in: blanks are counted without one")
        meant = [name for name in names if self._name in name]
        if not meant:
            there = ", ".join(names)
            raise ReaderMissingError(f"no reader is named {self._name!r}; there is: {there}")
        return meant

    def _look(
        self, slots: list[str], seen: dict[str, tuple[int, bytes]], within_s: float
    ) -> dict[str, tuple[int, bytes]]:
        """Return state and ATR of each slot once one differs from what was seen, or the time is up."""
        scard = self._scard
        asked = [(name, seen.get(name, (scard.SCARD_STATE_UNAWARE, b""))[0]) for name in slots]
        result, told = scard.SCardGetStatusChange(self._context, round(within_s * 1000), asked)
        if result == scard.SCARD_E_TIMEOUT and seen:
            return {name: seen.get(name, (0, b"")) for name in slots}
        if result not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT):
            raise ReaderMissingError(
                f"the reader is gone ({_word(scard, result)}): plug it in and begin again"
            )
        present = scard.SCARD_STATE_PRESENT
        return {
            name: (state & ~scard.SCARD_STATE_CHANGED, bytes(atr) if state & present else b"")
            for name, state, atr in told
        }

    # -- one card --------------------------------------------------------------------------------------------

    def _named(self, slot: str) -> str:
        """Read the number twice with the power off between; a number that changes is no name."""
        scard = self._scard
        result, card, protocol = scard.SCardConnect(
            self._context, slot, scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )  # fmt: skip
        self._check(result)
        try:
            first = self._uid(card, protocol)
            result, protocol = scard.SCardReconnect(
                card, scard.SCARD_SHARE_EXCLUSIVE,
                scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1, scard.SCARD_UNPOWER_CARD,
            )  # fmt: skip
            self._check(result)
            second = self._uid(card, protocol)
        finally:
            scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)
        if first != second:
            raise CardUnreadableError(
                "the number read changed with the power: two cards, or a chip without a fixed number"
            )
        return first

    def _uid(self, card: int, protocol: int) -> str:
        scard = self._scard
        header = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        script = apdu.uid_script()
        command = next(script)
        while True:
            result, answer = scard.SCardTransmit(card, header, list(command))
            self._check(result)
            try:
                command = script.send(bytes(answer))
            except StopIteration as end:
                return str(end.value)

    def _check(self, result: int) -> None:
        scard = self._scard
        if result == scard.SCARD_S_SUCCESS:
            return
        if result in (scard.SCARD_W_REMOVED_CARD, scard.SCARD_E_NO_SMARTCARD):
            raise CardUnreadableError("the card was taken away too soon: lay it on again")
        if result == scard.SCARD_E_SHARING_VIOLATION:
            raise CardUnreadableError("another program uses the reader: close it and begin again")
        raise CardUnreadableError(
            f"the card could not be read ({_word(scard, result)}): lay it on again"
        )


def _word(scard: ModuleType, result: int) -> str:
    return str(scard.SCardGetErrorMessage(result)).strip().rstrip(".")
