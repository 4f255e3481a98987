"""The living style guide: every component with example data. Shown only when QUNLIAN_STYLE_GUIDE is set."""

import os
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleStore:
    """One row of the example table."""

    id: int
    name: str
    kind: str
    place: str
    rep: str
    sales_fen: int
    covered: int
    state: str
    label: str


STORES = tuple(
    ExampleStore(
        id=number,
        name=name,
        kind=kind,
        place=place,
        rep=rep,
        sales_fen=sales,
        covered=covered,
        state=state,
        label=label,
    )
    for number, (name, kind, place, rep, sales, covered, state, label) in enumerate(
        (
            (
                "西湖便民超市",
                "便利店",
                "杭州 · 西湖区 · 翠苑街道",
                "王芳",
                128_640_00,
                86,
                "live",
                "活跃",
            ),
            (
                "老陈烟酒行",
                "烟酒店",
                "杭州 · 拱墅区 · 半山街道",
                "李建国",
                96_120_50,
                64,
                "live",
                "活跃",
            ),
            (
                "佳惠生鲜(文一路店)",
                "生鲜店",
                "杭州 · 西湖区 · 文新街道",
                "王芳",
                71_005_00,
                41,
                "fading",
                "转冷",
            ),
            (
                "湖畔餐饮商行",
                "餐饮",
                "杭州 · 上城区 · 湖滨街道",
                "赵敏",
                1_284_300_00,
                92,
                "inviting",
                "邀请中",
            ),
            (
                "新世纪批发部",
                "批发",
                "嘉兴 · 南湖区 · 建设街道",
                "孙志强",
                33_900_00,
                8,
                "lost",
                "失联",
            ),
            (
                "宁波东钱湖小卖部",
                "便利店",
                "宁波 · 鄞州区 · 东钱湖镇",
                "周晓梅",
                4_210_00,
                0,
                "planned",
                "待建群",
            ),
        ),
        1,
    )
)
HOPS = ["总部", "区域经理", "业务员", "终端店"]
PLOTS: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "decay": {
            "kind": "line",
            "unit": "%",
            "x_name": "环节",
            "x": HOPS,
            "min": 0,
            "max": 100,
            "series": [
                {
                    "name": "逐级传达",
                    "values": [100, 82, 61, 38],
                    "low": [100, 78, 55, 33],
                    "high": [100, 86, 67, 43],
                },
                {
                    "name": "直达群",
                    "values": [100, 97, 94, 91],
                    "low": [100, 96, 92, 88],
                    "high": [100, 98, 96, 94],
                },
            ],
            "guide": {"name": "每环节损失 30%", "values": [100, 70, 49, 34.3]},
        },
        "sales": {
            "kind": "bar",
            "unit": "元",
            "x": ["7月", "8月", "9月", "10月", "11月"],
            "stacked": True,
            "series": [
                {"name": "线下", "values": [620000, 640000, 655000, 602000, 640000]},
                {"name": "线上", "values": [210000, 232000, 246000, 301000, 330000]},
                {"name": "社群", "values": [20000, 64000, 121000, 183000, 246000]},
            ],
        },
        "spaces": {
            "kind": "pie",
            "unit": "元",
            "parts": [
                {"name": "线下", "value": 52},
                {"name": "线上", "value": 29},
                {"name": "社群", "value": 19},
            ],
        },
        "rank": {
            "kind": "bar",
            "unit": "家",
            "horizontal": True,
            "x": ["杭州大区", "宁波大区", "嘉兴大区", "温州大区", "金华大区"],
            "series": [{"name": "群内终端店", "values": [1320, 980, 640, 410, 120]}],
        },
        "likeness": {
            "kind": "scatter",
            "x_name": "席位",
            "y_name": "相似度",
            "series": [
                {
                    "name": "已通过",
                    "points": [
                        {"x": 150 + 9 * n, "y": 70 + (n * 7) % 25, "name": f"杭州 {n} 群"}
                        for n in range(7)
                    ],
                },
                {
                    "name": "待看",
                    "points": [
                        {"x": 205 - 21 * n, "y": 38 + n * 6, "name": f"嘉兴 {n} 群"}
                        for n in range(4)
                    ],
                },
            ],
        },
        "matrix": {
            "kind": "tree",
            "value_name": "终端店",
            "root": {
                "name": "清泉饮品",
                "value": 6012,
                "children": [
                    {
                        "name": "浙江",
                        "value": 3420,
                        "children": [
                            {"name": "杭州", "value": 1320},
                            {"name": "宁波", "value": 980},
                        ],
                    },
                    {
                        "name": "江苏",
                        "value": 1890,
                        "children": [
                            {"name": "南京", "value": 800},
                            {"name": "苏州", "value": 1090},
                        ],
                    },
                    {"name": "安徽", "value": 702},
                ],
            },
        },
        "map": {
            "kind": "provinces",
            "unit": "%",
            "value_name": "覆盖率",
            "max": 100,
            "places": [
                {"name": "浙江省", "value": 81},
                {"name": "江苏省", "value": 64},
                {"name": "安徽省", "value": 22},
                {"name": "上海市", "value": 47},
            ],
        },
        "places": {
            "kind": "places",
            "unit": "家",
            "places": [
                {"name": "杭州", "lng": 120.15, "lat": 30.28, "value": 1320},
                {"name": "宁波", "lng": 121.55, "lat": 29.88, "value": 980},
                {"name": "嘉兴", "lng": 120.75, "lat": 30.75, "value": 640},
                {"name": "温州", "lng": 120.7, "lat": 28.0, "value": 410},
                {"name": "金华", "lng": 119.65, "lat": 29.08, "value": 120},
            ],
        },
    }
)


def _only_when_asked_for() -> None:
    if os.environ.get("QUNLIAN_STYLE_GUIDE") != "1":
        raise Http404


def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every component of the console."""
    _only_when_asked_for()
    now = timezone.now()
    context = {
        "stores": STORES if not request.GET.get("q") else STORES[:2],
        "plots": PLOTS,
        "spark": [31, 33, 32, 38, 41, 40, 47, 52, 55, 61, 66, 71],
        "moments": [now - timedelta(minutes=4), now - timedelta(hours=5), now - timedelta(days=40)],
        "day": timezone.localdate() - timedelta(days=1),
        "states": [("live", "活跃"), ("fading", "转冷"), ("lost", "失联")],
        "kinds": [("shop", "便利店"), ("wine", "烟酒店"), ("fresh", "生鲜店")],
        "crumbs": [("渠道", "/style"), ("浙江", "/style")],
        "typed": {"phone": "1380000"},
        "errors": {
            "phone": "手机号应为 11 位，现在是 7 位。",
            "": "有 1 处需要改正，其余内容都还在。",
        },
    }
    return render(request, "site/style_guide.html", context)


def member_style_guide(request: HttpRequest) -> HttpResponse:
    """Show the parts of the member pages."""
    _only_when_asked_for()
    part = request.GET.get("part", "chats")
    name = part if part in {"chats", "chat", "shop", "order"} else "chats"
    return render(request, f"site/style_guide_{name}.html", {"now": timezone.now()})


def progress_example(request: HttpRequest) -> HttpResponse:
    """Answer the poll of the style guide's meter."""
    _only_when_asked_for()
    return render(
        request, "site/style_guide_progress.html", {"done": 83_200 + timezone.now().second * 1000}
    )


urlpatterns: list[URLPattern] = [
    path("style/progress", progress_example, name="site_style_guide_progress"),
    path("style", style_guide, name="site_style_guide"),
    path("style/member", member_style_guide, name="site_member_style_guide"),
]
