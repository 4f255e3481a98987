"""A rep registers a group of his own phone."""

import pytest

from qunlian.community.actions.register_room import (
    PeopleUnfit,
    Registration,
    RoomNameUnfit,
    register_room,
)
from qunlian.community.adopting import LayerUnfit
from qunlian.community.models import FoundRoom, Group
from qunlian.community.queries.personal import told_card
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def register(actor: Actor, name: str = "东街老板群", people: int = 30, **more: object) -> int:
    told = Registration(name=name, people=people, **more)  # type: ignore[arg-type]
    return register_room(actor=actor, told=told, now=NOON).group_id


def test_his_group_is_one_of_ours(cast: Cast) -> None:
    group_id = register(cast.rong, code_token="token")
    with scope.reading(cast.rong):
        group = Group.objects.get(pk=group_id)
        room = FoundRoom.objects.get(group=group)
    assert (group.platform, group.territory_id, group.steward_staff_id) == (
        *("personal", cast.ids["PA"]),
        cast.ids["R1"],
    )
    assert (group.owner_person_id, room.people, room.bound) == (cast.rong.person_id, 29, 0)
    told = told_card(cast.rong, group_id, now=NOON)
    assert told is not None
    assert (told.people, told.code_token) == (30, "token")


def test_telling_it_again_only_counts_anew(cast: Cast) -> None:
    group_id = register(cast.rong)
    assert register(cast.rong, people=41) == group_id
    told = told_card(cast.hua, group_id, now=NOON)
    assert told is not None
    assert told.people == 41


def test_refusals(cast: Cast) -> None:
    for nobody in (cast.du, cast.oyang):
        with pytest.raises(Forbidden):
            register(nobody)
    with pytest.raises(Forbidden):  # a colleague's phone
        register(cast.rong, owner_staff_id=cast.ids["R2"])
    for name in (" ", "长" * 41):
        with pytest.raises(RoomNameUnfit):
            register(cast.rong, name=name)
    for people in (0, -1, 501):
        with pytest.raises(PeopleUnfit):
            register(cast.rong, people=people)
    with pytest.raises(LayerUnfit):
        register(cast.rong, layer="outside")
    with pytest.raises(NotFound):
        register(cast.rong, territory_id=cast.ids["PB"])
    with pytest.raises(NotFound):
        register(cast.hua, owner_staff_id=10**9)


def test_on_the_phone(cast: Cast, logged_in) -> None:
    client = logged_in(cast.rong)
    page = client.get("/rooms/register").content.decode()
    assert 'name="owner_staff_id"' not in page
    wrong = client.post("/rooms/register", {"name": "东街群", "people": "九"})
    assert wrong.status_code == 422
    assert "东街群" in wrong.content.decode()
    done = client.post("/rooms/register", {"name": "东街群", "people": "12", "layer": "store"})
    group = client.get(done.headers["Location"]).content.decode()
    assert 'value="12"' in group
