"""Calling a group quiet."""

import pytest

from qunlian.community.actions.fade_group import NotLive, fade_group
from qunlian.community.models import Group
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community.words import East


def test_a_live_group_fades_once(cast: Cast, two_groups: East) -> None:
    with scope.writing(cast.hua):
        Group.objects.filter(pk=two_groups.east).update(life="live")
    assert fade_group(actor=cast.rong, group_id=two_groups.east, now=NOON).life == "fading"
    with pytest.raises(NotLive):
        fade_group(actor=cast.rong, group_id=two_groups.east, now=NOON)


def test_only_those_who_look_after_it(cast: Cast, two_groups: East) -> None:
    for stranger in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            fade_group(actor=stranger, group_id=two_groups.east, now=NOON)
    with pytest.raises(Forbidden):
        fade_group(actor=cast.oyang, group_id=two_groups.east, now=NOON)
