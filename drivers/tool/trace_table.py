"""A trace and its replays for people's eyes, and as plain values for JSON."""

from collections.abc import Iterable
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from drivers.tool.difference import Difference
from drivers.tool.replaying import ReplayedScript
from drivers.tool.resending import Resent
from drivers.tool.trace import Event, Kind, Trace

SHOWN_BYTES = 48
_SIGNS = {Kind.SENT: "-->", Kind.RECEIVED: "<--", Kind.COMMIT: "!!!"}


def trace_table(trace: Trace) -> RenderableType:
    """Return each event on a line, the first bytes of a frame as text."""
    table = Table("s", "", "bytes", "", show_edge=False, pad_edge=False)
    for event in trace.events:
        length = str(len(event.data)) if event.data else ""
        table.add_row(
            f"{event.at_s:.3f}", _SIGNS.get(event.kind, ""), length, Text(_printable(_words(event)))
        )
    head = trace.header
    title = f"{head.device}  {head.driver}  {head.at}  ktp-station {head.version}"
    return Group(Text(_printable(title), style="bold"), table)


def _words(event: Event) -> str:
    match event.kind:
        case Kind.SENT | Kind.RECEIVED:
            return as_text(event.data) if event.data else event.text or "(akhir / end)"
        case Kind.COMMIT:
            return "COMMIT: kartu dapat bergerak / a card may move"
        case Kind.FAILED:
            return f"{event.name}: {event.text}"
        case _:
            return f"{event.kind} {event.name}".strip()


def _printable(text: str) -> str:
    """Return a text that moves no cursor: a trace may come from anywhere."""
    return "".join(sign if sign.isprintable() else "·" for sign in text)


def as_text(data: bytes) -> str:
    """Return the first bytes, what is no letter as its code: `<1B>Rsn<0D>`."""
    shown = "".join(
        chr(byte) if 0x20 <= byte < 0x7F else f"<{byte:02X}>" for byte in data[:SHOWN_BYTES]
    )
    return shown + (" …" if len(data) > SHOWN_BYTES else "")


def replayed_table(scripts: Iterable[ReplayedScript]) -> RenderableType:
    """Return each script with how it went, and below it where it differs."""
    table = Table("skrip / script", "hasil / result", "beda / differs", show_edge=False)
    found: list[Difference] = []
    for script in scripts:
        differs = script.astray or ", ".join(_short(one) for one in script.differences) or "-"
        table.add_row(script.name, Text(_printable(script.result)), Text(differs))
        found += script.differences
    return Group(table, *_differences(found))


def replayed_facts(scripts: Iterable[ReplayedScript]) -> list[dict[str, object]]:
    """Return the same as plain values."""
    return [asdict(script) for script in scripts]


def resent_table(resent: Resent) -> RenderableType:
    """Return what came of sending it again."""
    table = Table("terkirim / sent", "jawaban / replies", "beda / differ", show_edge=False)
    table.add_row(f"{resent.sent_bytes} bytes", str(resent.replies), str(len(resent.differences)))
    stopped = [Text(resent.stopped, style="yellow")] if resent.stopped else []
    return Group(table, *_differences(resent.differences), *stopped)


def resent_facts(resent: Resent) -> dict[str, object]:
    """Return the same as plain values."""
    return asdict(resent)


def _differences(found: list[Difference]) -> list[RenderableType]:
    if not found:
        return []
    table = Table(
        "baris / line", "", "byte", "terekam / recorded", "sekarang / now", show_edge=False
    )
    for one in found:
        recorded, now = (as_text(bytes.fromhex(text)) for text in (one.recorded_hex, one.now_hex))
        table.add_row(str(one.line), one.what, str(one.offset), Text(recorded), Text(now))
    return [Text(), table]


def _short(one: Difference) -> str:
    return f"{one.count} bytes in line {one.line}"
