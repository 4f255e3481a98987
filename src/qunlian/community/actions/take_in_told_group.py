"""Take in the next group of a sheet; the background half of ``take_in_room_sheet``."""

from datetime import datetime

from django.db import transaction

from qunlian.community import access, personal
from qunlian.community.models import RoomSheet
from qunlian.community.personal import ToldGroup
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Refusal


def take_in_told_group(*, actor: Actor, sheet_id: int, now: datetime) -> bool:
    """
    Take in one group and remember that; return whether more are to come. One that is refused is told.

    :raises NotFound: no such sheet of the actor's
    """
    with scope.writing(actor):
        sheet = access.room_sheet_for(actor, sheet_id)
        sheet = RoomSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
        if sheet.state != "taking":
            return False
        if sheet.done >= len(sheet.groups):
            RoomSheet.objects.filter(pk=sheet.pk).update(state="taken", ended_at=now)
            return False
        told = sheet.groups[sheet.done]
        sheet.done += 1
        try:
            with transaction.atomic():
                taken = personal.take_in(actor, _group(told), now)
        except Refusal as refusal:
            sheet.refused = [*sheet.refused, [told["line"], refusal.code, told["name"]]]
        else:
            sheet.new += taken.is_new
            sheet.changed += taken.is_changed
            if taken.is_new or taken.is_changed:
                journal.record(
                    "community.told_group_taken_in",
                    actor=actor,
                    at=now,
                    about={"group": [taken.group_id], "sheet": [sheet.pk]},
                    is_new=taken.is_new,
                )
        sheet.save(update_fields=["done", "new", "changed", "refused"])
        return True


def _group(told: dict[str, object]) -> ToldGroup:
    fields = ("name", "owner_staff_id", "layer", "territory_id", "people")
    members = told["members"] or None
    return ToldGroup(**{name: told[name] for name in fields}, members=members)  # type: ignore[arg-type]
