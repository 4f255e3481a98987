"""Messages of all platforms, their order, what people have read of them, and pictures and sound."""

from django.db import models


class Message(models.Model):
    """
    One message in a group.

    ``seq`` counts 1, 2, 3 … per group without gaps; ``change_no`` does the same for every change (a new
    message, a recall), so that a reader who knows the last one he saw can never miss one.
    Partitioned by month of ``posted_at``.
    """

    enterprise_id = models.BigIntegerField()
    group_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    change_no = models.BigIntegerField()
    posted_at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    body = models.JSONField()
    sender_person_id = models.BigIntegerField(null=True)
    reply_to_seq = models.BigIntegerField(null=True)
    mentions = models.JSONField(default=list)
    is_for_all = models.BooleanField(default=False)
    broadcast_id = models.BigIntegerField(null=True)
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "messaging_message"

    def __str__(self) -> str:
        return f"message {self.seq} in group {self.group_id}"


class MessageKey(models.Model):
    """The key a message came in by, for ever: the same key again is the same message."""

    enterprise_id = models.BigIntegerField()
    group_id = models.BigIntegerField()
    key = models.CharField(max_length=80, db_collation="C")
    seq = models.BigIntegerField()

    class Meta:
        db_table = "messaging_message_key"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "group_id", "key"], name="messaging_message_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} in group {self.group_id}"


class Counter(models.Model):
    """A group's last seq and change; its lock makes the order of messages the order of commits."""

    enterprise_id = models.BigIntegerField()
    group_id = models.BigIntegerField()
    last_seq = models.BigIntegerField(default=0)
    last_change_no = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    last_line = models.JSONField(default=dict)

    class Meta:
        db_table = "messaging_group_counter"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "group_id"], name="messaging_counter_once"
            )
        ]

    def __str__(self) -> str:
        return f"group {self.group_id} at {self.last_seq}"


class ReadMark(models.Model):
    """How far a person's device fetched a group (delivered) and how far he read it. They only grow."""

    enterprise_id = models.BigIntegerField()
    group_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    delivered_seq = models.BigIntegerField(default=0)
    read_seq = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_read"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "person_id", "group_id"], name="messaging_read_once"
            ),
            models.CheckConstraint(
                condition=models.Q(read_seq__lte=models.F("delivered_seq")),
                name="messaging_read_after_delivered",
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "group_id"], name="messaging_read_group"),
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} read {self.read_seq} of group {self.group_id}"


class Media(models.Model):
    """A picture, voice or video. Belongs to a group, or (group null) to what its uploader composes."""

    enterprise_id = models.BigIntegerField()
    token = models.CharField(max_length=32, db_collation="C")
    group_id = models.BigIntegerField(null=True)
    broadcast_id = models.BigIntegerField(null=True)
    uploader_account_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=8)
    content_type = models.CharField(max_length=40)
    bytes = models.IntegerField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    duration_ms = models.IntegerField(null=True)
    has_thumbnail = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_media"
        constraints = [
            models.UniqueConstraint(fields=["enterprise_id", "token"], name="messaging_media_token")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.token}"

    @property
    def path(self) -> str:
        """Return where the file lies in the storage."""
        return f"messaging/{self.enterprise_id}/{self.token[:2]}/{self.token}"


class IntakeCursor(models.Model):
    """How far a platform's events were taken in."""

    enterprise_id = models.BigIntegerField()
    platform = models.CharField(max_length=16)
    cursor = models.CharField(max_length=200, default="")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_intake_cursor"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "platform"], name="messaging_intake_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform} at {self.cursor}"
