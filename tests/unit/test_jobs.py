"""The transition table exhaustively, and how many people a decision needs."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.jobs import (
    REMEDIES,
    TRANSITIONS,
    Decision,
    DoubtEvidence,
    Move,
    RightState,
    SecondPerson,
    StopReason,
    after,
    people_needed,
)

EVIDENCE = st.builds(
    DoubtEvidence,
    counter_delta=st.sampled_from([None, -1, 0, 1, 2]),
    same_printer=st.sampled_from([None, False, True]),
    card_inside=st.sampled_from([None, False, True]),
    job_alive=st.sampled_from([None, False, True]),
    certified=st.booleans(),
)


@pytest.mark.parametrize(("state", "move"), list(itertools.product(RightState, Move)))
def test_a_right_moves_along_the_table_and_no_other_way(state: RightState, move: Move) -> None:
    if (state, move) in TRANSITIONS:
        assert after(state, move) is TRANSITIONS[state, move]
    else:
        with pytest.raises(AssertionError):
            after(state, move)


def test_nothing_leaves_shredded_and_every_state_can_be_reached() -> None:
    assert not [move for state, move in TRANSITIONS if state is RightState.SHREDDED]
    reached = {RightState.CACHED}
    while more := {t for (s, _), t in TRANSITIONS.items() if s in reached} - reached:
        reached |= more
    assert reached == set(RightState)


def test_printed_is_left_only_by_the_hubs_acknowledgement() -> None:
    assert {m for s, m in TRANSITIONS if s is RightState.PRINTED} == {Move.ACKNOWLEDGED}


@given(EVIDENCE)
def test_not_printed_needs_two_people_whatever_the_machine_says(evidence: DoubtEvidence) -> None:
    assert people_needed(Decision.NOT_PRINTED, evidence) == 2


@given(EVIDENCE)
def test_proof_needs_a_certified_counter_an_empty_path_and_no_job(evidence: DoubtEvidence) -> None:
    wanted = (
        evidence.counter_delta,
        evidence.same_printer,
        evidence.card_inside,
        evidence.job_alive,
    )
    assert evidence.proves_not_printed == (wanted == (0, True, False, False) and evidence.certified)


@given(EVIDENCE, st.sampled_from(list(Decision)))
def test_without_machine_evidence_everything_needs_two(
    evidence: DoubtEvidence, decision: Decision
) -> None:
    if not evidence.usable:
        assert people_needed(decision, evidence) == 2
    assert people_needed(decision, None) == 2


def test_printed_needs_one_person_where_the_counter_moved_by_one() -> None:
    moved = DoubtEvidence(1, same_printer=True, card_inside=False, job_alive=False, certified=False)
    assert people_needed(Decision.PRINTED, moved) == 1
    assert people_needed(Decision.SPOILED, moved) == 2


SEEN_INSIDE = DoubtEvidence(1, same_printer=True, card_inside=True, job_alive=False, certified=True)


@given(
    EVIDENCE,
    st.sampled_from(list(Decision)),
    st.sampled_from(list(SecondPerson)),
    st.integers(0, 9),
)
def test_an_office_may_ask_for_more_people_and_never_for_less(
    evidence: DoubtEvidence, decision: Decision, office: SecondPerson, spoiled: int
) -> None:
    needed = people_needed(decision, evidence, office=office, spoiled_today=spoiled)
    assert needed >= people_needed(decision, evidence)
    assert needed == 2 or not office.wants(decision)


def test_the_third_spoiled_card_of_a_day_takes_two_people() -> None:
    needed = [people_needed(Decision.SPOILED, SEEN_INSIDE, spoiled_today=n) for n in range(4)]
    assert needed == [1, 1, 2, 2]
    assert people_needed(Decision.SPOILED, SEEN_INSIDE, office=SecondPerson.SPOILED) == 2
    moved = DoubtEvidence(1, same_printer=True, card_inside=False, job_alive=False, certified=False)
    assert people_needed(Decision.PRINTED, moved, office=SecondPerson.SPOILED) == 1
    assert people_needed(Decision.PRINTED, moved, office=SecondPerson.ALWAYS) == 2


def test_every_stop_reason_has_a_remedy() -> None:
    assert set(REMEDIES) == set(StopReason)
