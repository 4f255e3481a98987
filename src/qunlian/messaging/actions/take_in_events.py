"""Take a platform's events into the groups they belong to, each exactly once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.typed import whole
from qunlian.messaging.models import GroupView, IntakeCursor, PersonView
from qunlian.messaging.rules.bodies import MENTIONS_LIMIT
from qunlian.messaging.rules.deliveries import broadcast_of
from qunlian.messaging.steps import Incoming, TakenIn, take_in_all
from qunlian.messaging.steps.recalls import take_back_some
from qunlian.platforms.port import Event, Events

#: An event that tells of an earlier message: ``body["seq"]`` is its number in the group.
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
    another cursor are known by their keys. Inbound messages are not journalled.
    """
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
        known = _people(events)
        incoming = {
            group_id: [_incoming(platform, e, known) for e in happened if e.kind != RECALLED]
            for group_id, happened in by_group.items()
        }
        _number_deliveries(actor, incoming, take_in_all(actor, incoming))
        take_back_some(actor, _recalled(by_group), now)
        mark.cursor, mark.changed_at = events.cursor, now
        mark.save(update_fields=["cursor", "changed_at"])
        return True


def _recalled(by_group: Mapping[int, Sequence[Event]]) -> list[tuple[int, int]]:
    """Return the messages, by group and number, of which the platform tells that they were taken back."""
    return [
        (group_id, seq)
        for group_id, happened in by_group.items()
        for event in happened
        if event.kind == RECALLED and (seq := whole(event.body.get("seq"))) is not None
    ]


def _people(events: Events) -> set[int]:
    keys = {person_id for e in events.events if (person_id := whole(e.sender_key)) is not None}
    return set(PersonView.objects.filter(pk__in=keys).values_list("pk", flat=True))


def _incoming(platform: str, event: Event, people: set[int]) -> Incoming:
    return Incoming(
        key=f"{platform}:{event.key}",
        kind=event.kind,
        body={name: value for name, value in event.body.items() if name != "mentions"},
        posted_at=event.happened_at,
        sender_person_id=_sender(event, people),
        broadcast_id=broadcast_of(event.client_msg_id),
        mentions=_called(event),
    )


def _called(event: Event) -> tuple[int, ...]:
    """Return the people whom a message calls, where the platform's names for them are ours."""
    called = [whole(key) for key in event.body.get("mentions", ())]
    return tuple(sorted({one for one in called[:MENTIONS_LIMIT] if one is not None}))


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


def _sender(event: Event, people: set[int]) -> int | None:
    person_id = whole(event.sender_key)
    return person_id if person_id in people else None
