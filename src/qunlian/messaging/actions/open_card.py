"""A member opens the product of a card that a broadcast brought to his group."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging import access
from qunlian.messaging.models import Broadcast, Delivery

#: Who opens a card has it and has read it; the first moment of each stays.
_CLICK = """
INSERT INTO messaging_receipt AS r
    (enterprise_id, broadcast_id, group_id, person_id, delivered_at, read_at, clicked_at, is_member)
VALUES (%(enterprise)s, %(broadcast)s, %(group)s, %(person)s, %(now)s, %(now)s, %(now)s, %(is_member)s)
ON CONFLICT (enterprise_id, broadcast_id, group_id, person_id) DO UPDATE
SET delivered_at = coalesce(r.delivered_at, EXCLUDED.delivered_at),
    read_at = coalesce(r.read_at, EXCLUDED.read_at), clicked_at = EXCLUDED.clicked_at
WHERE r.clicked_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCard:
    """Whether it was the first time."""

    is_first: bool


def open_card(
    *, actor: Actor, broadcast_id: int, group_id: int, product_id: int, now: datetime
) -> OpenedCard:
    """
    Prove that somebody opened a broadcast's card in a group he sits in; again changes nothing.

    :raises NotFound: no such group within reach, or it did not get a card of this product with it
    :raises NotInGroup: he may see the group but sits not in it
    """
    with scope.writing(actor):
        seat = access.seat_for(actor, group_id)
        card = Broadcast.objects.filter(pk=broadcast_id, body__product_id=product_id)
        reached = Delivery.objects.filter(broadcast_id=broadcast_id, group_id=group_id)
        if not card.exists() or not reached.exclude(seq=None).exists():
            raise NotFound(kind="card", id=broadcast_id)
        with connection.cursor() as cursor:
            cursor.execute(
                _CLICK,
                {
                    "enterprise": actor.enterprise_id,
                    "broadcast": broadcast_id,
                    "group": group_id,
                    "person": seat.person_id,
                    "now": now,
                    "is_member": seat.role == "member",
                },
            )
            return OpenedCard(is_first=cursor.rowcount > 0)
