"""The tree as each sees it: a partner is told of his own stores only."""

from qunlian.channel.queries.territories import territory_page, top_territories
from tests.cast_words import Cast


def test_a_distributor_counts_his_own_stores(cast: Cast) -> None:
    (patch,) = top_territories(cast.du)
    assert (patch.id, patch.stores) == (cast.ids["PA"], 2)
    assert territory_page(cast.du, cast.ids["PA"]).node.stores == 2
    assert territory_page(cast.rong, cast.ids["PA"]).node.stores == 4
    assert territory_page(cast.ma, cast.ids["N"]).node.stores == 7
