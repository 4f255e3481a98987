"""
The only doors from an outside id to a row of messaging; reach is checked here.

Whether somebody may see a group is the community's word (its view); whether he may *speak* there is
his seat in it.
"""

from django.db.models import Q, QuerySet

from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, NotFound
from qunlian.messaging.models import (
    Broadcast,
    Delivery,
    GroupView,
    Media,
    MemberView,
    Relay,
)


class NotInGroup(Forbidden):
    """Only people who are in the group may do this."""

    code = "messaging.not_in_group"


def groups_within(actor: Actor) -> QuerySet[GroupView]:
    """Return the groups whose messages the actor may read: his reach, and where he sits."""
    groups = GroupView.objects.all()
    if actor.is_headquarters or actor.staff_id is not None or actor.distributor_id is not None:
        return groups
    return groups.filter(pk__in=seats_of(actor).values("group_id"))


def seats_of(actor: Actor) -> QuerySet[MemberView]:
    """Return the groups that the actor sits in, as stays."""
    return MemberView.objects.filter(person_id=actor.person_id or 0, left_at=None)


def broadcasts_within(actor: Actor) -> QuerySet[Broadcast]:
    """Return the broadcasts one may look at: headquarters all, others their own and those that touch them."""
    if actor.is_headquarters:
        return Broadcast.objects.all()
    touching = Delivery.objects.filter(group_id__in=GroupView.objects.values("pk"))
    relayed = Relay.objects.filter(staff_id=actor.staff_id or 0)
    return Broadcast.objects.filter(
        Q(created_by=actor.account_id or 0)
        | Q(pk__in=touching.values("broadcast_id"))
        | Q(pk__in=relayed.values("broadcast_id"))
    )


def group_for(actor: Actor, group_id: int) -> GroupView:
    """
    Open one group for reading.

    :raises NotFound: there is none within the actor's reach
    """
    group = groups_within(actor).filter(pk=group_id).first()
    if group is None:
        raise NotFound(kind="group", id=group_id)
    return group


def seat_for(actor: Actor, group_id: int) -> MemberView:
    """
    Open the actor's own seat in a group: he may speak there.

    :raises NotFound: there is no such group within the actor's reach
    :raises NotInGroup: he may see it but sits not in it
    """
    group_for(actor, group_id)
    seat = seats_of(actor).filter(group_id=group_id).first()
    if seat is None:
        raise NotInGroup(group_id=group_id)
    return seat


def broadcast_for(actor: Actor, broadcast_id: int) -> Broadcast:
    """
    Open one broadcast for reading.

    :raises NotFound: there is none within the actor's reach
    """
    row = broadcasts_within(actor).filter(pk=broadcast_id).first()
    if row is None:
        raise NotFound(kind="broadcast", id=broadcast_id)
    return row


def own_broadcast_for(actor: Actor, broadcast_id: int) -> Broadcast:
    """
    Open one broadcast for changing, locked: headquarters all, others what they made.

    :raises NotFound: there is none that the actor may change
    """
    rows = Broadcast.objects.select_for_update()
    if not actor.is_headquarters:
        rows = rows.filter(created_by=actor.account_id or 0)
    row = rows.filter(pk=broadcast_id).first()
    if row is None:
        raise NotFound(kind="broadcast", id=broadcast_id)
    return row


def relay_for(actor: Actor, relay_id: int) -> Relay:
    """
    Open one's own hop of a cascade, locked.

    :raises NotFound: it is not his
    """
    row = (
        Relay.objects.select_for_update().filter(pk=relay_id, staff_id=actor.staff_id or 0).first()
    )
    if row is None:
        raise NotFound(kind="relay", id=relay_id)
    return row


def line_of(actor: Actor, broadcast: Broadcast) -> list[Relay]:
    """Return the hops the actor may know of: all for the sender and headquarters, else his own and below."""
    line = list(Relay.objects.filter(broadcast_id=broadcast.pk).order_by("hop", "pk"))
    if actor.is_headquarters or broadcast.created_by == actor.account_id:
        return line
    seen: set[int | None] = set()
    for relay in line:
        if relay.staff_id == actor.staff_id or relay.parent_id in seen:
            seen.add(relay.pk)
    return [relay for relay in line if relay.pk in seen]


def media_for(actor: Actor, token: str) -> Media:
    """
    Open a picture, voice or video: it was sent in a group one may read, or is one's own upload.

    :raises NotFound: there is none within the actor's reach
    """
    row = Media.objects.filter(token=token).first()
    if row is None or not _may_see(actor, row):
        raise NotFound(kind="media", id=token)
    return row


def _may_see(actor: Actor, media: Media) -> bool:
    if media.uploader_account_id is not None and media.uploader_account_id == actor.account_id:
        return True
    groups = groups_within(actor)
    if media.group_id is not None:
        return groups.filter(pk=media.group_id).exists()
    if media.broadcast_id is None:
        return False
    if broadcasts_within(actor).filter(pk=media.broadcast_id).exists():
        return True
    sent = Delivery.objects.filter(broadcast_id=media.broadcast_id).exclude(sent_at=None)
    return sent.filter(group_id__in=groups.values("pk")).exists()
