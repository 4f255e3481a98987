"""Which pages the pages bench asks for, and the words that its stores are called by."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

PATCHES = 2000
HEADS = tuple(
    "东街西门朝阳海淀中山人民解放建设和平长江石原临江新华光明文化五一学院滨河南湖北苑"[n : n + 2]
    for n in range(0, 40, 2)
)
NAMES = tuple(
    "鑫源福来佳佳好邻美宜万家惠民利群天天旺旺百姓乐购永辉顺发金利老张阿明恒丰天福聚宝"[n : n + 2]
    for n in range(0, 40, 2)
)
TAILS = (
    "便利店",
    "超市",
    "烟酒店",
    "副食店",
    "小卖部",
    "食品店",
    "商行",
    "批发部",
    "生活超市",
    "百货店",
)
#: Characters that make the rare part of a name.
RARE = "桐梓榆槐柏松竹梅兰菊荷莲桂杏桃李枫橘柚枣荔芒蕉棠芍牡丹薇蔷葵藤萝茉莉芝蓉茶麦稻粟"


@dataclass(frozen=True)
class Scenario:
    """One page and how its next address is chosen."""

    page: str
    address: Callable[[random.Random], str]
    who: str = "hq"


def scenarios(stores: int) -> list[Scenario]:
    """Return the pages asked for."""
    return [*_of_stores(stores), *_of_the_channel(), *_of_groups()]


def _of_stores(stores: int) -> list[Scenario]:
    deep = f"S{stores - 1000:07d}"
    rare = [a + b for a in RARE[:20] for b in RARE[20:]]
    return [
        Scenario("list_first", lambda _: "/stores"),
        Scenario("list_deep", lambda r: f"/stores?after=S{r.randrange(stores):07d}"),
        Scenario("list_end", lambda _: f"/stores?after={deep}"),
        Scenario("filter_territory", lambda r: f"/stores?territory={r.randint(1, 20)}"),
        Scenario("filter_patch", lambda r: f"/stores?territory={1000 + r.randrange(PATCHES)}"),
        Scenario("filter_closed", lambda _: "/stores?status=closed"),
        Scenario("filter_tag", lambda _: "/stores?tag=VIP"),
        Scenario("sort_size", lambda r: f"/stores?sort=-size&territory={r.randint(1, 20)}"),
        Scenario("search_han2", lambda r: f"/stores?q={quote(r.choice(rare))}"),
        Scenario(
            "search_han2_common", lambda r: f"/stores?q={quote(r.choice((*HEADS, '便利', '超市')))}"
        ),
        Scenario(
            "search_initials",
            lambda r: f"/stores?q={r.choice(['djxy', 'cyfl', 'hdtf', 'bld', 'zsjb'])}",
        ),
        Scenario(
            "search_pinyin", lambda r: f"/stores?q={r.choice(['dongjiexin', 'chaoyang', 'fulai'])}"
        ),
        Scenario("search_code", lambda r: f"/stores?q=S{r.randrange(stores):07d}"),
        Scenario("manager_list", lambda _: "/stores", "manager"),
        Scenario(
            "manager_search", lambda r: f"/stores?q={quote(r.choice((*rare, *TAILS)))}", "manager"
        ),
        Scenario("rep_list", lambda _: "/stores", "rep"),
        Scenario("rep_search", lambda r: f"/stores?q={quote(r.choice(NAMES))}", "rep"),
        Scenario("store_page", lambda r: f"/stores/{r.randint(1, stores)}"),
    ]


def _of_the_channel() -> list[Scenario]:
    return [
        Scenario("territories", lambda _: "/territories"),
        Scenario("territory_page", lambda r: f"/territories/{r.randint(1, 20)}"),
        Scenario("coverage", lambda _: "/coverage"),
        Scenario("coverage_part", lambda r: f"/coverage?territory={r.randint(1, 20)}"),
        Scenario("uncovered", lambda _: "/coverage/stores"),
        Scenario("uncovered_part", lambda r: f"/coverage/stores?territory={r.randint(1, 20)}"),
        Scenario("uncovered_distributors", lambda _: "/coverage/distributors"),
        Scenario("uncovered_districts", lambda _: "/coverage/districts"),
        Scenario("map", lambda _: "/coverage/map"),
        Scenario(
            "map_part", lambda r: f"/coverage/map?division={r.choice(('11', '33', '44', '51'))}"
        ),
        Scenario("lost_stores", lambda _: "/coverage/lost"),
        Scenario("distributors", lambda _: "/distributors"),
        Scenario("distributor_page", lambda r: f"/distributors/{r.randint(1, 420)}"),
        Scenario("staff", lambda _: "/staff"),
        Scenario("staff_page", lambda r: f"/staff/{r.randint(1000, 2999)}"),
        Scenario("hand_over", lambda r: f"/staff/{r.randint(1000, 2999)}/hand-over"),
        Scenario("hand_over_manager", lambda _: "/staff/2/hand-over"),
        Scenario("duplicates", lambda _: "/people/duplicates"),
    ]


def _of_groups() -> list[Scenario]:
    return [
        Scenario("layers", lambda _: "/layers"),
        Scenario("loads", lambda _: "/groups/loads"),
        Scenario("groups", lambda _: "/groups"),
        Scenario("group_page", lambda r: f"/groups/{r.randint(1, 3 * PATCHES)}"),
        Scenario("plans", lambda _: "/plans"),
        Scenario("plan_again", lambda _: "/plans/1"),
        Scenario("plan_moves", lambda _: "/plans/1/moves"),
        Scenario("nominations", lambda _: "/nominations"),
        Scenario("waves", lambda _: "/waves"),
        Scenario("wave_results", lambda _: "/waves/1"),
        Scenario("wave_stores", lambda r: f"/waves/1/{r.randint(1, 5)}"),
        Scenario("today", lambda _: "/"),
        Scenario("today_rep", lambda _: "/", "rep"),
    ]
