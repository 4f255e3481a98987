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
    "relays_to_pass_on": Words(_("messages to pass on"), "messaging_my_relays", icon="send"),
    "reminders": Words(_("reminders from others"), "messaging_my_relays", icon="bell", tone="warn"),
    "orders_to_confirm": Words(_("orders to confirm"), "commerce_board", icon="receipt"),
    "orders_to_ship": Words(_("orders to ship"), "commerce_board", icon="truck-delivery"),
    "deliveries_stuck": Words(
        _("groups a message did not reach"), "messaging_list_broadcasts", tone="bad"
    ),
    "deliveries_with_person": Words(
        _("messages that wait for a person to send them"), "messaging_list_broadcasts"
    ),
    "groups_without_steward": Words(
        _("groups without a steward"), "community_list_groups", tone="warn"
    ),
    "groups_fading": Words(
        _("groups that fade"), "community_list_groups", "?life=fading", tone="warn"
    ),
    "patches_without_rep": Words(_("patches with stores but no rep"), "channel_tree", tone="warn"),
    "stores_without_group": Words(_("stores without a group"), "community_coverage", tone="warn"),
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
    count = (
        f"{MOST}+"
        if todo.count >= MOST and todo.code != "stores_without_group"
        else str(todo.count)
    )
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
