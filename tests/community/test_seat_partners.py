"""Distributors' groups follow whom the distributors send, between one plan and the next."""

from datetime import timedelta

from qunlian.channel.models import Contact, Person
from qunlian.community.actions.remove_member import Removal, remove_member
from qunlian.community.actions.seat_partners import PartnersSeated, seat_partners
from qunlian.community.models import Group, Member
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.community import plans

LATER = NOON + timedelta(hours=1)


def _sent(cast: Cast, name: str) -> Contact:
    """Somebody whom the distributor of the second tier sends from now on."""
    with scope.writing(system_actor(cast.ids["brand"])):
        person = Person.objects.create(enterprise_id=cast.ids["brand"], name=name, created_at=NOON)
        return Contact.objects.create(
            enterprise_id=cast.ids["brand"],
            person=person,
            distributor_id=cast.ids["D2"],
            since_at=NOON,
        )


def _group(cast: Cast) -> Group:
    with scope.reading(cast.hua):
        return Group.objects.get(layer="distributor", base_key=f"2d{cast.ids['D1']}.1")


def _seated(cast: Cast) -> set[int]:
    with scope.reading(cast.hua):
        rows = Member.objects.filter(group=_group(cast), left_at=None, role="member")
        return set(rows.values_list("person_id", flat=True))


def test_who_is_sent_later_comes_and_who_is_sent_no_more_leaves(cast: Cast) -> None:
    machinery = system_actor(cast.ids["brand"])
    plans.applied(cast.hua, plans.planned(cast.hua, layers=("distributor",)))
    taken = _group(cast).seats_taken
    assert seat_partners(actor=machinery, now=NOON) == PartnersSeated(came=0, left=0)
    contact = _sent(cast, "新对接人")
    assert seat_partners(actor=machinery, now=LATER) == PartnersSeated(came=1, left=0)
    assert contact.person_id in _seated(cast)
    assert _group(cast).seats_taken == taken + 1
    with scope.writing(machinery):
        contact.delete()
    assert seat_partners(actor=machinery, now=LATER) == PartnersSeated(came=0, left=1)
    assert contact.person_id not in _seated(cast)
    assert _group(cast).seats_taken == taken
    assert seat_partners(actor=machinery, now=LATER) == PartnersSeated(came=0, left=0)


def test_whoever_was_taken_out_by_hand_stays_out_also_when_planned_again(cast: Cast) -> None:
    machinery = system_actor(cast.ids["brand"])
    plans.applied(cast.hua, plans.planned(cast.hua, layers=("distributor",)))
    contact = _sent(cast, "多余的人")
    seat_partners(actor=machinery, now=LATER)
    removal = Removal(group_id=_group(cast).pk, person_id=contact.person_id, reason="不干了")
    remove_member(actor=cast.hua, removal=removal, now=LATER)
    assert seat_partners(actor=machinery, now=LATER) == PartnersSeated(came=0, left=0)
    plans.applied(cast.hua, plans.planned(cast.hua, layers=("distributor",)))
    assert contact.person_id not in _seated(cast)


def test_no_more_come_than_there_are_seats(cast: Cast) -> None:
    machinery = system_actor(cast.ids["brand"])
    plans.applied(cast.hua, plans.planned(cast.hua, layers=("distributor",)))
    with scope.writing(machinery):
        group = _group(cast)
        Group.objects.filter(pk=group.pk).update(seats_cap=group.seats_taken + 1)
    _sent(cast, "甲")
    _sent(cast, "乙")
    assert seat_partners(actor=machinery, now=LATER) == PartnersSeated(came=1, left=0)
    assert seat_partners(actor=machinery, now=LATER) == PartnersSeated(came=0, left=0)
