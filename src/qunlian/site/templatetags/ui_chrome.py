"""Tags of the page's frame: assets, icons, head, navigation, panels, notices, menus, dialogs."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Protocol

from django.template import Context, Library
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qunlian.site import assets

from .parts import ConfirmParts, PanelParts
from .render import component, path_of

register = Library()


class NavItem(Protocol):
    """What the console's navigation needs to know of a page."""

    url_name: str
    label: str
    icon: str


@register.simple_tag
def asset(name: str) -> str:
    """``{% asset "console.css" %}`` → its URL, with the hash of its content."""
    return assets.asset_url(name)


@register.simple_tag
def asset_tags(name: str) -> SafeString:
    """``{% asset_tags "console" %}`` → the style sheet and script of a bundle, what it imports preloaded."""
    parts: list[SafeString] = []
    if assets.is_built(f"{name}.css"):
        url = assets.asset_url(f"{name}.css")
        parts.append(format_html('<link rel="stylesheet" href="{}">', url))
    if assets.is_built(f"{name}.js"):
        parts += [
            format_html('<link rel="modulepreload" href="{}">', url)
            for url in assets.asset_imports(f"{name}.js")
        ]
        url = assets.asset_url(f"{name}.js")
        parts.append(format_html('<script type="module" src="{}"></script>', url))
    return format_html_join("\n", "{}", ((part,) for part in parts))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "home" %}`` draws one of Tabler's icons; with a label it is read aloud."""
    url = assets.asset_url("icons.svg")
    if label:
        return format_html(
            '<svg class="q-icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            url,
            name,
        )
    return format_html(
        '<svg class="q-icon" aria-hidden="true"><use href="{}#{}"/></svg>', url, name
    )


@register.simple_block_tag(takes_context=True)
def page_head(
    context: Context,
    content: SafeString,
    title: str,
    subtitle: str = "",
    crumbs: Iterable[tuple[str, str]] = (),
) -> SafeString:
    """``{% page_head title subtitle="" crumbs=pairs %}buttons{% endpage_head %}``.

    :param crumbs: (label, url) of the pages above this one, the highest first
    """
    values = {"title": title, "subtitle": subtitle, "crumbs": crumbs, "actions": _safe(content)}
    return component(context, "page_head", values)


def _safe(content: SafeString) -> SafeString:
    """Drop the white space round a block's content and keep it marked as HTML."""
    return format_html("{}", SafeString(content.strip()))


@register.simple_tag
def crumb(label: str, url_name: str, *args: object) -> tuple[tuple[str, str], ...]:
    """``{% crumb "Stores" "channel_list_stores" as crumbs %}`` → one step of ``page_head``'s crumbs."""
    return ((label, reverse(url_name, args=args)),)


@register.simple_tag(takes_context=True)
def nav_link(context: Context, item: NavItem) -> SafeString:
    """Draw one navigation entry; an entry whose page does not exist (yet) is left out."""
    return _linked(context, "nav_link", item)


@register.simple_tag(takes_context=True)
def member_tab(context: Context, item: NavItem) -> SafeString:
    """Draw one of the bottom tabs of the member pages, with its unread count if it has one."""
    return _linked(context, "member_tab", item)


def _linked(context: Context, template: str, item: NavItem) -> SafeString:
    try:
        url = reverse(item.url_name)
    except NoReverseMatch:
        return SafeString("")
    path = path_of(context)
    is_inside = url.count("/") > 1 and path.startswith(url.rstrip("/") + "/")
    return component(
        context, template, {"item": item, "url": url, "is_current": path == url or is_inside}
    )


@register.simple_block_tag(takes_context=True)
def panel(context: Context, content: SafeString, title: str = "", **parts: Any) -> SafeString:
    """``{% panel "Title" hint="" link=url link_label="All" flush=False %}…{% endpanel %}``: a white box."""
    return component(
        context, "panel", {**asdict(PanelParts(**parts)), "title": title, "body": content}
    )


@register.simple_block_tag(takes_context=True)
def notice(
    context: Context, content: SafeString, tone: str = "info", title: str = ""
) -> SafeString:
    """``{% notice "warn" "Title" %}text{% endnotice %}``; tones: info, good, warn, bad."""
    return component(context, "notice", {"tone": tone, "title": title, "body": _safe(content)})


@register.simple_block_tag(takes_context=True)
def menu(context: Context, content: SafeString, label: str, icon: str = "dots") -> SafeString:
    """``{% menu "More" icon="dots" %}{% menu_item … %}{% endmenu %}``: a button that opens a short list."""
    return component(context, "menu", {"label": label, "icon_name": icon, "body": content})


@register.simple_tag(takes_context=True)
def menu_item(
    context: Context, label: str, url: str = "", icon: str = "", dialog: str = ""
) -> SafeString:
    """``{% menu_item "Rename" url icon="pencil" %}``; with ``dialog="id"`` it opens that dialog instead."""
    values = {"label": label, "url": url, "icon_name": icon, "dialog": dialog}
    return component(context, "menu_item", values)


@register.simple_block_tag(takes_context=True)
def tabs(context: Context, content: SafeString, label: str) -> SafeString:
    """``{% tabs "What the label of this set of tabs says" %}{% tab … %}{% endtabs %}``."""
    return component(context, "tabs", {"label": label, "body": content})


@register.simple_tag(takes_context=True)
def tab(
    context: Context,
    label: str,
    url: str,
    active: bool | None = None,
    count: int | None = None,
) -> SafeString:
    """``{% tab "Members" url count=12 %}``; it is the current one when the page's path is its URL's."""
    is_current = path_of(context) == url.split("?", maxsplit=1)[0] if active is None else active
    return component(
        context, "tab", {"label": label, "url": url, "is_current": is_current, "count": count}
    )


@register.simple_tag(takes_context=True)
def steps(context: Context, current: int, *labels: str) -> SafeString:
    """``{% steps 2 "File" "Columns" "Check" "Done" %}``: where one is in a wizard, counted from 1."""
    return component(context, "steps", {"current": current, "labels": labels})


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: SafeString, dialog_id: str, title: str) -> SafeString:
    """``{% dialog "id" "Title" %}…{% enddialog %}``, opened by any ``<button data-dialog="id">``."""
    return component(context, "dialog", {"id": dialog_id, "title": title, "body": content})


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context, content: SafeString, dialog_id: str, title: str, **parts: Any
) -> SafeString:
    """``{% confirm "id" "Delete it?" action=url button="Delete" %}what it will hit{% endconfirm %}``.

    Opened by ``{% confirm_button "id" "Delete" %}``; its content may hold inputs, it posts to ``action``.
    """
    values = {**asdict(ConfirmParts(**parts)), "id": dialog_id, "title": title, "body": content}
    return component(context, "confirm", values)


@register.simple_tag(takes_context=True)
def confirm_button(
    context: Context,
    dialog_id: str,
    label: str,
    icon: str = "",
    tone: str = "",
) -> SafeString:
    """``{% confirm_button "id" "Delete" icon="trash" tone="danger" %}`` opens a dialog."""
    return component(
        context,
        "confirm_button",
        {"id": dialog_id, "label": label, "icon_name": icon, "tone": tone},
    )
