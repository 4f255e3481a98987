"""Who sees which group, member and plan: the doors and the published views agree."""

import pytest
from django.db import connection

from qunlian.community.queries.groups import Slice, group_card, groups_in_slice, list_groups
from qunlian.community.queries.members import groups_of_person, members_of
from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from tests.cast_words import Cast
from tests.community import make


@pytest.fixture
def groups(cast: Cast) -> dict[str, int]:
    ids = cast.ids
    east = make.group(
        ids["brand"],
        "东片一群",
        territory_id=ids["PA"],
        store_ids=(ids["A1"], ids["A3"]),
        steward_staff_id=ids["R1"],
        tags=("便利店",),
    )
    west = make.group(ids["brand"], "西片一群", territory_id=ids["PB"], store_ids=(ids["B1"],))
    foreign = make.group(ids["other"], "外群", territory_id=ids["X"], store_ids=(ids["X1"],))
    make.member(cast.oyang, east, store_id=ids["A1"])
    make.member(cast.rong, east, role="steward")
    return {"east": east, "west": west, "foreign": foreign}


def test_each_sees_the_groups_of_his_part(cast: Cast, groups: dict[str, int]) -> None:
    names = {value: key for key, value in groups.items()}
    doors, views = {}, {}
    for who in ("hua", "ma", "rong", "song", "guan", "ding", "du", "oyang", "wai", "wei"):
        actor = getattr(cast, who)
        doors[who] = {names[row.group_id] for row in list_groups(actor).rows}
        with scope.reading(actor), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM community_group_view")
            views[who] = {names[pk] for (pk,) in cursor.fetchall()}
    assert doors == views
    assert doors == {
        "hua": {"east", "west"},
        "ma": {"east", "west"},
        "rong": {"east"},
        "song": {"west"},
        "guan": {"east", "west"},
        "ding": {"east"},
        "du": {"east"},
        "oyang": {"east"},
        "wai": {"foreign"},
        "wei": {"foreign"},
    }


def test_an_outsider_finds_no_group(cast: Cast, groups: dict[str, int]) -> None:
    for actor in (cast.song, cast.wai, cast.wei):
        with pytest.raises(NotFound):
            group_card(actor, groups["east"])
        with pytest.raises(NotFound):
            members_of(actor, groups["east"])


def test_a_distributor_knows_his_own_stores_people_only(cast: Cast, groups: dict[str, int]) -> None:
    make.member(cast.song, groups["east"], store_id=cast.ids["A3"])
    assert {m.store_id for m in members_of(cast.du, groups["east"])} == {cast.ids["A1"], None}
    assert {m.store_id for m in members_of(cast.hua, groups["east"])} == {
        cast.ids["A1"],
        cast.ids["A3"],
        None,
    }


def test_a_member_knows_his_seat(cast: Cast, groups: dict[str, int]) -> None:
    mine = groups_of_person(cast.oyang, cast.oyang.person_id or 0)
    assert [(seat.name, seat.store_id) for seat in mine] == [("东片一群", cast.ids["A1"])]


def test_a_slice_narrows_by_tree_tag_and_reach(cast: Cast, groups: dict[str, int]) -> None:
    def found(actor, **part):
        return {g.group_id for g in groups_in_slice(actor, Slice(**part))}

    both = {groups["east"], groups["west"]}
    assert found(cast.hua) == both
    assert found(cast.hua, territory_ids=(cast.ids["N"],)) == both
    assert found(cast.hua, territory_ids=(cast.ids["PB"],)) == {groups["west"]}
    assert found(cast.hua, tags=("便利店", "超市")) == {groups["east"]}
    assert found(cast.rong) == {groups["east"]}
    assert found(cast.song, territory_ids=(cast.ids["PA"],)) == set()


def test_groups_page_by_key(cast: Cast, groups: dict[str, int]) -> None:
    first = list_groups(cast.hua, limit=1)
    assert [row.name for row in first.rows] == ["东片一群"]
    second = list_groups(cast.hua, limit=1, after=first.next_key or "")
    assert [row.name for row in second.rows] == ["西片一群"]
    assert second.next_key is None
