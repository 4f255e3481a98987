"""The list of chats, one chat, and one's own page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from qunlian.member.messaging.words import last_line
from qunlian.member.page import actor_of, member_page
from qunlian.messaging.queries.answers import my_answers
from qunlian.messaging.queries.chats import chat_head, my_chats, own_name
from qunlian.messaging.queries.messages import line_as_json, messages_before


@require_safe
@member_page
def my_chats_page(request: HttpRequest) -> HttpResponse:
    """Show the groups one sits in, with what is new."""
    chats = my_chats(actor_of(request))
    rows = [{"chat": chat, "line": last_line(chat.last_line, chat.last_by)} for chat in chats]
    return render(request, "member/messaging/my_chats.html", {"rows": rows} | _live(request))


@require_safe
@member_page
def chat_page(request: HttpRequest, group_id: int) -> HttpResponse:
    """Show one chat: the newest messages come with the page, the rest as one scrolls."""
    actor = actor_of(request)
    head = chat_head(actor, group_id)
    lines = messages_before(actor, group_id)
    asked = [line.broadcast_id for line in lines if line.kind == "question" and line.broadcast_id]
    start: dict[str, Any] = {
        "group": group_id,
        "me": actor.person_id,
        "lines": [line_as_json(line) for line in lines],
        "change": head.last_change_no,
        "read": head.read_seq,
        "maySpeak": head.may_speak,
        "mayCallAll": head.may_call_all,
        "answers": my_answers(actor, group_id, asked),
        "urls": _urls(group_id),
        "words": _words(),
    }
    facts = {"head": head, "start": start, "back_url": reverse("messaging_my_chats")}
    return render(request, "member/messaging/chat_head.html", facts | _live(request))


@require_safe
@member_page
def me_page(request: HttpRequest) -> HttpResponse:
    """Show who one is, and the way out."""
    actor = actor_of(request)
    name = own_name(actor)
    return render(request, "member/messaging/me.html", {"name": name} | _live(request))


def _live(request: HttpRequest) -> dict[str, Any]:
    return {"live_port": settings.LIVE_PORT}


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
        "product": "/m/products/0",
    }


def _words() -> dict[str, str]:
    """Return what the script says, in the reader's language."""
    return {
        "sending": _("Sending…"),
        "failed": _("Not sent. Tap to try again."),
        "waiting": _("No connection. It goes out as soon as there is one."),
        "recalled": _("took a message back"),
        "youRecalled": _("You took a message back"),
        "joined": _("joined the group"),
        "others": _("and others"),
        "all": _("everyone"),
        "reply": _("Reply"),
        "recall": _("Take back"),
        "copy": _("Copy"),
        "cancel": _("Cancel"),
        "picture": _("[Picture]"),
        "video": _("[Video]"),
        "voice": _("[Voice]"),
        "card": _("[Card]"),
        "order": pgettext("button on a product", "Order"),
        "newMessages": _("New messages below"),
        "understood": _("Right. Thank you!"),
        "notUnderstood": _("Not quite: the right answer is marked."),
        "hold": _("Hold to talk"),
        "release": _("Release to send, slide up to cancel"),
        "noMicrophone": _("The microphone is not available here."),
        "tooShort": _("Too short"),
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "staff": _("Staff"),
    }
