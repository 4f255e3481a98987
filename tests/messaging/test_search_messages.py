"""Searching a group's history: newest first, paged, never what was recalled, for whom it is."""

import pytest

from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.recall_message import recall_message
from qunlian.messaging.queries import history
from qunlian.messaging.queries.history import search_messages
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import say, scene


def seqs(cast: Cast, group_id: int, typed: str, **more: int) -> list[int]:
    return [line.seq for line in search_messages(cast.hua, group_id, typed, **more).rows]


def test_every_hit_stands_on_one_page_newest_first(cast: Cast) -> None:
    here = scene(cast)
    say(
        cast,
        here.a,
        "苏打饼干到了",
        "周三送货",
        "ABC 饼干 100%_好",
        *[f"饼干 {n}" for n in range(5)],
    )
    assert seqs(cast, here.a, "饼干") == [8, 7, 6, 5, 4, 3, 1]
    assert seqs(cast, here.a, "abc") == [3]
    assert seqs(cast, here.a, "%_") == [3]
    assert seqs(cast, here.a, "  ") == seqs(cast, here.a, "没有") == []
    assert seqs(cast, here.b, "饼干") == []
    found: list[int] = []
    key: str | None = str(2**40)
    while key is not None:
        page = search_messages(cast.hua, here.a, "饼干", before_seq=int(key), take=3)
        found += [line.seq for line in page.rows]
        key = page.next_key
    assert found == [8, 7, 6, 5, 4, 3, 1]


def test_a_page_looks_through_so_many_and_says_where_to_go_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = scene(cast)
    say(cast, here.a, "暗号", *[f"饼干 {n}" for n in range(9)])
    monkeypatch.setattr(history, "LOOKED_THROUGH", 4)
    first = search_messages(cast.hua, here.a, "暗号")
    assert (first.rows, first.next_key) == ((), "7")
    second = search_messages(cast.hua, here.a, "暗号", before_seq=7)
    third = search_messages(cast.hua, here.a, "暗号", before_seq=int(second.next_key or 0))
    assert [line.seq for line in third.rows] == [1]
    assert third.next_key is None


def test_what_was_taken_back_is_gone_and_strangers_find_nothing(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "发错的价格")
    assert seqs(cast, here.a, "价格") == [1]
    recall_message(actor=cast.rong, group_id=here.a, seq=1, now=NOON)
    assert seqs(cast, here.a, "价格") == []
    for stranger, group_id in ((cast.wai, here.a), (cast.song, here.a), (cast.oyang, here.b)):
        with pytest.raises(NotFound):
            search_messages(stranger, group_id, "价格")
