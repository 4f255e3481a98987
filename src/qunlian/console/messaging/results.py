"""What a broadcast proved: per territory and group, per person of a group."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunlian.commerce.queries.sales import (
    GroupSales,
    buyers_among,
    buyers_by_group,
    buyers_of_broadcast,
    sales_of_broadcast,
)
from qunlian.console.community.task_words import app_of
from qunlian.console.messaging import words
from qunlian.console.messaging.broadcasts import by_hand
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import every_row
from qunlian.kernel.typed import whole
from qunlian.messaging.actions.export_receipts import export_receipts as export
from qunlian.messaging.actions.view_receipts import view_receipts as view
from qunlian.messaging.queries.broadcasts import BroadcastCard, broadcast_card
from qunlian.messaging.queries.proofs import (
    GroupProof,
    Proof,
    broadcast_result,
    group_of_result,
    groups_of_result,
    people_of_delivery,
    territories_of_result,
)

EXPORT_ROWS = 500


@page()
@require_safe
def result_page(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Show who got, opened and understood it and who ordered, in all and by territory or group."""
    actor = actor_of(request)
    card = broadcast_card(actor, broadcast_id)
    result = broadcast_result(actor, broadcast_id)
    steps = funnel_steps(card, result.total, buyers_of_broadcast(actor, broadcast_id))
    territory_id = whole(request.GET.get("territory"))
    is_by_group = request.GET.get("by") == "group" or territory_id is not None
    after = request.GET.get("after", "")
    facts = words.labelled(card) | {
        "result": result,
        "crumbs": crumbs(card.title, broadcast_id),
        "steps": steps,
        "funnel": _funnel(steps),
        "sales": sales_of_broadcast(actor, broadcast_id),
        "orders_url": f"{reverse('commerce_list_orders')}?broadcast={broadcast_id}",
        "is_by_group": is_by_group,
        "territory_id": territory_id,
        "has_card": has_card(card),
        "silent": silent_words(result.silent),
        "untold": result.total.people - result.total.known,
    }
    facts |= by_hand(request, broadcast_id)
    if is_by_group:
        found = groups_of_result(actor, broadcast_id, territory_id=territory_id, after=after)
        facts |= {"rows": _with_sales(actor, broadcast_id, found.rows), "next_key": found.next_key}
        if territory_id and found.rows:
            facts["territory"] = found.rows[0].territory
    else:
        territories = territories_of_result(actor, broadcast_id, after=after)
        facts |= {"territories": territories.rows, "next_key": territories.next_key}
    return render(request, "console/messaging/broadcast_result.html", facts)


@page()
@require_safe
def people_page(request: HttpRequest, broadcast_id: int, group_id: int) -> HttpResponse:
    """Show who of a group has the message, those without it first; that somebody looked is kept."""
    actor = actor_of(request)
    card = broadcast_card(actor, broadcast_id)
    found = view(
        actor=actor,
        broadcast_id=broadcast_id,
        group_id=group_id,
        after=request.GET.get("after", ""),
        now=clock.now(),
    )
    buyers = buyers_among(actor, broadcast_id, group_id, [one.person_id for one in found.rows])
    facts = words.labelled(card) | {
        "people": [(one, one.person_id in buyers) for one in found.rows],
        "next_key": found.next_key,
        **_whether_told(group_of_result(actor, broadcast_id, group_id)),
        "group_id": group_id,
        "has_card": has_card(card),
        "crumbs": [
            *crumbs(card.title, broadcast_id),
            (_("Result"), reverse("messaging_broadcast_result", args=[broadcast_id])),
        ],
    }
    return render(request, "console/messaging/view_receipts.html", facts)


def _whether_told(group: GroupProof | None) -> dict[str, Any]:
    untold = group.people - group.known if group else 0
    return {
        "group": group,
        "untold": untold,
        "silent": silent_words([group.platform] if group and untold else []),
    }


@page()
@require_safe
def export_page(
    request: HttpRequest, broadcast_id: int, group_id: int | None = None
) -> HttpResponseBase:
    """Hand what is on screen, all pages of it, out as a sheet: people of a group, groups or territories."""
    actor = actor_of(request)
    card = broadcast_card(actor, broadcast_id)
    export(actor=actor, broadcast_id=broadcast_id, group_id=group_id, now=clock.now())
    territory_id = whole(request.GET.get("territory"))
    if group_id is not None:
        columns, rows = _people_sheet(actor, card, group_id)
    elif request.GET.get("by") == "group" or territory_id is not None:
        columns, rows = _groups_sheet(actor, card, territory_id)
    else:
        columns, rows = _territories_sheet(actor, card)
    return sheets.answer("receipts", request.GET.get("format", "xlsx"), columns, rows)


Sheet = tuple[list[sheets.Column], Iterator[tuple[Any, ...]]]


def _people_sheet(actor: Actor, card: BroadcastCard, group_id: int) -> Sheet:
    columns = [
        sheets.Column(_("Person"), width=18),
        sheets.Column(_("Store"), width=28),
        *(sheets.Column(name, width=10) for name in (_("Delivered"), _("Read"))),
        sheets.Column(_("Opened the card"), width=14),
        sheets.Column(_("Understood"), width=10),
    ]

    def rows() -> Iterator[tuple[Any, ...]]:
        for one in every_row(
            lambda after: people_of_delivery(
                actor, card.broadcast_id, group_id, after=after, limit=EXPORT_ROWS
            )
        ):
            understood = "" if one.is_understood is None else _mark(one.is_understood)
            seen = (one.is_delivered, one.is_read, one.is_clicked)
            yield one.name, one.store, *(_mark(each) for each in seen), understood

    return columns, rows()


def _groups_sheet(actor: Actor, card: BroadcastCard, territory_id: int | None) -> Sheet:
    columns = [
        sheets.Column(_("Group"), width=28),
        sheets.Column(_("Territory"), width=20),
        sheets.Column(_("Steward"), width=12),
        *_figures(),
    ]

    def rows() -> Iterator[tuple[Any, ...]]:
        for row in every_row(
            lambda after: groups_of_result(
                actor,
                card.broadcast_id,
                territory_id=territory_id,
                after=after,
                limit=EXPORT_ROWS,
            )
        ):
            yield row.name, row.territory, row.steward, *_figures_of(row)

    return columns, rows()


def _territories_sheet(actor: Actor, card: BroadcastCard) -> Sheet:
    columns = [
        sheets.Column(_("Territory"), width=28),
        sheets.Column(_("Groups"), sheets.Cell.INTEGER, 10),
        *_figures(),
    ]

    def rows() -> Iterator[tuple[Any, ...]]:
        for row in every_row(
            lambda after: territories_of_result(
                actor, card.broadcast_id, after=after, limit=EXPORT_ROWS
            )
        ):
            yield row.name, row.groups, *_figures_of(row)

    return columns, rows()


def _figures() -> list[sheets.Column]:
    names = (
        _("People"),
        _("Sent"),
        _("Of whom it is known"),
        _("Delivered"),
        _("Read"),
        _("Opened the card"),
        _("Answered"),
        _("Understood"),
    )
    return [sheets.Column(name, sheets.Cell.INTEGER, 12) for name in names]


def _figures_of(row: Proof) -> tuple[int, ...]:
    return (
        row.people,
        row.sent,
        row.known,
        row.delivered,
        row.read,
        row.clicked,
        row.answered,
        row.understood,
    )


def _mark(is_so: bool) -> str:
    return _("yes") if is_so else _("no")


def has_card(card: BroadcastCard) -> bool:
    """Tell whether the message shows a product that one can open."""
    return "product_id" in card.body


def _with_sales(
    actor: Actor, broadcast_id: int, rows: tuple[GroupProof, ...]
) -> list[tuple[GroupProof, GroupSales | None]]:
    sales = buyers_by_group(actor, broadcast_id, [row.group_id for row in rows])
    return [(row, sales.get(row.group_id)) for row in rows]


def silent_words(platforms: Iterable[str]) -> str:
    """Name the platforms that do not tell who has a message."""
    return " / ".join(app_of(name) for name in platforms)


def crumbs(title: str, broadcast_id: int) -> list[tuple[str, str]]:
    """Return the way back from a broadcast's pages."""
    return [
        (_("Messages"), reverse("messaging_list_broadcasts")),
        (title, reverse("messaging_broadcast_card", args=[broadcast_id])),
    ]


def funnel_steps(card: BroadcastCard, total: Proof, buyers: int) -> list[dict[str, Any]]:
    """Return the steps from sent to ordered: the people of each, and ``of`` which step they are a share."""
    steps = [
        _step(
            _("in these groups"), total.people, _("Members of the groups; staff are not counted")
        ),
        _step(_("sent"), total.sent, _("It stands in their group")),
        _step(_("delivered"), total.delivered, _("Their phone has fetched it")),
        _step(_("read"), total.read, _("It was shown to them")),
    ]
    for step, before in zip(steps[1:], steps, strict=False):
        step["of"] = before
    if total.known < total.people:
        steps[2]["of"] = _step(_("sent where the platform tells"), total.sent_known, "")
    read = clicked = steps[-1]
    if has_card(card):
        clicked = _step(
            _("opened the card"), total.clicked, _("They went to the product's page"), of=read
        )
        steps.append(clicked)
    if card.question:
        answered = _step(_("answered"), total.answered, "", of=read)
        right = _("Their first answer was the right one")
        steps += [answered, _step(_("understood"), total.understood, right, of=answered)]
    if has_card(card) or buyers:
        hint = _("Orders that came out of this message and stand")
        steps.append(_step(_("ordered"), buyers, hint, of=clicked))
    return steps


def _step(name: str, people: int, hint: str, *, of: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "people": people, "hint": hint, "of": of}


def _funnel(steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "kind": "bar",
        "x": [step["name"] for step in steps],
        "series": [{"name": _("People"), "values": [step["people"] for step in steps]}],
        "unit": _("people"),
        "horizontal": True,
    }
