"""Whose corp it is, its token and ticket, and how often what was called."""

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
