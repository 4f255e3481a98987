"""Take a platform's events into the groups they belong to, each exactly once."""

from collections import defaultdict
from datetime import datetime

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Delivery, GroupView, IntakeCursor, PersonView
from qunlian.messaging.rules.deliveries import broadcast_of
from qunlian.messaging.steps import Incoming, take_in
from qunlian.platforms.port import Event, Events


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
        for group_id in sorted(by_group):
            _take_in_group(actor, platform, group_id, by_group[group_id], known)
        mark.cursor, mark.changed_at = events.cursor, now
        mark.save(update_fields=["cursor", "changed_at"])
        return True


def _people(events: Events) -> set[int]:
    keys = {int(e.sender_key) for e in events.events if e.sender_key.isdigit()}
    return set(PersonView.objects.filter(pk__in=keys).values_list("pk", flat=True))


def _take_in_group(
    actor: Actor, platform: str, group_id: int, events: list[Event], people: set[int]
) -> None:
    messages, broadcasts = [], {}
    for event in events:
        broadcast_id = broadcast_of(event.client_msg_id)
        message = Incoming(
            key=f"{platform}:{event.key}",
            kind=event.kind,
            body=event.body,
            posted_at=event.happened_at,
            sender_person_id=_sender(event, people),
            broadcast_id=broadcast_id,
        )
        messages.append(message)
        if broadcast_id is not None:
            broadcasts[message.key] = broadcast_id
    for taken in take_in(actor, group_id, messages):
        if taken.key in broadcasts:
            Delivery.objects.filter(
                broadcast_id=broadcasts[taken.key], group_id=group_id, seq=None
            ).update(seq=taken.seq)


def _sender(event: Event, people: set[int]) -> int | None:
    person_id = int(event.sender_key) if event.sender_key.isdigit() else None
    return person_id if person_id in people else None
