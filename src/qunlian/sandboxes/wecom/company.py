"""
A whole company at once: from lists, or made up from a seed.

The made-up one looks like what one finds in the field: nicknames that hold a shop's name or
nothing of use, phones in remarks, strays who belong to no shop, people in several groups, groups of leavers.
The answer names the shops, so that a test can build the roster that belongs to it.
"""

import random
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from qunlian.sandboxes.wecom.people.acts import Impossible, Scene
from qunlian.sandboxes.wecom.people.contacts import made_customer
from qunlian.sandboxes.wecom.records import DAY, Group, Relation, Seat, Staff
from qunlian.sandboxes.wecom.state import Corp, World

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖"
    "石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国志文斌婷雪梅秀珍海燕春兵辉鹏"
PLACES = (
    "东街",
    "西门",
    "河畔",
    "新村",
    "车站",
    "文化路",
    "人民路",
    "解放路",
    "桥头",
    "南苑",
    "北园",
    "中山路",
)
WORDS = (
    "惠民",
    "万家",
    "好又来",
    "福旺",
    "顺发",
    "鑫源",
    "佳美",
    "百信",
    "天天",
    "旺角",
    "乐购",
    "丰收",
    "家和",
    "友谊",
)
KINDS = ("超市", "便利店", "烟酒店", "副食", "粮油", "百货", "商行", "批发部")
HOBBY_NAMES = (
    "平安是福",
    "岁月静好",
    "A00云淡风轻",
    "知足常乐",
    "小太阳🌞",
    "风雨同舟",
    "花开富贵🌸",
    "往事随风",
)


class Listed(BaseModel):
    """A part of a company that is given."""

    model_config = ConfigDict(extra="forbid")


class ListedStaff(Listed):
    userid: str
    name: str
    is_real_named: bool = True
    has_customer_contact: bool = True
    has_left: bool = False


class ListedContact(Listed):
    userid: str
    remark: str = ""
    remark_mobiles: list[str] = []


class ListedCustomer(Listed):
    """``key`` is the giver's own name for him, by which groups name him too."""

    key: str
    name: str
    has_unionid: bool = True
    contacts: list[ListedContact] = []


class ListedMember(Listed):
    key: str
    nickname: str = ""
    days_ago: float = 1.0


class ListedGroup(Listed):
    name: str
    owner: str
    staff: list[str] = []
    members: list[ListedMember] = []
    notice: str = ""
    days_ago: float = 100.0


class Lists(Listed):
    """A company, or a part to add to it."""

    staff: list[ListedStaff] = []
    customers: list[ListedCustomer] = []
    groups: list[ListedGroup] = []


class MadeUp(Listed):
    """Sizes of a made-up company; shares are of customers or groups."""

    seed: int = 1
    staff: int = Field(10, ge=1)
    groups: int = Field(20, ge=1)
    customers_per_group: int = Field(20, ge=1)
    strays: float = 0.05
    in_several_groups: float = 0.05
    groups_of_leavers: float = 0.05
    telling_nicknames: float = 0.6
    #: what groups and shops are named after, e.g. the districts of a roster
    places: list[str] = Field(list(PLACES), min_length=1)
    telling_remarks: float = 0.35


def settle_lists(world: World, corp: Corp, lists: Lists) -> dict[str, Any]:
    """Add listed people and groups; no events: all this happened before anybody listened."""
    scene = Scene(world, corp, world.now())
    for one in lists.staff:
        if one.userid not in corp.staff:
            left_at = scene.now if one.has_left else None
            fields = one.model_dump(exclude={"has_left"})
            corp.staff[one.userid] = Staff(**fields, left_at=left_at)
    ids = {one.key: _settle_customer(scene, one) for one in lists.customers}
    chats = [_settle_group(scene, one, ids).chat_id for one in lists.groups]
    return {"customers": ids, "groups": chats}


def _settle_customer(scene: Scene, one: ListedCustomer) -> str:
    made = made_customer(scene, one.name, has_unionid=one.has_unionid)
    for contact in one.contacts:
        if contact.userid not in scene.corp.staff:
            raise Impossible(f"no staff {contact.userid}")
        scene.corp.relate(
            Relation(
                contact.userid,
                made.external_userid,
                scene.now - DAY,
                remark=contact.remark,
                remark_mobiles=contact.remark_mobiles,
            )
        )
    return made.external_userid


def _settle_group(scene: Scene, one: ListedGroup, ids: dict[str, str]) -> Group:
    unknown = [key for key in (m.key for m in one.members) if key not in ids]
    absent = [userid for userid in (one.owner, *one.staff) if userid not in scene.corp.staff]
    if unknown or absent:
        raise Impossible(f"{one.name} names {(unknown + absent)[0]}, who is not listed")
    born = scene.now - one.days_ago * DAY
    group = Group(scene.world.new_id("wr"), one.name, one.owner, born, notice=one.notice)
    for userid in dict.fromkeys([one.owner, *one.staff]):
        group.seats[userid] = Seat(userid, is_staff=True, joined_at=born)
    for member in one.members:
        joined = max(born, scene.now - member.days_ago * DAY)
        seat = Seat(ids[member.key], is_staff=False, joined_at=joined, nickname=member.nickname)
        group.seats[seat.member] = seat
    scene.corp.groups[group.chat_id] = group
    return group


def make_up(world: World, corp: Corp, sizes: MadeUp) -> dict[str, Any]:
    """Make a company up and return its shops: name, owner, phone, whose group, the owner's key."""
    story = _Story(random.Random(f"company {sizes.seed}"), sizes)  # noqa: S311
    shops = [shop for number in range(sizes.groups) for shop in story.group(number)]
    told = settle_lists(world, corp, story.lists)
    for shop in shops:
        shop["external_userid"] = told["customers"][shop.pop("key")]
        shop["chat_id"] = told["groups"][shop.pop("group")]
    return {"shops": shops, "groups": told["groups"], "customers": len(told["customers"])}


class _Story:
    """Makes people up, one after the other."""

    def __init__(self, draw: random.Random, sizes: MadeUp) -> None:
        self._draw, self._sizes = draw, sizes
        self.lists = Lists()
        leavers = round(sizes.groups * sizes.groups_of_leavers)
        self._leavers = {draw.randrange(sizes.groups) for _ in range(leavers)}
        self._reps = [f"rep{number:04d}" for number in range(1, sizes.staff + 1)]
        for number, userid in enumerate(self._reps):
            self.lists.staff.append(ListedStaff(userid=userid, name=self._person(number)))
        if self._leavers:
            gone = ListedStaff(userid="left0001", name=self._person(0), has_left=True)
            self.lists.staff.append(gone)
        self._phones = iter(draw.sample(range(10**8), sizes.groups * sizes.customers_per_group))

    def group(self, number: int) -> list[dict[str, Any]]:
        """Make up a group and its members; return the shops behind them."""
        draw, sizes = self._draw, self._sizes
        rep = self._reps[number % len(self._reps)]
        owner = "left0001" if number in self._leavers else rep
        group = ListedGroup(
            name=f"{draw.choice(sizes.places)}店主{number + 1}群",
            owner=owner,
            staff=[rep],
            days_ago=draw.uniform(60, 150),
        )
        self.lists.groups.append(group)
        shops = []
        for seat in range(sizes.customers_per_group):
            known = self.lists.customers
            if known and draw.random() < sizes.in_several_groups:
                key = draw.choice(known).key
            else:
                key = f"{number}-{seat}"
                shop = self._customer(key, rep)
                shops += [{**shop, "group": number, "key": key, "userid": rep}] if shop else []
            days = draw.uniform(0.1, 60)
            group.members.append(ListedMember(key=key, days_ago=days))
        return shops

    def _customer(self, key: str, rep: str) -> dict[str, Any]:
        """Make up one person; a stray has no shop."""
        draw, sizes = self._draw, self._sizes
        owner, phone = self._person(draw.randrange(10**6)), f"139{next(self._phones):08d}"
        if draw.random() < sizes.strays:
            self.lists.customers.append(ListedCustomer(key=key, name=draw.choice(HOBBY_NAMES)))
            return {}
        place, word, kind = draw.choice(sizes.places), draw.choice(WORDS), draw.choice(KINDS)
        shop = f"{place}{word}{kind}"
        telling = draw.random() < sizes.telling_nicknames
        patterns = (
            f"{shop}-{owner}",
            f"{shop}",
            f"A{place}{word}{kind}{owner[0]}老板",
            f"{owner[0]}姐 {shop}",
        )
        name = draw.choice(patterns) if telling else draw.choice((owner, *HOBBY_NAMES))
        has_remark = draw.random() < sizes.telling_remarks
        contact = ListedContact(userid=rep)
        if has_remark:
            contact.remark, contact.remark_mobiles = f"{shop} {owner}"[:20], [phone]
        contacts = [contact] if has_remark or draw.random() < 1 / 2 else []
        self.lists.customers.append(
            ListedCustomer(key=key, name=name, has_unionid=draw.random() < 0.9, contacts=contacts)  # noqa: PLR2004
        )
        return {
            "shop": shop,
            "owner": owner,
            "phone": phone,
            "name": name,
            "is_remarked": has_remark,
        }

    def _person(self, number: int) -> str:
        draw = random.Random(f"{self._sizes.seed} person {number}")  # noqa: S311
        given = "".join(draw.choice(GIVEN) for _ in range(draw.choice((1, 2, 2))))
        return draw.choice(SURNAMES) + given
