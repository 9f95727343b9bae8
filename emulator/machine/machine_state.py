"""What of the machine survives a power cut and a restart: a JSON file beside the cards, replaced atomically.

Bare facts only (blanks, card inside, ribbons, counters), no RAM of the firmware. The planes already on the card
inside lie as raw files in a folder beside the state. Nothing is synced to disk: the file outlives a killed process,
not a power cut of the computer the emulator runs on.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from emulator.machine.card import (
    CARD_HEIGHT_PX,
    CARD_WIDTH_PX,
    Card,
    Face,
    Ink,
    Position,
    Side,
    Track,
)


class StateFileError(Exception):
    """The state file cannot be used; the message names it and says what to do."""


@dataclass(slots=True)
class Counters:
    """What the machine counts for life."""

    inserted: int = 0
    kept: int = 0  # of `inserted`, when the last card left
    panels: int = 0
    inserted_at_cleaning: int = 0
    panels_at_cleaning: int = 0
    cleanings: int = 0


@dataclass(slots=True)
class MachineState:
    """The lasting state. Law: received - withdrawn = hopper + inside + output + reject.

    Attributes:
        cassettes: what is left on each kind of ribbon: segments, and where in the open one the strip stands.
        torn: the kinds whose strip is torn.
        head_hot_s: how long, ever, the head was too warm to print well.
    """

    serial: str
    received: int = 0
    withdrawn: int = 0
    fed: int = 0
    output: int = 0
    reject: int = 0
    last_number: int = 0
    hopper: list[str] = field(default_factory=list)
    inside: Card | None = None
    ribbon: int | None = 0
    cassettes: dict[int, tuple[int, int]] = field(default_factory=dict)
    torn: list[int] = field(default_factory=list)
    head_hot_s: float = 0.0
    counters: Counters = field(default_factory=Counters)


class StateStore:
    """Keeps a MachineState in one file; without a path it keeps nothing (simulations)."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._planes = None if path is None else path.with_suffix(".inside")

    def __str__(self) -> str:
        return str(self._path)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the file to ourselves: two machines on one state would print one blank twice.

        Raises:
            StateFileError: another emulator has it.
        """
        if self._path is None:
            yield
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as exc:
                raise StateFileError(
                    f"{self._path} belongs to an emulator that is running; give another --cards or --state"
                ) from exc
            yield

    def load(self) -> MachineState | None:
        """Return the stored state or None if there is none.

        Raises:
            StateFileError: the file is there but is not a state of this emulator.
        """
        if self._path is None or not self._path.exists():
            return None
        try:
            return self._decode(json.loads(self._path.read_text()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
            raise StateFileError(
                f"{self._path} is not a printer state ({type(exc).__name__}: {exc}); "
                "move it away to start with a new machine"
            ) from exc

    def save(self, state: MachineState) -> None:
        """Replace the file by the present state."""
        if self._path is None:
            return
        text = json.dumps(_encode(state), separators=(",", ":"))
        part = self._path.with_suffix(".part")
        part.write_text(text)
        part.replace(self._path)

    def save_plane(self, side: Side, panel: str, ink: Ink) -> None:
        """Keep one plane that is now on the card inside."""
        if self._planes is not None:
            self._planes.mkdir(exist_ok=True)
            (self._planes / f"{side}.{panel}").write_bytes(ink.tobytes())

    def drop_planes(self) -> None:
        """Forget the planes: the card has left."""
        if self._planes is not None:
            shutil.rmtree(self._planes, ignore_errors=True)

    def _decode(self, found: dict[str, Any]) -> MachineState:
        inside = found.pop("inside")
        counters = Counters(**found.pop("counters"))
        cassettes = {
            int(kind): (int(left), int(index))
            for kind, (left, index) in found.pop("cassettes").items()
        }
        state = MachineState(**found, counters=counters, cassettes=cassettes)
        state.inside = None if inside is None else self._decode_card(inside)
        return state

    def _decode_card(self, found: dict[str, Any]) -> Card:
        card = Card(found["uid"], Position(found["position"]), 0.0, Side(found["side"]))
        for side_name, face in found["faces"].items():
            side = Side(side_name)
            planes = {panel: self._plane(side, panel) for panel in face["planes"]}
            card.faces[side] = Face(face["ribbon"], planes, list(face["panels_used"]))
        card.tracks = {int(n): Track(int(f), str(t)) for n, (f, t) in found["tracks"].items()}
        return card

    def _plane(self, side: Side, panel: str) -> Ink:
        assert self._planes is not None
        raw = np.frombuffer((self._planes / f"{side}.{panel}").read_bytes(), dtype=np.uint8)
        return raw.reshape(CARD_HEIGHT_PX, CARD_WIDTH_PX)


def _encode(state: MachineState) -> dict[str, Any]:
    card = state.inside
    return {
        "serial": state.serial,
        "received": state.received,
        "withdrawn": state.withdrawn,
        "fed": state.fed,
        "output": state.output,
        "reject": state.reject,
        "last_number": state.last_number,
        "hopper": state.hopper,
        "inside": None if card is None else _encode_card(card),
        "ribbon": state.ribbon,
        "cassettes": state.cassettes,
        "torn": state.torn,
        "head_hot_s": state.head_hot_s,
        "counters": asdict(state.counters),
    }


def _encode_card(card: Card) -> dict[str, Any]:
    return {
        "uid": card.uid,
        "position": card.position,
        "side": card.side,
        "faces": {
            side: {
                "ribbon": face.ribbon,
                "planes": sorted(face.planes),
                "panels_used": face.panels_used,
            }
            for side, face in card.faces.items()
        },
        "tracks": {n: (track.format_number, track.text) for n, track in card.tracks.items()},
    }
