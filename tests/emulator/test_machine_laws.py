"""The machine under random motions and people: cards are conserved, ribbons only wind on, counters never fall."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from emulator.machine.card import Bin, Departure, Position, chip_uid
from emulator.machine.machine_state import MachineState, StateFileError, StateStore
from emulator.machine.mechanics import CounterMoves, Machine
from emulator.machine.outlet import NoOutlet
from emulator.machine.ribbon import KINDS, PanelMissingError, Ribbon, RibbonEndedError, kind_named
from emulator.machine.stoppage import Cause, JamPlace, Stoppage

pytestmark = pytest.mark.pure

INK = np.full((648, 1016), 7, np.uint8)


def new_machine(
    store: StateStore | None = None,
    *,
    state: MachineState | None = None,
    counter_moves: CounterMoves = CounterMoves.FEED,
) -> Machine:
    machine = Machine(
        state or MachineState("test"),
        store or StateStore(None),
        NoOutlet(),
        seed="seed",
        counter_moves=counter_moves,
    )
    if state is None:
        machine.fit_ribbon(KINDS[0])
    return machine


class MachineLaws(RuleBasedStateMachine):
    """Every rule is something a host or a person can cause at any moment; a Stoppage is a fair answer to each."""

    @initialize(moves=st.sampled_from(CounterMoves))
    def start(self, moves: CounterMoves) -> None:
        self.folder = TemporaryDirectory()
        self.store = StateStore(Path(self.folder.name) / "state.json")
        self.moves = moves
        self.machine = new_machine(self.store, counter_moves=moves)
        self.departures: list[Departure] = []
        self.machine.on_departure = self.departures.append
        self.uids_seen: set[str] = set()
        self.counter_before = 0
        self.now_s = 0.0

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def attempt(self, motion: str, *args: object) -> None:
        before = self.machine.state.counters.inserted
        try:
            getattr(self.machine, motion)(*args)
        except Stoppage:
            after = self.machine.state.counters.inserted
            assert after == before or motion in ("leave", "print_panel")  # the tray is full; torn

    @rule(count=st.integers(0, 5))
    def add_blanks(self, count: int) -> None:
        self.machine.add_blanks(count)

    @rule()
    def empty_hopper(self) -> None:
        self.machine.empty_hopper()

    @precondition(lambda self: self.machine.inside is None)
    @rule()
    def pick(self) -> None:
        self.attempt("pick", self.now_s)

    @rule(position=st.sampled_from(Position))
    def move(self, position: Position) -> None:
        self.attempt("move", position)

    @rule()
    def turn(self) -> None:
        self.attempt("turn")

    @rule(panel=st.sampled_from("ymcko"))
    def print_panel(self, panel: str) -> None:
        self.attempt("print_panel", panel, INK, self.now_s)

    @rule(bin_=st.sampled_from(Bin))
    def leave(self, bin_: Bin) -> None:
        self.attempt("leave", bin_, self.now_s)

    @rule(place=st.sampled_from(JamPlace))
    def arm_jam(self, place: JamPlace) -> None:
        self.machine.jam_ahead = place

    @rule()
    def clear_jam(self) -> None:
        self.machine.clear_jam(self.now_s)

    @rule(is_open=st.booleans())
    def cover(self, is_open: bool) -> None:
        self.machine.cover_open = is_open

    @rule(kind=st.sampled_from([0, 4, 100]), remaining=st.none() | st.integers(0, 3))
    def change_ribbon(self, kind: int, remaining: int | None) -> None:
        self.machine.fit_ribbon(KINDS[kind], remaining)

    @rule(panel=st.sampled_from("ymcko"), share=st.floats(0, 1))
    def arm_tear(self, panel: str, share: float) -> None:
        self.machine.bay.tear_ahead = (panel, share)

    @rule(panel=st.sampled_from("ymcko"))
    def arm_ribbon_out(self, panel: str) -> None:
        self.machine.bay.out_ahead = panel

    @rule()
    def mend_ribbon(self) -> None:
        self.machine.mend_ribbon()

    @rule(head_c=st.floats(0, 200), worn_s=st.floats(0, 1e6))
    def overheat(self, head_c: float, worn_s: float) -> None:
        self.machine.head.set_temperature(head_c, self.now_s)
        self.machine.fit_head(worn_s)

    @rule(seconds=st.floats(0, 100))
    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    @rule()
    def restart(self) -> None:
        """The process is killed and started again: only the file survives."""
        stored = self.store.load()
        assert stored is not None
        was = self.machine.state
        assert (stored.cassettes, stored.torn) == (was.cassettes, was.torn)
        assert stored.head_hot_s == was.head_hot_s
        jammed, ahead = self.machine.jammed, self.machine.jam_ahead
        inside = self.machine.inside
        self.machine = new_machine(self.store, state=stored, counter_moves=self.moves)
        self.machine.jammed, self.machine.jam_ahead = jammed, ahead
        self.machine.on_departure = self.departures.append
        assert (self.machine.inside is None) == (inside is None)
        if inside is not None:
            found = self.machine.inside
            assert found is not None
            assert (found.uid, found.position, found.side) == (
                inside.uid,
                inside.position,
                inside.side,
            )
            assert {side: face.panels_used for side, face in found.faces.items()} == {
                side: face.panels_used for side, face in inside.faces.items()
            }

    @invariant()
    def cards_are_conserved(self) -> None:
        if not hasattr(self, "machine"):
            return
        state = self.machine.state
        inside = [] if state.inside is None else [state.inside.uid]
        gone = [departure.card.uid for departure in self.departures]
        everywhere = [*state.hopper, *inside, *gone]
        assert len(set(everywhere)) == len(everywhere)
        assert state.received - state.withdrawn == len(everywhere)
        assert state.output + state.reject == len(gone) == state.last_number
        assert state.fed == len(inside) + len(gone)

    @invariant()
    def counter_follows_the_cards(self) -> None:
        if not hasattr(self, "machine"):
            return
        state = self.machine.state
        counter = state.counters.inserted
        assert counter >= self.counter_before
        self.counter_before = counter
        cards = [departure.card for departure in self.departures]
        match self.moves:
            case CounterMoves.FEED:
                assert counter == state.fed
            case CounterMoves.PRINT:
                inside = [] if state.inside is None else [state.inside]
                assert counter == sum(card.heated for card in [*cards, *inside])
            case CounterMoves.EJECT:
                assert counter == sum(not departure.by_hand for departure in self.departures)

    @invariant()
    def numbers_run_on(self) -> None:
        if hasattr(self, "departures"):
            numbers = [departure.number for departure in self.departures]
            assert numbers == list(range(1, len(numbers) + 1))


TestMachineLaws = MachineLaws.TestCase
TestMachineLaws.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_an_empty_hopper_feeds_nothing() -> None:
    machine = new_machine()
    with pytest.raises(Stoppage) as stopped:
        machine.pick(0.0)
    assert stopped.value.cause is Cause.FEEDER_EMPTY


def test_chip_uids_are_seven_bytes_stable_and_unlike() -> None:
    uids = [chip_uid("serial", index) for index in range(1000)]
    assert uids == [chip_uid("serial", index) for index in range(1000)]
    assert len(set(uids)) == 1000
    assert all(len(bytes.fromhex(uid)) == 7 and uid.startswith("04") for uid in uids)
    assert chip_uid("other", 0) not in uids


# --- ribbon -------------------------------------------------------------------------------------

panel_runs = st.lists(st.sampled_from("ymcko"), min_size=1, max_size=40)


@given(panel_runs, st.integers(0, 20))
def test_a_ribbon_only_winds_on(panels: list[str], remaining: int) -> None:
    """Each panel printed lies behind the last on the strip, and the strip ends where its segments end."""
    ribbon = Ribbon(KINDS[4], remaining)
    wound = 0
    for panel in panels:
        try:
            skipped = ribbon.panels_skipped(panel)
        except RibbonEndedError:
            assert wound + 6 > remaining * 6
            return
        at = wound + skipped
        assert KINDS[4].panels[at % 6] == panel
        ribbon.spend(panel)
        wound = at + 1
        assert ribbon.remaining == remaining - -(-wound // 6)
        assert ribbon.strip_index == wound % 6


def test_a_colour_card_takes_one_segment_and_a_colour_back_another() -> None:
    ribbon = Ribbon(KINDS[0], 300)
    for panel in "ymcko":
        ribbon.spend(panel)
    assert ribbon.remaining == 299
    for panel in "ymcko":
        ribbon.spend(panel)
    assert ribbon.remaining == 298


def test_the_second_resin_panel_of_a_segment_serves_the_back() -> None:
    ribbon = Ribbon(KINDS[4], 10)
    for panel in "ymckok":
        ribbon.spend(panel)
    assert (ribbon.remaining, ribbon.strip_index) == (9, 0)


def test_a_panel_the_ribbon_has_not_is_told() -> None:
    with pytest.raises(PanelMissingError):
        Ribbon(KINDS[100], 5).panels_skipped("y")


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("4", 4), ("ymcko", 0), ("k", 100), ("KBLACK", 100), ("kr", 103)]
)
def test_ribbons_are_known_by_number_and_by_name(text: str, number: int) -> None:
    kind = kind_named(text)
    assert kind is not None
    assert kind.number == number


def test_unknown_ribbons_are_nobody() -> None:
    assert kind_named("999") is None
    assert kind_named("") is None


# --- state file ---------------------------------------------------------------------------------


def test_a_state_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"serial": "x"}')
    with pytest.raises(StateFileError, match=r"state\.json is not a printer state"):
        StateStore(path).load()


def test_the_planes_of_a_card_inside_survive(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "state.json")
    machine = new_machine(store)
    machine.add_blanks(1)
    machine.pick(0.0)
    machine.print_panel("y", INK, 1.0)
    stored = store.load()
    assert stored is not None
    assert stored.inside is not None
    (face,) = stored.inside.faces.values()
    assert np.array_equal(face.planes["y"], INK)
    machine.leave(Bin.OUTPUT, 2.0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state.json"]
