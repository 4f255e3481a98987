"""Coverage by parts: the tally says what counting now says, and a distributor sees his own stores."""

from qunlian.community.queries.coverage import CoveragePage, counted_now
from qunlian.community.queries.coverage import coverage as by_parts
from qunlian.insight.actions.take_tally import take_tally
from qunlian.insight.queries.coverage import counted_at, tallied
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, Cast
from tests.community import plans


def parts(page: CoveragePage) -> list[tuple[str, int, int]]:
    return [(part.name, part.stores, part.in_group) for part in page.parts]


def test_the_tally_says_what_counting_now_says(cast: Cast) -> None:
    plans.applied(cast.hua, plans.planned(cast.hua))
    assert counted_at(cast.hua) is None
    take_tally(actor=system_actor(cast.ids["brand"]), now=NOON)
    assert counted_at(cast.hua) == NOON
    asked: list[tuple[Actor, int | None]] = [
        *((cast.hua, cast.ids.get(code)) for code in ("", "N", "PA", "PB")),
        (cast.rong, None),
        (cast.song, None),
    ]
    for actor, part in asked:
        now = by_parts(actor, part, count=counted_now)
        assert by_parts(actor, part, count=tallied) == now
        assert now.whole.stores > 0
        assert now.whole.in_group == now.whole.stores


def test_a_distributor_sees_the_stores_of_his_subtree(cast: Cast) -> None:
    plans.applied(cast.hua, plans.planned(cast.hua))
    page = by_parts(cast.du)
    assert (page.whole.stores, page.whole.in_group) == (2, 2)
    assert sum(stores for _, stores, _ in parts(page)) <= 2
    assert parts(by_parts(cast.du)) == parts(by_parts(cast.du, count=tallied))
