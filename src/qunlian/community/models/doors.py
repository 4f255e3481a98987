"""Ways into groups: codes and links, where each leads now, and where their people come from."""

from django.db import models

from qunlian.community.models.groups import LAYERS, Group
from qunlian.community.models.plans import REF
from qunlian.community.rules.doors import KINDS, SOURCES


class Door(models.Model):
    """
    A way in, for ever under one ``code``: our link holds it, and a platform tells it of who came by it.

    :ivar kind: what it leads to: a store's own group, one group and those after it, a place's of a layer
    :ivar group_ids: the groups it leads to now, the first to be filled first
    :ivar platform: where a code into their rooms stands, under ``way_key``; its picture is at ``code_url``
    :ivar due_at: since when something is to be looked after; null: nothing
    """

    enterprise_id = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    store_id = models.BigIntegerField(null=True)
    group = models.ForeignKey(Group, null=True, **REF)
    territory_id = models.BigIntegerField(null=True)
    layer = models.CharField(max_length=12, default="store")
    source = models.CharField(max_length=12)
    name = models.CharField(max_length=30, default="")
    code = models.CharField(max_length=24, default="", db_collation="C")
    group_ids = models.JSONField(default=list)
    platform = models.CharField(max_length=16, default="")
    way_key = models.CharField(max_length=80, default="", db_collation="C")
    code_url = models.CharField(max_length=300, default="")
    problem = models.CharField(max_length=80, default="")
    opened_by = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "community_door"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="store", store_id__isnull=False)
                | models.Q(kind="group", group__isnull=False)
                | models.Q(kind="place", territory_id__isnull=False),
                name="community_door_leads",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=KINDS, source__in=SOURCES, layer__in=LAYERS),
                name="community_door_words",
            ),
            models.UniqueConstraint(
                fields=["enterprise_id", "store_id", "source"],
                condition=models.Q(kind="store"),
                name="community_door_store_once",
            ),
            models.UniqueConstraint(
                fields=["enterprise_id", "code"],
                condition=~models.Q(code=""),
                name="community_door_code",
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "group"], name="community_door_group"),
            models.Index(fields=["enterprise_id", "territory_id"], name="community_door_place"),
            models.Index(
                fields=["enterprise_id", "due_at"],
                condition=models.Q(due_at__isnull=False),
                name="community_door_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} door {self.code}"


class PosterRun(models.Model):
    """
    A PDF of posters that somebody asked for: waiting → drawing → ready | failed; kept for some days.

    :ivar selection: ``store``, ``stores``, ``group``, ``territory`` or ``door``: whom the posters invite
    :ivar address: where our pages are reached from, as the one who asked reached them
    """

    enterprise_id = models.BigIntegerField()
    size = models.CharField(max_length=4, default="a4")
    selection = models.JSONField(default=dict)
    address = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default="waiting")
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    pdf = models.BinaryField(null=True)
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "community_poster_run"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "drawing", "ready", "failed"]),
                name="community_poster_run_state",
            )
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "asked_at"], name="community_poster_run_age")
        ]

    def __str__(self) -> str:
        return f"{self.total} posters {self.state}"


class Welcome(models.Model):
    """
    A newcomer whom a platform lets us greet once, within its time: sending → sent | late | refused | unknown.

    Written before it is sent, so that nobody is greeted twice.
    """

    enterprise_id = models.BigIntegerField()
    platform = models.CharField(max_length=16)
    key = models.CharField(max_length=80, db_collation="C")
    door_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, default="sending")
    problem = models.CharField(max_length=40, default="")
    told_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "community_welcome"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "platform", "key"], name="community_welcome_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["sending", "sent", "late", "refused", "unknown"]),
                name="community_welcome_state",
            ),
        ]
        indexes = [models.Index(fields=["enterprise_id", "told_at"], name="community_welcome_told")]

    def __str__(self) -> str:
        return f"{self.platform} {self.state}"
