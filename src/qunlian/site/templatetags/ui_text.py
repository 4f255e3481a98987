"""Filters: numbers, money and times as people write them. An empty value stays an em dash."""

from collections.abc import Callable
from datetime import date, datetime

from django.template import Library
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qunlian.site import wording

register = Library()
NOTHING = "—"


def _or_dash(value: object, write: Callable[[], str]) -> str:
    return NOTHING if value is None or value == "" else write()


@register.filter
def grouped(value: wording.Number | None) -> str:
    """``{{ 12345|grouped }}`` → 12,345."""
    return _or_dash(value, lambda: wording.grouped(value or 0))


@register.filter
def short(value: wording.Number | None) -> str:
    """``{{ 128000|short }}`` → 12.8万 (128k)."""
    return _or_dash(value, lambda: wording.short_number(value or 0))


@register.filter
def money(fen: int | None) -> str:
    """``{{ 123450|money }}`` → ¥1,234.50."""
    return _or_dash(fen, lambda: wording.money(fen or 0))


@register.filter
def money_short(fen: int | None) -> str:
    """``{{ 12800000|money_short }}`` → ¥12.8万."""
    return _or_dash(fen, lambda: wording.money_short(fen or 0))


@register.filter
def percent(ratio: wording.Number | None, decimals: int = 0) -> str:
    """``{{ 0.347|percent:1 }}`` → 34.7%."""
    return _or_dash(ratio, lambda: wording.percent(ratio or 0, decimals))


@register.filter
def signed_percent(ratio: wording.Number | None, decimals: int = 1) -> str:
    """``{{ 0.035|signed_percent }}`` → +3.5%."""
    return _or_dash(ratio, lambda: wording.signed_percent(ratio or 0, decimals))


@register.filter
def points(ratio: wording.Number | None, decimals: int = 1) -> str:
    """``{{ 0.035|points }}`` → +3.5 points."""
    return _or_dash(ratio, lambda: wording.points(ratio or 0, decimals))


@register.filter
def signed(value: wording.Number | None, decimals: int = 2) -> str:
    """``{{ 12|signed }}`` → +12."""
    return _or_dash(value, lambda: wording.signed(value or 0, decimals))


@register.filter
def lasting(seconds: float | None) -> str:
    """``{{ 125|lasting }}`` → 2 min."""
    return _or_dash(seconds, lambda: wording.lasting(seconds or 0))


@register.filter
def when(at: datetime | None) -> str | SafeString:
    """``{{ order.placed_at|when }}`` → a <time> reading "today 14:05", with the full time on hover."""
    if at is None:
        return NOTHING
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        f"{local:%Y-%m-%d %H:%M:%S}",
        wording.when(at),
    )


@register.filter
def day(on: date | None) -> str | SafeString:
    """``{{ sale.sold_on|day }}`` → a <time> reading "yesterday" or 3月5日."""
    if on is None:
        return NOTHING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', on.isoformat(), on, wording.day(on)
    )


@register.filter
def initials(name: str) -> str:
    """``{{ "张三丰"|initials }}`` → 三丰."""
    return wording.initials(name)


@register.filter
def group_face(name: str) -> str:
    """``{{ "栗溪上城区1群"|group_face }}`` → 上城."""
    return wording.group_face(name)


@register.filter
def hue(name: str) -> int:
    """``{{ name|hue }}`` → a steady number from 0 to 7 for ``q-hue-N``."""
    return wording.hue(name)


@register.filter
def tone(level: str) -> str:
    """``{{ message.level_tag|tone }}``: the tone of a flash message of Django's."""
    return {"success": "good", "warning": "warn", "error": "bad"}.get(level, "info")
