"""Tags of lists: table, filters, pager, bulk selection, empty state, tree. All state is in the URL."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, cast

from django.template import Context, Library
from django.utils.safestring import SafeString

from qunlian.site.addresses import changed, next_sort, without

from .parts import HeadParts, NodeParts
from .render import component, path_of, query_of

register = Library()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One filter in force, and the address without it."""

    label: str
    value: str
    url: str


def _chips(context: Context) -> list[Chip]:
    """Return the page's list of filters in force; the filter tags fill it, ``filter_bar`` shows it."""
    found: Any = context.render_context.setdefault("ui_chips", [])
    return cast("list[Chip]", found)


@register.simple_block_tag(takes_context=True)
def table(context: Context, content: SafeString, label: str, table_id: str = "") -> SafeString:
    """``{% table "Stores" "stores" %}<thead>…</thead><tbody>…</tbody>{% endtable %}``.

    Its heads stay in sight, columns may be chosen (with an id), and on a phone each row is a card.
    """
    return component(context, "table", {"label": label, "id": table_id, "body": content})


@register.simple_tag(takes_context=True)
def th(context: Context, label: str, **parts: Any) -> SafeString:
    """``{% th "Sales" sort="sales" align="end" first="down" hidden=False wide=False hint="12 months" %}``.

    ``sort`` is the value of ``?sort=`` that orders by this column (``-sales`` the other way).
    """
    given = HeadParts(**parts)
    query = query_of(context)
    orders = {given.sort: "ascending", f"-{given.sort}": "descending"} if given.sort else {}
    values = {
        **asdict(given),
        "label": label,
        "order": orders.get(query.get("sort", ""), "none") if given.sort else "",
        "url": changed(query, sort=next_sort(query, given.sort, first=given.first))
        if given.sort
        else "",
    }
    return component(context, "th", values)


@register.simple_tag(takes_context=True)
def th_select(context: Context, table_id: str) -> SafeString:
    """``{% th_select "stores" %}``: the box that ticks every row on the page."""
    return component(context, "th_select", {"table_id": table_id})


@register.simple_tag(takes_context=True)
def td_select(context: Context, table_id: str, value: object, label: str) -> SafeString:
    """``{% td_select "stores" store.id store.name %}``: the box that ticks one row, sent as ``selected``."""
    return component(context, "td_select", {"table_id": table_id, "value": value, "label": label})


@register.simple_block_tag(takes_context=True)
def bulk_bar(context: Context, content: SafeString, table_id: str) -> SafeString:
    """``{% bulk_bar "stores" %}<button formaction=url>…{% endbulk_bar %}``, while rows are ticked."""
    return component(context, "bulk_bar", {"table_id": table_id, "body": content})


@register.simple_block_tag(takes_context=True)
def filter_bar(context: Context, content: SafeString, target: str = "#results") -> SafeString:
    """``{% filter_bar target="#results" %}{% filter_search %}{% filter_select … %}{% endfilter_bar %}``.

    A change fetches the same page with the filters in its URL and replaces ``target`` from the answer.
    """
    query = query_of(context)
    values = {
        "target": target,
        "body": content,
        "chips": tuple(_chips(context)),
        "path": path_of(context),
    }
    return component(context, "filter_bar", {**values, "sort": query.get("sort", "")})


@register.simple_tag(takes_context=True)
def filter_search(context: Context, name: str = "q", label: str = "") -> SafeString:
    """``{% filter_search "q" label="Name, pinyin or code" %}``."""
    return component(
        context,
        "filter_search",
        {"name": name, "label": label, "value": query_of(context).get(name, "")},
    )


@register.simple_tag(takes_context=True)
def filter_select(
    context: Context, name: str, label: str, choices: Iterable[tuple[object, object]]
) -> SafeString:
    """``{% filter_select "state" "State" choices %}``; choices are (value, label) pairs."""
    query = query_of(context)
    value = query.get(name, "")
    options = [(str(key), str(text), str(key) == value) for key, text in choices]
    for key, text, is_chosen in options:
        if is_chosen and key:
            _chips(context).append(Chip(label=label, value=text, url=without(query, name, key)))
    return component(
        context, "filter_select", {"name": name, "label": label, "options": options, "value": value}
    )


@register.simple_tag(takes_context=True)
def filter_date(context: Context, name: str, label: str) -> SafeString:
    """``{% filter_date "from" "From" %}``: a day, sent as YYYY-MM-DD."""
    query = query_of(context)
    value = query.get(name, "")
    if value:
        _chips(context).append(Chip(label=label, value=value, url=without(query, name, value)))
    return component(context, "filter_date", {"name": name, "label": label, "value": value})


@register.simple_tag(takes_context=True)
def filter_chip(context: Context, name: str, label: str, value: str) -> SafeString:
    """``{% filter_chip "territory" "Territory" "浙江 › 杭州" %}`` shows a filter set elsewhere."""
    query = query_of(context)
    raw = query.get(name, "")
    if not raw:
        return SafeString("")
    _chips(context).append(Chip(label=label, value=value, url=without(query, name, raw)))
    return component(context, "filter_hidden", {"name": name, "value": raw})


@register.simple_tag(takes_context=True)
def columns_menu(context: Context, table_id: str) -> SafeString:
    """``{% columns_menu "stores" %}``: which columns of that table are shown, remembered in this browser."""
    return component(context, "columns_menu", {"table_id": table_id})


@register.simple_tag(takes_context=True)
def export_link(context: Context, url: str, label: str = "") -> SafeString:
    """``{% export_link url %}``: the rows of this list, with its filters, as .xlsx."""
    query = changed(query_of(context))
    return component(
        context, "export_link", {"url": f"{url}{query if query != '?' else ''}", "label": label}
    )


@register.simple_tag(takes_context=True)
def pager(
    context: Context, next_key: str | None, previous_key: str | None = None, total: str = ""
) -> SafeString:
    """``{% pager listing.next_key total="about 12,000 stores" %}``: on by key, filters kept.

    The next page is asked for with ``?after=<next_key>``, the one before (if its key is known) with
    ``?before=``.
    """
    query = query_of(context)
    values = {
        "next_url": changed(query, after=next_key) if next_key else "",
        "previous_url": changed(query, before=previous_key) if previous_key else "",
        "first_url": changed(query) if "after" in query or "before" in query else "",
        "total": total,
    }
    return component(context, "pager", values)


@register.simple_block_tag(takes_context=True)
def empty(
    context: Context, content: SafeString, title: str, text: str = "", icon: str = "inbox"
) -> SafeString:
    """``{% empty "No stores yet" "Load your roster." icon="building-store" %}buttons{% endempty %}``."""
    values = {
        "title": title,
        "text": text,
        "icon_name": icon,
        "actions": SafeString(content.strip()),
    }
    return component(context, "empty", values)


@register.simple_block_tag(takes_context=True)
def tree(context: Context, content: SafeString, label: str) -> SafeString:
    """``{% tree "Territories" %}{% tree_node … %}…{% endtree_node %}{% endtree %}``."""
    return component(context, "tree", {"label": label, "body": content})


@register.simple_block_tag(takes_context=True)
def tree_node(context: Context, content: SafeString, label: str, **parts: Any) -> SafeString:
    """``{% tree_node "浙江省" url=url children_url=url count="1,203" %}inner nodes{% endtree_node %}``.

    With ``children_url`` the inner nodes are fetched when the branch is first opened (the answer:
    ``tree_node`` tags); without it and without content it is a leaf.
    """
    given = asdict(NodeParts(**parts))
    body = content.strip()
    if body:
        given["children_url"] = ""
    return component(context, "tree_node", {**given, "label": label, "body": SafeString(body)})
