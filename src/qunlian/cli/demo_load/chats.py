"""
The groups that the demo's people have had on a chat platform for years, before anybody planned any.

Each rep has made one or two by hand and asked his store owners in; their nicknames say more or less of who
they are, as in the field. What comes out is what the sandbox settles as a company.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from qunlian.channel.actions.export_roster import export_roster
from qunlian.channel.queries.exports import export_rows
from qunlian.channel.rosters.fields import Kind
from qunlian.kernel.actor import Actor

_Row = dict[str, Any]
_NAMES: Final = (
    "{place}店主群",
    "{place}老板交流群",
    "{place}订货群",
    "小{rep}的客户群",
    "{rep}哥老友群",
)
_NICKNAMES: Final = ("{shop}-{owner}", "{shop}", "A{shop}{first}老板", "{first}姐 {shop}")
_SAYS_NOTHING: Final = (
    "平安是福",
    "岁月静好",
    "知足常乐",
    "花开富贵",
    "往事随风",
    "小太阳",
    "云淡风轻",
)
#: Shares of people: whose nickname tells the store, of whom the rep noted it, who belong to no store.
_TELLING, _NOTED, _STRAYS = 0.6, 0.35, 0.05
_LONGEST_REMARK: Final = 20


def chats(actor: Actor, *, seed: int, people: int, now: datetime) -> _Row:
    """
    Return staff, customers and groups for a sandbox; reading the roster with its numbers is journalled.

    :param people: how many sit in a group at most
    """
    rosters = {
        kind: list(_rows(actor, kind, now)) for kind in (Kind.STAFF, Kind.TERRITORIES, Kind.STORES)
    }
    staff = [
        {"userid": row["code"], "name": row["name"], "has_left": row["left_on"] is not None}
        for row in rosters[Kind.STAFF]
    ]
    stores: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rosters[Kind.STORES]:
        if row["owner_name"]:
            stores[row["territory"]].append(row)
    reps = {row["territory"]: row for row in rosters[Kind.STAFF] if row["territory"]}
    leavers = [row for row in rosters[Kind.STAFF] if row["left_on"] is not None]
    dice = random.Random(f"chats {seed}")  # noqa: S311  (a sample brand)
    customers: list[_Row] = []
    groups: list[_Row] = []
    for number, place in enumerate(rosters[Kind.TERRITORIES]):
        known, rep = stores[place["code"]], reps.get(place["code"])
        if not known or rep is None:
            continue
        dice.shuffle(known)
        # a third have two groups; whoever has left still owns what he made
        second = leavers.pop() if leavers else rep if number % 3 == 0 else None
        for owner, some in ((rep, known[:people]), (second, known[people : 2 * people])):
            if owner is not None and some:
                customers += (_customer(dice, row, rep) for row in some)
                groups.append(_group(dice, place, owner, some))
    return {"staff": staff, "customers": customers, "groups": groups}


def _rows(actor: Actor, kind: Kind, now: datetime) -> Iterator[_Row]:
    fields = export_roster(actor=actor, kind=kind, has_contacts=True, now=now)
    names = [field.name for field in fields]
    return (dict(zip(names, row, strict=True)) for row in export_rows(actor, kind, fields))


def _customer(dice: random.Random, store: _Row, rep: _Row) -> _Row:
    shop, owner = store["name"], store["owner_name"]
    if dice.random() < _STRAYS:
        return {"key": store["code"], "name": dice.choice(_SAYS_NOTHING)}
    pattern = dice.choice(_NICKNAMES) if dice.random() < _TELLING else ""
    called = pattern.format(shop=shop, owner=owner, first=owner[0])
    contact: _Row = {"userid": rep["code"]}
    if dice.random() < _NOTED:
        contact["remark"] = f"{shop} {owner}"[:_LONGEST_REMARK]
        contact["remark_mobiles"] = [str(store["owner_phone"]).removeprefix("+86")]
    return {
        "key": store["code"],
        "name": called or dice.choice((owner, *_SAYS_NOTHING)),
        "contacts": [contact],
    }


def _group(dice: random.Random, place: _Row, owner: _Row, stores: list[_Row]) -> _Row:
    name = dice.choice(_NAMES).format(place=place["name"], rep=owner["name"][0])
    members = [{"key": row["code"], "days_ago": dice.uniform(1, 300)} for row in stores]
    return {"name": name, "owner": owner["code"], "members": members, "days_ago": 400}
