"""A number is revealed on the record."""

import pytest
from django.db import connection

from qunlian.channel.actions.view_contact import view_contact
from qunlian.channel.queries.stores import store_page
from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast


def test_a_contact_is_masked_until_asked_for_and_that_is_kept(cast: Cast) -> None:
    (contact,) = store_page(cast.rong, cast.ids["A1"]).contacts
    assert contact.masked_phone == "138****0001"
    seen = view_contact(actor=cast.rong, person_id=contact.person_id, now=NOON)
    assert seen.phone == "13800000001"
    with scope.reading(cast.hua), connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.account_id, f.payload::text FROM kernel_fact f JOIN kernel_fact_entity e "
            "ON e.fact_id = f.id WHERE f.name = 'channel.contact_viewed' AND e.entity_id = %s",
            [contact.person_id],
        )
        assert cursor.fetchall() == [(cast.rong.account_id, "{}")]
    for other in (cast.song, cast.wei, cast.wai):
        with pytest.raises(NotFound):
            view_contact(actor=other, person_id=contact.person_id, now=NOON)
