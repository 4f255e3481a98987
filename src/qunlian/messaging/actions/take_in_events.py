"""Take a platform's events into the groups they belong to, each exactly once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from qunlian.channel.queries.handles import people_of_handles
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.typed import whole
from qunlian.messaging.models import GroupView, IntakeCursor, MessageKey, PersonView
from qunlian.messaging.rules import bodies
from qunlian.messaging.rules.deliveries import broadcast_of
from qunlian.messaging.steps import Incoming, TakenIn, take_in_all
from qunlian.messaging.steps.recalls import GROUP, Recalled, take_back_some
from qunlian.platforms import registry
from qunlian.platforms.port import Event, Events

#: An event that tells of an earlier message: ``body["seq"]`` is its number in the group, where the platform
#: knows it, else ``body["recalls"]`` the platform's own key of it.
RECALLED = "recalled"
_ARRIVED = """
UPDATE messaging_delivery d SET seq = a.seq
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS a (broadcast_id, group_id, seq)
WHERE d.enterprise_id = %s AND d.broadcast_id = a.broadcast_id AND d.group_id = a.group_id
  AND d.seq IS NULL
"""


def take_in_events(
    *, actor: Actor, platform: str, from_cursor: str, events: Events, now: datetime
) -> bool:
    """
    Put a page of events into messages and move the cursor, together or not at all.

    A page that somebody else took in meanwhile is left alone (False); events that come again under
    another cursor are known by their keys. What was taken back is taken back here. Inbound messages are not
    journalled.
    """
    known = _people(actor, platform, events)
    with scope.writing(actor):
        IntakeCursor.objects.bulk_create(
            [IntakeCursor(enterprise_id=actor.enterprise_id, platform=platform, changed_at=now)],
            ignore_conflicts=True,
        )
        mark = IntakeCursor.objects.select_for_update().get(platform=platform)
        if mark.cursor != from_cursor:
            return False
        groups = dict(
            GroupView.objects.filter(
                platform=platform, platform_key__in={e.room_key for e in events.events}
            ).values_list("platform_key", "pk")
        )
        by_group: dict[int, list[Event]] = defaultdict(list)
        for event in events.events:
            if event.room_key in groups:
                by_group[groups[event.room_key]].append(event)
        # also groups where nothing new was said: all counters are locked here, in the order of their ids
        incoming = {
            group_id: [_incoming(platform, e, known) for e in happened if e.kind != RECALLED]
            for group_id, happened in by_group.items()
        }
        _number_deliveries(actor, incoming, take_in_all(actor, incoming))
        take_back_some(actor, _recalled(platform, by_group, known), now)
        mark.cursor, mark.changed_at = events.cursor, now
        mark.save(update_fields=["cursor", "changed_at"])
        return True


def _recalled(
    platform: str, by_group: Mapping[int, Sequence[Event]], people: Mapping[str, int]
) -> list[Recalled]:
    """Return the messages of which the platform tells that they were taken back, and by whom."""
    told = [
        (group_id, event)
        for group_id, happened in by_group.items()
        for event in happened
        if event.kind == RECALLED
    ]
    named = {
        f"{platform}:{event.body['recalls']}": people.get(event.sender_key)
        for _, event in told
        if "recalls" in event.body
    }
    rows = MessageKey.objects.filter(group_id__in=by_group, key__in=named) if named else ()
    by_key = [
        Recalled(group_id=row.group_id, seq=row.seq, by_person_id=named[row.key]) for row in rows
    ]
    seqs = [(group_id, whole(event.body.get("seq"))) for group_id, event in told]
    return by_key + [
        Recalled(group_id=group_id, seq=seq, by_person_id=GROUP)
        for group_id, seq in seqs
        if seq is not None
    ]


def _people(actor: Actor, platform: str, events: Events) -> dict[str, int]:
    """Return who of the senders is known, by the platform's name for him."""
    keys = {event.sender_key for event in events.events}
    if platform in registry.with_own_accounts():
        return people_of_handles(actor, platform, keys)
    ids = {key: person_id for key in keys if (person_id := whole(key)) is not None}
    with scope.reading(actor):
        here = set(PersonView.objects.filter(pk__in=ids.values()).values_list("pk", flat=True))
    return {key: person_id for key, person_id in ids.items() if person_id in here}


def _incoming(platform: str, event: Event, people: Mapping[str, int]) -> Incoming:
    return Incoming(
        key=f"{platform}:{event.key}",
        kind=event.kind,
        body=_clean(event.kind, event.body),
        posted_at=event.happened_at,
        sender_person_id=people.get(event.sender_key),
        broadcast_id=broadcast_of(event.client_msg_id),
        mentions=_called(event),
    )


def _called(event: Event) -> tuple[int, ...]:
    """Return the people whom a message calls, where the platform's names for them are ours."""
    called = [whole(key) for key in event.body.get("mentions", ())]
    return tuple(sorted({one for one in called[: bodies.MENTIONS_LIMIT] if one is not None}))


def _clean(kind: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out of a text what nobody should be shown."""
    told = {name: value for name, value in body.items() if name != "mentions"}
    if kind != "text" or "text" not in told:
        return told
    return {**told, "text": bodies.clean_text(str(told["text"])[: bodies.TEXT_LIMIT])}


def _number_deliveries(
    actor: Actor, incoming: Mapping[int, list[Incoming]], taken: Mapping[int, tuple[TakenIn, ...]]
) -> None:
    """Note as which message of its group each broadcast arrived; the first one stands."""
    arrived: dict[tuple[int, int], int] = {}
    for group_id, messages in incoming.items():
        for message, place in zip(messages, taken[group_id], strict=True):
            if message.broadcast_id is not None:
                arrived.setdefault((message.broadcast_id, group_id), place.seq)
    if not arrived:
        return
    broadcasts, groups = zip(*arrived, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _ARRIVED, [list(broadcasts), list(groups), list(arrived.values()), actor.enterprise_id]
        )
