"""Tags that show facts: stat tiles, chips, lights, bars, plots, time lines, progress."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.template import Context, Library
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from qunlian.site import plots, wording

from .parts import ProgressParts, StatParts
from .render import component

register = Library()
#: What a state means, so that every page colours it alike.
TONES = {
    "live": "good", "active": "good", "done": "good", "paid": "good", "signed": "good", "sent": "good",
    "approved": "good", "applied": "good", "delivered": "good", "balanced": "good", "loaded": "good",
    "running": "info", "sending": "info", "inviting": "info", "shipped": "info", "scheduled": "info",
    "applying": "info", "placed": "info", "checking": "info", "reserved": "info", "queued": "info",
    "fading": "warn", "paused": "warn", "waiting": "warn", "unpaid": "warn", "warning": "warn",
    "failed": "bad", "lost": "bad", "refused": "bad", "refunded": "bad", "expired": "bad", "error": "bad",
}  # fmt: skip


@register.simple_tag(takes_context=True)
def stat(context: Context, label: str, value: object, **parts: Any) -> SafeString:
    """``{% stat "Orders" n unit="单" change=0.12 against="last week" spark=values url=url hint="" %}``.

    Keywords: see ``StatParts``. The change is drawn with an arrow, so that it is not told by colour alone.
    """
    given = StatParts(**parts)
    direction = "none" if not given.change else ("up" if given.change > 0 else "down")
    is_neutral = "none" in (direction, given.good)
    values = {
        **asdict(given),
        "label": label,
        "value": value,
        "change": _change(given),
        "direction": direction,
        "tone": "quiet" if is_neutral else ("good" if direction == given.good else "bad"),
        "spark": wording.sparkline(given.spark),
    }
    return component(context, "stat", values)


def _change(given: StatParts) -> str:
    if given.change is None:
        return ""
    said = wording.signed_percent(given.change)
    return gettext("%(n)s points") % {"n": said.removesuffix("%")} if given.is_points else said


@register.simple_tag(takes_context=True)
def badge(context: Context, label: str, tone: str = "quiet") -> SafeString:
    """``{% badge "VIP" "brand" %}``; tones: quiet, brand, info, good, warn, bad."""
    return component(context, "badge", {"label": label, "tone": tone})


@register.simple_tag(takes_context=True)
def status(context: Context, state: str, label: str, tone: str = "") -> SafeString:
    """``{% status group.state group.state_label %}``: a light whose shape, too, tells how things are."""
    return component(context, "status", {"label": label, "tone": tone or TONES.get(state, "quiet")})


@register.simple_tag(takes_context=True)
def person(context: Context, name: str, role: str = "", url: str = "") -> SafeString:
    """``{% person "王芳" role="业务员" url=url %}``."""
    return component(context, "person", {"name": name, "role": role, "url": url})


@register.simple_tag(takes_context=True)
def group_chip(
    context: Context,
    name: str,
    url: str = "",
    members: int | None = None,
    state: str = "",
    label: str = "",
) -> SafeString:
    """``{% group_chip group.name url members=182 state=group.state label=group.state_label %}``."""
    values = {
        "name": name,
        "url": url,
        "members": members,
        "label": label,
        "has_state": bool(state),
    }
    return component(context, "group_chip", {**values, "tone": TONES.get(state, "quiet")})


@register.simple_tag(takes_context=True)
def store_chip(context: Context, name: str, url: str = "", note: str = "") -> SafeString:
    """``{% store_chip store.name url note="烟酒店 · 杭州" %}``."""
    return component(context, "store_chip", {"name": name, "url": url, "note": note})


@register.simple_tag(takes_context=True)
def share(
    context: Context,
    part: wording.Number,
    whole: wording.Number = 1,
    label: str = "",
    tone: str = "brand",
) -> SafeString:
    """``{% share covered total label="" %}``: a short bar with its percentage, for a table's cell."""
    ratio = float(part) / float(whole) if whole else 0.0
    bounded = min(1.0, max(0.0, ratio))
    values = {"percent": wording.percent(ratio), "width": f"{bounded * 100:.1f}", "label": label}
    return component(context, "share", {**values, "tone": tone})


@register.simple_tag(takes_context=True)
def spark(context: Context, values: Sequence[wording.Number], label: str) -> SafeString:
    """``{% spark values "Sales of twelve months" %}``: a small line without axes."""
    return component(context, "spark", {"points": wording.sparkline(values), "label": label})


@register.simple_tag(takes_context=True)
def plot(
    context: Context,
    plot_id: str,
    spec: Mapping[str, Any],
    title: str,
    note: str = "",
    height: str = "md",
) -> SafeString:
    """``{% plot "decay" spec "Retention per hop" note="" height="md" %}``: a picture and the table behind it.

    The page's template puts ``{% asset_tags "charts" %}`` into its ``head`` block.

    :param spec: plain data; docs/explain/interface.md lists the kinds
    :param height: sm, md or lg
    """
    values = {
        "id": plot_id,
        "spec": spec,
        "title": title,
        "note": note,
        "height": height,
        "data_id": f"{plot_id}-data",
    }
    return component(
        context, "plot", {**values, "table": plots.plot_table(spec), "unit": spec.get("unit", "")}
    )


@register.simple_block_tag(takes_context=True)
def timeline(context: Context, content: SafeString) -> SafeString:
    """``{% timeline %}{% moment … %}…{% endmoment %}{% endtimeline %}``, the newest first."""
    return component(context, "timeline", {"body": content})


@register.simple_block_tag(takes_context=True)
def moment(
    context: Context,
    content: SafeString,
    title: str,
    at: object = None,
    icon: str = "",
    tone: str = "quiet",
) -> SafeString:
    """``{% moment "Plan applied" at=moment icon="check" tone="good" %}details{% endmoment %}``."""
    values = {"title": title, "at": at, "icon_name": icon, "tone": tone}
    return component(context, "moment", {**values, "body": SafeString(content.strip())})


@register.simple_block_tag(takes_context=True)
def facts(context: Context, content: SafeString) -> SafeString:
    """``{% facts %}{% fact "Address" %}…{% endfact %}{% endfacts %}``: names and values of one thing."""
    return component(context, "facts", {"body": content})


@register.simple_block_tag(takes_context=True)
def fact(context: Context, content: SafeString, label: str) -> SafeString:
    """``{% fact "Address" %}…{% endfact %}``."""
    return component(context, "fact", {"label": label, "body": SafeString(content.strip())})


@register.simple_tag(takes_context=True)
def masked(context: Context, value: str, url: str = "", label: str = "") -> SafeString:
    """``{% masked "138****1234" url %}``: a contact whose whole is asked for by POST (and recorded).

    The answer of ``url`` is put in its place: the plain text, or again this tag.
    """
    return component(context, "masked", {"value": value, "url": url, "label": label})


@register.simple_tag(takes_context=True)
def progress(
    context: Context, label: str, done: int, total: int | None, **parts: Any
) -> SafeString:
    """``{% progress "Loading stores" done total url=poll_url cancel_url=url seconds_left=40 bad=3 %}``.

    While ``state`` is ``running`` it asks ``url`` every second and puts the answer (this tag again) in its
    place; the page may be closed meanwhile. Other states: done, failed, cancelled.

    :param total: None while it is not yet known
    """
    given = ProgressParts(**parts)
    is_running = given.state == "running"
    has_left = is_running and given.seconds_left is not None
    values = {
        **asdict(given),
        "label": label,
        "done": done,
        "total": total,
        "percent": int(min(1.0, done / total) * 100) if total else 0,
        "left": wording.lasting(given.seconds_left or 0) if has_left else "",
        "remaining": None if total is None else max(0, total - done),
        "is_running": is_running,
    }
    return component(context, "progress", values)
