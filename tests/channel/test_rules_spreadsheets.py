"""The columns people have, and the fields they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunlian.channel.rules import spreadsheets
from qunlian.channel.rules.spreadsheets import Kind


def mapping(
    kind: Kind, columns: list[str], samples: dict[str, list[str]] | None = None
) -> dict[str, str]:
    return {each.field: each.column for each in spreadsheets.guess(kind, columns, samples)}


def test_a_chinese_roster_of_stores() -> None:
    columns = [
        "客户编号",
        "店名",
        "业态",
        "年销售额（万元）",
        "所属经销商",
        "联系人",
        "老板手机",
        "省",
        "市",
        "区县",
        "门店地址",
        "经度",
        "纬度",
        "业务员",
        "区域编码",
        "客情",
        "备注",
    ]
    assert mapping("stores", columns) == {
        "code": "客户编号",
        "name": "店名",
        "type": "业态",
        "size": "年销售额（万元）",
        "distributor": "所属经销商",
        "owner_name": "联系人",
        "owner_phone": "老板手机",
        "province": "省",
        "city": "市",
        "area": "区县",
        "address": "门店地址",
        "lng": "经度",
        "lat": "纬度",
        "rep": "业务员",
        "territory": "区域编码",
        "closeness": "客情",
    }


@pytest.mark.parametrize(
    ("kind", "columns", "expected"),
    [
        (
            "stores",
            [
                "shop_id",
                "city_name",
                "location_id",
                "per_pay",
                "score",
                "comment_cnt",
                "shop_level",
                "cate_1_name",
                "cate_2_name",
            ],
            {
                "code": "shop_id",
                "city": "city_name",
                "closeness": "score",
                "management": "shop_level",
                "type": "cate_1_name",
            },
        ),
        (
            "stores",
            [
                "id",
                "name",
                "city",
                "province_city",
                "address",
                "postcode",
                "lng",
                "lat",
                "features",
            ],
            {
                "code": "id",
                "name": "name",
                "city": "city",
                "province": "province_city",
                "address": "address",
                "lng": "lng",
                "lat": "lat",
                "tags": "features",
            },
        ),
        (
            "stores",
            ["store_number", "store_name", "zip_code", "address", "store_location"],
            {
                "code": "store_number",
                "name": "store_name",
                "address": "address",
                "point": "store_location",
            },
        ),
        (
            "stores",
            ["ShopID*", "Shop Name", "Phone No."],
            {"code": "ShopID*", "name": "Shop Name", "owner_phone": "Phone No."},
        ),
        (
            "sales",
            [
                "invoice",
                "date",
                "store_number",
                "store_name",
                "bottle_cost",
                "bottles",
                "sale_dollars",
            ],
            {
                "invoice": "invoice",
                "date": "date",
                "store": "store_number",
                "store_name": "store_name",
                "quantity": "bottles",
                "amount": "sale_dollars",
            },
        ),
        (
            "sales",
            ["门店编码", "日期", "金额"],
            {"store": "门店编码", "date": "日期", "amount": "金额"},
        ),
        (
            "staff",
            ["工号", "姓名", "岗位", "直属上级工号", "手机号", "负责区域"],
            {
                "code": "工号",
                "name": "姓名",
                "role": "岗位",
                "superior": "直属上级工号",
                "phone": "手机号",
                "territory": "负责区域",
            },
        ),
        (
            "territories",
            ["区域编码", "区域名称", "上级编码", "是否末级"],
            {"code": "区域编码", "name": "区域名称", "parent": "上级编码", "is_patch": "是否末级"},
        ),
        (
            "distributors",
            ["经销商编码", "经销商名称", "上级经销商", "级别"],
            {"code": "经销商编码", "name": "经销商名称", "parent": "上级经销商", "tier": "级别"},
        ),
    ],
)
def test_columns_of_real_files(kind: Kind, columns: list[str], expected: dict[str, str]) -> None:
    assert mapping(kind, columns) == expected


def test_cells_can_contradict_a_heading() -> None:
    columns = ["x", "经度"]
    cells = {"x": ["a", "b"], "经度": ["120.1", "121"]}
    assert mapping("stores", columns, cells) == {"lng": "经度"}
    assert mapping("stores", ["电话"], {"电话": ["无", "待补"]}) == {}
    assert mapping("stores", ["电话"], {"电话": ["13800000000", ""]}) == {"owner_phone": "电话"}


def test_units_are_read_from_headings_and_cells() -> None:
    assert spreadsheets.yuan_per_unit("年销额（万元）") == 10_000
    assert spreadsheets.yuan_per_unit("年销额(元)") == 1
    assert spreadsheets.points_per_unit(["4.5", "3", ""]) == 20
    assert spreadsheets.points_per_unit(["85", "10"]) == 1
    assert spreadsheets.points_per_unit([]) == 1


@given(st.lists(st.text(max_size=12), max_size=12), st.sampled_from(["stores", "sales", "staff"]))
def test_each_field_and_column_is_used_once(columns: list[str], kind: Kind) -> None:
    found = spreadsheets.guess(kind, columns)
    assert len({each.field for each in found}) == len(found) == len({each.column for each in found})
    assert {each.field for each in found} <= set(spreadsheets.fields(kind))
