"""Rooms that exist on outside platforms, and who sits in them, as the platforms tell it."""

from django.db import models

from qunlian.community.models.groups import LAYERS, Group
from qunlian.community.models.plans import REF

DECISIONS = ("open", "adopted", "ignored")


class FoundRoom(models.Model):
    """
    A room on a platform that keeps its own accounts. Adopted, it is the room of one of our groups.

    :ivar owner_key: the platform's name for its owner; ``owner_person_id`` who that is, where known
    :ivar status: ``platforms.port.RoomStatus``
    :ivar version: the platform's, of what was read last
    :ivar layer: with ``territory_id`` and ``steward_staff_id`` what the room looks made for, and ``signs``
        why: ``[code, points]`` of ``rules.adoption``, together ``fit`` (0 to 100); until somebody decides
    :ivar people: who sits in it, staff left out; ``staff`` those of our organisation; ``bound`` the people of
        whom we know the store
    :ivar seen_at: when the platform last listed it; ``read_at`` when it was last read with its people
    """

    enterprise_id = models.BigIntegerField()
    platform = models.CharField(max_length=16)
    room_key = models.CharField(max_length=80, db_collation="C")
    name = models.CharField(max_length=80, default="")
    owner_key = models.CharField(max_length=64, default="", db_collation="C")
    owner_person_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=16, default="stands")
    version = models.CharField(max_length=40, default="")
    decision = models.CharField(max_length=8, default="open")
    group = models.ForeignKey(Group, null=True, **REF)
    layer = models.CharField(max_length=12, default="store")
    territory_id = models.BigIntegerField(null=True)
    steward_staff_id = models.BigIntegerField(null=True)
    fit = models.PositiveSmallIntegerField(default=0)
    signs = models.JSONField(default=list)
    people = models.IntegerField(default=0)
    staff = models.IntegerField(default=0)
    bound = models.IntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "community_room"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "platform", "room_key"], name="community_room_once"
            ),
            models.UniqueConstraint(fields=["enterprise_id", "group"], name="community_room_group"),
            models.CheckConstraint(
                condition=models.Q(decision="adopted", group__isnull=False)
                | models.Q(decision__in=["open", "ignored"], group=None),
                name="community_room_decision",
            ),
            models.CheckConstraint(
                condition=models.Q(layer__in=LAYERS), name="community_room_layer"
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "decision", "-fit", "id"], name="community_room_todo"
            ),
            models.Index(fields=["enterprise_id", "owner_person_id"], name="community_room_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} room {self.room_key}"


class Occupant(models.Model):
    """
    Who sits in a room now, as its platform tells it; whose account that is says the channel's handle.

    :ivar name: what he is called in this room
    :ivar scene: how he came: invited, link, code or "" (unknown)
    :ivar door: the state of the door he came by
    """

    enterprise_id = models.BigIntegerField()
    room = models.ForeignKey(FoundRoom, **REF)
    handle_id = models.BigIntegerField()
    role = models.CharField(max_length=12, default="member")
    is_staff = models.BooleanField(default=False)
    name = models.CharField(max_length=60, default="")
    joined_at = models.DateTimeField(null=True)
    scene = models.CharField(max_length=8, default="")
    door = models.CharField(max_length=30, default="")
    invited_by = models.CharField(max_length=64, default="")

    class Meta:
        db_table = "community_occupant"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "room", "handle_id"], name="community_occupant_once"
            )
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "handle_id"], name="community_occupant_handle")
        ]

    def __str__(self) -> str:
        return f"handle {self.handle_id} in room {self.room_id}"
