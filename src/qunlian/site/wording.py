"""Numbers, money and times as people write them, in the language of the page."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import dateformat, timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

from qunlian.kernel.money import FEN_PER_YUAN, yuan

Number = int | float | Decimal
MINUS = "\u2212"
HOUR_SECONDS = 3600
DAY_SECONDS = 86400
MINUTE_SECONDS = 60

_GROUP_TAIL = re.compile(r"[区县市旗]?[一二三四五六]?片?[\s·]*\d*\s*群?$")
_CHINESE_STEPS = ((10**8, "亿"), (10**4, "万"))
_ENGLISH_STEPS = ((10**9, "bn"), (10**6, "m"), (10**3, "k"))


def _is_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")


def grouped(value: Number) -> str:
    """Write a number with thousands separators: ``12,345``; up to two decimals are kept."""
    number = Decimal(str(value))
    if number == number.to_integral_value():
        return f"{int(number):,}".replace("-", MINUS)
    text = f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
    return text.rstrip("0").rstrip(".").replace("-", MINUS)


def short_number(value: Number) -> str:
    """Write a large number the way people say it: ``12.8万``, ``3.2亿`` (``128k`` in English)."""
    number = Decimal(str(value))
    for size, unit in _CHINESE_STEPS if _is_chinese() else _ENGLISH_STEPS:
        if abs(number) >= size:
            scaled = (number / size).quantize(Decimal("0.1"), ROUND_HALF_UP)
            return f"{grouped(scaled)}{unit}"
    return grouped(number)


def money(fen: int) -> str:
    """Write an amount of fen in yuan: ``¥1,234.50``, ``-¥8.00``."""
    sign = MINUS if fen < 0 else ""
    return f"{sign}¥{yuan(abs(fen))}"


def money_short(fen: int) -> str:
    """Write a large amount of fen short: ``¥12.8万``; below ten thousand yuan exactly."""
    amount = Decimal(abs(fen)) / FEN_PER_YUAN
    if amount < 10**4:
        return money(fen)
    return f"{MINUS if fen < 0 else ''}¥{short_number(amount)}"


def percent(ratio: Number, decimals: int = 0) -> str:
    """Write a ratio as a percentage: ``0.347`` → ``35%`` (``34.7%`` with one decimal)."""
    share = (Decimal(str(ratio)) * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{share}%".replace("-", MINUS)


def signed_percent(ratio: Number, decimals: int = 1) -> str:
    """Write a change as a percentage with its sign: ``+3.5%``, ``-2.0%`` (a true minus), ``0%``."""
    if ratio == 0:
        return "0%"
    return ("+" if ratio > 0 else "") + percent(ratio, decimals)


def points(ratio: Number, decimals: int = 1) -> str:
    """Write a change of a share in percentage points with its sign: ``+3.5 points``, or ``0``."""
    share = round(Decimal(str(ratio)) * 100, decimals)
    number = signed_percent(share / 100, decimals).removesuffix("%")
    return gettext("%(n)s points") % {"n": number} if share else "0"


def signed(value: Number, decimals: int = 2) -> str:
    """Write a change with its sign: ``+12``, ``-1,204.5`` (a true minus), ``0``."""
    number = round(Decimal(str(value)), decimals)
    return ("+" if number > 0 else "") + grouped(number)


def day(on: date, *, today: date | None = None) -> str:
    """Write a date as people do: today, yesterday, tomorrow, 3月5日, 2024年3月5日."""
    current = today or timezone.localdate()
    near = {
        0: pgettext("day", "today"),
        -1: pgettext("day", "yesterday"),
        1: pgettext("day", "tomorrow"),
    }
    name = near.get((on - current).days)
    if name:
        return name
    # Translators: date formats of Django; Chinese: n月j日 and Y年n月j日
    pattern = gettext("j M") if on.year == current.year else gettext("j M Y")
    return dateformat.format(on, pattern)


def when(at: datetime, *, now: datetime | None = None) -> str:
    """Write a moment as people do: just now, 5 minutes ago, today 14:05, 3月5日 14:05."""
    current = now or timezone.now()
    seconds = (current - at).total_seconds()
    if 0 <= seconds < MINUTE_SECONDS:
        return gettext("just now")
    if 0 <= seconds < HOUR_SECONDS:
        minutes = int(seconds // MINUTE_SECONDS)
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {
            "count": minutes
        }
    local = timezone.localtime(at)
    today = timezone.localtime(current).date()
    text = day(local.date(), today=today)
    return text if local.year != today.year else f"{text} {local:%H:%M}"


def lasting(seconds: float) -> str:
    """Write a length of time in one or two units: ``42 s``, ``3 min``, ``2 h 5 min``, ``4 days``."""
    whole = max(0, round(seconds))
    if whole < MINUTE_SECONDS:
        return gettext("%(count)d s") % {"count": whole}
    if whole < HOUR_SECONDS:
        return gettext("%(count)d min") % {"count": round(whole / MINUTE_SECONDS)}
    if whole < 2 * DAY_SECONDS:
        span = timedelta(seconds=whole)
        hours, minutes = divmod(int(span.total_seconds()) // MINUTE_SECONDS, 60)
        hour_text = gettext("%(count)d h") % {"count": hours}
        return (
            f"{hour_text} {gettext('%(count)d min') % {'count': minutes}}" if minutes else hour_text
        )
    days = round(whole / DAY_SECONDS)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def initials(name: str) -> str:
    """Return what stands in a person's round picture: the last two Chinese characters, else two initials."""
    text = name.strip()
    if not text:
        return "?"
    if any("\u4e00" <= letter <= "\u9fff" for letter in text):
        return "".join(letter for letter in text if "\u4e00" <= letter <= "\u9fff")[-2:]
    return "".join(word[0] for word in text.split()[:2]).upper()


def group_face(name: str) -> str:
    """Return what stands in a group's picture: where it is, not that it is a group: 栗溪上城区1群 → 上城."""
    place = _GROUP_TAIL.sub("", name)
    return initials(place if len(place) > 1 else name)


def hue(name: str, hues: int = 8) -> int:
    """Return a steady colour number for a name, the same on every page and in every process."""
    return sum(ord(letter) * place for place, letter in enumerate(name, 1)) % hues


def sparkline(values: Sequence[Number], *, width: int = 96, height: int = 28) -> str:
    """Return the points of an SVG polyline, ``"0,20 8,12 …"``; empty for fewer than two values."""
    if len(values) < 2:  # noqa: PLR2004 - a line needs two points
        return ""
    low, high = float(min(values)), float(max(values))
    spread = (high - low) or 1.0
    step = (width - 4) / (len(values) - 1)
    return " ".join(
        f"{2 + place * step:.1f},{height - 3 - (float(value) - low) / spread * (height - 6):.1f}"
        for place, value in enumerate(values)
    )
