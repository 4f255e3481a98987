"""Joining a store, and the codes that strangers bring."""

import pytest
from django.db import connection

from qunlian.channel import steps
from qunlian.channel.models import Account, Contact, Person, Store
from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.queries.public_codes import PublicTarget, resolve
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast


def enlist(actor: Actor, store_id: int, phone: str, name: str = "新店员") -> steps.EnlistedMember:
    with scope.writing(actor):
        return steps.enlist_member(actor=actor, store_id=store_id, name=name, phone=phone, at=NOON)


def test_a_stranger_becomes_a_member_who_reaches_his_store_only(cast: Cast) -> None:
    system = system_actor(cast.ids["brand"])
    member = enlist(system, cast.ids["A2"], "138 0000 ００９９")
    actor = actor_of_account(member.account_id, now=NOON)
    assert actor is not None
    assert actor.reach.store_ids == (cast.ids["A2"],)
    with scope.reading(system):
        assert Person.objects.get(pk=member.person_id).phone == "+8613800000099"
        assert Store.objects.get(code="A2").owner_id == member.person_id


def test_one_on_the_roster_becomes_himself(cast: Cast) -> None:
    system = system_actor(cast.ids["brand"])
    with scope.writing(system):
        known = Person.objects.create(
            enterprise_id=cast.ids["brand"], name="钱老板", phone="+8613800000007", created_at=NOON
        )
    assert enlist(system, cast.ids["A3"], "13800000007").person_id == known.pk


def test_a_number_that_has_joined_cannot_be_taken_over(cast: Cast) -> None:
    with pytest.raises(steps.AlreadyEnlisted):
        enlist(system_actor(cast.ids["brand"]), cast.ids["A2"], "13800000001")


def test_a_member_gets_a_second_store_and_the_same_twice_changes_nothing(cast: Cast) -> None:
    for _ in range(2):
        member = enlist(cast.oyang, cast.ids["A2"], "13800000001")
        assert member.person_id == cast.oyang.person_id
    assert member.account_id == cast.oyang.account_id
    assert not member.is_new_contact
    with scope.reading(cast.hua):
        assert Contact.objects.filter(person_id=member.person_id).count() == 2
    assert Account.objects.filter(person_id=member.person_id).count() == 1


def test_what_cannot_be_a_number_and_a_store_elsewhere_are_refused(cast: Cast) -> None:
    system = system_actor(cast.ids["brand"])
    with pytest.raises(steps.NotAPhone):
        enlist(system, cast.ids["A2"], "12")
    with pytest.raises(NotFound):
        enlist(system, cast.ids["X1"], "13800000055")


def test_a_public_code_is_made_once_and_leads_home_without_a_scope(cast: Cast) -> None:
    with scope.writing(cast.rong):
        codes = {
            steps.public_code(actor=cast.rong, kind="store", target_id=cast.ids["A1"])
            for _ in range(2)
        }
    (code,) = codes
    target = PublicTarget(enterprise_id=cast.ids["brand"], kind="store", target_id=cast.ids["A1"])
    assert resolve(f" {code.upper()} ") == target
    assert resolve("nothing") is None
    assert not connection.in_atomic_block
