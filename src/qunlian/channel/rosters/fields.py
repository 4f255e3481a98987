"""What a roster of each kind may hold: fields, what their cells look like, how people call them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


def gettext_noop(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return text


_ = gettext_noop


class Kind(StrEnum):
    """What one file holds."""

    TERRITORIES = "territories"
    STAFF = "staff"
    DISTRIBUTORS = "distributors"
    STORES = "stores"
    SALES = "sales"


class Shape(StrEnum):
    """What the cells of a field look like, and so how they are read."""

    TEXT = "text"
    CODE = "code"
    NAMED = "named"  #: a code or a name of something else
    PHONE = "phone"
    MONEY = "money"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    POINT = "point"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """
    One column of a roster.

    :ivar longest: characters of text, or the greatest number allowed
    :ivar choices: what people write (half-width, lower case) → what is kept; the first per value is shown
    """

    name: str
    label: str
    shape: Shape = Shape.TEXT
    is_required: bool = False
    longest: int = 80
    least: int = 0
    choices: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    note: str = ""


YES_NO = MappingProxyType(
    {"是": "yes", "否": "no", "y": "yes", "n": "no", "yes": "yes", "no": "no"}
    | {"1": "yes", "0": "no", "true": "yes", "false": "no", "√": "yes", "×": "no"}
)
STATUS = MappingProxyType(
    {"营业": "open", "停业": "paused", "关闭": "closed"}
    | dict.fromkeys(("营业中", "正常", "在营", "有效", "合作", "合作中", "启用", "是"), "open")
    | dict.fromkeys(("open", "active", "a", "1", "yes", "y", "true"), "open")
    | dict.fromkeys(("暂停", "暂停营业", "休业", "装修", "paused", "suspended"), "paused")
    | dict.fromkeys(("已关闭", "关店", "倒闭", "闭店", "注销", "无效", "终止", "停用"), "closed")
    | dict.fromkeys(("否", "closed", "inactive", "i", "0", "no", "n", "false"), "closed")
)
ROLES = MappingProxyType(
    {"总部": "headquarters", "经理": "manager", "业务员": "rep", "群管理员": "group_manager"}
    | dict.fromkeys(("管理员", "渠道经理", "headquarters", "hq", "admin"), "headquarters")
    | dict.fromkeys(("大区经理", "区域经理", "省区经理", "城市经理", "主管", "manager"), "manager")
    | dict.fromkeys(("业代", "业务代表", "销售", "销售代表", "客户经理", "rep", "sales"), "rep")
    | dict.fromkeys(("群管", "社群运营", "group_manager", "group manager"), "group_manager")
)

_NAMED = _("its code, or its name where only one has it")
_TERRITORY = Field(
    name="territory", label=_("Territory"), shape=Shape.NAMED, example="PA", note=_NAMED
)
_ADDRESS = Field(name="address", label=_("Address"), longest=200, example="文三路 18 号")

_TERRITORIES = (
    Field(
        name="code",
        label=_("Territory code"),
        shape=Shape.CODE,
        is_required=True,
        longest=40,
        example="HZ-01",
        note=_("yours, never twice"),
    ),
    Field(name="name", label=_("Territory name"), is_required=True, example="西湖东片"),
    Field(
        name="parent",
        label=_("Parent territory"),
        shape=Shape.NAMED,
        example="HZ",
        note=_("empty at the top; may stand in this file, above or below"),
    ),
    Field(
        name="is_patch",
        label=_("Is a rep's patch"),
        shape=Shape.CHOICE,
        choices=YES_NO,
        example="是",
    ),
    Field(name="rep", label=_("Rep"), shape=Shape.NAMED, example="R001", note=_("who covers it")),
)

_STAFF = (
    Field(
        name="code",
        label=_("Staff number"),
        shape=Shape.CODE,
        is_required=True,
        longest=40,
        example="R001",
        note=_("yours, never twice"),
    ),
    Field(name="name", label=_("Staff name"), is_required=True, longest=60, example="荣小明"),
    Field(name="role", label=_("Role"), shape=Shape.CHOICE, choices=ROLES, example="业务员"),
    Field(
        name="superior",
        label=_("Superior"),
        shape=Shape.NAMED,
        example="M001",
        note=_("may stand in this file, above or below"),
    ),
    Field(name="phone", label=_("Phone"), shape=Shape.PHONE, example="13800000001"),
    Field(
        name="territory",
        label=_("Territory covered"),
        shape=Shape.NAMED,
        example="HZ-01",
        note=_NAMED,
    ),
    Field(name="joined_on", label=_("Joined on"), shape=Shape.DATE, example="2024-03-01"),
    Field(name="left_on", label=_("Left on"), shape=Shape.DATE),
)

_DISTRIBUTORS = (
    Field(
        name="code",
        label=_("Distributor code"),
        shape=Shape.CODE,
        is_required=True,
        longest=40,
        example="D001",
        note=_("yours, never twice"),
    ),
    Field(name="name", label=_("Distributor name"), is_required=True, example="丁记商贸"),
    Field(
        name="parent",
        label=_("Parent distributor"),
        shape=Shape.NAMED,
        note=_("empty in tier 1; may stand in this file, above or below"),
    ),
    _TERRITORY,
    Field(name="contact_name", label=_("Contact"), longest=60, example="丁老板"),
    Field(name="contact_phone", label=_("Contact's phone"), shape=Shape.PHONE),
    _ADDRESS,
    Field(name="status", label=_("Status"), shape=Shape.CHOICE, choices=STATUS, example="营业"),
)

_STORES = (
    Field(
        name="code",
        label=_("Store code"),
        shape=Shape.CODE,
        is_required=True,
        longest=40,
        example="S0001",
        note=_("yours, never twice; without this column codes are made from name and address"),
    ),
    Field(name="name", label=_("Store name"), is_required=True, example="东街便利店"),
    Field(name="type", label=_("Type"), longest=40, example="便利店"),
    Field(name="management", label=_("Management attribute"), longest=40, example="A"),
    Field(
        name="size",
        label=_("Sales per year (yuan)"),
        shape=Shape.MONEY,
        example="12.5万",
        note=_("of your goods; may be written with 万"),
    ),
    Field(name="closeness", label=_("Closeness (0–100)"), shape=Shape.NUMBER, example="70"),
    Field(name="status", label=_("Status"), shape=Shape.CHOICE, choices=STATUS, example="营业"),
    Field(
        name="expected_people",
        label=_("Expected people"),
        shape=Shape.INTEGER,
        least=1,
        longest=500,
        example="2",
        note=_("how many of the store will join a group"),
    ),
    _TERRITORY,
    Field(name="province", label=_("Province"), example="浙江省"),
    Field(name="city", label=_("City"), example="杭州市"),
    Field(name="area", label=_("District"), example="西湖区"),
    Field(
        name="rep",
        label=_("Rep"),
        shape=Shape.NAMED,
        longest=60,
        example="荣小明",
        note=_("who looks after the store: number or name"),
    ),
    Field(
        name="distributor", label=_("Distributor"), shape=Shape.NAMED, example="D001", note=_NAMED
    ),
    Field(name="owner_name", label=_("Store owner"), longest=60, example="欧阳店主"),
    Field(name="owner_phone", label=_("Owner's phone"), shape=Shape.PHONE, example="138 0000 0001"),
    _ADDRESS,
    Field(
        name="lng",
        label=_("Longitude"),
        shape=Shape.NUMBER,
        example="120.13",
        note=_("all of one system, GPS (WGS-84) or Amap and Tencent (GCJ-02); none is converted"),
    ),
    Field(name="lat", label=_("Latitude"), shape=Shape.NUMBER, example="30.27"),
    Field(name="point", label=_("Coordinates in one column"), shape=Shape.POINT),
    Field(name="tags", label=_("Tags"), longest=200, example="连锁,社区"),
)

_SALES = (
    Field(
        name="store",
        label=_("Store code"),
        shape=Shape.CODE,
        is_required=True,
        longest=40,
        example="S0001",
    ),
    Field(
        name="date",
        label=_("Date"),
        shape=Shape.DATE,
        is_required=True,
        example="2026-03-01",
        note=_("several lines of one store and day are added up"),
    ),
    Field(
        name="amount",
        label=_("Amount (yuan)"),
        shape=Shape.MONEY,
        is_required=True,
        example="1,280.50",
        note=_("returns are negative"),
    ),
)

FIELDS: Mapping[Kind, tuple[Field, ...]] = MappingProxyType(
    {
        Kind.TERRITORIES: _TERRITORIES,
        Kind.STAFF: _STAFF,
        Kind.DISTRIBUTORS: _DISTRIBUTORS,
        Kind.STORES: _STORES,
        Kind.SALES: _SALES,
    }
)

KIND_LABELS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.STORES: _("Stores"),
        Kind.SALES: _("Sales history"),
        Kind.DISTRIBUTORS: _("Distributors"),
        Kind.STAFF: _("Staff"),
        Kind.TERRITORIES: _("Territories"),
    }
)


def fields_of(kind: Kind, names: Mapping[str, object]) -> tuple[Field, ...]:
    """Return the fields of a kind that a mapping names, in their order."""
    return tuple(field for field in FIELDS[kind] if field.name in names)


def shown(field: Field, value: str) -> str:
    """Return what people write for a kept choice."""
    return next((word for word, kept in field.choices.items() if kept == value), value)


def missing_fields(kind: Kind, mapping: Mapping[str, int]) -> list[str]:
    """Return the required fields without a column; a store does with either code or name."""
    if kind is Kind.STORES:
        return [] if {"code", "name"} & set(mapping) else ["name"]
    return [field.name for field in FIELDS[kind] if field.is_required and field.name not in mapping]
