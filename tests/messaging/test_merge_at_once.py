"""People are merged while others merge them, join, or hold them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from qunlian.channel.models import Account, Contact, Person, PersonMerge
from qunlian.channel.steps import enlist_member
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging.actions.merge_people import merge_people
from tests import make
from tests.cast_words import NOON, Cast
from tests.messaging.people import Twins, at_once, merged, seats_counted, twins


@pytest.mark.parametrize("is_crossed", [False, True], ids=["the same pair", "each into the other"])
def test_two_who_merge_at_once(cast: Cast, *, is_crossed: bool) -> None:
    two = twins(cast)
    other = Twins(two.merged, two.kept, two.group) if is_crossed else two
    assert at_once(lambda: merged(cast.rong, two), lambda: merged(cast.ma, other)) == [
        "AlreadyMerged",
        "done",
    ]
    with scope.reading(cast.hua):
        assert PersonMerge.objects.count() == 1
        assert Person.objects.exclude(merged_into=None).count() == 1
    assert seats_counted(cast, two.group)


def test_somebody_joins_while_he_is_merged(cast: Cast) -> None:
    """Whichever comes first, no living row points at the merged record afterwards."""
    brand = system_actor(cast.ids["brand"])
    second = make.person(brand, "欧阳", "+8613900000033")
    with scope.writing(brand):
        Contact.objects.create(
            enterprise_id=brand.enterprise_id,
            person=second,
            store_id=cast.ids["A3"],
            since_at=NOON,
        )

    def join() -> None:
        with scope.writing(brand):
            enlist_member(
                actor=brand, store_id=cast.ids["A4"], name="欧阳", phone="13900000033", at=NOON
            )

    def merge() -> None:
        merge_people(
            actor=cast.rong, kept_id=cast.oyang.person_id or 0, merged_id=second.pk, now=NOON
        )

    assert at_once(join, merge) in (["done", "done"], ["AlreadyEnlisted", "done"])
    with scope.reading(brand):
        assert not Contact.objects.filter(person=second).exists()
        assert not Account.objects.filter(person_id=second.pk).exists()


def test_one_who_is_held_is_not_waited_for_long(cast: Cast) -> None:
    two = twins(cast)
    with ThreadPoolExecutor(1) as pool, scope.writing(cast.hua):
        list(Person.objects.select_for_update().filter(pk=two.kept_id))
        assert pool.submit(at_once, lambda: merged(cast.rong, two)).result() == ["PeopleBusy"]
