"""A folder as a disk may hold it after a power cut: what was synced is there, of the rest any part may be.

A file's writes and truncations wait until that file is synced; names wait until the folder is. Nothing is assumed of
the order in which waiting ones reach the disk, but that names come in order: every journalling file system keeps it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

SECTOR_BYTES = 512


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes put into a file."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file cut or stretched to a length."""

    file: int
    length: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name that comes to mean a file, or nothing (None)."""

    name: str
    file: int | None


@dataclass(frozen=True, slots=True)
class Sync:
    """A file synced; None: the folder."""

    file: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """The program said something: that a transaction was acknowledged, or where the scenario begins."""

    text: str


Operation = Write | Truncate | Name | Sync | Mark
Change = Write | Truncate


@dataclass(frozen=True, slots=True)
class Torn:
    """One waiting write of which only the first bytes came to the disk."""

    number: int
    bytes_kept: int


@dataclass(slots=True)
class Disk:
    """What is surely there, and what waits: changes by their number in the recording."""

    contents: dict[int, bytes] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    waiting: dict[int, Change] = field(default_factory=dict)
    waiting_names: list[Name] = field(default_factory=list)

    def copy(self) -> "Disk":
        """Return a disk that goes its own way from here."""
        return Disk(
            dict(self.contents), dict(self.names), dict(self.waiting), list(self.waiting_names)
        )

    def apply(self, number: int, operation: Operation) -> None:
        """Take the next operation of a recording."""
        match operation:
            case Write() | Truncate():
                self.waiting[number] = operation
            case Name():
                self.waiting_names.append(operation)
            case Sync(None):
                self.names = self.names_with(len(self.waiting_names))
                self.waiting_names = []
            case Sync(file):
                assert file is not None
                mine = [n for n, change in self.waiting.items() if change.file == file]
                self.contents[file] = self.content(file, mine, None)
                for n in mine:
                    del self.waiting[n]
            case Mark():
                pass

    def names_with(self, count: int) -> dict[str, int]:
        """Return the folder with the first waiting names on the disk."""
        names = dict(self.names)
        for waiting in self.waiting_names[:count]:
            if waiting.file is None:
                names.pop(waiting.name, None)
            else:
                names[waiting.name] = waiting.file
        return names

    def content(self, file: int, kept: Collection[int], torn: Torn | None) -> bytes:
        """Return a file with the given waiting changes on the disk."""
        data = bytearray(self.contents.get(file, b""))
        for number, change in self.waiting.items():
            if change.file != file:
                continue
            if number in kept:
                _put(data, change)
            elif torn is not None and number == torn.number and isinstance(change, Write):
                _put(data, Write(file, change.offset, change.data[: torn.bytes_kept]))
        return bytes(data)

    def folder(
        self, kept: Collection[int], torn: Torn | None, names_count: int
    ) -> Iterator[tuple[str, bytes]]:
        """Return every file the folder then holds."""
        for name, file in self.names_with(names_count).items():
            yield name, self.content(file, kept, torn)


def _put(data: bytearray, change: Change) -> None:
    if isinstance(change, Truncate):
        if change.length <= len(data):
            del data[change.length :]
        else:
            data.extend(bytes(change.length - len(data)))
        return
    if not change.data:
        return
    if change.offset > len(data):
        data.extend(bytes(change.offset - len(data)))
    data[change.offset : change.offset + len(change.data)] = change.data
