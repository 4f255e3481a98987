"""Rooms as they were read last, our mass messages for them, and files that WeCom holds."""

from django.db import models
from django.db.models import Q


class Room(models.Model):
    """
    What we last read of a customers' group: enough to post into it and to see that it changed.

    :ivar untold: so many changes of its people were found by reading before any callback told of them
    """

    enterprise_id = models.BigIntegerField()
    key = models.CharField(max_length=64, db_collation="C")
    owner_key = models.CharField(max_length=64, db_collation="C")
    version = models.CharField(max_length=64, db_collation="C")
    status = models.CharField(max_length=16)
    read_at = models.DateTimeField()
    untold = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "platforms_wecom_room"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "key"], name="platforms_wecom_room_once"
            )
        ]

    def __str__(self) -> str:
        return self.key


class MassTask(models.Model):
    """
    One mass message handed to one sender: at most 2,000 rooms. ``asking`` was written before the call.

    :ivar digest: of what it says, by which it is found again when the answer was lost
    :ivar state: asking | asked | lost (it was looked for and never arrived) | refused
    """

    enterprise_id = models.BigIntegerField()
    sender_key = models.CharField(max_length=64, db_collation="C")
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    msgid = models.CharField(max_length=80, db_collation="C", default="")
    problem = models.CharField(max_length=40, default="")
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_wecom_mass_task"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "msgid"],
                condition=~Q(msgid=""),
                name="platforms_wecom_mass_task_msgid",
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.msgid}"


class MassPost(models.Model):
    """
    One of our messages for one room, under its key for ever.

    :ivar state: asking | with_person | sent | refused
    """

    enterprise_id = models.BigIntegerField()
    client_msg_id = models.CharField(max_length=64, db_collation="C")
    room_key = models.CharField(max_length=64, db_collation="C")
    task = models.ForeignKey(MassTask, on_delete=models.DO_NOTHING, db_constraint=False)
    state = models.CharField(max_length=12)
    problem = models.CharField(max_length=40, default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "platforms_wecom_mass_post"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "client_msg_id"], name="platforms_wecom_mass_post_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_msg_id}: {self.state}"


class Upload(models.Model):
    """A file that WeCom holds for three days, shared by all processes: uploaded once, sent often."""

    enterprise_id = models.BigIntegerField()
    corp_id = models.CharField(max_length=64, db_collation="C")
    token = models.CharField(max_length=64, db_collation="C")
    kind = models.CharField(max_length=8)
    media_id = models.CharField(max_length=200, db_collation="C")
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_wecom_upload"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "token", "kind"], name="platforms_wecom_upload_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} until {self.expires_at}"
