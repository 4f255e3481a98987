"""What the chat's script asks for and sends: JSON, one write per request."""

import json
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.views.decorators.http import require_POST, require_safe

from qunlian.kernel import clock
from qunlian.kernel.errors import NotFound
from qunlian.kernel.typed import whole
from qunlian.member.messaging.ranges import ranged
from qunlian.member.page import actor_of, data
from qunlian.messaging.actions.answer_question import answer_question
from qunlian.messaging.actions.mark_seen import mark_seen
from qunlian.messaging.actions.post_message import BadMessage, Draft, post_message
from qunlian.messaging.actions.recall_message import recall_message
from qunlian.messaging.actions.upload_media import BadUpload, Upload, upload_media
from qunlian.messaging.queries.answers import my_answers
from qunlian.messaging.queries.chats import people_in_chat
from qunlian.messaging.queries.media import media_file
from qunlian.messaging.queries.messages import (
    LEAP,
    PAGE,
    changes_after,
    line_as_json,
    messages_before,
)
from qunlian.messaging.queries.tickets import issue_ticket
from qunlian.messaging.rules import media as media_rules


@require_safe
@data
def messages(request: HttpRequest, group_id: int) -> HttpResponse:
    """Give the page of messages before a seq."""
    actor = actor_of(request)
    take = min(LEAP, max(1, whole(request.GET.get("take")) or PAGE))
    before = whole(request.GET.get("before"))
    lines = messages_before(actor, group_id, before_seq=before, limit=take)
    asked = [line.broadcast_id for line in lines if line.kind == "question" and line.broadcast_id]
    return JsonResponse(
        {
            "lines": [line_as_json(line) for line in lines],
            "answers": my_answers(actor, group_id, asked),
        }
    )


@require_safe
@data
def changes(request: HttpRequest, group_id: int) -> HttpResponse:
    """Give what changed since; asked every few seconds while the live process is away."""
    after = whole(request.GET.get("after")) or 0
    found = changes_after(actor_of(request), group_id, after)
    lines = [line_as_json(line) for line in found.lines]
    return JsonResponse({"lines": lines, "hasMore": found.has_more})


@require_safe
@data
def people(request: HttpRequest, group_id: int) -> HttpResponse:
    """Give who sits in the group, for the mentions picker."""
    seated = people_in_chat(actor_of(request), group_id)
    rows = [{"id": one.person_id, "name": one.name, "role": one.role} for one in seated]
    return JsonResponse({"people": rows})


@require_POST
@data
def post(request: HttpRequest, group_id: int) -> HttpResponse:
    """Say something; the same key again answers with the same message."""
    said = _json(request)
    draft = Draft(
        client_key=str(said.get("key", "")),
        kind=str(said.get("kind", "text")),
        text=str(said.get("text", "")),
        media_token=str(said.get("media", "")),
        reply_to_seq=whole(said.get("replyTo")),
        mentions=tuple(_numbers(said.get("mentions"))),
        is_for_all=said.get("forAll") is True,
    )
    taken = post_message(actor=actor_of(request), group_id=group_id, draft=draft, now=clock.now())
    return JsonResponse({"seq": taken.seq, "isNew": taken.is_new})


@require_POST
@data
def upload(request: HttpRequest, group_id: int) -> HttpResponse:
    """Take a picture, voice or video in, once per key; the message that shows it follows."""
    file = request.FILES.get("file")
    kind = request.POST.get("kind", "")
    if file is None or (file.size or 0) > media_rules.LIMITS.get(kind, 0):
        raise BadUpload(reason="too_large")
    given = Upload(
        kind=kind,
        content=file.read(),
        group_id=group_id,
        duration_ms=whole(request.POST.get("duration")),
        client_key=request.POST.get("key", "")[:64],
    )
    done = upload_media(actor=actor_of(request), upload=given, now=clock.now())
    return JsonResponse({"token": done.token, "width": done.width, "height": done.height})


@require_POST
@data
def seen(request: HttpRequest, group_id: int) -> HttpResponse:
    """Move the marks on."""
    said = _json(request)
    marks = mark_seen(
        actor=actor_of(request),
        group_id=group_id,
        delivered_seq=whole(said.get("delivered")) or 0,
        read_seq=whole(said.get("read")) or 0,
        now=clock.now(),
    )
    return JsonResponse({"delivered": marks.delivered_seq, "read": marks.read_seq})


@require_POST
@data
def recall(request: HttpRequest, group_id: int, seq: int) -> HttpResponse:
    """Take back one's own message."""
    change = recall_message(actor=actor_of(request), group_id=group_id, seq=seq, now=clock.now())
    return JsonResponse({"change": change})


@require_POST
@data
def answer(request: HttpRequest, group_id: int, broadcast_id: int) -> HttpResponse:
    """Answer a broadcast's question."""
    option = whole(_json(request).get("option"))
    told = answer_question(
        actor=actor_of(request),
        broadcast_id=broadcast_id,
        group_id=group_id,
        option=-1 if option is None else option,
        now=clock.now(),
    )
    return JsonResponse(
        {"option": told.option, "right": told.right_option, "isUnderstood": told.is_understood}
    )


@require_safe
@data
def media(request: HttpRequest, token: str) -> HttpResponse | StreamingHttpResponse:
    """Serve a file to one who may see it; it never changes, so his browser may keep it."""
    found = media_file(actor_of(request), token, is_small="small" in request.GET)
    try:
        stream = default_storage.open(found.path)
    except FileNotFoundError:
        raise NotFound(kind="media", id=token) from None
    response = ranged(request, FileResponse(stream, content_type=found.content_type))
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    return response


@require_safe
@data
def ticket(request: HttpRequest) -> HttpResponse:
    """Sign a ticket for the live process."""
    watched = _numbers(request.GET.getlist("watch"))
    signed = issue_ticket(actor_of(request), watched)
    return JsonResponse({"ticket": signed, "port": settings.LIVE_PORT})


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body)
    except ValueError:
        raise BadMessage(reason="json") from None
    if not isinstance(said, dict):
        raise BadMessage(reason="json")
    return said


def _numbers(values: object) -> list[int]:
    found = [whole(value) for value in values] if isinstance(values, list) else []
    return [number for number in found if number is not None]
