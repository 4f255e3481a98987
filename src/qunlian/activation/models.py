"""Nominations, what the score weighs, roll-outs and their waves."""

from typing import Any

from django.db import models

REF: dict[str, Any] = {"on_delete": models.DO_NOTHING, "db_constraint": False}


class Nomination(models.Model):
    """Somebody names a store as one to begin with; he can take it back."""

    enterprise_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    role = models.CharField(max_length=16)
    reason = models.CharField(max_length=200, default="")
    nominated_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "activation_nomination"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "store_id", "person_id"],
                condition=models.Q(withdrawn_at=None),
                name="activation_nomination_once",
            )
        ]

    def __str__(self) -> str:
        return f"store {self.store_id} by person {self.person_id}"


class Weighting(models.Model):
    """What the parts of the score weigh for an enterprise; without a row the defaults hold."""

    enterprise_id = models.BigIntegerField(unique=True)
    activity = models.PositiveSmallIntegerField()
    influence = models.PositiveSmallIntegerField()
    closeness = models.PositiveSmallIntegerField()
    nomination = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "activation_weighting"

    def __str__(self) -> str:
        return f"{self.activity}:{self.influence}:{self.closeness}:{self.nomination}"


class Rollout(models.Model):
    """
    The stores of a part of the tree in an order: ranking → ready.

    ``bounds`` are rising percentages at which waves end; ``weights`` those it was ranked with. ``unit``:
    single stores, or whole groups, go into a wave.
    """

    enterprise_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    territory_id = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=8)
    bounds = models.JSONField(default=list)
    weights = models.JSONField(default=dict)
    wait_days = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, default="ranking")
    stores = models.IntegerField(default=0)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "activation_rollout"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit__in=["store", "group"]), name="activation_rollout_unit"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["ranking", "ready"]), name="activation_rollout_state"
            ),
        ]
        indexes = [models.Index(fields=["enterprise_id", "-id"], name="activation_rollout_new")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Wave(models.Model):
    """
    Stores invited together. ``seen`` holds the results that were looked at before it was opened.

    :ivar decision: why it was opened after that look, in the words of who opened it
    """

    enterprise_id = models.BigIntegerField()
    rollout = models.ForeignKey(Rollout, **REF)
    number = models.PositiveSmallIntegerField()
    stores = models.IntegerField()
    groups = models.IntegerField()
    lowest = models.FloatField()
    highest = models.FloatField()
    opened_at = models.DateTimeField(null=True)
    opened_by = models.BigIntegerField(null=True)
    decision = models.CharField(max_length=400, default="")
    seen = models.JSONField(default=list)

    class Meta:
        db_table = "activation_wave"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "rollout", "number"], name="activation_wave_number"
            )
        ]

    def __str__(self) -> str:
        return f"wave {self.number} of {self.rollout_id}"


class WaveStore(models.Model):
    """A store's place in a roll-out and the parts of its score, each 0 to 100, as they stood when ranked."""

    pk = models.CompositePrimaryKey("enterprise_id", "rollout_id", "store_id")
    enterprise_id = models.BigIntegerField()
    rollout = models.ForeignKey(Rollout, **REF)
    store_id = models.BigIntegerField()
    group_id = models.BigIntegerField(null=True)
    number = models.PositiveSmallIntegerField()
    place = models.IntegerField()
    score = models.FloatField()
    activity = models.FloatField()
    influence = models.FloatField()
    closeness = models.FloatField()
    nomination = models.FloatField()

    class Meta:
        db_table = "activation_wave_store"
        indexes = [
            models.Index(
                fields=["enterprise_id", "rollout", "number", "place"], name="activation_ws_place"
            )
        ]

    def __str__(self) -> str:
        return f"store {self.store_id} in wave {self.number}"


class StoreView(models.Model):
    """The stores within the actor's reach."""

    enterprise_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    territory_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "channel_store_view"

    def __str__(self) -> str:
        return self.code


class TerritoryView(models.Model):
    """The territories within the actor's reach."""

    enterprise_id = models.BigIntegerField()
    path = models.TextField(db_collation="C")
    name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "channel_territory_view"

    def __str__(self) -> str:
        return self.name
