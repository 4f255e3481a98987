"""Groups on people's own WeChat: what their owners tell of them, and the sheets they came by."""

from django.db import models

from qunlian.community.models.plans import REF
from qunlian.community.models.rooms import FoundRoom

SHEET_STATES = ("read", "taking", "taken")


class ToldRoom(models.Model):
    """
    What the owner of a room told, which no platform lists.

    :ivar people: how many sit in it, staff and all
    :ivar code_token: the picture of its QR code (a token of messaging's media), good until ``code_until_at``
    """

    pk = models.CompositePrimaryKey("enterprise_id", "room_id")
    enterprise_id = models.BigIntegerField()
    room = models.ForeignKey(FoundRoom, **REF)
    people = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField()
    code_token = models.CharField(max_length=64, default="")
    code_until_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "community_told_room"
        indexes = [
            models.Index(fields=["enterprise_id", "told_at"], name="community_told_at"),
            models.Index(fields=["enterprise_id", "code_until_at"], name="community_told_code"),
        ]

    def __str__(self) -> str:
        return f"{self.people} people in room {self.room_id}"


class RoomSheet(models.Model):
    """
    A sheet of groups: read → taking → taken. ``done`` of its groups have been taken.

    :ivar groups: what was read, as ``rules.room_sheets.Told``
    :ivar problems: ``[line, code, text]`` of the rows that cannot be taken
    """

    enterprise_id = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=80)
    groups = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    state = models.CharField(max_length=8, default="read")
    done = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    read_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "community_room_sheet"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=SHEET_STATES), name="community_room_sheet_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"
