"""A store's own group that has ended counts no more; what came by it stays counted."""

import pytest
from django.test import Client

from qunlian.channel.queries.public_codes import codes_of
from qunlian.community.actions.close_store_group import close_store_group
from qunlian.community.queries.store_groups import own_store_groups, store_group_sums
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community.own_groups import own_group


def test_it_is_off_the_list_and_its_link_leads_nowhere(cast: Cast) -> None:
    group_id = own_group(cast)
    code = codes_of(cast.ids["brand"], "store_group", [group_id])[group_id]
    close_store_group(actor=cast.oyang, store_group_id=group_id, now=NOON)
    assert own_store_groups(cast.oyang, now=NOON) == ()
    assert Client().get(f"/m/s/{code}").status_code == 404
    (part,) = store_group_sums(cast.rong)
    assert (part.stores, part.groups, part.people) == (0, 0, 0)
    assert own_group(cast) != group_id  # it may be opened again


def test_refusals(cast: Cast) -> None:
    group_id = own_group(cast)
    with pytest.raises(NotFound):
        close_store_group(actor=cast.hua, store_group_id=group_id, now=NOON)
    close_store_group(actor=cast.oyang, store_group_id=group_id, now=NOON)
    with pytest.raises(NotFound):
        close_store_group(actor=cast.oyang, store_group_id=group_id, now=NOON)
