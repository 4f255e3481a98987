"""Taking a nomination back."""

import pytest

from qunlian.activation.actions.nominate_store import nominate_store
from qunlian.activation.actions.withdraw_nomination import withdraw_nomination
from qunlian.activation.queries.nominations import list_nominations
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def test_who_named_a_store_or_headquarters_takes_it_back(cast: Cast) -> None:
    for actor in (cast.rong, cast.hua):
        made = nominate_store(actor=cast.rong, store_id=cast.ids["A1"], reason="好", now=NOON)
        with pytest.raises(Forbidden):
            withdraw_nomination(actor=cast.ma, nomination_id=made.nomination_id, now=NOON)
        for outsider in (cast.song, cast.wai):
            with pytest.raises(NotFound):
                withdraw_nomination(actor=outsider, nomination_id=made.nomination_id, now=NOON)
        withdraw_nomination(actor=actor, nomination_id=made.nomination_id, now=NOON)
        assert list_nominations(cast.hua).rows == ()
        with pytest.raises(NotFound):
            withdraw_nomination(actor=actor, nomination_id=made.nomination_id, now=NOON)
