"""
Taking what was asked of groups to their platforms: which verb, about what; nothing here writes.

What a platform leaves unanswered is unknown and is asked again, with the same key.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from qunlian.community import welcoming
from qunlian.community.models import HandleView, Request
from qunlian.community.rules.asking import BY_API
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.port import (
    Feature,
    Means,
    Mute,
    NewRoom,
    Outcome,
    OwnerChange,
    Platform,
    Post,
    Recall,
    Renaming,
    Result,
    Seat,
)
from qunlian.platforms.registry import means, platform

Answers = dict[int, Result]
#: What of a platform a request of each kind needs; "packet" is for people, wherever it is.
_FEATURES: Final = {
    "create": Feature.CREATE_ROOM,
    "rename": Feature.RENAME_ROOM,
    "owner": Feature.CHANGE_OWNER,
    "remove": Feature.REMOVE_MEMBER,
    "announce": Feature.ANNOUNCE,
    "welcome": Feature.ROOM_WELCOME,
    "remind": Feature.POST,
    "recall": Feature.RECALL_MESSAGE,
    "mute": Feature.MUTE_MEMBER,
    "unmute": Feature.MUTE_MEMBER,
}


def how(platform_name: str, kind: str) -> Means:
    """Return by which means what is asked gets done there."""
    feature = _FEATURES.get(kind)
    return Means.PERSON if feature is None else means(platform_name, feature)


def is_by_hand(request: Request) -> bool:
    """Tell whether the group's platform leaves this to a person."""
    return request.kind not in BY_API or how(request.group.platform, request.kind) is Means.PERSON


def key_of(request: Request) -> str:
    """Return the key under which the platform knows what is asked about, the same on every try."""
    if request.kind == "create":
        return f"group-{request.group_id}"
    return request.group.platform_key


def call(actor: Actor, name: str, kind: str, part: Sequence[Request], now: datetime) -> Answers:
    """Ask a platform for requests of one kind; outside any transaction. Return request → its answer."""
    done_by = how(name, kind) if kind in BY_API else Means.PERSON
    if done_by is not Means.API and kind != "welcome":
        outcome = Outcome.WITH_PERSON if done_by is Means.PERSON else Outcome.REFUSED
        return {
            row.pk: Result(item=key_of(row), outcome=outcome, problem=str(done_by)) for row in part
        }
    try:
        return _VERBS[kind](actor, platform(name), part, now)
    except PlatformTrouble as trouble:
        return {row.pk: _in_trouble(key_of(row), trouble) for row in part}


def _create(actor: Actor, adapter: Platform, part: Sequence[Request], now: datetime) -> Answers:
    rooms = [NewRoom(client_key=key_of(row), name=row.group.name) for row in part]
    return _told(part, key_of, adapter.create_rooms(actor.enterprise_id, rooms, now=now))


def _rename(actor: Actor, adapter: Platform, part: Sequence[Request], now: datetime) -> Answers:
    renamings = [Renaming(room_key=key_of(row), name=row.group.name) for row in part]
    return _told(part, key_of, adapter.rename_rooms(actor.enterprise_id, renamings, now=now))


def _owner(actor: Actor, adapter: Platform, part: Sequence[Request], now: datetime) -> Answers:
    ends = ("from_person_id", "to_person_id")
    keys = _keys(actor, adapter, {row.payload[end] for row in part for end in ends}, is_staff=True)
    changes = [
        OwnerChange(
            room_key=key_of(row),
            from_key=keys.get(row.payload["from_person_id"], ""),
            to_key=keys.get(row.payload["to_person_id"], ""),
        )
        for row in part
    ]
    known = [change for change in changes if change.to_key]
    told = adapter.change_owners(actor.enterprise_id, known, now=now) if known else ()
    unknown = [_unknown_account(change.room_key) for change in changes if not change.to_key]
    return _told(part, key_of, (*told, *unknown))


def _post(actor: Actor, adapter: Platform, part: Sequence[Request], now: datetime) -> Answers:
    """Say in each group what its member is told, and call him."""
    whom = _persons(actor, adapter, part)
    posts = [
        Post(
            client_msg_id=_own_key(row),
            room_key=key_of(row),
            kind="text",
            sender_key="" if adapter.has_own_accounts else str(row.payload.get("by") or ""),
            body={"text": row.payload["text"], "mentions": [whom[row.pk]] if whom[row.pk] else []},
        )
        for row in part
    ]
    return _told(part, _own_key, adapter.post(actor.enterprise_id, posts, now=now))


def _recall(actor: Actor, adapter: Platform, part: Sequence[Request], now: datetime) -> Answers:
    recalls = [
        Recall(
            client_key=_own_key(row),
            room_key=key_of(row),
            message_key=str(row.payload["message_seq"]),
        )
        for row in part
    ]
    return _told(part, _own_key, adapter.recall(actor.enterprise_id, recalls, now=now))


def _mute(actor: Actor, adapter: Platform, part: Sequence[Request], now: datetime) -> Answers:
    """Silence people until their time is over, or let them write again."""

    def ask(row: Request, person_key: str) -> tuple[Result, ...]:
        until = row.payload.get("until_at") if row.kind == "mute" else None
        mute = Mute(
            room_key=key_of(row),
            person_key=person_key,
            until=datetime.fromisoformat(until) if until else None,
        )
        return adapter.mute(actor.enterprise_id, [mute], now=now)

    return _one_by_one(actor, adapter, part, ask)


def _remove(actor: Actor, adapter: Platform, part: Sequence[Request], now: datetime) -> Answers:
    def ask(row: Request, person_key: str) -> tuple[Result, ...]:
        seat = Seat(room_key=key_of(row), person_key=person_key)
        return adapter.remove(actor.enterprise_id, [seat], now=now)

    return _one_by_one(actor, adapter, part, ask)


def _welcome(actor: Actor, adapter: Platform, part: Sequence[Request], now: datetime) -> Answers:
    return _told(part, key_of, welcoming.keep(actor, adapter.name, part, now))


_Verb = Callable[[Actor, Platform, Sequence[Request], datetime], Answers]
_VERBS: Final[Mapping[str, _Verb]] = {
    "create": _create,
    "rename": _rename,
    "owner": _owner,
    "welcome": _welcome,
    "remind": _post,
    "recall": _recall,
    "mute": _mute,
    "unmute": _mute,
    "remove": _remove,
}


def _told(
    part: Sequence[Request], item_of: Callable[[Request], str], answers: Sequence[Result]
) -> Answers:
    """Return what was answered to each; to what it did not answer, that nobody knows."""
    by_item = {answer.item: answer for answer in answers}
    lost = Outcome.UNKNOWN
    return {
        row.pk: by_item.get(item_of(row)) or Result(item=item_of(row), outcome=lost) for row in part
    }


def _one_by_one(
    actor: Actor,
    adapter: Platform,
    part: Sequence[Request],
    ask: Callable[[Request, str], tuple[Result, ...]],
) -> Answers:
    """Ask about one person after the other: the platform names its answers by person, not by room."""
    whom = _persons(actor, adapter, part)
    found: Answers = {}
    for row in part:
        person_key = whom[row.pk]
        try:
            answers = ask(row, person_key) if person_key else (_unknown_account(""),)
        except PlatformTrouble as trouble:  # nothing was done about him; about the others it was
            answers = (_in_trouble(person_key, trouble),)
        found[row.pk] = next(iter(answers), Result(item=person_key, outcome=Outcome.UNKNOWN))
    return found


def _persons(actor: Actor, adapter: Platform, part: Sequence[Request]) -> dict[int, str]:
    """Return request → the platform's name of the person it is about; empty where none is known."""
    keys = _keys(actor, adapter, {row.payload["person_id"] for row in part}, is_staff=False)
    return {row.pk: keys.get(row.payload["person_id"], "") for row in part}


def _keys(actor: Actor, adapter: Platform, ids: set[int], *, is_staff: bool) -> dict[int, str]:
    """Name people as their platform does: there, by their accounts."""
    if not adapter.has_own_accounts:
        return {person_id: str(person_id) for person_id in ids}
    with scope.reading(actor):
        own = HandleView.objects.filter(
            platform=adapter.name, is_staff=is_staff, person_id__in=ids
        ).order_by("-pk")
        return {pk: key for pk, key in own.values_list("person_id", "key") if pk is not None}


def _unknown_account(item: str) -> Result:
    problem = "account_unknown"
    return Result(item=item, outcome=Outcome.REFUSED, problem=problem, is_permanent=True)


def _in_trouble(item: str, trouble: PlatformTrouble) -> Result:
    outcome = Outcome.REFUSED if trouble.permanent else Outcome.UNKNOWN
    return Result(item=item, outcome=outcome, problem=trouble.code)


def _own_key(request: Request) -> str:
    return f"request-{request.pk}"
