"""Trying failed groups again."""

import pytest

from qunlian.community.models import Group
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.retry_deliveries import NothingFailed, retry_deliveries
from qunlian.messaging.queries.broadcasts import broadcast_progress, groups_not_sent
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import deliver, scene, sent, texts_of


def test_a_group_that_was_mended_gets_it_after_all(cast: Cast) -> None:
    here = scene(cast)
    brand = system_actor(cast.ids["brand"])
    with scope.writing(brand):
        room = Group.objects.get(pk=here.a).platform_key
        Group.objects.filter(pk=here.a).update(platform_key="gone")
    broadcast_id = sent(cast)
    assert broadcast_progress(cast.hua, broadcast_id).failed == 1
    (trouble,) = groups_not_sent(cast.hua, broadcast_id)
    assert (trouble.group_id, trouble.problem) == (here.a, "room_unknown")
    with scope.writing(brand):
        Group.objects.filter(pk=here.a).update(platform_key=room)
    for stranger in (cast.ma, cast.wai):
        with pytest.raises(NotFound):
            retry_deliveries(actor=stranger, broadcast_id=broadcast_id, now=NOON)
    assert retry_deliveries(actor=cast.hua, broadcast_id=broadcast_id, now=NOON) == 1
    deliver(cast, broadcast_id)
    assert len(texts_of(cast, here.a)) == len(texts_of(cast, here.b)) == 1
    with pytest.raises(NothingFailed):
        retry_deliveries(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
