"""Ending a group's life."""

import pytest

from qunlian.community.actions.retire_group import AlreadyEnded, retire_group
from qunlian.community.models import GroupStore
from qunlian.community.steps import GroupClosed
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community import make
from tests.community.words import East


def test_its_stores_are_free_and_nobody_gets_in(cast: Cast, two_groups: East) -> None:
    assert retire_group(actor=cast.ma, group_id=two_groups.east, now=NOON).life == "retired"
    with scope.reading(cast.hua):
        assert not GroupStore.objects.filter(group_id=two_groups.east).exists()
    with pytest.raises(GroupClosed):
        make.member(cast.song, two_groups.east)
    with pytest.raises(AlreadyEnded):
        retire_group(actor=cast.ma, group_id=two_groups.east, now=NOON)


def test_refusals(cast: Cast, two_groups: East) -> None:
    with pytest.raises(Forbidden):
        retire_group(actor=cast.du, group_id=two_groups.east, now=NOON)
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            retire_group(actor=outsider, group_id=two_groups.east, now=NOON)
