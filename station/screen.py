"""Facts as tables for people, Indonesian first. No fact is made here."""

from typing import Any

from rich.console import Console
from rich.table import Table

from prr.exchange import Tally

_STATES = {
    "idle": "[green]siap / idle",
    "processing": "[cyan]mencetak / processing",
    "stopped": "[red]berhenti / stopped",
}

_NOT_RUNNING = "[red bold]tidak berjalan / not running"


def tally_words(tally: Tally) -> str:
    """Say in one line what a printer counted and whether it fits."""
    moved = "?" if tally.moved is None else str(tally.moved)
    fits = "cocok / fits" if tally.fits else "TIDAK COCOK, terkunci / DOES NOT FIT, locked"
    return (
        f"printer {tally.printer_serial}: counter {moved}, cards "
        f"{tally.cards_min}-{tally.cards_max}: {fits}"
    )


_PLACES = {
    None: "belum pernah dibaca di sini / never read here",
    "OUTSIDE": "dikeluarkan dari printer / taken out of the printer",
    "LOADED": "di dalam printer / in the printer",
    "IN_PRINT": "sedang dicetak atau ragu / being printed or in doubt",
    "PRINTED": "sudah dicetak / printed",
    "SPOILED": "rusak / spoiled",
    "TEST": "kartu uji / test card",
}


def blank_words(told: dict[str, Any]) -> str:
    """Say what is known of a blank that was read, a fact a line."""
    lines = [f"{told['uid']}: {_PLACES[told['place']]}"]
    if told["place"] is not None:
        lines.append(f"  {told['series']}, {told['since']}, {told['by']}")
    if told["intent"] is not None:
        lines.append(f"  intent {told['intent']}, hak / right {told['right'] or '-'}")
    lines += [f"  hanya untuk / only for {right}" for right in told["held_for"]]
    return "\n".join(lines)


def show_status(told: dict[str, Any]) -> None:
    """Print the station's state."""
    console = Console()
    console.print(f"[bold]Stasiun / station {told['station']}")
    for role in told["roles"]:
        state = _STATES.get(role["state"], role["state"]) if role["running"] else _NOT_RUNNING
        console.print(f"{role['role']}: {state}")
        for reason in role["reasons"]:
            console.print(
                f"  [yellow]{reason['reason']}[/]: {reason['detail']}\n    -> {reason['remedy']}",
                highlight=False,
            )
    _doubts(console, told["doubts"])
    table = Table(show_header=False, box=None, pad_edge=False)
    for title, facts in (
        ("Kartu / cards", told["cards"]),
        ("Blangko / blanks", told["blanks"]),
        ("Data / rights", told["rights"]),
    ):
        table.add_row(title, "  ".join(f"{name} {value}" for name, value in facts.items()))
    for printer in told["printers"]:
        table.add_row(
            "Printer", f"{printer['model']} {printer['serial']} firmware {printer['firmware']}"
        )
        word = printer["profile"]
        table.add_row("Profil / profile", word["reason"] or "berlaku / certified")
        cap = "-" if printer["cap"] is None else f"{printer['cap_left']} / {printer['cap']}"
        table.add_row("Batas hari ini / cap left", f"{cap} ({printer['day']})")
    table.add_row("Laporan menunggu / untold", str(told["outbox_waiting"]))
    console.print(table)


def _doubts(console: Console, doubts: list[dict[str, Any]]) -> None:
    for doubt in doubts:
        if doubt["in_doubt"]:
            console.print(
                f"[red bold]RAGU / IN DOUBT[/] intent {doubt['intent']} right {doubt['right']}: "
                f"ktp-station resolve {doubt['intent']} printed|not-printed|spoiled --by NAME",
                highlight=False,
            )


def show_queue(rows: list[dict[str, Any]]) -> None:
    """Print the queue."""
    table = Table(
        "Hak / right", "Keadaan / state", "Disetujui / approved", "fence", "tarik / pull ms"
    )
    for row in rows:
        approved = "ya" if row["approved"] else "belum"
        table.add_row(row["right"], row["state"], approved, str(row["fence"]), str(row["pull_ms"]))
    Console().print(table)
