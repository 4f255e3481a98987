"""Make sure that a store's or a group's own code leads into the room of its group."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.steps import public_code
from qunlian.community import access, doors
from qunlian.community.models import Door
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """The door there is now."""

    door_id: int


def open_way_in(*, actor: Actor, kind: str, target_id: int, source: str, now: datetime) -> WayIn:
    """
    Open the door of a store, or of a group of consumers, for those who come by its code; one per source.

    For groups in rooms that only their platform's people fill; elsewhere ``join_group`` lets people in.

    :param actor: the enterprise's own machinery, as the registry resolved it from the code
    :param kind: ``store`` or ``group``, as the registry of codes has it
    :param source: ``link`` or ``poster``
    :raises NotFound: no such store or group
    """
    with scope.writing(actor):
        target = (
            {"store_id": access.store_for(actor, target_id).pk}
            if kind == "store"
            else {
                "group_id": access.group_for(actor, target_id).pk,
                "layer": access.group_for(actor, target_id).layer,
            }
        )
        row, is_new = Door.objects.get_or_create(
            enterprise_id=actor.enterprise_id,
            kind=kind,
            source=source,
            name="",
            closed_at=None,
            **target,
            defaults={"opened_at": now},
        )
        if is_new:
            row.code = public_code(actor=actor, kind="door", target_id=row.pk)
            row.save(update_fields=["code"])
            about = {kind: [target_id], "door": [row.pk]}
            journal.record("community.door_opened", actor=actor, at=now, about=about, source=source)
        if is_new or not row.code_url:
            doors.mark(actor.enterprise_id, Door.objects.filter(pk=row.pk, due_at=None), now)
        return WayIn(door_id=row.pk)
