"""Messages over the API: broadcasts with their proof, and chats."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from qunlian.api.asking import actor_of, page_size
from qunlian.kernel import clock
from qunlian.kernel.errors import Invalid
from qunlian.messaging.actions.cancel_broadcast import cancel_broadcast
from qunlian.messaging.actions.compose_broadcast import Composition, compose_broadcast
from qunlian.messaging.actions.pause_broadcast import pause_broadcast
from qunlian.messaging.actions.post_message import Draft, post_message
from qunlian.messaging.actions.resume_broadcast import resume_broadcast
from qunlian.messaging.actions.retry_deliveries import retry_deliveries
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.queries import broadcasts, chats, messages, proofs
from qunlian.messaging.queries.slices import slice_size
from qunlian.messaging.rules import slices

router = Router(tags=["messaging"])
MOST_PER_PAGE = 200


class BadSlice(Invalid):
    """This choice of groups cannot be read: look at layers and states of life."""

    code = "messaging.bad_slice"


class SliceIn(Schema):
    """A part of the matrix; an empty list means any. Territories and distributors mean their subtrees."""

    territory_ids: list[int] = Field(default_factory=list)
    distributor_ids: list[int] = Field(default_factory=list)
    group_ids: list[int] = Field(default_factory=list)
    layers: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    store_types: list[str] = Field(default_factory=list)
    lives: list[str] = Field(default_factory=lambda: ["live", "fading"])


class SliceSizeOut(Schema):
    """How far a message would go; ``people`` counts each member once."""

    groups: int
    seats: int
    people: int
    groups_without_steward: int


class BroadcastIn(Schema):
    """A message to many groups. ``right_option``: index of the right answer. ``mode``: direct or cascade."""

    title: str
    text: str = ""
    card: dict[str, Any] = Field(default_factory=dict)
    question: str = ""
    options: list[str] = Field(default_factory=list)
    right_option: int | None = None
    mode: str = "direct"
    is_wording_allowed: bool = True
    slice: SliceIn = Field(default_factory=SliceIn)


class BroadcastOut(Schema):
    """A broadcast: draft, scheduled, sending, paused, sent or cancelled."""

    broadcast_id: int
    title: str
    mode: str
    state: str
    kind: str
    body: dict[str, Any]
    question: str
    options: list[str]
    groups_total: int
    people_total: int
    scheduled_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    created_at: datetime


class BroadcastList(Schema):
    """A page, newest first; send ``next_key`` as ``after`` for the next."""

    rows: list[BroadcastOut]
    next_key: str | None


class SendIn(Schema):
    """When to send (null: now), and when a cascade stops waiting."""

    at: datetime | None = None
    closes_at: datetime | None = None


class GroupsOut(Schema):
    """How many groups it concerned."""

    groups: int


class ProgressOut(Schema):
    """
    How many groups stand where; ``held`` wait for somebody to pass the message on, ``with_person`` for one to
    send it by hand. Of the ``failed``, ``refused`` are what a person could not, ``expired`` did not do.
    """

    held: int
    waiting: int
    sending: int
    sent: int
    unknown: int
    failed: int
    with_person: int
    cancelled: int
    refused: int
    expired: int
    groups: int


class ProofOut(Schema):
    """People who should have the message, into whose groups it went, and how many showed what."""

    people: int
    sent: int
    delivered: int
    read: int
    clicked: int
    answered: int
    understood: int


class GroupProofOut(ProofOut):
    """The proof of one group."""

    group_id: int
    name: str
    territory_id: int | None
    state: str


class GroupProofList(Schema):
    """A page, by name; send ``next_key`` as ``after`` for the next."""

    rows: list[GroupProofOut]
    next_key: str | None


class HopProofOut(Schema):
    """The proof of one level of staff; ``passed`` handed it on."""

    hop: int
    people: int
    delivered: int
    read: int
    answered: int
    understood: int
    passed: int


class ResultOut(Schema):
    """What a broadcast proved in all, in the groups within reach."""

    groups: int
    total: ProofOut
    hops: list[HopProofOut]


class ChatOut(Schema):
    """A group one sits in."""

    group_id: int
    name: str
    layer: str
    people: int
    last_at: datetime | None
    last_seq: int
    unread: int


class MessageIn(Schema):
    """What to say. ``client_key`` (8 to 64 characters): the same key again is the same message."""

    client_key: str
    text: str
    reply_to_seq: int | None = None


class PostedOut(Schema):
    """Where the message stands; ``is_new`` is false when its key had come before."""

    seq: int
    is_new: bool


class MessagesOut(Schema):
    """Messages in their order, as docs/explain/messages.md tells."""

    lines: list[dict[str, Any]]


def _slice(given: SliceIn) -> slices.Slice:
    try:
        return slices.from_json(given.dict())
    except ValueError:
        raise BadSlice from None


def _composition(given: BroadcastIn) -> Composition:
    return Composition(
        title=given.title,
        text=given.text,
        card=given.card,
        question=given.question,
        options=tuple(given.options),
        right_option=given.right_option,
        mode=given.mode,
        is_wording_allowed=given.is_wording_allowed,
        slice=_slice(given.slice),
    )


@router.post("/broadcasts/size", response=SliceSizeOut, operation_id="messaging_slice_size")
def size_of_slice(request: HttpRequest, given: SliceIn) -> Any:
    """Count the groups and people of a choice, exactly and now."""
    return slice_size(actor_of(request), _slice(given))


@router.get("/broadcasts", response=BroadcastList, operation_id="messaging_list_broadcasts")
def list_broadcasts(request: HttpRequest, state: str = "", after: str = "", take: int = 30) -> Any:
    """List broadcasts, the newest first."""
    limit = page_size(take, MOST_PER_PAGE)
    return broadcasts.list_broadcasts(actor_of(request), state=state, after=after, limit=limit)


@router.post(
    "/broadcasts", response={201: BroadcastOut}, operation_id="messaging_compose_broadcast"
)
def compose(request: HttpRequest, given: BroadcastIn) -> Any:
    """Write a broadcast as a draft."""
    actor = actor_of(request)
    kept = compose_broadcast(
        actor=actor, broadcast_id=None, composition=_composition(given), now=clock.now()
    )
    return Status(201, broadcasts.broadcast_card(actor, kept))


@router.get(
    "/broadcasts/{int:broadcast_id}", response=BroadcastOut, operation_id="messaging_broadcast_card"
)
def broadcast_card(request: HttpRequest, broadcast_id: int) -> Any:
    """Read one broadcast."""
    return broadcasts.broadcast_card(actor_of(request), broadcast_id)


@router.post(
    "/broadcasts/{int:broadcast_id}/send",
    response=GroupsOut,
    operation_id="messaging_send_broadcast",
)
def send(request: HttpRequest, broadcast_id: int, given: SendIn) -> Any:
    """Send a draft now or later; how many groups it means now."""
    groups = send_broadcast(
        actor=actor_of(request),
        broadcast_id=broadcast_id,
        at=given.at,
        closes_at=given.closes_at,
        now=clock.now(),
    )
    return {"groups": groups}


@router.post(
    "/broadcasts/{int:broadcast_id}/pause",
    response={204: None},
    operation_id="messaging_pause_broadcast",
)
def pause(request: HttpRequest, broadcast_id: int) -> Any:
    """Hold a broadcast that is on its way."""
    pause_broadcast(actor=actor_of(request), broadcast_id=broadcast_id, now=clock.now())
    return Status(204, None)


@router.post(
    "/broadcasts/{int:broadcast_id}/resume",
    response={204: None},
    operation_id="messaging_resume_broadcast",
)
def resume(request: HttpRequest, broadcast_id: int) -> Any:
    """Let a held broadcast go on."""
    resume_broadcast(actor=actor_of(request), broadcast_id=broadcast_id, now=clock.now())
    return Status(204, None)


@router.post(
    "/broadcasts/{int:broadcast_id}/cancel",
    response=GroupsOut,
    operation_id="messaging_cancel_broadcast",
)
def cancel(request: HttpRequest, broadcast_id: int) -> Any:
    """Call a broadcast off; how many groups stay without it."""
    spared = cancel_broadcast(actor=actor_of(request), broadcast_id=broadcast_id, now=clock.now())
    return {"groups": spared}


@router.post(
    "/broadcasts/{int:broadcast_id}/retry",
    response=GroupsOut,
    operation_id="messaging_retry_deliveries",
)
def retry(request: HttpRequest, broadcast_id: int) -> Any:
    """Try the failed groups again; how many."""
    count = retry_deliveries(actor=actor_of(request), broadcast_id=broadcast_id, now=clock.now())
    return {"groups": count}


@router.get(
    "/broadcasts/{int:broadcast_id}/progress",
    response=ProgressOut,
    operation_id="messaging_broadcast_progress",
)
def progress(request: HttpRequest, broadcast_id: int) -> Any:
    """Say how far a broadcast's sending is."""
    return broadcasts.broadcast_progress(actor_of(request), broadcast_id)


@router.get(
    "/broadcasts/{int:broadcast_id}/result",
    response=ResultOut,
    operation_id="messaging_broadcast_result",
)
def result(request: HttpRequest, broadcast_id: int) -> Any:
    """Say who got, read and understood it."""
    return proofs.broadcast_result(actor_of(request), broadcast_id)


@router.get(
    "/broadcasts/{int:broadcast_id}/groups",
    response=GroupProofList,
    operation_id="messaging_groups_of_result",
)
def groups_of_result(
    request: HttpRequest,
    broadcast_id: int,
    territory: int | None = None,
    after: str = "",
    take: int = 100,
) -> Any:
    """Say group by group who got, read and understood it."""
    return proofs.groups_of_result(
        actor_of(request),
        broadcast_id,
        territory_id=territory,
        after=after,
        limit=page_size(take, MOST_PER_PAGE),
    )


@router.get("/chats", response=list[ChatOut], operation_id="messaging_my_chats")
def my_chats(request: HttpRequest) -> list[Any]:
    """List the groups one sits in."""
    return list(chats.my_chats(actor_of(request)))


@router.get(
    "/groups/{int:group_id}/messages",
    response=MessagesOut,
    operation_id="messaging_messages_before",
)
def messages_before(request: HttpRequest, group_id: int, before_seq: int | None = None) -> Any:
    """Read a page of messages: the newest, or those before a seq."""
    lines = messages.messages_before(actor_of(request), group_id, before_seq=before_seq)
    return {"lines": [messages.line_as_json(line) for line in lines]}


@router.post(
    "/groups/{int:group_id}/messages",
    response={201: PostedOut},
    operation_id="messaging_post_message",
)
def post(request: HttpRequest, group_id: int, given: MessageIn) -> Any:
    """Say something in a group one sits in; safe to repeat with the same key."""
    draft = Draft(client_key=given.client_key, text=given.text, reply_to_seq=given.reply_to_seq)
    taken = post_message(actor=actor_of(request), group_id=group_id, draft=draft, now=clock.now())
    return Status(201, taken)
