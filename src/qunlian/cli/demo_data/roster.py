"""Staff, distributors and stores of the demo brand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from qunlian.channel.rules.divisions import Division, Divisions
from qunlian.cli.demo_data.people import People, is_woman
from qunlian.cli.demo_data.places import REGION, Patch
from qunlian.cli.demo_data.words import (
    COMPANY_NAMES,
    ESTATES,
    LUCKY,
    SHOP_NAMES,
    STREET_KINDS,
    STREET_NAMES,
)

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of store.

    :ivar share: of all stores
    :ivar yearly_yuan: median of what one buys of us in a year
    :ivar sigma: of its natural logarithm
    :ivar people: probabilities that 1, 2, 3, 4 people of it join a group
    :ivar managed: probabilities of the management attributes
    """

    share: float
    yearly_yuan: float
    sigma: float
    people: tuple[float, float, float, float]
    managed: tuple[float, float, float, float]


MANAGEMENT = ("夫妻店", "个体雇员", "加盟连锁", "直营连锁")
KINDS = {
    "便利店": Kind(0.29, 9_000, 0.8, (0.62, 0.28, 0.08, 0.02), (0.40, 0.25, 0.28, 0.07)),
    "烟酒店": Kind(0.20, 26_000, 1.0, (0.66, 0.28, 0.05, 0.01), (0.58, 0.30, 0.10, 0.02)),
    "餐饮": Kind(0.19, 14_000, 1.1, (0.60, 0.28, 0.09, 0.03), (0.42, 0.40, 0.12, 0.06)),
    "超市": Kind(0.12, 34_000, 1.1, (0.25, 0.40, 0.25, 0.10), (0.22, 0.38, 0.22, 0.18)),
    "社区团购点": Kind(0.09, 7_000, 0.9, (0.86, 0.12, 0.02, 0.00), (0.80, 0.15, 0.05, 0.00)),
    "批发部": Kind(0.05, 120_000, 1.2, (0.34, 0.36, 0.20, 0.10), (0.45, 0.50, 0.03, 0.02)),
    "校园店": Kind(0.06, 8_000, 0.7, (0.70, 0.25, 0.05, 0.00), (0.46, 0.34, 0.15, 0.05)),
}
_ATTEMPTS = 12
_GIANTS = 0.015
_WHOLESALE = "批发部"
#: wholesalers of more than this, in yuan a year, buy from tier 1 itself
_SERVED_DIRECTLY = 60_000
_TAGGED = 0.07
_TAGS = (
    "样板店",
    "新品试点",
    "陈列达标",
    "价格稳定",
    "需回访",
    "高复购",
    "夜场",
    "学校周边",
    "菜场周边",
)


def staff(people: People, laid: Sequence[Patch], until: date) -> pl.DataFrame:
    """Return headquarters, managers of provinces and cities, reps of patches, and group managers.

    :returns: code, name, phone, role, superior_code (null at the top), territory_code (null for group
        managers), title, joined_on; superiors before their people
    """
    rows: list[tuple[object, ...]] = []

    def enlist(
        code: str, role: str, superior: str | None, territory: str | None, title: str
    ) -> None:
        joined = until - timedelta(days=int(people.dice.integers(200, 3200)))
        rows.append((code, people.name(), people.phone(), role, superior, territory, title, joined))

    enlist("HQ01", "headquarters", None, REGION[0], "总经理")
    enlist("HQ02", "headquarters", "HQ01", REGION[0], "渠道总监")
    enlist("HQ03", "headquarters", "HQ02", REGION[0], "社群运营经理")
    for province in dict.fromkeys(patch.city[:2] for patch in laid):
        enlist(f"SJ{province}", "manager", "HQ02", province, "省区经理")
    for city in dict.fromkeys(patch.city for patch in laid):
        enlist(f"CJ{city}", "manager", f"SJ{city[:2]}", city, "城市经理")
    for place, patch in enumerate(laid, start=1):
        enlist(f"YW{place:03d}", "rep", f"CJ{patch.city}", patch.code, "业务员")
    for place in range(1, 5):
        enlist(f"QG{place:02d}", "group_manager", "HQ03", None, "群管理员")
    columns = [
        "code",
        "name",
        "phone",
        "role",
        "superior_code",
        "territory_code",
        "title",
        "joined_on",
    ]
    return pl.DataFrame(rows, schema=columns, orient="row")


def distributors(people: People, divisions: Divisions, laid: Sequence[Patch]) -> pl.DataFrame:
    """Return two distributors of tier 1 in each province, and three of tier 2 in each city.

    :returns: code, parent_code (null for tier 1), tier, name, territory_code, contact_name,
        contact_phone, address; parents before children
    """
    rows: list[tuple[object, ...]] = []
    names = people.dice.permutation(len(LUCKY)).tolist()
    cities = list(dict.fromkeys(patch.city for patch in laid))
    above: dict[str, list[str]] = {}
    for tier, many in ((1, 2), (2, 3)):
        homes = list(dict.fromkeys(city[:2] for city in cities)) if tier == 1 else cities
        for home in homes:
            for place in range(many):
                code = f"JX{tier}{home}{place + 1}"
                parent = None if tier == 1 else above[home[:2]][place % 2]
                above.setdefault(home, []).append(code)
                seat = next(patch for patch in laid if patch.city.startswith(home))
                lucky = LUCKY[names[len(rows) % len(names)]]
                company = COMPANY_NAMES[int(people.dice.integers(len(COMPANY_NAMES)))]
                name = divisions[seat.city].shorts[0] + company.format(lucky=lucky)
                rows.append(
                    (
                        code,
                        parent,
                        tier,
                        name,
                        home,
                        people.name(),
                        people.phone(),
                        _address(people.dice, seat, divisions)[1],
                    )
                )
    columns = [
        "code",
        "parent_code",
        "tier",
        "name",
        "territory_code",
        "contact_name",
        "contact_phone",
        "address",
    ]
    return pl.DataFrame(rows, schema=columns, orient="row")


def stores(
    people: People, divisions: Divisions, laid: Sequence[Patch], sellers: pl.DataFrame, count: int
) -> pl.DataFrame:
    """Return stores, spread unevenly over the patches, with a long tail of sizes.

    :returns: code, name, type, management, size_fen (expected; sales correct it), closeness,
        status, expected_people, territory_code, distributor_code, owner_name, owner_phone, province,
        city, area, address, division_code, lng, lat, tags
    """
    dice = people.dice
    weights = dice.dirichlet(np.full(len(laid), 14.0))
    patch = np.sort(dice.choice(len(laid), count, p=weights))
    kinds = list(KINDS)
    kind = dice.choice(len(kinds), count, p=[KINDS[each].share for each in kinds])
    yuan = _yearly(dice, kind, list(KINDS.values()))
    closeness = np.clip(
        np.round(dice.beta(2.2, 2.6, count) * 90 + 4 * (np.log(yuan) - 9.5)), 0, 100
    ).astype(int)
    managed = _drawn(dice, kind, [each.managed for each in KINDS.values()])
    people_of = _drawn(dice, kind, [each.people for each in KINDS.values()]) + 1
    status = dice.choice(["open", "paused", "closed"], count, p=[0.965, 0.02, 0.015])
    tagged = dice.random((count, len(_TAGS))) < _TAGGED
    seller = _sellers(sellers)
    taken: set[str] = set()
    rows = []
    for at in range(count):
        home = laid[patch[at]]
        its = int(dice.integers(3))
        is_big = kinds[kind[at]] == _WHOLESALE and yuan[at] > _SERVED_DIRECTLY
        street, address = _address(dice, home, divisions)
        owner = people.name()
        rows.append(
            {
                "code": f"MD{at + 1:06d}",
                "name": _shop_name(dice, kinds[kind[at]], owner, _called(street), taken),
                "type": kinds[kind[at]],
                "management": MANAGEMENT[managed[at]],
                "size_fen": int(yuan[at]) * 100,
                "closeness": int(closeness[at]),
                "status": str(status[at]),
                "expected_people": int(people_of[at]),
                "territory_code": home.code,
                "distributor_code": seller[home.city[:2]][its % 2]
                if is_big
                else seller[home.city][its],
                "owner_name": owner,
                "owner_phone": people.phone(),
                "province": divisions[home.city[:2]].name,
                "city": divisions[home.city].name,
                "area": home.area.name,
                "address": address,
                "division_code": street.code,
                "lng": round(home.centre[0] + float(dice.normal(0, 0.022)), 6),
                "lat": round(home.centre[1] + float(dice.normal(0, 0.018)), 6),
                "tags": [_TAGS[tag] for tag in np.flatnonzero(tagged[at])],
            }
        )
    return pl.DataFrame(rows)


def _sellers(sellers: pl.DataFrame) -> dict[str, list[str]]:
    """Return who delivers, by home: tier 1 by province, tier 2 by city."""
    rows = sellers.group_by("territory_code", maintain_order=True).agg("code")
    return dict(rows.iter_rows())


def _drawn(
    dice: np.random.Generator, kind: IntArray, chances: Sequence[Sequence[float]]
) -> IntArray:
    """Draw a position for each store from its type's probabilities."""
    ladder = np.cumsum(np.array(chances), axis=1)[kind]
    drawn: IntArray = (dice.random(len(kind))[:, None] >= ladder[:, :-1]).sum(axis=1)
    return drawn


def _called(street: Division) -> str:
    """Return a street office's name as people say it: 北山 for 北山街道."""
    return street.shorts[0] if street.shorts else street.name


def _yearly(dice: np.random.Generator, kind: IntArray, kinds: Sequence[Kind]) -> FloatArray:
    """Draw yearly yuan: log-normal by type, and a Pareto tail of giants on top."""
    median = np.array([each.yearly_yuan for each in kinds])[kind]
    sigma = np.array([each.sigma for each in kinds])[kind]
    yuan = median * np.exp(sigma * dice.normal(size=len(kind)))
    giants = dice.random(len(kind)) < _GIANTS
    yuan[giants] = median[giants] * (6 + 6 * dice.pareto(1.6, int(giants.sum())))
    clipped: FloatArray = np.clip(yuan, 300, 6_000_000)
    return clipped


def _address(dice: np.random.Generator, home: Patch, divisions: Divisions) -> tuple[Division, str]:
    """Return a street office of the patch, and an address in it."""
    street = home.streets[int(dice.integers(len(home.streets)))]
    road = STREET_NAMES[int(dice.integers(len(STREET_NAMES)))]
    kind = STREET_KINDS[int(dice.integers(len(STREET_KINDS)))]
    number = int(dice.integers(1, 420))
    return street, f"{divisions.full_name(street.code)}{road}{kind}{number}号"


def _shop_name(
    dice: np.random.Generator, type_name: str, owner: str, place: str, taken: set[str]
) -> str:
    """Name a shop the way shops of its type are named; no two alike."""
    patterns = SHOP_NAMES[type_name]
    for attempt in range(1, _ATTEMPTS):
        name = patterns[int(dice.integers(len(patterns)))].format(
            lucky=LUCKY[int(dice.integers(len(LUCKY)))],
            surname=owner[0],
            given=owner[-1],
            kin="姐" if is_woman(owner) else "哥",
            estate=ESTATES[int(dice.integers(len(ESTATES)))],
            place=place,
        )
        if attempt > _ATTEMPTS // 2:
            road = STREET_NAMES[int(dice.integers(len(STREET_NAMES)))]
            name = f"{name.partition('(')[0]}({place}{road}店)"
        if name not in taken:
            break
    else:
        name = f"{name}{len(taken)}"
    taken.add(name)
    return name
