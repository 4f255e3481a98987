"""What an existing room looks made for: its layer, its territory and who looks after it, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

#: What each sign is worth; together at most 100.
POINTS: Final = {
    "owner_covers": 40,
    "rep_inside": 25,
    "name_of_place": 20,
    "stores_there": 40,
    "words_of_layer": 10,
}
#: From here on a room is proposed as it is; below somebody should look.
CLEAR: Final = 60
#: Words in a room's name, layer by layer; the first that fits decides.
_WORDS: Final = (
    ("distributor", ("经销商", "分销商", "代理商", "客户群")),
    ("vip", ("VIP", "vip", "价值客户", "大客户")),
    ("consumer", ("粉丝", "福利", "会员", "种子", "团购", "消费者")),
    ("store", ("终端", "门店", "店主", "店长", "老板", "订货")),
    ("internal", ("内部", "工作群", "同事")),
)
#: The share of distributors' people among those we know from which on a room is a distributors' one.
_DISTRIBUTORS_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """One of our staff in a room. ``covers``: territory → (its name, whether it is a rep's patch)."""

    staff_id: int
    role: str
    is_owner: bool
    covers: Mapping[int, tuple[str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFacts:
    """
    What is known of a room.

    :ivar people: how many sit there who are not staff
    :ivar stores: territory → how many of the room's bound people have their store there
    :ivar distributors_people: how many of them distributors send
    """

    name: str
    people: int
    sitters: Sequence[Sitter]
    stores: Mapping[int, int]
    distributors_people: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What a room looks made for; ``fit`` 0 to 100, and the signs it comes from, the weightiest first."""

    layer: str
    territory_id: int | None
    steward_staff_id: int | None
    fit: int
    signs: tuple[tuple[str, int], ...]


def propose(facts: RoomFacts) -> Fit:
    """Weigh every territory that speaks for itself, take the best, and the layer that fits."""
    layer, is_named = _layer(facts)
    scored = sorted(
        ((_signs(facts, place), place) for place in _places(facts)),
        key=lambda one: (-sum(points for _, points in one[0]), one[1]),
    )
    signs, place = scored[0] if scored else ([], None)
    if place is not None and is_named:
        signs = [*signs, ("words_of_layer", POINTS["words_of_layer"])]
    signs.sort(key=lambda sign: (-sign[1], sign[0]))
    return Fit(
        layer=layer,
        territory_id=place,
        steward_staff_id=_steward(facts, place),
        fit=min(100, sum(points for _, points in signs)),
        signs=tuple(signs),
    )


def _places(facts: RoomFacts) -> list[int]:
    return sorted({*facts.stores, *(place for one in facts.sitters for place in one.covers)})


def _signs(facts: RoomFacts, place: int) -> list[tuple[str, int]]:
    here = [one for one in facts.sitters if place in one.covers]
    signs = []
    if any(one.is_owner for one in here):
        signs.append(("owner_covers", POINTS["owner_covers"]))
    reps = {one.staff_id for one in facts.sitters if one.role == "rep"}
    if reps and reps == {one.staff_id for one in here if one.role == "rep"}:
        signs.append(("rep_inside", POINTS["rep_inside"]))
    if any(_bears(facts.name, one.covers[place][0]) for one in here):
        signs.append(("name_of_place", POINTS["name_of_place"]))
    bound = sum(facts.stores.values())
    if bound and facts.stores.get(place):
        points = round(POINTS["stores_there"] * facts.stores[place] / bound)
        signs.append(("stores_there", points))
    return signs


def _bears(name: str, place: str) -> bool:
    """Tell whether a room's name holds a territory's, with or without its kind (市, 区, 片区 …)."""
    bare = place
    for kind in ("片区", "大区", "省", "市", "区", "县", "镇", "片"):
        bare = bare.removesuffix(kind)
    return len(bare) > 1 and bare in name


def _layer(facts: RoomFacts) -> tuple[str, bool]:
    """Return the layer, and whether the room's name says so."""
    if not facts.people:
        return "internal", False
    for layer, words in _WORDS:
        if any(word in facts.name for word in words):
            return layer, True
    known = facts.distributors_people + sum(facts.stores.values())
    if known and facts.distributors_people >= _DISTRIBUTORS_SHARE * known:
        return "distributor", False
    return "store", False


def _steward(facts: RoomFacts, place: int | None) -> int | None:
    """Return who would look after the room: the rep who covers it, else its owner."""
    if place is None:
        return None
    here = [one for one in facts.sitters if place in one.covers]
    ranked = sorted(here, key=lambda one: (one.role != "rep", not one.is_owner, one.staff_id))
    if ranked:
        return ranked[0].staff_id
    return next((one.staff_id for one in facts.sitters if one.is_owner), None)
