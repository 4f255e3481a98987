"""What WeCom told us, and what of it is still to be read."""

from django.db import models
from django.db.models import Q


class InboxKey(models.Model):
    """Which callbacks ever came: a repeat of any of them, however late, is dropped."""

    enterprise_id = models.BigIntegerField()
    key = models.CharField(max_length=64, db_collation="C")

    class Meta:
        db_table = "platforms_wecom_inbox_key"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "key"], name="platforms_wecom_inbox_key_once"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Callback(models.Model):
    """
    One callback as it came; kept for a while after it was read.

    :ivar version: for a change of members the room's version after it, ``last_version`` before it
    :ivar greet_by: until when a new contact may be greeted, while nobody has seen to it
    """

    enterprise_id = models.BigIntegerField()
    event = models.CharField(max_length=40)
    change = models.CharField(max_length=40)
    room_key = models.CharField(max_length=64, db_collation="C")
    contact_key = models.CharField(max_length=64, db_collation="C")
    staff_key = models.CharField(max_length=64, db_collation="C")
    last_version = models.CharField(max_length=64, db_collation="C")
    version = models.CharField(max_length=64, db_collation="C")
    body = models.JSONField()
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    greet_by = models.DateTimeField(null=True)

    class Meta:
        db_table = "platforms_wecom_callback"
        indexes = [
            models.Index(
                fields=["enterprise_id", "id"],
                condition=Q(greet_by__isnull=False),
                name="platforms_wecom_callback_greet",
            ),
            models.Index(
                fields=["enterprise_id", "id"],
                condition=Q(read_at=None),
                name="platforms_wecom_callback_new",
            ),
            models.Index(
                fields=["enterprise_id", "room_key", "id"], name="platforms_wecom_callback_room"
            ),
            models.Index(
                fields=["enterprise_id", "received_at"], name="platforms_wecom_callback_age"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.change} {self.room_key or self.contact_key}"


class HeardRoom(models.Model):
    """
    A room that something happened in since it was read and taken in.

    :ivar mark: the newest callback about it; 0 when it was we who changed it
    :ivar due_at: not read before: WeCom's reads follow its events by some seconds
    :ivar is_stale: what was read since is older than what was heard, so that it is read again
    """

    enterprise_id = models.BigIntegerField()
    room_key = models.CharField(max_length=64, db_collation="C")
    mark = models.BigIntegerField()
    heard_at = models.DateTimeField()
    due_at = models.DateTimeField()
    is_stale = models.BooleanField(default=False)

    class Meta:
        db_table = "platforms_wecom_heard_room"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "room_key"], name="platforms_wecom_heard_room_once"
            )
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "due_at"], name="platforms_wecom_heard_due")
        ]

    def __str__(self) -> str:
        return f"{self.room_key} up to {self.mark}"


class Tally(models.Model):
    """
    What came over a day that leaves no row elsewhere, for the doctor.

    :ivar kind: greeted (WeCom asked the address and was answered) | refused (``reason``: by which check) |
        changed (a reading found other people than the one before) | told (of those: a callback had said so)
    """

    enterprise_id = models.BigIntegerField()
    on_day = models.DateField()
    kind = models.CharField(max_length=12)
    reason = models.CharField(max_length=40, db_collation="C", default="")
    count = models.IntegerField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_wecom_tally"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "on_day", "kind", "reason"],
                name="platforms_wecom_tally_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reason} on {self.on_day}: {self.count}"
