"""The room of a group that has ended stands on, and is left to nobody when its owner leaves."""

import pytest

from qunlian.community import requests
from qunlian.community.actions.hand_over_staff import (
    HandedOverStaff,
    SuccessorMissing,
    hand_over_staff,
)
from qunlian.community.actions.retire_group import retire_group
from qunlian.community.models import Group, Member, Request
from qunlian.community.queries.handover import HandoverWish, review_handover
from qunlian.kernel import scope
from tests.cast_words import NOON, TODAY, Cast
from tests.community import bound


def _leave(cast: Cast, successor: str | None) -> HandedOverStaff:
    wish = HandoverWish(
        staff_id=cast.ids["R1"], on=TODAY, successor_id=cast.ids[successor] if successor else None
    )
    version = review_handover(cast.hua, wish).version
    return hand_over_staff(actor=cast.hua, wish=wish, version=version, now=NOON)


def test_the_room_of_an_ended_group_passes_on(cast: Cast) -> None:
    _, group_id = bound.adopt(cast)
    retire_group(actor=cast.hua, group_id=group_id, now=NOON)
    assert _leave(cast, "R2").rooms_asked == 1
    with scope.writing(cast.hua):
        asked = Request.objects.select_related("group").get(group_id=group_id, kind="owner")
        requests.settle_seen(cast.hua, asked, NOON)
    with scope.reading(cast.hua):
        assert Group.objects.get(pk=group_id).owner_person_id == cast.song.person_id
        assert not Member.objects.filter(
            group_id=group_id, person_id=cast.song.person_id, left_at=None
        ).exists()


def test_it_is_not_left_to_nobody(cast: Cast) -> None:
    _, group_id = bound.adopt(cast)
    retire_group(actor=cast.hua, group_id=group_id, now=NOON)
    with pytest.raises(SuccessorMissing):
        _leave(cast, None)
