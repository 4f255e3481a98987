"""Let the distributors' groups follow whom the distributors send, between one plan and the next."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.community import partner_people
from qunlian.community.models import Group
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnersSeated:
    """How many came into a distributors' group and how many left one."""

    came: int
    left: int


def seat_partners(*, actor: Actor, now: datetime) -> PartnersSeated:
    """
    Enter those whom a distributor sends since its group was made, end the stays of those it sends no more.

    Whoever was taken out of a group by hand stays out; where no seat is free nobody comes.
    """
    with scope.writing(actor):
        ids = partner_people.unlike_their_distributors(actor)
        if not ids:
            return PartnersSeated(came=0, left=0)
        list(Group.objects.filter(pk__in=ids).order_by("pk").select_for_update())
        came, left = partner_people.bring_people(actor, ids, now)
        if came or left:
            journal.record(
                "community.partners_seated",
                actor=actor,
                at=now,
                about={"group": sorted({*came, *left})},
                came=len(came),
                left=len(left),
            )
        return PartnersSeated(came=len(came), left=len(left))
