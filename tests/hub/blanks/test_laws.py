"""Laws of the ledger under any documents in any order, the refused ones among them; on a real SQLite file.

No blank appears or vanishes: the sum of all places is zero, series by series. Nothing is below zero but where blanks
come from. For every place opening + came = went + closing, and closing is the stock of the period's end. A refused
document leaves nothing.
"""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hub import ledger
from hub.blanks import loan, missing, receipt, series, spoilage, stock, transfer
from hub.blanks.document import Document, Head
from hub.errors import HubError
from hub.schema import SOURCE_ACCOUNTS
from support import hub_office
from support.hub_office import Office

KINDS = {"A": "WNI", "F": "WNA"}
ZONE = "Asia/Jakarta"

Act = Callable[[Office, Head, dict[str, int], str], Document]
_SEEN = ("budi", "citra")

ACTS: tuple[Act, ...] = (
    lambda at, head, counts, _: receipt.receive(at.hub, head, counts, "Ditjen"),
    lambda at, head, counts, _: receipt.give_back(at.hub, head, counts, "Ditjen"),
    lambda at, head, counts, _: transfer.send(at.hub, head, counts, "STOCK", "P1"),
    lambda at, head, counts, _: transfer.send(at.hub, head, counts, "P1", "STOCK"),
    lambda at, head, counts, earlier: transfer.confirm(at.hub, earlier, head, counts),
    lambda at, head, _counts, earlier: transfer.cancel(at.hub, earlier, head),
    lambda at, head, counts, _: loan.lend(at.hub, head, counts, "3513"),
    lambda at, head, counts, _: loan.take_back(at.hub, head, counts, "3513"),
    lambda at, head, counts, _: loan.borrow(at.hub, head, counts, "1671"),
    lambda at, head, counts, _: loan.bring_back(at.hub, head, counts, "1671"),
    lambda at, head, counts, _: spoilage.seal(at.hub, head, counts, "STOCK"),
    lambda at, head, _counts, earlier: spoilage.destroy(at.hub, head, earlier),
    lambda at, head, counts, _: missing.miss(at.hub, head, counts, "P1"),
    lambda at, head, counts, _: missing.find(at.hub, head, counts, "STOCK", was_missing=True),
    lambda at, head, counts, _: missing.find(at.hub, head, counts, "P1", was_missing=False),
)

COUNTS = st.dictionaries(st.sampled_from(sorted(KINDS)), st.integers(0, 12), min_size=1)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), COUNTS, st.integers(1, 25), st.booleans()),
    min_size=1, max_size=25,
)  # fmt: skip


def places(office: Office) -> dict[str, dict[str, int]]:
    return office.hub.store.read(ledger.balances)


def require_laws(office: Office) -> None:
    for accounts in places(office).values():
        assert sum(accounts.values()) == 0
        assert all(n >= 0 for name, n in accounts.items() if name not in SOURCE_ACCOUNTS), accounts


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_no_documents_make_or_lose_a_blank(
    steps: list[tuple[Act, dict[str, int], int, bool]],
) -> None:
    with tempfile.TemporaryDirectory() as name, hub_office.office(Path(name)) as office:
        office.add_station()
        now = office.clock.now()
        for one, kind in KINDS.items():
            office.hub.store.write(
                lambda c, one=one, kind=kind: series.declare(c, one, kind, "ani", now)  # type: ignore[misc]
            )
        receipt.receive(office.hub, Head("ani", "D0"), {"A": 20, "F": 20}, "Ditjen")
        first = office.clock.now().date()
        for step, (act, counts, earlier, next_day) in enumerate(steps, start=1):
            office.clock.forward(timedelta(days=int(next_day)))
            before = places(office)
            head = Head("ani", f"D{step}", None, "sebab", _SEEN)
            try:
                act(office, head, counts, f"D{earlier % step}")
            except HubError:
                assert places(office) == before
            require_laws(office)
        last = office.clock.now().date()
        moved = office.hub.store.read(lambda c: stock.turnover(c, first, last, ZONE))
        held = office.hub.store.read(lambda c: stock.at_end_of(c, last, ZONE))
        closing = {(one.series, one.account): one.closing for one in moved if one.closing}
        assert closing == {(one.series, one.account): one.count for one in held}
        assert all(
            one.opening == 0 and one.opening + one.came - one.went == one.closing for one in moved
        )
