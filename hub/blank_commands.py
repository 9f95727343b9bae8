"""The commands that write a document over the ledger of blanks: each moves blanks once and is never edited.

Part of `hub.cli`, which registers them; what a command needs is imported in it. A command given twice with the same
words is answered with the document that is here.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from hub.office_commands import DEFAULT_DIR, By, Dir, dated, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.blanks.document import Document, Head
    from hub.home import Hub

Blanks = Annotated[
    list[str], typer.Option("--blanks", help="SERIES=COUNT; once for each series of the paper.")
]
Number = Annotated[str, typer.Option(help="On the paper; the office's next one without it.")]
Day = Annotated[str, typer.Option(callback=dated, help="On the paper, YYYY-MM-DD; or today.")]
Reason = Annotated[str, typer.Option(help="Why, where it is not plain.")]
Witness = Annotated[list[str] | None, typer.Option(help="Who saw it; once for each person.")]
Office = Annotated[str, typer.Option(callback=named, help="The other office's code.")]
Note = Annotated[str, typer.Argument(help="The transfer's number.")]


def register(blanks: typer.Typer) -> None:
    """Add the commands to `ktp-hub blanks`."""
    for name, command in (
        ("series", series), ("quota", quota), ("receipt", receipt), ("give-back", give_back),
        ("transfer", send), ("confirm", confirm), ("cancel", cancel), ("lend", lend),
        ("take-back", take_back), ("borrow", borrow), ("bring-back", bring_back), ("seal", seal),
        ("destroy", destroy), ("missing", missing), ("found", found),
    ):  # fmt: skip
        blanks.command(name)(command)


def series(
    name: Annotated[str, typer.Argument(callback=named)],
    kind: Annotated[str, typer.Option(help="WNI or WNA.")],
    by: By,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Say once whether a series is citizens' blanks (WNI) or foreign residents' (WNA)."""
    from hub import home
    from hub.blanks import series as declared

    if kind not in declared.KINDS:
        raise typer.BadParameter(f"the kind is one of {', '.join(declared.KINDS)}")
    with home.opened(directory) as hub:
        now = hub.clock.now()
        hub.store.write(lambda connection: declared.declare(connection, name, kind, by, now))
    typer.echo(f"{name}: {kind}")


def quota(
    kind: Annotated[str, typer.Argument(help="WNI or WNA.")],
    count: Annotated[int, typer.Option(min=0, max=1_000_000)],
    first: Annotated[str, typer.Option("--from", callback=dated, help="YYYY-MM-DD")],
    last: Annotated[str, typer.Option("--to", callback=dated, help="YYYY-MM-DD")],
    document: Annotated[str, typer.Option(help="The letter that gives it.")],
    by: By,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Set how many blanks of a kind may be received in a period, at most."""
    from datetime import date

    from hub import home
    from hub.blanks import quota as quotas
    from hub.blanks import series as declared

    if kind not in declared.KINDS:
        raise typer.BadParameter(f"the kind is one of {', '.join(declared.KINDS)}")
    with home.opened(directory) as hub:
        days = date.fromisoformat(first), date.fromisoformat(last)
        quotas.keep(hub, kind, *days, count, document, by)
    typer.echo(f"at most {count} {kind} blanks from {first} to {last}.")


def receipt(
    blanks: Blanks, number: Annotated[str, typer.Option(help="Of the hand-over minutes (BAST).")],
    sender: Annotated[str, typer.Option("--from", help="Who handed them over.")], by: By,
    day: Day = "", witness: Witness = None, directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Take blanks from the supplier under the number of the hand-over minutes."""
    from hub.blanks import receipt as receipts

    head, counts = _head(by, number, day, "", witness), counts_of(blanks)
    _write(directory, lambda hub: receipts.receive(hub, head, counts, sender))


def give_back(
    blanks: Blanks, receiver: Annotated[str, typer.Option("--to", help="Who takes them.")], by: By,
    number: Number = "", day: Day = "", reason: Reason = "", directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Return blanks of the office's stock to the supplier."""
    from hub.blanks import receipt as receipts

    head, counts = _head(by, number, day, reason), counts_of(blanks)
    _write(directory, lambda hub: receipts.give_back(hub, head, counts, receiver))


def send(
    blanks: Blanks,
    target: Annotated[str, typer.Option("--to", help="STOCK, or a station's name.")],
    by: By,
    source: Annotated[str, typer.Option("--from", help="STOCK, or a station's name.")] = "STOCK",
    number: Number = "", day: Day = "", directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Send blanks off; they are in transit until the other end confirms."""
    from hub.blanks import transfer

    head, counts = _head(by, number, day), counts_of(blanks)
    _write(directory, lambda hub: transfer.send(hub, head, counts, source, target))


def confirm(
    number: Note, blanks: Blanks, by: By, day: Day = "", reason: Reason = "",
    directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Confirm what arrived, as it was counted; a difference needs a reason."""
    from hub.blanks import transfer

    head, counts = _head(by, "", day, reason), counts_of(blanks)
    _write(directory, lambda hub: transfer.confirm(hub, number, head, counts))


def cancel(number: Note, by: By, reason: Reason, directory: Dir = DEFAULT_DIR) -> None:
    """Bring back a transfer nobody confirmed; its sender only."""
    from hub.blanks import transfer

    head = _head(by, "", "", reason)
    _write(directory, lambda hub: transfer.cancel(hub, number, head))


def lend(
    blanks: Blanks, office: Office, by: By, number: Number = "", day: Day = "",
    directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Lend blanks to another office; they stay ours."""
    from hub.blanks import loan

    head, counts = _head(by, number, day), counts_of(blanks)
    _write(directory, lambda hub: loan.lend(hub, head, counts, office))


def take_back(
    blanks: Blanks, office: Office, by: By, number: Number = "", day: Day = "",
    directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Take back blanks that another office had."""
    from hub.blanks import loan

    head, counts = _head(by, number, day), counts_of(blanks)
    _write(directory, lambda hub: loan.take_back(hub, head, counts, office))


def borrow(
    blanks: Blanks, office: Office, by: By, number: Number = "", day: Day = "",
    directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Borrow blanks from another office."""
    from hub.blanks import loan

    head, counts = _head(by, number, day), counts_of(blanks)
    _write(directory, lambda hub: loan.borrow(hub, head, counts, office))


def bring_back(
    blanks: Blanks, office: Office, by: By, number: Number = "", day: Day = "",
    directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Bring borrowed blanks back."""
    from hub.blanks import loan

    head, counts = _head(by, number, day), counts_of(blanks)
    _write(directory, lambda hub: loan.bring_back(hub, head, counts, office))


def seal(
    blanks: Blanks,
    source: Annotated[str, typer.Option("--from", help="P1:SPOILED, P1:TEST, STOCK or P1.")],
    by: By,
    uid: Annotated[list[str] | None, typer.Option(help="A chip that was read, in hex.")] = None,
    number: Number = "", day: Day = "", reason: Reason = "", witness: Witness = None,
    directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Close a bag of spoiled blanks; its number is the document's."""
    from hub.blanks import spoilage

    head, counts = _head(by, number, day, reason, witness), counts_of(blanks)
    _write(directory, lambda hub: spoilage.seal(hub, head, counts, source, uid or ()))


def destroy(
    bag: Annotated[str, typer.Argument(help="The bag's number.")], by: By, reason: Reason,
    witness: Witness = None, number: Number = "", day: Day = "", directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Destroy all that is in a bag, before two witnesses beside who writes."""
    from hub.blanks import spoilage

    head = _head(by, number, day, reason, witness)
    _write(directory, lambda hub: spoilage.destroy(hub, head, bag))


def missing(
    blanks: Blanks, source: Annotated[str, typer.Option("--from", help="Where the book has them.")],
    by: By, reason: Reason, witness: Witness = None, number: Number = "", day: Day = "",
    directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Write blanks off that are not where the book has them."""
    from hub.blanks import missing as lost

    head, counts = _head(by, number, day, reason, witness), counts_of(blanks)
    _write(directory, lambda hub: lost.miss(hub, head, counts, source))


def found(
    blanks: Blanks, target: Annotated[str, typer.Option("--to", help="Where they lie now.")],
    by: By, reason: Reason, witness: Witness = None,
    was_missing: Annotated[bool, typer.Option("--was-missing", help="Written off before.")] = False,
    number: Number = "", day: Day = "", directory: Dir = DEFAULT_DIR,
) -> None:  # fmt: skip
    """Book blanks that turned up."""
    from hub.blanks import missing as lost

    head, counts = _head(by, number, day, reason, witness), counts_of(blanks)
    _write(directory, lambda hub: lost.find(hub, head, counts, target, was_missing=was_missing))


def counts_of(blanks: list[str]) -> dict[str, int]:
    """Read SERIES=COUNT, each series once."""
    counts: dict[str, int] = {}
    for one in blanks:
        name, equals, count = one.partition("=")
        if not equals or not count.isdecimal() or named(name) in counts:
            raise typer.BadParameter(f"{one}: say SERIES=COUNT, each series once")
        counts[name] = int(count)
    return counts


def _head(
    by: str, number: str, day: str = "", reason: str = "", witness: list[str] | None = None
) -> "Head":
    from datetime import date

    from hub.blanks.document import Head

    on = date.fromisoformat(day) if day else None
    return Head(by, number or None, on, reason, tuple(witness or ()))


def _write(directory: Dir, entered: "Callable[[Hub], Document]") -> None:
    from hub import home

    with home.opened(directory) as hub:
        made = entered(hub)
    typer.echo(f"{made.kind} {made.number}, {made.day}:")
    for line in made.lines:
        typer.echo(f"  {line.count} {line.series}: {line.source} -> {line.target}")
