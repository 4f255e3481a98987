"""Whether two records are likely one human: points for what speaks for and against it, each by its name."""

from dataclasses import dataclass
from typing import Final

from qunlian.channel.rules import codes, phones, pinyin

#: What each sign is worth; from ``LIKELY`` on somebody is asked.
POINTS: Final = {
    "same_phone": 60,
    "same_store": 35,
    "same_distributor": 35,
    "same_name": 30,
    "sounds_alike": 25,
    "one_character": 20,
    "same_patch": 15,
    "same_supplier": 15,
    "no_phone": 5,
    "names_differ": -10,
    "vague_name": -15,
    "two_mobiles": -15,
}
LIKELY: Final = 50
#: A number, a store or a name that more people share than this says nothing about any two of them.
CROWD: Final = 8
_TITLES: Final = (
    *(
        "老板娘",
        "老板",
        "店长",
        "店主",
        "经理",
        "先生",
        "女士",
        "小姐",
        "师傅",
        "老师",
        "负责人",
        "联系人",
    ),
    *("总", "哥", "姐"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    """
    What is compared of a record.

    :ivar phones: his numbers, those of records merged into him among them
    :ivar partners: ``s12`` a store, ``d3`` a distributor that he belongs to
    :ivar patches: territories his stores lie in
    :ivar suppliers: distributors his stores buy from
    """

    person_id: int
    name: str
    phones: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    patches: frozenset[int] = frozenset()
    suppliers: frozenset[int] = frozenset()
    is_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """``score`` 0 to 100 and the signs it comes from, the weightiest first."""

    score: int
    reasons: tuple[tuple[str, int], ...]


def likeness(one: Human, other: Human) -> Likeness:
    """Compare two records. Two people on the staff are two people."""
    if one.is_staff and other.is_staff:
        return Likeness(score=0, reasons=())
    signs = [*_by_phone(one, other), *_by_place(one, other)]
    signs += _by_name(one, other, is_known="same_phone" in signs)
    reasons = sorted(((sign, POINTS[sign]) for sign in signs), key=lambda r: (-abs(r[1]), r[0]))
    score = sum(points for _, points in reasons)
    return Likeness(score=max(0, min(score, 100)), reasons=tuple(reasons))


def is_vague(name: str) -> bool:
    """Tell whether a name is hardly one: empty, a single character, or a title (王老板)."""
    tidy = codes.half_width(name).strip()
    bare = next((tidy.removesuffix(t) for t in _TITLES if tidy.endswith(t)), None)
    return len(tidy) < 2 or (bare is not None and len(bare) < 2)  # noqa: PLR2004


def differs_by_one(one: str, other: str) -> bool:
    """Tell whether two names of at least two characters differ in one: written wrong, left out or put in."""
    short, long = sorted((one, other), key=len)
    if len(short) < 2 or len(long) - len(short) > 1 or short == long:  # noqa: PLR2004
        return False
    at = next((n for n, sign in enumerate(short) if sign != long[n]), len(short))
    rest = short[at + 1 :] if len(short) == len(long) else short[at:]
    return rest == long[at + 1 :]


def _by_phone(one: Human, other: Human) -> list[str]:
    if one.phones & other.phones:
        return ["same_phone"]
    if not one.phones or not other.phones:
        return ["no_phone"] if one.phones or other.phones else []
    both_mobile = all(any(map(phones.is_mobile, human.phones)) for human in (one, other))
    return ["two_mobiles"] if both_mobile else []


def _by_place(one: Human, other: Human) -> list[str]:
    shared = one.partners & other.partners
    signs = []
    if any(partner.startswith("s") for partner in shared):
        signs.append("same_store")
    elif one.patches & other.patches:
        signs.append("same_patch")
    if any(partner.startswith("d") for partner in shared):
        signs.append("same_distributor")
    elif "same_store" not in signs and one.suppliers & other.suppliers:
        signs.append("same_supplier")
    return signs


def _by_name(one: Human, other: Human, *, is_known: bool) -> list[str]:
    first, second = ("".join(codes.half_width(human.name).split()) for human in (one, other))
    vague = ["vague_name"] if is_vague(first) or is_vague(second) else []
    if not first or not second:
        return []
    if first == second:
        return ["same_name", *vague]
    if pinyin.full(first) == pinyin.full(second):
        return ["sounds_alike", *vague]
    if differs_by_one(first, second):
        return ["one_character", *vague]
    return ["names_differ"] if is_known else []
