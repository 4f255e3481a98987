"""Breaches of groups' rules: noted with a look at what follows, lifted, and appeals decided."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunlian.community import polite
from qunlian.community.actions.decide_appeal import Decision
from qunlian.community.actions.decide_appeal import decide_appeal as decide
from qunlian.community.actions.lift_breach import lift_breach as lift
from qunlian.community.actions.note_breach import MessageSaid, Note
from qunlian.community.actions.note_breach import note_breach as note
from qunlian.community.queries import breaches, ladder
from qunlian.community.queries.groups import group_card
from qunlian.community.rules.ladder import LONGEST_RULE, LONGEST_WORDS, NO_WAY, until
from qunlian.console.channel.forms import attempt, done
from qunlian.console.community import breach_words
from qunlian.console.community.groups import KEEPERS
from qunlian.console.messaging.words import said
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import NotFound
from qunlian.kernel.typed import whole
from qunlian.messaging.queries.messages import MessageLine, message_line

APPROVERS = frozenset({Role.HEADQUARTERS, Role.MANAGER})


@page(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def note_breach(request: HttpRequest, group_id: int) -> HttpResponse:
    """Show what would follow for a member, by a message of his or not; note it."""
    if request.method != "POST":
        return _show(request, group_id, {})

    def write() -> HttpResponse:
        actor = actor_of(request)
        message = _message(actor, group_id, request)
        wanted = Note(
            group_id=group_id,
            person_id=_person(request, message),
            rule=request.POST.get("other", "").strip() or request.POST.get("rule", ""),
            message=_reference(message),
            words=request.POST.get("words", ""),
            step=request.POST.get("step", ""),
        )
        note(actor=actor, note=wanted, now=clock.now())
        here = f"{reverse('community_view_group', args=[group_id])}?tab=rules"
        return done(request, _("Noted; what follows is under way."), here)

    return attempt(request, write, lambda asked, errors: _show(asked, group_id, errors))


@page(KEEPERS)
@require_POST
def lift_breach(request: HttpRequest, breach_id: int) -> HttpResponse:
    """Let a breach not count."""
    why = request.POST.get("why", "")
    lifted = lift(actor=actor_of(request), breach_id=breach_id, why=why, now=clock.now())
    here = f"{reverse('community_view_group', args=[lifted.group_id])}?tab=rules"
    return done(request, _("Lifted; it does not count any more."), here)


@page(APPROVERS)
@require_safe
def list_appeals(request: HttpRequest) -> HttpResponse:
    """Show the appeals that wait."""
    return _appeals(request, {})


@page(APPROVERS)
@require_POST
def decide_appeal(request: HttpRequest, breach_id: int) -> HttpResponse:
    """Grant an appeal, or let the breach stay."""

    def write() -> HttpResponse:
        decision = Decision(
            breach_id=breach_id,
            is_granted=request.POST.get("answer") == "grant",
            words=request.POST.get("words", ""),
        )
        decided = decide(actor=actor_of(request), decision=decision, now=clock.now())
        granted, refused = _("Granted; it does not count any more."), _("Refused; it stays.")
        return done(request, granted if decided.is_granted else refused, "community_list_appeals")

    return attempt(request, write, lambda asked, errors: _appeals(asked, errors, breach_id))


def rules_tab(actor: Actor, group_id: int, after: str) -> dict[str, Any]:
    """Return what a group's page says of its rules: the steps, and to whom may know what was noted."""
    found = breaches.breaches_of_group(actor, group_id, now=clock.now(), after=after)
    steps = ladder.group_ladder(actor, group_id)
    return {
        "ladder": steps,
        "ladder_steps": [
            (breach_words.STEPS[step], way, breach_words.WAYS[way], _(hint) if hint else "")
            for step, way, hint in steps.steps
        ],
        "step_choices": [
            (step, name, any(step == one for one, _way, _hint in steps.steps) and steps.is_own)
            for step, name in breach_words.STEPS.items()
        ],
        "breaches": [breach_words.labelled(row) for row in found.rows],
        "next_key": found.next_key,
    }


def _show(request: HttpRequest, group_id: int, errors: dict[str, str]) -> HttpResponse:
    actor = actor_of(request)
    message = _message(actor, group_id, request)
    ahead = ladder.next_step(
        actor,
        group_id,
        _person(request, message),
        has_message=message is not None,
        now=clock.now(),
    )
    card = group_card(actor, group_id)
    lines = [line.strip() for line in card.rules.splitlines() if line.strip()]
    here = reverse("community_view_group", args=[group_id])
    facts = {
        "ahead": ahead,
        "is_possible": ahead.step is not None and ahead.way != NO_WAY,
        "step": breach_words.STEPS[ahead.step] if ahead.step else "",
        "way": breach_words.WAYS[ahead.way],
        "note": _(ahead.note) if ahead.note else "",
        "had": breach_words.short(ahead.had),
        "skipped": [
            (breach_words.SHORT[step], breach_words.SKIPPED[why]) for step, why in ahead.skipped
        ],
        "message": message,
        "said": said(message.kind, message.body, is_recalled=message.is_recalled)
        if message
        else "",
        "rules": [(line[:LONGEST_RULE], line) for line in lines],
        "usual": _usual(ahead),
        "longest": LONGEST_WORDS,
        "errors": errors,
        "typed": request.POST,
        "back_url": here,
        "crumbs": [(_("Groups"), reverse("community_list_groups")), (card.name, here)],
    }
    return render(request, "console/community/note_breach.html", facts)


def _usual(ahead: ladder.StepAhead) -> str:
    """Return what he is told if nobody says it otherwise."""
    if ahead.step is None:
        return ""
    return polite.words_for(ahead.step, ahead.person, "…", until(ahead.step, clock.now()))


def _appeals(
    request: HttpRequest, errors: dict[str, str], breach_id: int | None = None
) -> HttpResponse:
    """Show the appeals; ``errors`` belong to the one that was just answered."""
    after = request.GET.get("after", "")
    found = breaches.list_appeals(actor_of(request), now=clock.now(), after=after)
    facts = {
        "rows": [
            breach_words.labelled(row)
            | {"problem": " ".join(errors.values()) if row.breach_id == breach_id else ""}
            for row in found.rows
        ],
        "next_key": found.next_key,
        "longest": LONGEST_WORDS,
        "crumbs": [(_("Groups"), reverse("community_list_groups"))],
    }
    return render(request, "console/community/list_appeals.html", facts)


def _message(actor: Actor, group_id: int, request: HttpRequest) -> MessageLine | None:
    """Return the message that was named, if one was; a person wrote it."""
    seq = whole(request.POST.get("message") or request.GET.get("message"))
    if seq is None:
        return None
    line = message_line(actor, group_id, seq)
    if line.sender_person_id is None:
        raise NotFound(kind="message", id=seq)
    return line


def _person(request: HttpRequest, message: MessageLine | None) -> int:
    if message is not None and message.sender_person_id is not None:
        return message.sender_person_id
    return whole(request.POST.get("person") or request.GET.get("person")) or 0


def _reference(message: MessageLine | None) -> MessageSaid | None:
    if message is None:
        return None
    words = said(message.kind, message.body, is_recalled=message.is_recalled)
    return MessageSaid(seq=message.seq, person_id=message.sender_person_id, words=words)
