"""Two versions of the matrix side by side, counted once: matched groups, who moves, who carries it."""

from django.db import models

from qunlian.community.models.plans import REF, Plan

COMPARISON_STATES = ("waiting", "counted")


class Comparison(models.Model):
    """
    ``one`` against ``other``: each a plan, or no plan for the groups as they stood at ``read_at``.

    ``one_version`` and ``other_version`` are those that were read: a plan edited since is told.
    ``territory_id`` is the part that both cover.
    """

    enterprise_id = models.BigIntegerField()
    one = models.ForeignKey(Plan, null=True, **REF)
    other = models.ForeignKey(Plan, null=True, **REF)
    one_version = models.IntegerField(default=0)
    other_version = models.IntegerField(default=0)
    territory_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, default="waiting")
    summary = models.JSONField(default=dict)
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "community_comparison"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=COMPARISON_STATES), name="community_comparison_state"
            ),
            models.CheckConstraint(
                condition=models.Q(one__isnull=False) | models.Q(other__isnull=False),
                name="community_comparison_of_a_plan",
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "-asked_at"], name="community_comparison_recent")
        ]

    def __str__(self) -> str:
        return f"comparison {self.pk} {self.state}"


class ComparedGroup(models.Model):
    """
    A group of either side, or a pair that was matched; ``place`` counts them, those of one patch together.

    Of a side that has no such group the columns are empty. ``shared`` stores are in it on both sides.
    """

    pk = models.CompositePrimaryKey("enterprise_id", "comparison_id", "place")
    enterprise_id = models.BigIntegerField()
    comparison = models.ForeignKey(Comparison, **REF)
    place = models.IntegerField()
    territory_id = models.BigIntegerField(null=True)
    one_number = models.IntegerField(null=True)
    one_group_id = models.BigIntegerField(null=True)
    one_name = models.CharField(max_length=40, default="")
    one_stores = models.IntegerField(default=0)
    one_people = models.IntegerField(default=0)
    one_likeness = models.FloatField(null=True)
    other_number = models.IntegerField(null=True)
    other_group_id = models.BigIntegerField(null=True)
    other_name = models.CharField(max_length=40, default="")
    other_stores = models.IntegerField(default=0)
    other_people = models.IntegerField(default=0)
    other_likeness = models.FloatField(null=True)
    shared = models.IntegerField(default=0)

    class Meta:
        db_table = "community_compared_group"
        indexes = [
            models.Index(
                fields=["enterprise_id", "comparison", "territory_id", "place"],
                name="community_compared_group_patch",
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.one_name} / {self.other_name}"


class ComparedStore(models.Model):
    """
    A store whose group is not the same on both sides; ``one_place`` or ``other_place`` is empty for none.

    ``one_far`` and ``other_far`` are its squared distances from the middle of its group (rules/versions.py),
    ``saved`` what the move wins of that.
    """

    pk = models.CompositePrimaryKey("enterprise_id", "comparison_id", "store_id")
    enterprise_id = models.BigIntegerField()
    comparison = models.ForeignKey(Comparison, **REF)
    store_id = models.BigIntegerField()
    territory_id = models.BigIntegerField(null=True)
    one_place = models.IntegerField(null=True)
    other_place = models.IntegerField(null=True)
    one_far = models.FloatField(null=True)
    other_far = models.FloatField(null=True)
    saved = models.FloatField(default=0)

    class Meta:
        db_table = "community_compared_store"
        indexes = [
            models.Index(
                fields=["enterprise_id", "comparison", "saved", "store_id"],
                name="community_compared_store_saved",
            ),
            models.Index(
                fields=["enterprise_id", "comparison", "territory_id", "store_id"],
                name="community_compared_store_patch",
            ),
        ]

    def __str__(self) -> str:
        return f"store {self.store_id}: {self.one_place} → {self.other_place}"


class ComparedLoad(models.Model):
    """
    What one colleague has to do with the groups of each side: counts by post, messages to confirm a day.

    ``change`` orders them, those for whom most changes first.
    """

    pk = models.CompositePrimaryKey("enterprise_id", "comparison_id", "staff_id")
    enterprise_id = models.BigIntegerField()
    comparison = models.ForeignKey(Comparison, **REF)
    staff_id = models.BigIntegerField()
    one = models.JSONField(default=dict)
    other = models.JSONField(default=dict)
    change = models.FloatField(default=0)

    class Meta:
        db_table = "community_compared_load"
        indexes = [
            models.Index(
                fields=["enterprise_id", "comparison", "-change", "staff_id"],
                name="community_compared_load_change",
            )
        ]

    def __str__(self) -> str:
        return f"staff {self.staff_id}"
