"""Take in the groups of a sheet that was read."""

from datetime import datetime
from typing import ClassVar

from qunlian.community import access
from qunlian.community.models import RoomSheet
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class SheetOver(Conflict):
    """This sheet has been taken in already."""

    code: ClassVar[str] = "community.sheet_over"


def take_in_room_sheet(*, actor: Actor, sheet_id: int, now: datetime) -> None:
    """
    Have a worker make groups of the sheet's good rows, or bring those that are known up to it.

    :raises NotFound: no such sheet of the actor's
    :raises SheetOver: it has been taken in already
    """
    with scope.writing(actor):
        sheet = access.room_sheet_for(actor, sheet_id)
        begun = RoomSheet.objects.filter(pk=sheet.pk, state="read").update(state="taking")
        if not begun:
            raise SheetOver
        queue.enqueue(
            "community.take_in_told_groups",
            enterprise_id=actor.enterprise_id,
            account_id=actor.account_id,
            sheet_id=sheet.pk,
        )
        journal.record(
            "community.room_sheet_accepted", actor=actor, at=now, about={"sheet": [sheet.pk]}
        )
