"""Tasks: mine on a phone, my team's with who has how many, and one with all it takes to do it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qunlian.community.actions import ask_request_again as asking
from qunlian.community.actions.finish_task import LONGEST_WORDS, TaskAnswer
from qunlian.community.actions.finish_task import finish_task as finish
from qunlian.community.actions.reassign_task import NoSuchColleague
from qunlian.community.actions.reassign_task import reassign_task as reassign
from qunlian.community.actions.remind_task import remind_task as remind
from qunlian.community.actions.see_task import see_task
from qunlian.community.actions.take_back_answer import take_back_answer as take_back
from qunlian.community.queries import tasks
from qunlian.community.queries.breaches import BreachRow, breach_card
from qunlian.community.queries.join import stores_to_invite
from qunlian.community.queries.tasks import TaskCard, TaskFilter, TaskRow
from qunlian.community.rules.tasks import AGAIN, OPEN
from qunlian.console.channel.choices import pick
from qunlian.console.channel.forms import attempt, done
from qunlian.console.community import task_words
from qunlian.console.community.groups import KEEPERS
from qunlian.console.nav import PLANNERS, STAFF
from qunlian.console.page import actor_of, page
from qunlian.console.qr import qr_code
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.kernel.typed import whole
from qunlian.platforms import registry
from qunlian.platforms.port import Feature, Means


@page(STAFF)
@require_safe
def list_tasks(request: HttpRequest) -> HttpResponse:
    """Show what waits for one, the first due first; a manager's team with ``?of=team``."""
    actor, now, asked = actor_of(request), clock.now(), request.GET
    is_team = asked.get("of") == "team" and actor.role in PLANNERS
    is_asked = asked.get("of") == "asked"
    state, kind = asked.get("state", ""), asked.get("kind", "")
    narrow = TaskFilter(
        is_team=is_team,
        is_asked=is_asked,
        state=state if state in task_words.FILTERS else "",
        kind=kind if kind in task_words.KINDS else "",
        staff_id=whole(asked.get("staff")) if is_team else None,
    )
    found = tasks.list_tasks(actor, narrow, now=now, after=asked.get("after", ""))
    here = reverse("community_list_tasks")
    loads = _loads(request) if is_team else []
    names = {load.staff_id or 0: load.name for load, _link in loads}
    facts = {
        "rows": [labelled(row) for row in found.rows],
        "next_key": found.next_key,
        "is_team": is_team,
        "is_asked": is_asked,
        "is_mine": not is_team and not is_asked,
        "is_open": narrow.state in ("", OPEN, "overdue"),
        "may_lead": actor.role in PLANNERS,
        # without a choice it is what there is to do
        "states": [("" if key == OPEN else key, text) for key, text in task_words.FILTERS.items()],
        "state": narrow.state,
        "kinds": list(task_words.KINDS.items()),
        "mine_url": here,
        "team_url": f"{here}?of=team",
        "asked_url": f"{here}?of=asked",
        "loads": loads,
        "staff_name": names.get(narrow.staff_id or 0) or _("Nobody yet"),
    }
    return render(request, "console/community/list_tasks.html", facts)


@page(STAFF)
@require_safe
def task_card(request: HttpRequest, task_id: int) -> HttpResponse:
    """Show one task; that the one who is asked looked at it is noted."""
    return _show(request, task_id, {})


@page(STAFF)
@require_POST
def finish_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take the answer of one tap: ``done``, ``unknown`` or ``refused:<reason>``."""

    def write() -> HttpResponse:
        finish(actor=actor_of(request), answer=answer_of(request, task_id), now=clock.now())
        return done(request, _("Noted. Thank you!"), "community_task_card", task_id)

    return attempt(request, write, _again(task_id))


@page(STAFF)
@require_POST
def take_back_answer(request: HttpRequest, task_id: int) -> HttpResponse:
    """Let the task wait again."""
    take_back(actor=actor_of(request), task_id=task_id, now=clock.now())
    return done(request, _("Taken back: the task waits again."), "community_task_card", task_id)


@page(STAFF)
@require_POST
def reassign_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Give it to somebody else."""

    def write() -> HttpResponse:
        actor, staff_id = actor_of(request), whole(request.POST.get("staff_id"))
        tasks.task_card(actor, task_id, now=clock.now())
        if staff_id is None:
            raise NoSuchColleague(field="staff_id")
        reassign(actor=actor, task_id=task_id, staff_id=staff_id, now=clock.now())
        return done(request, _("Somebody else has the task now."), "community_task_card", task_id)

    return attempt(request, write, _again(task_id))


@page(STAFF)
@require_POST
def remind_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Remind whoever has it."""
    times = remind(actor=actor_of(request), task_id=task_id, now=clock.now())
    sentence = ngettext("Reminded, for the first time.", "Reminded, %(n)s times by now.", times)
    return done(request, sentence % {"n": times}, "community_task_card", task_id)


@page(KEEPERS)
@require_POST
def ask_request_again(request: HttpRequest, request_id: int) -> HttpResponse:
    """Ask the platform again, its people, or a colleague who is chosen."""
    again = asking.ask_request_again(
        actor=actor_of(request),
        request_id=request_id,
        staff_id=whole(request.POST.get("staff_id")),
        now=clock.now(),
    )
    sentence = _("Somebody is asked to do it.") if again.is_with_person else _("Asked again.")
    return done(request, sentence, "community_view_group", again.group_id)


def answer_of(request: HttpRequest, task_id: int) -> TaskAnswer:
    """Read the answer of one tap: ``done``, ``unknown`` or ``refused:<reason>``."""
    state, _colon, reason = request.POST.get("answer", "").partition(":")
    words = request.POST.get("words", "")
    return TaskAnswer(task_id=task_id, state=state, reason=reason, words=words)


def labelled(row: TaskRow) -> dict[str, Any]:
    """Return a task with its words."""
    return {
        "task": row,
        "kind": task_words.KINDS.get(row.kind, row.kind),
        "icon": task_words.ICONS.get(row.kind, "circle-dot"),
        "state": task_words.STATES[row.state],
        "tone": task_words.TONES[row.state],
        "reason": {**task_words.REASONS, **task_words.SEEN}.get(row.reason, row.reason),
        "app": task_words.app_of(row.platform),
    }


def _again(task_id: int) -> Callable[[HttpRequest, dict[str, str]], HttpResponse]:
    return lambda request, errors: _show(request, task_id, errors)


def _show(request: HttpRequest, task_id: int, errors: dict[str, str]) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    card = tasks.task_card(actor, task_id, now=now)
    if card.is_mine and card.row.seen_at is None:
        see_task(actor=actor, task_id=task_id, now=now)
    is_open = card.row.state == OPEN
    may_ask = card.request_id and card.row.state in AGAIN and actor.role in KEEPERS
    facts = labelled(card.row) | {
        "card": card,
        "is_open": is_open,
        "steps": task_words.steps_of(card),
        "is_copied": card.row.kind != "confirm" or _is_by_hand(card.row.platform),
        "is_doubted": is_open and card.facts.get("is_doubted"),
        "is_told_there": card.row.kind in ("count", "code"),
        "where": _where(card),
        "reasons": list(task_words.REASONS.items()),
        "longest": LONGEST_WORDS,
        "errors": errors,
        "typed": request.POST,
        "broadcast_id": card.facts.get("broadcast_id"),
        "may_ask_again": may_ask,
        "breach": _breach(actor, card),
        "crumbs": _crumbs(card),
    }
    if card.may_manage and (is_open or may_ask):
        facts["colleagues"] = pick(request, "staff", "staff_id")
    return render(request, "console/community/task_card.html", facts | _invited(request, card))


def _invited(request: HttpRequest, card: TaskCard) -> dict[str, Any]:
    """Return whom an invitation is for, and the text and code to send them."""
    group_id = card.row.group_id
    if card.row.kind != "invite" or group_id is None:
        return {}
    link = _join_link(request, str(card.facts.get("code", "")))
    text = _("Please join our group “%(group)s”: %(link)s")
    return {
        "to_invite": [
            (one, _join_link(request, one.code) if one.code else link)
            for one in stores_to_invite(actor_of(request), group_id)
        ],
        "invitation": text % {"group": card.row.group, "link": link},
        "invitation_code": qr_code(link),
        "posters_url": f"{reverse('community_posters')}?group={group_id}",
    }


def _breach(actor: Actor, card: TaskCard) -> BreachRow | None:
    """Return the breach that a task is about, to whom may know of it."""
    breach_id = whole(card.facts.get("breach_id"))
    if breach_id is None:
        return None
    try:
        return breach_card(actor, breach_id, now=clock.now())
    except NotFound:
        return None


def _join_link(request: HttpRequest, code: str) -> str:
    return request.build_absolute_uri(reverse("community_join_group", args=[code or "x"]))


def _is_by_hand(platform: str) -> bool:
    """Tell whether nothing waits on the platform's phone: what is to be sent is copied from here."""
    return registry.means(platform, Feature.LOOK_UP_ECHO) is not Means.API


def _where(card: TaskCard) -> str:
    """Return which room it is about, and how many there are."""
    row = card.row
    if row.groups <= 1:
        return row.group
    others = _("and others, %(n)s in all") % {"n": row.groups}
    return f"{row.group} {others}"


def _crumbs(card: TaskCard) -> list[tuple[str, str]]:
    here = reverse("community_list_tasks")
    if card.is_mine:
        return [(_("Tasks"), here)]
    return [(_("Tasks of the team"), f"{here}?of=team")]


def _loads(request: HttpRequest) -> list[tuple[tasks.TaskLoad, str]]:
    """Return for whom how much waits, each with the list of it."""
    here = reverse("community_list_tasks")
    return [
        (load, f"{here}?of=team&staff={load.staff_id or 0}")
        for load in tasks.task_loads(actor_of(request), now=clock.now())
    ]
