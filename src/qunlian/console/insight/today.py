"""Today: where everybody lands."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunlian.console.page import actor_of, page
from qunlian.insight.queries.today import MOST, Todo, today
from qunlian.kernel import clock


@dataclass(frozen=True, slots=True)
class Words:
    """How a thing to do reads, and where it is done."""

    text: str | Promise
    url_name: str
    query: str = ""
    icon: str = "circle-dot"
    tone: str = "info"


WORDS = {
    "tasks_to_do": Words(_("tasks to do by hand"), "community_list_tasks", icon="checks"),
    "tasks_reminded": Words(
        _("of them you are reminded of"), "community_list_tasks", icon="bell", tone="warn"
    ),
    "wishes_unmet": Words(
        _("tasks you asked others for that were not done"),
        "community_list_tasks",
        "?of=asked&state=unmet",
        icon="checks",
        tone="warn",
    ),
    "tasks_overdue": Words(
        _("overdue tasks in your team"),
        "community_list_tasks",
        "?of=team&state=overdue",
        icon="clock",
        tone="bad",
    ),
    "relays_to_pass_on": Words(_("messages to pass on"), "messaging_my_relays", icon="send"),
    "reminders": Words(_("reminders from others"), "messaging_my_relays", icon="bell", tone="warn"),
    "orders_to_confirm": Words(
        _("orders to confirm"), "commerce_list_orders", "?state=new", icon="receipt"
    ),
    "orders_to_ship": Words(
        _("orders to ship"), "commerce_list_orders", "?state=confirmed", icon="truck"
    ),
    "imports_waiting": Words(
        _("imports that wait for your decision"),
        "channel_list_imports",
        "?waiting=yes",
        icon="upload",
    ),
    "likely_duplicates": Words(
        _("pairs of people who may be one"), "channel_list_likely_duplicates", icon="users-group"
    ),
    "rooms_to_decide": Words(
        _("existing groups to decide on"), "community_list_rooms", icon="messages"
    ),
    "people_to_bind": Words(
        _("people whose store waits to be confirmed"),
        "community_list_groups_to_bind",
        icon="building-store",
    ),
    "appeals_waiting": Words(
        _("appeals of members to decide"), "community_list_appeals", icon="message-circle"
    ),
    "plans_to_approve": Words(
        _("plans to approve"), "community_list_plans", "?state=planned", icon="layout-grid"
    ),
    "plans_to_apply": Words(
        _("approved plans to apply"), "community_list_plans", "?state=approved", icon="layout-grid"
    ),
    "deliveries_stuck": Words(
        _("groups a message did not reach"),
        "messaging_list_broadcasts",
        "?state=stuck",
        icon="alert-triangle",
        tone="bad",
    ),
    "deliveries_with_person": Words(
        _("messages that wait for a person to send them"),
        "messaging_list_broadcasts",
        "?state=with_person",
        icon="send",
    ),
    "groups_without_steward": Words(
        _("groups without a steward"),
        "community_list_groups",
        "?steward=none",
        icon="user-plus",
        tone="warn",
    ),
    "staff_overloaded": Words(
        _("colleagues in more groups than a person can follow"),
        "community_list_loads",
        "?over=1",
        icon="users",
        tone="warn",
    ),
    "groups_fading": Words(
        _("groups that fade"), "community_list_groups", "?life=fading", icon="messages", tone="warn"
    ),
    "patches_without_rep": Words(
        _("patches with stores but no rep"),
        "channel_patches_without_rep",
        icon="map-2",
        tone="warn",
    ),
    "stores_without_group": Words(
        _("stores without a group"),
        "community_list_uncovered_stores",
        icon="building-store",
        tone="warn",
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list of things to do."""

    count: str
    words: Words
    url: str


@page()
def show_today(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, and the numbers of his part of the channel."""
    shown = today(actor_of(request), now=clock.now())
    facts = {
        "today": shown,
        "lines": [_line(todo) for todo in shown.todos],
        "spaces": _spaces(shown.money.month.by_space),
    }
    return render(request, "console/insight/today.html", facts)


def _line(todo: Todo) -> Line:
    words = WORDS[todo.code]
    is_cut_off = todo.count >= MOST and todo.code != "stores_without_group"
    count = f"{MOST:,}+" if is_cut_off else f"{todo.count:,}"
    try:
        url = reverse(words.url_name) + words.query
    except NoReverseMatch:
        url = ""
    return Line(count, words, url)


def _spaces(by_space: dict[str, int]) -> dict[str, object]:
    names = {"offline": _("Offline"), "online": _("Online"), "community": _("Community")}
    return {
        "kind": "pie",
        "unit": "元",
        "parts": [
            {"name": str(names.get(space, space)), "value": fen / 100}
            for space, fen in by_space.items()
        ],
    }
