"""
Messages that a platform leaves to a person: one task for each owner of rooms, who confirms for all of them.

A step runs inside the transaction of a higher action.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from qunlian.community.steps import tasks
from qunlian.kernel import journal
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Broadcast, Confirmation, Delivery, GroupView, TaskView

#: What the community's tasks come from here.
SOURCE: Final = "broadcast"
#: Deliveries that still wait for something.
OPEN: Final = ("planned", "sending", "unknown", "with_person")


def ask_people(actor: Actor, broadcast_id: int, group_ids: Iterable[int], at: datetime) -> None:
    """Ask the owners of these rooms to send it, each once for all of his; the deliveries are with_person."""
    rows = Delivery.objects.filter(
        broadcast_id=broadcast_id, group_id__in=list(group_ids), state="with_person"
    )
    pairs = list(rows.order_by("group_id").values_list("group_id", "platform"))
    groups = GroupView.objects.filter(pk__in=[group_id for group_id, _ in pairs])
    owners = dict(groups.values_list("pk", "owner_person_id"))
    shares: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for group_id, platform in pairs:
        shares[(platform, owners.get(group_id) or 0)].append(group_id)
    broadcast = Broadcast.objects.get(pk=broadcast_id)
    payload = _payload(broadcast)
    wishes = [
        tasks.Wish(
            kind="confirm",
            source=SOURCE,
            source_key=f"{broadcast_id}:{platform}:{owner}",
            platform=platform,
            groups=tuple(share),
            payload=payload,
            asked_by=broadcast.created_by,
        )
        for (platform, owner), share in shares.items()
    ]
    made = tasks.ask(actor=actor, wishes=wishes, at=at)
    for wish in wishes:
        task_id = made[wish.source_key]
        rows.filter(group_id__in=wish.groups).update(task_id=task_id)
        Confirmation.objects.update_or_create(
            enterprise_id=actor.enterprise_id,
            task_id=task_id,
            defaults={
                "broadcast_id": broadcast_id,
                "platform": wish.platform,
                "asked_at": at,
                "looked_at": None,
            },
        )


def call_off(actor: Actor, broadcast_id: int, at: datetime) -> int:
    """Ask nobody any more to send it; return how many groups stay without it by that."""
    asked = Confirmation.objects.filter(broadcast_id=broadcast_id).values("task_id")
    keys = TaskView.objects.filter(pk__in=asked).values_list("source_key", flat=True)
    tasks.withdraw(actor=actor, source=SOURCE, source_keys=list(keys), at=at)
    waiting = Delivery.objects.filter(broadcast_id=broadcast_id, state="with_person")
    return waiting.update(state="cancelled", problem="called_off")


def end_if_over(actor: Actor, broadcast_id: int, at: datetime) -> bool:
    """End a broadcast when nothing of it is open any more, neither with us nor with people."""
    rows = Delivery.objects.filter(broadcast_id=broadcast_id)
    if rows.filter(state__in=OPEN).exists():
        return False
    ended = Broadcast.objects.filter(pk=broadcast_id, state="sending").update(
        state="sent", ended_at=at, changed_at=at
    )
    if ended:
        journal.record(
            "messaging.broadcast_sent",
            actor=actor,
            at=at,
            about={"broadcast": [broadcast_id]},
            failed=rows.filter(state="failed").count(),
        )
    return bool(ended)


def _payload(broadcast: Broadcast) -> dict[str, Any]:
    """Return what the one who confirms should see: the words, the picture, where it comes from."""
    body = broadcast.body
    pictures = [body["media"]] if broadcast.kind == "image" and body.get("media") else []
    return {
        "broadcast_id": broadcast.pk,
        "title": broadcast.title,
        "text": str(body.get("text") or body.get("title") or broadcast.title),
        "pictures": pictures,
    }
