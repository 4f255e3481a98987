"""What was bound is taken back; see test_bind_member.py for the rest."""

import pytest

from qunlian.channel.models import Contact
from qunlian.community.actions.bind_member import bind_member
from qunlian.community.actions.unbind_member import unbind_member
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.community import bound
from tests.community.bound import handle_of


@pytest.fixture
def adopted(cast: Cast) -> tuple[int, int]:
    return bound.adopt(cast)


def test_the_owner_on_the_roster_stays_one(cast: Cast, adopted: tuple[int, int]) -> None:
    _, group_id = adopted
    with scope.writing(system_actor(cast.ids["brand"])):
        before = Contact.objects.filter(store_id=cast.ids["A1"]).count()
    handle_id = handle_of(cast, "wm4")
    facts = {"group_id": group_id, "handle_id": handle_id, "store_id": cast.ids["A1"], "now": NOON}
    bind_member(actor=cast.hua, **facts)
    unbind_member(actor=cast.hua, **facts)
    with scope.reading(cast.hua):
        assert Contact.objects.filter(store_id=cast.ids["A1"]).count() == before
