"""The list of chats, one chat, and one's own page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from qunlian.community.queries.ladder import silent_until
from qunlian.kernel import clock
from qunlian.kernel.typed import whole
from qunlian.member.messaging.words import SEATS, last_line, script_words
from qunlian.member.page import actor_of, member_page
from qunlian.messaging.queries.answers import my_answers
from qunlian.messaging.queries.chats import chat_head, my_chats, people_in_chat
from qunlian.messaging.queries.history import search_messages
from qunlian.messaging.queries.messages import MessageLine, line_as_json, messages_before


@require_safe
@member_page
def my_chats_page(request: HttpRequest) -> HttpResponse:
    """Show the groups one sits in, with what is new."""
    chats = my_chats(actor_of(request))
    rows = [{"chat": chat, "line": last_line(chat.last_line, chat.last_by)} for chat in chats]
    return render(request, "member/messaging/my_chats.html", {"rows": rows})


@require_safe
@member_page
def chat_page(request: HttpRequest, group_id: int) -> HttpResponse:
    """Show one chat: the newest messages come with the page, the rest as one scrolls."""
    actor = actor_of(request)
    head = chat_head(actor, group_id)
    lines = messages_before(actor, group_id)
    silent = silent_until(actor, group_id, now=clock.now()) if head.role == "member" else None
    asked = [line.broadcast_id for line in lines if line.kind == "question" and line.broadcast_id]
    start: dict[str, Any] = {
        "group": group_id,
        "me": actor.person_id,
        "lines": [line_as_json(line) for line in lines],
        "change": head.last_change_no,
        "read": head.read_seq,
        "last": head.last_seq,
        "maySpeak": head.may_speak and silent is None,
        "mayCallAll": head.may_call_all,
        "answers": my_answers(actor, group_id, asked),
        "staff": {pk: str(SEATS[role]) for pk, role in head.staff.items()},
        "urls": _urls(group_id),
        "words": script_words(),
    }
    facts = {
        "head": head,
        "start": start,
        "may_speak": start["maySpeak"],
        "silent_until": silent,
        "back_url": reverse("messaging_my_chats"),
    }
    return render(request, "member/messaging/chat_head.html", facts)


@require_safe
@member_page
def about_page(request: HttpRequest, group_id: int) -> HttpResponse:
    """Show who sits in a chat and what it is about."""
    actor = actor_of(request)
    head = chat_head(actor, group_id)
    seated = people_in_chat(actor, group_id)
    facts = {
        "head": head,
        "people": [(one, SEATS.get(one.role, "")) for one in seated],
        "back_url": reverse("messaging_chat_head", kwargs={"group_id": group_id}),
    }
    return render(request, "member/messaging/about_chat.html", facts)


@require_safe
@member_page
def search_page(request: HttpRequest, group_id: int) -> HttpResponse:
    """Show what was said that holds what was typed; each leads to its place in the chat."""
    actor = actor_of(request)
    typed = request.GET.get("q", "").strip()
    before = request.GET.get("before", "")
    found = search_messages(actor, group_id, typed, before_seq=whole(before))
    facts = {
        "head": chat_head(actor, group_id),
        "typed": typed,
        "found": [(line, last_line({"kind": line.kind, **_told(line)}, "")) for line in found.rows],
        "next_key": found.next_key,
        "back_url": reverse("messaging_chat_head", kwargs={"group_id": group_id}),
    }
    return render(request, "member/messaging/search_messages.html", facts)


def _told(line: MessageLine) -> dict[str, str]:
    """Return a message's own words, whatever its kind: what is asked, sold or said."""
    parts = (line.body.get(name) for name in ("text", "title", "question"))
    return {"text": " ".join(str(part) for part in parts if part)}


def _urls(group_id: int) -> dict[str, str]:
    """Return where the script asks; ``0`` at the end stands for the number it puts there."""
    one = {"group_id": group_id}
    return {
        "messages": reverse("messaging_messages_before", kwargs=one),
        "changes": reverse("messaging_changes_after", kwargs=one),
        "people": reverse("messaging_people_in_chat", kwargs=one),
        "post": reverse("messaging_post_message", kwargs=one),
        "upload": reverse("messaging_upload_media", kwargs=one),
        "seen": reverse("messaging_mark_seen", kwargs=one),
        "recall": reverse("messaging_recall_message", kwargs=one | {"seq": 0}),
        "answer": reverse("messaging_answer_question", kwargs=one | {"broadcast_id": 0}),
        "media": reverse("messaging_media_file", kwargs={"token": "0"}),
        "ticket": reverse("messaging_issue_ticket"),
        "product": reverse("member_commerce_product_offer", kwargs={"product_id": 0}),
        "list": reverse("messaging_my_chats"),
    }
