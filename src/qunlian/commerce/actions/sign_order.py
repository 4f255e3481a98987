"""Say that an order arrived."""

from datetime import datetime
from typing import ClassVar

from qunlian.commerce import access, steps
from qunlian.commerce.rules.orders import Act
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Invalid


class NoteMissing(Invalid):
    """Say why you sign for the store, e.g. who took the goods."""

    code: ClassVar[str] = "commerce.note_missing"


def sign_order(*, actor: Actor, order_id: int, now: datetime, note: str = "") -> steps.MovedOrder:
    """
    Sign for a shipped order: the store's owner on the phone, or staff with a note.

    :raises NotFound: no such order within the actor's reach
    :raises Forbidden: the role does not work on orders
    :raises NoteMissing: staff sign without saying why
    :raises WrongState: it was not shipped, or is signed already
    """
    with scope.writing(actor):
        order = access.order_for(actor, order_id, is_for_change=True)
        access.may(actor, access.FULFILLERS | {Role.MEMBER})
        said = note.strip()[:200]
        if actor.role is not Role.MEMBER and not said:
            raise NoteMissing
        steps.move(order, Act.SIGN, at=now, sign_note=said)
        journal.record(
            "commerce.order_signed",
            actor=actor,
            at=now,
            about={"order": [order.pk], "store": [order.store_id]},
        )
        return steps.moved(order)
