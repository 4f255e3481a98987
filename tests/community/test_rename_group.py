"""Naming a group anew."""

import pytest

from qunlian.community import requests
from qunlian.community.actions.rename_group import GroupNameUnfit, GroupRename, rename_group
from qunlian.community.models import Group, Request
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community.words import East


def test_the_rep_renames_and_the_platform_is_asked(cast: Cast, two_groups: East) -> None:
    rename = GroupRename(group_id=two_groups.east, name=" 东片  老友群 ")
    assert rename_group(actor=cast.rong, rename=rename, now=NOON).name == "东片 老友群"
    with scope.reading(cast.hua):
        assert list(Request.objects.values_list("kind", "state")) == [("rename", "asked")]
    requests.settle_some(system_actor(cast.ids["brand"]), NOON)
    with scope.reading(cast.hua):
        assert list(Request.objects.values_list("state", "problem")) == [
            ("refused", "room_unknown")
        ]


def test_a_rename_waits_for_its_room(cast: Cast, two_groups: East) -> None:
    with scope.writing(cast.hua):
        Group.objects.filter(pk=two_groups.east).update(platform_key="")
    rename_group(actor=cast.hua, rename=GroupRename(group_id=two_groups.east, name="x"), now=NOON)
    assert requests.settle_some(system_actor(cast.ids["brand"]), NOON) == 0


def test_refusals(cast: Cast, two_groups: East) -> None:
    for name in ("", " ", "长" * 41):
        with pytest.raises(GroupNameUnfit):
            rename_group(
                actor=cast.hua, rename=GroupRename(group_id=two_groups.east, name=name), now=NOON
            )
    rename = GroupRename(group_id=two_groups.east, name="x")
    for onlooker in (cast.du, cast.oyang):
        with pytest.raises(Forbidden):
            rename_group(actor=onlooker, rename=rename, now=NOON)
    for outsider in (cast.song, cast.wai, cast.wei):
        with pytest.raises(NotFound):
            rename_group(actor=outsider, rename=rename, now=NOON)
