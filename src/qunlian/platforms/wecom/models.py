"""What the adapter keeps: whose corp it is, its token, what is scarce, its mass messages and its inbox."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Corp(models.Model):
    """
    The corp that an enterprise uses on WeCom. Secrets are sealed (platforms/sealing.py).

    :ivar base_url: where the calls go: the real one, a proxy or the sandbox
    :ivar sealed_archive_secret: of the message archive, which is an app of its own; "" where there is none
    :ivar sealed_archive_keys: its private keys as JSON, PEM by version; old ones open old messages
    :ivar settings: what WeCom changes now and then or documents badly, see accounts.Settings
    """

    enterprise_id = models.BigIntegerField(unique=True)
    corp_id = models.CharField(max_length=64, db_collation="C")
    agent_id = models.BigIntegerField()
    sealed_secret = models.TextField()
    callback_code = models.CharField(max_length=32, db_collation="C")
    sealed_callback_token = models.TextField()
    sealed_callback_key = models.TextField()
    sealed_archive_secret = models.TextField(default="")
    sealed_archive_keys = models.TextField(default="")
    base_url = models.CharField(max_length=200)
    settings = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_wecom_corp"

    def __str__(self) -> str:
        return self.corp_id


class CallbackCode(models.Model):
    """The last part of a callback's address: maps to its enterprise. Registry, outside row security."""

    code = models.CharField(max_length=32, primary_key=True)
    enterprise_id = models.BigIntegerField(unique=True)

    class Meta:
        db_table = "platforms_wecom_callback_code"
        default_permissions = ()

    def __str__(self) -> str:
        return f"enterprise {self.enterprise_id}"


class Token(models.Model):
    """
    The access token that all processes share; whoever holds the lease fetches a new one.

    :ivar secret_digest: which secret it was fetched with; after another was entered it counts no more
    """

    enterprise_id = models.BigIntegerField(unique=True)
    secret_digest = models.CharField(max_length=64)
    sealed_value = models.TextField(default="")
    expires_at = models.DateTimeField(null=True)
    fetching_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "platforms_wecom_token"

    def __str__(self) -> str:
        return f"until {self.expires_at}"


class Pace(models.Model):
    """How often one API was called in the running minute, hour and day, and until when it is parked."""

    enterprise_id = models.BigIntegerField()
    api = models.CharField(max_length=80, db_collation="C")
    minute_at = models.DateTimeField()
    in_minute = models.IntegerField(default=0)
    hour_at = models.DateTimeField()
    in_hour = models.IntegerField(default=0)
    parked_until = models.DateTimeField(null=True)
    parked_times = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "platforms_wecom_pace"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "api"], name="platforms_wecom_pace_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.api}: {self.in_minute}/min, {self.in_hour}/h"


class Quota(models.Model):
    """What was spent of something scarce per day or month; ``spent_at`` holds one entry per unit."""

    enterprise_id = models.BigIntegerField()
    kind = models.CharField(max_length=24, db_collation="C")
    subject = models.CharField(max_length=64, db_collation="C")
    spent_at = ArrayField(models.DateTimeField())
    cap = models.IntegerField()

    class Meta:
        db_table = "platforms_wecom_quota"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "kind", "subject"], name="platforms_wecom_quota_once"
            ),
            models.CheckConstraint(
                condition=Q(spent_at__len__lte=F("cap")), name="platforms_wecom_quota_within"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}"


class Room(models.Model):
    """What we last read of a customers' group: enough to post into it and to see that it changed."""

    enterprise_id = models.BigIntegerField()
    key = models.CharField(max_length=64, db_collation="C")
    owner_key = models.CharField(max_length=64, db_collation="C")
    version = models.CharField(max_length=64, db_collation="C")
    status = models.CharField(max_length=16)
    read_at = models.DateTimeField()

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

    :ivar mark: the newest callback about it
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


class Ticket(models.Model):
    """A ticket that signs pages for the client's JS-SDK, shared by all processes (100 an hour)."""

    enterprise_id = models.BigIntegerField()
    secret_digest = models.CharField(max_length=64)
    sealed_value = models.TextField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_wecom_ticket"
        constraints = [
            models.UniqueConstraint(fields=["enterprise_id"], name="platforms_wecom_ticket_once")
        ]

    def __str__(self) -> str:
        return f"until {self.expires_at}"
