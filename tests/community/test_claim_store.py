"""A member says which store is his: bound at once where nobody need look, else his rep decides."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection

from qunlian.community.actions import claim_store as action
from qunlian.community.actions.claim_store import Claim, ClaimRefused, NameUnclear, claim_store
from qunlian.community.actions.find_bindings import find_bindings
from qunlian.community.actions.unbind_member import unbind_member
from qunlian.community.models import Group
from qunlian.community.queries.bindings import unbound_people
from qunlian.community.queries.claims import claimable_stores
from qunlian.community.rules import claims as rules
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound, RateLimited
from tests.cast_words import NOON, Cast
from tests.community.bound import adopt, handle_of, store_of
from tests.community.claims import DIGITS, claim, signs_of
from tests.community.outside import room, take_in


def test_a_proven_account_that_knows_the_number_is_bound_at_once(cast: Cast) -> None:
    _, group_id = adopt(cast)
    done = claim(cast, group_id, "A1", handle_id=handle_of(cast, "wm3"), digits=DIGITS)
    assert done.is_bound
    assert store_of(cast, group_id, "wm3") == cast.ids["A1"]
    assert signs_of(cast, "wm3", "A1") == ("bound", ["claimed", "claimed_proven", "claimed_phone"])
    again = claim(cast, group_id, "A1", handle_id=handle_of(cast, "wm3"))
    assert again.is_bound


def test_a_proven_account_whose_name_spoke_for_the_store_is_bound(cast: Cast) -> None:
    room_id, group_id = adopt(cast)
    machinery = system_actor(cast.ids["brand"])
    find_bindings(actor=machinery, room_id=room_id, now=NOON)
    likely = [one for one in unbound_people(cast.rong, group_id) if one.proposals]
    handle_id, store_id = likely[0].handle_id, likely[0].proposals[0].store_id
    wanted = Claim(group_id=group_id, store_id=store_id, handle_id=handle_id)
    assert claim_store(actor=machinery, claim=wanted, now=NOON).is_bound


@pytest.mark.parametrize(
    "who",
    [
        {"called": " 云淡 风轻", "digits": DIGITS},  # nobody has proven that it is he
        {"called": "云淡风轻", "digits": "9999"},
    ],
)
def test_his_word_alone_is_a_proposal(cast: Cast, who: dict[str, str]) -> None:
    room_id, group_id = adopt(cast)
    assert not claim(cast, group_id, "A1", **who).is_bound
    assert store_of(cast, group_id, "wm3") is None
    state, signs = signs_of(cast, "wm3", "A1")
    assert (state, signs[0], "claimed_proven" in signs) == ("proposed", "claimed", False)
    find_bindings(actor=system_actor(cast.ids["brand"]), room_id=room_id, now=NOON)
    assert signs_of(cast, "wm3", "A1") == (state, signs)  # a nightly look leaves it alone
    people = {one.handle_id: one for one in unbound_people(cast.rong, group_id)}
    (proposal,) = people[handle_of(cast, "wm3")].proposals
    assert (proposal.store_id, proposal.score) == (
        cast.ids["A1"],
        50 + 30 * (who["digits"] == DIGITS),
    )


def test_who_is_second_to_claim_a_store_goes_to_the_rep(cast: Cast) -> None:
    _, group_id = adopt(cast)
    first = claim(cast, group_id, "A1", handle_id=handle_of(cast, "wm3"), digits=DIGITS)
    second = claim(cast, group_id, "A1", handle_id=handle_of(cast, "wm2"), digits=DIGITS)
    assert (first.is_bound, second.is_bound) == (True, False)
    state, signs = signs_of(cast, "wm2", "A1")
    assert state == "proposed"
    assert "claimed_twice" in signs


def test_what_the_rep_refused_is_not_claimed_again(cast: Cast) -> None:
    _, group_id = adopt(cast)
    handle_id = handle_of(cast, "wm3")
    claim(cast, group_id, "A1", handle_id=handle_id)
    unbind_member(
        actor=cast.rong, group_id=group_id, handle_id=handle_id, store_id=cast.ids["A1"], now=NOON
    )
    with pytest.raises(ClaimRefused):
        claim(cast, group_id, "A1", handle_id=handle_id, digits=DIGITS)


def test_refusals(cast: Cast) -> None:
    _, group_id = adopt(cast)
    for nobody in ("", "谁也不是", "云"):
        with pytest.raises(NameUnclear):
            claim(cast, group_id, "A1", called=nobody)
    with pytest.raises(NotFound):  # a store of another part
        claim(cast, group_id, "B1", called="云淡风轻")
    take_in(cast.hua, room("r2", people="wm9:别群的"))
    with pytest.raises(NotFound):  # he does not sit in it
        claim(cast, group_id, "A1", handle_id=handle_of(cast, "wm9"))
    with pytest.raises(NotFound):
        claim_store(
            actor=system_actor(cast.wai.enterprise_id),
            claim=Claim(group_id=group_id, store_id=cast.ids["A1"], called="云淡风轻"),
            now=NOON,
        )


def test_two_of_one_name_cannot_be_told_apart(cast: Cast) -> None:
    _, group_id = adopt(cast)
    take_in(cast.hua, room("r1", people="wm3:云淡风轻 wm7:云淡风轻"), minutes=1)
    with pytest.raises(NameUnclear):
        claim(cast, group_id, "A1", called="云淡风轻")


def test_only_the_groups_own_stores_are_shown_and_only_to_who_asks(cast: Cast) -> None:
    _, group_id = adopt(cast)
    machinery = system_actor(cast.ids["brand"])

    def found(typed: str) -> set[int]:
        return {one.store_id for one in claimable_stores(machinery, group_id, typed)}

    assert found("") == found("东") == set()
    assert cast.ids["A1"] in found("东街")
    assert cast.ids["B1"] not in found("便利店")
    with scope.writing(cast.hua):
        Group.objects.filter(pk=group_id).update(territory_id=cast.ids["N-1"])
    assert cast.ids["A1"] in found("东街")  # a group of the whole city
    with pytest.raises(NotFound):
        claimable_stores(system_actor(cast.wai.enterprise_id), group_id, "东街")


def test_digits_cannot_be_guessed(cast: Cast) -> None:
    _, group_id = adopt(cast)
    handle_id = handle_of(cast, "wm3")
    for guess in range(rules.MOST_FOR_STORE):
        claim(
            cast, group_id, "A1", handle_id=handle_id, digits=f"{7000 + guess}", address=f"{guess}"
        )
    with pytest.raises(RateLimited) as refused:
        claim(cast, group_id, "A1", handle_id=handle_id, digits=DIGITS, address="x")
    assert 0 < refused.value.retry_after_seconds <= rules.WINDOW.total_seconds() + 1
    wanted = Claim(group_id=group_id, store_id=cast.ids["A1"], handle_id=handle_id, digits=DIGITS)
    later = NOON + rules.WINDOW + timedelta(seconds=1)
    assert claim_store(actor=system_actor(cast.ids["brand"]), claim=wanted, now=later).is_bound


def _race(cast: Cast, group_id: int, keys: tuple[str, ...]) -> list[bool]:
    start = threading.Barrier(len(keys))
    handles = [handle_of(cast, key) for key in keys]
    told: list[bool] = []

    def come(handle_id: int) -> None:
        try:
            start.wait(timeout=20)
            told.append(claim(cast, group_id, "A1", handle_id=handle_id, digits=DIGITS).is_bound)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=[one]) for one in handles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_of_three_who_claim_a_store_at_once_one_is_bound(cast: Cast) -> None:
    _, group_id = adopt(cast)
    assert sorted(_race(cast, group_id, ("wm2", "wm3", "wm4"))) == [False, False, True]


@pytest.mark.negative_control
def test_without_the_guard_several_are_bound(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _, group_id = adopt(cast)
    monkeypatch.setattr(action, "_ONE_AT_A_TIME", "SELECT pg_sleep(0.3), %s::bigint")
    assert _race(cast, group_id, ("wm2", "wm3", "wm4")).count(True) > 1


def test_a_carriers_one_address_hinders_nobody_whose_account_is_proven(cast: Cast) -> None:
    _, group_id = adopt(cast)
    for _ in range(rules.MOST_FROM_ADDRESS):
        with suppress(NameUnclear):
            claim(cast, group_id, "A2", called="谁也不是", address="10.0.0.1")
    with pytest.raises(RateLimited):
        claim(cast, group_id, "B1", called="谁也不是", address="10.0.0.1")
    handle_id = handle_of(cast, "wm3")
    told = claim(cast, group_id, "A1", handle_id=handle_id, digits=DIGITS, address="10.0.0.1")
    assert told.is_bound
