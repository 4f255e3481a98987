"""Loading a roster: one real-world sheet is enough to start, and nothing is half in."""

from pathlib import Path

import pytest

from qunlian.channel.rosters.fields import Kind
from tests.cast_words import Cast
from tests.channel.rosters import bring_in, counts, csv_file, fetch, handed_back, reasons

SHEET = (
    "临江食品门店明细表,,,,,,,,,",
    ",,,,,,,,,",
    "门店编码,门店名称,省份,城市,区县,业务员,老板,联系电话,年销售额（万元）,详细地址",
    "s001,东街便利店,浙江省,杭州市,西湖区,荣小明,张三,138 0000 1111,12.5,文三路 1 号",
    "Ｓ００２,长沙小吃,浙江,杭州,西湖,荣小明,李四,+86 13800002222,3,文三路 2 号",
    "S003,南山超市,浙江省,宁波市,海曙区,宋大,王五,0574-87654321,1.2万,中山路 3 号",
)
STORES = """
SELECT s.code, s.name, s.size_fen, t.name, t.is_patch, p.name, p.phone FROM channel_store s
JOIN channel_territory t ON t.id = s.territory_id LEFT JOIN channel_person p ON p.id = s.owner_id
WHERE s.code LIKE 'S%' ORDER BY s.code
"""


def test_one_sheet_brings_stores_places_reps_and_owners(cast: Cast, tmp_path: Path) -> None:
    card = bring_in(cast.wai, csv_file(tmp_path, *SHEET[:-1]), creates=True)
    assert card.state == "loaded"
    assert counts(card) == (2, 0, 0, 0)
    assert fetch(cast.wai, STORES) == [
        ("S001", "东街便利店", 12_500_000, "荣小明片区", True, "张三", "+8613800001111"),
        ("S002", "长沙小吃", 3_000_000, "荣小明片区", True, "李四", "+8613800002222"),
    ]
    tree = fetch(
        cast.wai, "SELECT name, depth FROM channel_territory WHERE code <> 'X' ORDER BY path"
    )
    assert tree == [("浙江省", 0), ("杭州市", 1), ("西湖区", 2), ("荣小明片区", 3)]
    assigned = fetch(
        cast.wai,
        "SELECT s.code, t.name FROM channel_territory_assignment a JOIN channel_staff s ON s.id = a.staff_id"
        " JOIN channel_territory t ON t.id = a.territory_id WHERE s.code <> 'W2'",
    )
    assert assigned == [("荣小明", "荣小明片区")]
    found = fetch(cast.wai, "SELECT search_text FROM channel_store WHERE code = 'S002'")
    assert found == [("s002 长沙小吃 changshaxiaochi csxc",)]
    ties = "SELECT count(*) FROM channel_contact c JOIN channel_store s ON s.id = c.store_id"
    assert fetch(cast.wai, ties) == [(2,)]


def test_the_same_file_twice_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(tmp_path, *SHEET)
    bring_in(cast.wai, path, creates=True)
    before = fetch(cast.wai, "SELECT * FROM channel_store ORDER BY id")
    again = bring_in(cast.wai, path, creates=True)
    assert counts(again) == (0, 0, 3, 0)
    assert fetch(cast.wai, "SELECT * FROM channel_store ORDER BY id") == before
    assert not [name for name in again.summary if name.startswith("made_")]


def test_only_what_differs_changes(cast: Cast, tmp_path: Path) -> None:
    bring_in(cast.wai, csv_file(tmp_path, *SHEET), creates=True)
    changed = [line.replace("东街便利店", "东街超市") for line in SHEET]
    card = bring_in(cast.wai, csv_file(tmp_path, *changed), creates=True)
    assert counts(card) == (0, 1, 2, 0)


def test_good_rows_go_in_and_bad_ones_come_back_with_reasons(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "店编码,店名,区域编码,电话,状态,经度,纬度",
        "N1,好店,PA,13800001234,营业,120.1,30.2",
        "N2,,PA,,,,",
        "N3,电话错,PA,12,,,",
        "N4,区域错,没有,,,,",
        "N1,重复,PA,,,,",
        "N5,坐标错,PB,,,0,0",
        "N6,反了,PB,,,30.2,120.1",
        "N7,状态错,PB,,不知道,,",
        ",没编码,PB,,,,",
    )
    card = bring_in(cast.hua, path)
    assert counts(card) == (1, 0, 0, 8)
    assert reasons(card) == {
        ("name", "missing"),
        ("owner_phone", "not_a_phone"),
        ("territory", "unknown_territory"),
        ("code", "duplicate"),
        ("lng", "no_coordinates"),
        ("lng", "swapped_coordinates"),
        ("status", "not_a_choice"),
        ("code", "missing"),
    }
    back = handed_back(cast.hua, card)
    assert len(back) == 9
    assert back[0][:7] == ["店编码", "店名", "区域编码", "电话", "状态", "经度", "纬度"]
    assert back[1][0] == "N2"
    assert back[1][-2] == 3
    assert back[1][-1]


def test_all_or_nothing_loads_nothing_when_a_row_is_bad(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "店编码,店名,区域", "N1,好店,PA", "N2,坏店,没有")
    card = bring_in(cast.hua, path, strict=True)
    assert card.state == "refused"
    assert counts(card) == (1, 0, 0, 1)
    assert fetch(cast.hua, "SELECT 1 FROM channel_store WHERE code LIKE 'N%'") == []


def test_a_corrected_file_of_bad_rows_loads_again(cast: Cast, tmp_path: Path) -> None:
    from tests.channel.rosters import as_csv

    card = bring_in(cast.hua, csv_file(tmp_path, "店编码,店名,区域", "N1,好店,PA", "N2,坏店,没有"))
    back = handed_back(cast.hua, card)
    back[1][2] = "PB"
    path = tmp_path / "again.csv"
    path.write_bytes(as_csv(back))
    assert counts(bring_in(cast.hua, path)) == (1, 0, 0, 0)


@pytest.mark.parametrize("who", ["rong", "ma"])
def test_rows_outside_reach_are_bad(cast: Cast, tmp_path: Path, who: str) -> None:
    actor = getattr(cast, who)
    path = csv_file(tmp_path, "店编码,店名,区域", "N1,本片,PA", "N2,别片,PB", "X1,外企业,X")
    card = bring_in(actor, path)
    assert counts(card) == ((1, 0, 0, 2) if who == "rong" else (2, 0, 0, 1))
    assert reasons(card) == {("territory", "unknown_territory")}


def test_a_rep_cannot_take_over_a_store_of_another_patch(cast: Cast, tmp_path: Path) -> None:
    card = bring_in(cast.rong, csv_file(tmp_path, "店编码,店名,区域", "B1,抢来的,PA"))
    assert reasons(card) == {("code", "taken")}
    assert fetch(cast.hua, "SELECT name FROM channel_store WHERE code = 'B1'") == [("西街1号超市",)]


def test_a_rep_without_a_territory_column_fills_his_own_patch(cast: Cast, tmp_path: Path) -> None:
    bring_in(cast.rong, csv_file(tmp_path, "店编码,店名", "N1,新店"))
    assert fetch(cast.rong, "SELECT territory_id FROM channel_store WHERE code = 'N1'") == [
        (cast.ids["PA"],)
    ]


def test_a_distributor_loads_only_its_own_stores(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, "店编码,店名,经销商,区域", "N1,新店,,PA", "N2,上家的,D1,PA", "A3,别人的,,PA"
    )
    card = bring_in(cast.du, path)
    assert counts(card) == (1, 0, 0, 2)
    assert reasons(card) == {("distributor", "unknown_distributor"), ("code", "taken")}
    owner = fetch(cast.hua, "SELECT distributor_id FROM channel_store WHERE code = 'N1'")
    assert owner == [(cast.ids["D2"],)]


def test_an_empty_cell_leaves_what_is_there(cast: Cast, tmp_path: Path) -> None:
    card = bring_in(cast.hua, csv_file(tmp_path, "店编码,店名,类型,区域", "A1,东街1号便利店,,"))
    assert counts(card) == (0, 0, 1, 0)


def test_a_new_owner_takes_the_place_of_the_former(cast: Cast, tmp_path: Path) -> None:
    bring_in(
        cast.hua, csv_file(tmp_path, "店编码,店名,店主,电话", "A1,东街1号便利店,新老板,13911112222")
    )
    ties = fetch(
        cast.hua,
        "SELECT p.name, p.phone FROM channel_contact c JOIN channel_person p ON p.id = c.person_id"
        f" WHERE c.store_id = {cast.ids['A1']}",
    )
    assert ties == [("新老板", "+8613911112222")]
    assert fetch(cast.hua, "SELECT 1 FROM channel_person WHERE name = '欧阳店主'") == [(1,)]


def test_sheets_without_codes_get_the_same_codes_each_time(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "店名,地址,城市", "甲店,一路,湖州", "乙店,二路,湖州")
    assert counts(bring_in(cast.wai, path, creates=True)) == (2, 0, 0, 0)
    assert counts(bring_in(cast.wai, path, creates=True)) == (0, 0, 2, 0)


def test_sheets_without_names_are_named_by_type_and_code(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "shop_id,city_name,cate_1_name", "1,湖州,美食", "2,湖州,超市")
    assert counts(bring_in(cast.wai, path, creates=True)) == (2, 0, 0, 0)
    assert counts(bring_in(cast.wai, path, creates=True)) == (0, 0, 2, 0)
    names = fetch(cast.wai, "SELECT name FROM channel_store WHERE code IN ('1', '2') ORDER BY 1")
    assert names == [("美食 1",), ("超市 2",)]


def test_territories_come_in_any_order(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, "区域编码,区域名称,上级区域,是否片区,业务员", "P9,九片,C9,是,R1", "C9,九城,N,否,"
    )
    assert counts(bring_in(cast.hua, path, Kind.TERRITORIES)) == (2, 0, 0, 0)
    rows = fetch(
        cast.hua,
        "SELECT code, depth, path FROM channel_territory WHERE code IN ('C9','P9') ORDER BY 1",
    )
    assert [row[:2] for row in rows] == [("C9", 1), ("P9", 2)]
    assert rows[1][2].startswith(rows[0][2])
    assert counts(bring_in(cast.hua, path, Kind.TERRITORIES)) == (0, 0, 2, 0)


def test_moving_a_territory_moves_what_is_below_it(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "区域编码,区域名称,上级区域", "S,华南,", "N-1,石原市,S")
    assert counts(bring_in(cast.hua, path, Kind.TERRITORIES)) == (1, 1, 0, 0)
    (south,) = fetch(cast.hua, "SELECT path FROM channel_territory WHERE code = 'S'")
    (patch,) = fetch(cast.hua, "SELECT path FROM channel_territory WHERE code = 'PA'")
    assert patch[0].startswith(south[0])


def test_cycles_are_refused_with_what_hangs_below(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "区域编码,区域名称,上级区域",
        "K1,一,K2",
        "K2,二,K1",
        "K3,三,K1",
        "N,华北大区,PA",
        "K4,四,",
    )
    card = bring_in(cast.hua, path, Kind.TERRITORIES)
    assert reasons(card) == {("parent", "cycle"), ("parent", "parent_bad")}
    assert counts(card) == (1, 0, 0, 4)


def test_distributors_and_their_tiers(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "经销商编码,经销商名称,上级经销商,区域,联系人,联系电话",
        "D8,八记,D7,N-1,小八,13800008888",
        "D7,七记,丁记商贸,N,,",
        "D6,六记,谁,N,,",
    )
    card = bring_in(cast.hua, path, Kind.DISTRIBUTORS)
    assert counts(card) == (2, 0, 0, 1)
    tiers = fetch(cast.hua, "SELECT code, tier FROM channel_distributor ORDER BY code")
    assert tiers == [("D1", 1), ("D2", 2), ("D7", 2), ("D8", 3)]
    assert counts(bring_in(cast.hua, path, Kind.DISTRIBUTORS)) == (0, 0, 2, 1)


def test_staff_with_superiors_and_territories(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "工号,姓名,岗位,上级,手机,负责区域,入职日期",
        "R9,新业务,业务代表,M9,13800009999,PB,45000",
        "M9,新经理,区域经理,HQ1,,N-1,2024年5月1日",
        "R8,错上级,业务员,谁,,,",
    )
    card = bring_in(cast.hua, path, Kind.STAFF)
    assert counts(card) == (2, 0, 0, 1)
    rows = fetch(
        cast.hua,
        "SELECT s.code, s.role, b.code, p.phone, s.joined_on::text FROM channel_staff s"
        " JOIN channel_staff b ON b.id = s.superior_id JOIN channel_person p ON p.id = s.person_id"
        " WHERE s.code IN ('R9', 'M9') ORDER BY 1",
    )
    assert rows == [
        ("M9", "manager", "HQ1", "", "2024-05-01"),
        ("R9", "rep", "M9", "+8613800009999", "2023-03-15"),
    ]
    assert counts(bring_in(cast.hua, path, Kind.STAFF)) == (0, 0, 2, 1)


def test_sales_are_added_up_per_day_and_set_sizes(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "门店编码,日期,金额",
        'A1,2026/3/1,"1,000.50"',
        "A1,2026-03-01,￥100",
        "A1,20260302,-50.5",
        "A2,2024-03-02,3万",
        "Q9,2026-03-02,1",
        "A3,昨天,1",
    )
    card = bring_in(cast.hua, path, Kind.SALES, sets_size=True)
    assert counts(card) == (4, 0, 0, 2)
    sales = fetch(cast.hua, "SELECT sold_on::text, amount_fen FROM channel_sale ORDER BY 1")
    assert sales == [("2024-03-02", 3_000_000), ("2026-03-01", 110_050), ("2026-03-02", -5_050)]
    sizes = fetch(
        cast.hua, "SELECT code, size_fen FROM channel_store WHERE code IN ('A1','A2') ORDER BY 1"
    )
    assert sizes == [("A1", 105_000), ("A2", 0)]
    assert counts(bring_in(cast.hua, path, Kind.SALES, sets_size=True)) == (0, 0, 4, 2)
