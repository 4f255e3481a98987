"""What the demo brand 栗溪 (a made-up name) sells: rice wine, fruit wine, tea drinks, nuts and snacks."""

from functools import cache

import polars as pl

BRAND = "栗溪"
COMPANY = "栗溪食品饮料有限公司"

# code, series, name, spec, pieces in a case, retail price of a piece in fen
_PRODUCTS = (
    ("LX1101", "米酒", "栗溪原浆米酒 500ml", "瓶", 12, 1_980),
    ("LX1102", "米酒", "栗溪桂花米酒 500ml", "瓶", 12, 2_280),
    ("LX1103", "米酒", "栗溪气泡米酒 330ml", "罐", 24, 890),
    ("LX1104", "米酒", "栗溪八年窖藏米酒 750ml 礼盒", "盒", 6, 12_800),
    ("LX1201", "果酒", "栗溪青梅酒 350ml", "瓶", 12, 3_280),
    ("LX1202", "果酒", "栗溪杨梅酒 350ml", "瓶", 12, 3_280),
    ("LX1203", "果酒", "栗溪荔枝气泡酒 275ml", "瓶", 24, 990),
    ("LX1204", "果酒", "栗溪四季果酒礼盒 4×180ml", "盒", 6, 9_900),
    ("LX1301", "白酒", "栗溪小曲 42° 125ml", "瓶", 24, 1_500),
    ("LX1302", "白酒", "栗溪小曲 42° 500ml", "瓶", 6, 4_880),
    ("LX1303", "白酒", "栗溪山泉大曲 52° 500ml", "瓶", 6, 9_800),
    ("LX1304", "白酒", "栗溪山泉大曲 十年 52° 500ml 双瓶礼盒", "盒", 3, 36_800),
    ("LX2101", "茶饮", "栗溪冷泡乌龙 500ml", "瓶", 15, 450),
    ("LX2102", "茶饮", "栗溪桂花乌龙 500ml", "瓶", 15, 450),
    ("LX2103", "茶饮", "栗溪陈皮普洱 500ml", "瓶", 15, 500),
    ("LX2104", "茶饮", "栗溪无糖大麦茶 1L", "瓶", 12, 690),
    ("LX3101", "坚果", "栗溪开口板栗 120g", "袋", 30, 990),
    ("LX3102", "坚果", "栗溪手剥山核桃 150g", "袋", 24, 2_580),
    ("LX3103", "坚果", "栗溪每日坚果 25g×7", "盒", 12, 3_990),
    ("LX3104", "坚果", "栗溪坚果年货大礼包 1.6kg", "盒", 4, 13_800),
    ("LX3201", "零食", "栗溪笋干牛肉 80g", "袋", 40, 1_290),
    ("LX3202", "零食", "栗溪米酥 200g", "袋", 24, 880),
    ("LX3203", "零食", "栗溪梅干菜酥饼 240g", "盒", 20, 1_280),
    ("LX3204", "零食", "栗溪栗子月饼 6 枚礼盒", "盒", 6, 11_800),
)
_COLOURS = {
    "米酒": "#C98A2B",
    "果酒": "#B23A5E",
    "白酒": "#8C1D18",
    "茶饮": "#5B7F3A",
    "坚果": "#7A4E2D",
    "零食": "#C4622D",
}
# of the retail price: what a distributor of tier 1, of tier 2, and a store pay
_TIERS = {"price_tier1_fen": 0.56, "price_tier2_fen": 0.64, "price_store_fen": 0.76}


@cache
def products() -> pl.DataFrame:
    """Return the catalogue.

    :returns: code, series, name, unit, pieces_per_case, price_tier1_fen, price_tier2_fen,
        price_store_fen, price_retail_fen (all per piece, whole jiao), colour
    """
    rows = []
    for code, series, name, unit, pieces, retail in _PRODUCTS:
        prices = {tier: round(retail * part / 10) * 10 for tier, part in _TIERS.items()}
        rows.append(
            {
                "code": code,
                "series": series,
                "name": name,
                "unit": unit,
                "pieces_per_case": pieces,
                **prices,
                "price_retail_fen": retail,
                "colour": _COLOURS[series],
            }
        )
    return pl.DataFrame(rows)
