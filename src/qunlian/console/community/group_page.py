"""One group's page: its team and rules, and tabs for people, stores, messages, orders and its history."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from qunlian.channel.queries import audit
from qunlian.commerce.queries import sales
from qunlian.commerce.queries.orders import orders_of_group
from qunlian.community.personal import PLATFORM
from qunlian.community.queries import asked, groups, members, tasks
from qunlian.community.queries.bindings import bound_share, store_share
from qunlian.community.queries.doors import sources_of
from qunlian.community.queries.groups import GroupCard
from qunlian.community.queries.partners import distributors_of_group
from qunlian.community.queries.personal import ToldCard, told_card
from qunlian.console.channel.choices import pick
from qunlian.console.commerce.orders import labelled
from qunlian.console.community import task_words, words
from qunlian.console.community.bindings import unbound_facts
from qunlian.console.community.breaches import rules_tab
from qunlian.console.community.groups import KEEPERS
from qunlian.console.community.knowing import how_known, is_heard
from qunlian.console.community.tasks import labelled as labelled_task
from qunlian.console.messaging.words import said
from qunlian.console.nav import EVERYBODY, PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.typed import whole
from qunlian.messaging.actions.view_messages import view_messages
from qunlian.messaging.queries.messages import PAGE, MessageLine
from qunlian.platforms import registry
from qunlian.platforms.port import Feature


@page(EVERYBODY)
def view_group(request: HttpRequest, group_id: int) -> HttpResponse:
    """Show a group: who is in it, its stores, what was said and ordered in it, what happened."""
    actor = actor_of(request)
    wanted = request.GET.get("tab", "")
    after = request.GET.get("after", "")
    # reading messages is kept: a write, in a scope of its own
    said_in_it = _messages(actor, group_id, after) if wanted == "messages" else {}
    with scope.reading(actor):
        card = groups.group_card(actor, group_id)
        tabs = _tabs_of(card.layer)
        is_outside = card.platform in registry.with_own_accounts()
        share = bound_share(actor, group_id) if is_outside else None
        is_unbound = share is not None and wanted == "unbound"
        known = store_share(actor, group_id) if "stores" in tabs else None
        facts: dict[str, Any] = {"share": share, "is_unbound": is_unbound, "known": known}
        if is_unbound:
            tab, shown = wanted, unbound_facts(request, actor, card)
        else:
            tab = wanted if wanted in tabs else "members"
            shown = said_in_it or tabs[tab](actor, group_id, after)
        facts |= _facts(actor, card, tab) | shown
        if facts["may_hand_over"]:
            facts["colleagues"] = pick(request, "staff", "staff_id", card.steward_staff_id)
    return render(request, "console/community/view_group.html", facts)


def _team(actor: Actor, card: GroupCard) -> list[tuple[str, Any]]:
    """Return name and role of all who look after it; a steward who owns the room too is named twice."""
    team = members.team_of(actor, card.group_id)
    roles = [(one.name, words.ROLES[one.role]) for one in team]
    if card.steward_name and all(one.role != "steward" for one in team):
        roles.append((card.steward_name, words.ROLES["steward"]))
    return roles


def _facts(actor: Actor, card: GroupCard, tab: str) -> dict[str, Any]:
    group_id = card.group_id
    here = reverse("community_view_group", args=[group_id])
    facts: dict[str, Any] = {
        "group": card,
        "life": words.LIVES[card.life],
        "tone": words.LIFE_TONES[card.life],
        "is_unheard": card.is_open and card.platform in registry.without(Feature.READ_MESSAGES),
        "step": words.NEXT_STEPS.get(card.next_step, ""),
        "layer": words.LAYERS[card.layer],
        "team": _team(actor, card),
        "how_known": how_known(card.platform),
        "app": task_words.app_of(card.platform),
        "is_heard": is_heard(card.platform),
        "members_count": members.count_members(actor, group_id),
        "sold": sales.sales_of_group(actor, group_id),
        "chat_url": reverse("messaging_chat_head", args=[group_id])
        if members.is_seated(actor, group_id)
        else "",
        "tab": tab,
        "tabs": {name: (f"{here}?tab={name}", name == tab) for name in _tabs_of(card.layer)},
        "may_keep": actor.role in KEEPERS,
        "may_hand_over": actor.role in KEEPERS - {Role.REP},
        "crumbs": [(_("Groups"), reverse("community_list_groups"))],
    }
    open_requests = asked.open_requests(actor, [group_id])
    facts["asked"] = [(row, *_asked_words(row)) for row in open_requests]
    facts["told"] = _told(actor, card)
    facts["own_staff_id"] = actor.staff_id
    facts["may_lead"] = actor.role in PLANNERS
    known = {row.task_id for row in open_requests}
    here_too = tasks.tasks_of_group(actor, group_id, now=clock.now())
    facts["tasks_here"] = [labelled_task(row) for row in here_too if row.task_id not in known]
    facts["next_owner"] = asked.next_owner(actor, open_requests)
    if card.layer == "distributor":
        facts["distributors_count"] = len(distributors_of_group(actor, group_id))
    return facts


def _told(actor: Actor, card: GroupCard) -> ToldCard | None:
    """Return what its owner told of a group that no platform tells of."""
    if card.platform != PLATFORM or actor.role not in KEEPERS:
        return None
    return told_card(actor, card.group_id, now=clock.now())


def _asked_words(row: asked.OpenRequest) -> tuple[str, str, str]:
    """Return what was asked, how it stands, and why it is not done."""
    reason, _colon, said = row.problem.partition(": ")
    known = task_words.REASONS.get(reason) or words.REQUEST_PROBLEMS.get(reason)
    why = " ".join(filter(None, (str(known), said))) if known else ""
    return str(words.REQUEST_KINDS[row.kind]), str(words.REQUEST_STATES[row.state]), why


def _people(actor: Actor, group_id: int, after: str) -> dict[str, Any]:
    found = members.list_members(actor, group_id, after=after)
    rows = [(m, words.SOURCES.get(m.source, m.source)) for m in found.rows]
    counted = sources_of(actor, group_id)
    sources = [(words.SOURCES.get(one.source, one.source), one.people) for one in counted]
    return {"people": rows, "next_key": found.next_key, "sources": sources}


def _stores(actor: Actor, group_id: int, after: str) -> dict[str, Any]:
    found = groups.stores_of(actor, group_id, after=after)
    return {"stores": found.rows, "next_key": found.next_key}


def _distributors(actor: Actor, group_id: int, after: str) -> dict[str, Any]:
    """Return the distributors of the group; they are few: one page."""
    del after
    return {"distributors": distributors_of_group(actor, group_id)}


def _messages(actor: Actor, group_id: int, after: str) -> dict[str, Any]:
    """Return a page of messages, the newest first; ``after`` is the number of the one before."""
    before = whole(after)
    lines = view_messages(actor=actor, group_id=group_id, before_seq=before, now=clock.now())[::-1]
    has_more = len(lines) == PAGE and lines[-1].seq > 1
    return {
        "lines": [_shown(line) for line in lines],
        "next_key": str(lines[-1].seq) if has_more else None,
    }


def _shown(line: MessageLine) -> dict[str, Any]:
    return {
        "line": line,
        "words": said(line.kind, line.body, is_recalled=line.is_recalled),
        "may_note": line.sender_person_id is not None and not line.is_recalled,
        "media": line.body.get("media", ""),
        "product_id": line.body.get("product_id"),
        "from_key": line.seq + 1,
    }


def _orders(actor: Actor, group_id: int, after: str) -> dict[str, Any]:
    found = orders_of_group(actor, group_id, after=after)
    return {"orders": [labelled(row) for row in found.rows], "next_key": found.next_key}


def _timeline(actor: Actor, group_id: int, after: str) -> dict[str, Any]:
    found = audit.history(actor, "group", group_id, after=after, has_looks=False)
    rows = [
        (words.happening(h.name), words.HAPPENING_ICONS.get(h.name, "circle-dot"), h)
        for h in found.rows
    ]
    return {"happenings": rows, "next_key": found.next_key}


_Tab = Callable[[Actor, int, str], dict[str, Any]]
#: Whom the groups of a layer gather; seed users come one by one.
_GATHERED: dict[str, dict[str, _Tab]] = {
    "store": {"stores": _stores},
    "distributor": {"distributors": _distributors},
}


def _tabs_of(layer: str) -> dict[str, _Tab]:
    """Return the tabs of a group of this layer, in their order."""
    return {
        "members": _people,
        **_GATHERED.get(layer, {}),
        "messages": _messages,
        "orders": _orders,
        "rules": rules_tab,
        "timeline": _timeline,
    }
