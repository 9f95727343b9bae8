"""Parser of the host's byte stream: bytes in; pages, requests and refusals out. No reply, no printer, no I/O.

Theory of operation. A header is 01, usually a comma, tokens between commas, 1C. One that begins with a verb of its own
is a request and ends with 03; any other is the header of a page, and its `SZ` tokens say how long the planes are that
follow, in the order B, G, R, K, each closed by 1C, its letter, 3A; 03 ends the page:

    HUNT --01--> HEAD
    HEAD --1C of a request--> CLOSE
    HEAD --1C of a page--> PLANE --all bytes--> TRAILER --1C letter 3A--> PLANE, after the last one CLOSE
    CLOSE --03--> event, HUNT
    HEAD --01--> HEAD (the one before is refused);  HEAD --anything else not printable--> HUNT (refused)
    TRAILER, CLOSE --any other byte--> HUNT (refused), the byte hunted again

Both framings in use lie inside this: with or without the comma behind 01 and before 1C, with any number of lead-in
bytes 05 before, which are passed over. Whoever uses the parser judges each header; the planes of a page that is turned
down are still read by their lengths, but not kept, so that they are not taken for commands.

Any split of a stream gives the same events, nothing raises on noise, and memory is bounded by one page. What is out of
step is refused once, then skipped in silence until something is whole again.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from emulator.magicard.words import COLON, END, LEAD, LETTERS, PANEL_OF

HEADER_BYTES_MAX = 4096  # the longest header known is far below 1000
PLANE_BYTES_MAX = 1 << 20  # the longest plane of any family in the sheet is 585 216 bytes

_START = re.compile(b"\x01")
_NOISE = re.compile(rb"[^\x05]")
_NOT_TEXT = re.compile(rb"[^\x20-\x7e]")
_REQUEST = re.compile(r"(REQ|RST|TST|EJT|SNR\d{1,4}|QPR\d{1,4})")

Tokens = tuple[str, ...]
Judge = Callable[[Tokens], str | None]


@dataclass(frozen=True, slots=True)
class Page:
    """One side of a card: the tokens of its header and its planes by panel letter, still packed as on the wire."""

    tokens: Tokens
    planes: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Request:
    """Something to be answered or done at once."""

    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is no page and no request, and why; for the log, the family has no reply for it."""

    reason: str


Event = Page | Request | Refused
Reader = Callable[[memoryview, list[Event]], int]


def _admit(_tokens: Tokens) -> str | None:
    return None


class Parser:
    """Streaming parser; one for each independent stream of bytes.

    Args:
        judge: returns why a page with this header is not taken, None if it is; called when the header is whole.
    """

    _tokens: Tokens  # of the header under way; empty until it is whole
    _is_request: bool
    _turned_down: bool
    _lengths: list[tuple[str, int]]  # letters and lengths of the planes still to begin
    _read: Reader

    def __init__(self, judge: Judge = _admit) -> None:
        self._judge = judge
        self._lost = False
        self._reset()

    @property
    def receiving(self) -> bool:
        """Say whether a page is under way that will be kept."""
        planes_begun = bool(self._tokens) and not self._is_request
        return planes_begun and not self._turned_down

    @property
    def unfinished(self) -> bool:
        """Say whether a header, page or request has begun and not ended."""
        return self._read != self._hunt

    def receive_data(self, data: bytes) -> list[Event]:
        """Take the next bytes and return the events they complete, in order."""
        events: list[Event] = []
        view = memoryview(data)
        while view:
            view = view[self._read(view, events) :]
        return events

    def receive_end(self) -> list[Event]:
        """Hear that no more bytes come; whatever is half received is forgotten."""
        events: list[Event] = []
        if self.unfinished:
            self._refuse(events, f"{self._what} is not whole: the stream ended in it")
        self._lost = False
        return events

    # Each reader takes a prefix of the bytes, returns its length (at least 1, or 0 after a change of
    # reader) and names the reader that comes next.

    def _hunt(self, view: memoryview, events: list[Event]) -> int:
        found = _START.search(view)
        skipped = len(view) if found is None else found.start()
        if _NOISE.search(view[:skipped]):
            self._stray(events, "bytes outside any header")
        if found is None:
            return skipped
        self._read = self._head
        return found.end()

    def _head(self, view: memoryview, events: list[Event]) -> int:
        room = HEADER_BYTES_MAX - len(self._text) + 1
        found = _NOT_TEXT.search(view[:room])
        if found is None:
            self._text += view[:room]
            if len(self._text) > HEADER_BYTES_MAX:
                self._stray(events, "a header that does not end")
            return min(len(view), room)
        self._text += view[: found.start()]
        match view[found.start()]:
            case 0x1C:
                self._end_head(events)
            case 0x01:
                self._stray(events, "a header that was not ended")
                self._read = self._head
            case byte:
                self._stray(events, f"byte {byte:02X} in a header")
        return found.end()

    def _end_head(self, events: list[Event]) -> None:
        tokens = tuple(token for token in self._text.decode("ascii").split(",") if token)
        if not tokens:
            self._stray(events, "a header without tokens")
            return
        self._tokens = tokens
        self._is_request = _REQUEST.fullmatch(tokens[0]) is not None
        if self._is_request:
            self._read = self._close
            return
        lengths = _plane_lengths(tokens)
        if isinstance(lengths, str):
            self._refuse(events, lengths)
            return
        reason = self._judge(tokens)
        if reason is not None:
            events.append(Refused(reason))
            self._turned_down = True
        self._lengths = lengths
        self._next_plane()

    def _next_plane(self) -> None:
        self._filled = self._trailer_seen = 0
        self._payload = bytearray()
        if self._lengths:
            self._letter, self._byte_count = self._lengths.pop(0)
            self._read = self._fill
        else:
            self._read = self._close

    def _fill(self, view: memoryview, _events: list[Event]) -> int:
        taken = min(len(view), self._byte_count - self._filled)
        if not self._turned_down:
            self._payload += view[:taken]
        self._filled += taken
        if self._filled == self._byte_count:
            self._read = self._trail
        return taken

    def _trail(self, view: memoryview, events: list[Event]) -> int:
        expected = (LEAD, ord(self._letter), COLON)
        if view[0] != expected[self._trailer_seen]:
            self._refuse(events, f"plane {self._letter} is not followed by its trailer")
            return 0
        self._trailer_seen += 1
        if self._trailer_seen == len(expected):
            if not self._turned_down:
                self._planes[PANEL_OF[self._letter]] = bytes(self._payload)
            self._next_plane()
        return 1

    def _close(self, view: memoryview, events: list[Event]) -> int:
        if view[0] != END:
            self._refuse(events, f"{self._what} is not followed by 03")
            return 0
        if self._is_request:
            events.append(Request(self._tokens))
        elif not self._turned_down:
            events.append(Page(self._tokens, self._planes))
        self._lost = False
        self._reset()
        return 1

    # --- out of step ------------------------------------------------------------------------

    @property
    def _what(self) -> str:
        if not self._tokens:
            return "a header"
        return f"request {self._tokens[0]}" if self._is_request else "a page"

    def _stray(self, events: list[Event], reason: str) -> None:
        """Refuse what may be noise: only the first of it."""
        if not self._lost:
            events.append(Refused(reason))
        self._lost = True
        self._reset()

    def _refuse(self, events: list[Event], reason: str) -> None:
        """Refuse what was surely meant for us, unless its header was turned down already."""
        if not self._turned_down:
            events.append(Refused(reason))
        self._lost = True
        self._reset()

    def _reset(self) -> None:
        self._text = bytearray()
        self._tokens = ()
        self._is_request = False
        self._turned_down = False
        self._lengths = []
        self._planes: dict[str, bytes] = {}
        self._letter = ""
        self._byte_count = self._filled = self._trailer_seen = 0
        self._payload = bytearray()
        self._read = self._hunt


def _plane_lengths(tokens: Tokens) -> list[tuple[str, int]] | str:
    """Return letter and length of each plane in the order of the wire, or why the planes can't be read."""
    lengths: dict[str, int] = {}
    for token in tokens:
        if not token.startswith("SZ"):
            continue
        letter, digits = token[2:3], token[3:]
        if letter not in PANEL_OF or letter in lengths or not _is_number(digits):
            return f"token {token[:8]} says no plane's length"
        lengths[letter] = int(digits)
        if not 0 < lengths[letter] <= PLANE_BYTES_MAX:
            return f"token {token[:12]} says a length no plane has"
    return [(letter, lengths[letter]) for letter in LETTERS if letter in lengths]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 8
