"""A matrix plan: proposed groups over a roster, with their stores."""

from typing import Any

from django.db import models

from qunlian.community.rules.moves import CHOICES

#: Composite keys are made in the migration's SQL, so that a reference stays inside its enterprise.
REF: dict[str, Any] = {
    "on_delete": models.DO_NOTHING,
    "db_constraint": False,
    "db_index": False,
    "related_name": "+",
}

PLAN_STATES = (
    "waiting",
    "planning",
    "planned",
    "approved",
    "applying",
    "applied",
    "failed",
    "cancelled",
)


class Plan(models.Model):
    """
    One proposal: waiting → planning → planned → approved → applying → applied | failed | cancelled.

    ``version`` rises with every edit; an edit that names an older version is refused.
    ``is_in_waves``: its store groups are held back until a wave opens them. ``templates`` are those of its
    layers as they were when it was drafted. ``choice`` is empty for a plan from scratch; one from the groups
    there are names how freely stores may move (rules/moves.py). ``map_version`` is the one that its map was
    counted of. ``lease_key`` and ``lease_until`` say which
    worker holds it.
    """

    enterprise_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    layers = models.JSONField(default=list)
    templates = models.JSONField(default=dict)
    territory_id = models.BigIntegerField(null=True)
    mode = models.CharField(max_length=12)
    choice = models.CharField(max_length=8, default="")
    terms = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default="waiting")
    version = models.IntegerField(default=0)
    stage = models.CharField(max_length=16, default="")
    steps_total = models.IntegerField(default=0)
    steps_done = models.IntegerField(default=0)
    summary = models.JSONField(default=dict)
    map_version = models.IntegerField(null=True)
    map_at = models.DateTimeField(null=True)
    problem = models.JSONField(default=dict)
    is_in_waves = models.BooleanField(default=False)
    is_cancel_asked = models.BooleanField(default=False)
    lease_key = models.CharField(max_length=40, default="")
    lease_until = models.DateTimeField(null=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    approved_by = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "community_plan"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=PLAN_STATES), name="community_plan_state"
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=["strict", "balanced", "fewest"]),
                name="community_plan_mode",
            ),
            models.CheckConstraint(
                condition=models.Q(choice__in=["", *CHOICES]), name="community_plan_choice"
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "-created_at"], name="community_plan_recent")
        ]

    def __str__(self) -> str:
        return f"plan {self.pk} {self.state}"

    @property
    def is_again(self) -> bool:
        """Tell whether it starts from the groups there are."""
        return bool(self.choice)


class PlanGroup(models.Model):
    """
    A proposed group of one patch (layer store), branch of distributors, or place (seed users).

    ``seats`` counts people expected from its stores or distributors; ``reserved`` those kept for staff, and
    a CHECK keeps both within ``seats_cap``. ``group_id`` is the group that applying made of it;
    ``present_id`` the one there was that it continues (without stores: that retires). ``base_key`` names the
    branch or place whose one group it is: a later plan finds the group by that.
    """

    enterprise_id = models.BigIntegerField()
    plan = models.ForeignKey(Plan, **REF)
    number = models.IntegerField()
    layer = models.CharField(max_length=12, default="store")
    base_key = models.CharField(max_length=60, default="")
    territory_id = models.BigIntegerField(null=True)
    distributor_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=40)
    stores = models.IntegerField(default=0)
    distributors = models.IntegerField(default=0)
    seats = models.IntegerField()
    reserved = models.IntegerField()
    seats_cap = models.IntegerField()
    owner_staff_id = models.BigIntegerField(null=True)
    steward_staff_id = models.BigIntegerField(null=True)
    superior_staff_id = models.BigIntegerField(null=True)
    second_superior_staff_id = models.BigIntegerField(null=True)
    manager_staff_id = models.BigIntegerField(null=True)
    main_type = models.CharField(max_length=40, default="")
    type_share = models.FloatField(default=1)
    main_management = models.CharField(max_length=40, default="")
    management_share = models.FloatField(default=1)
    size_mean_fen = models.BigIntegerField(default=0)
    closeness_mean = models.FloatField(default=0)
    likeness = models.FloatField(default=1)
    look = models.IntegerField(default=0)
    is_edited = models.BooleanField(default=False)
    is_restaffed = models.BooleanField(default=False)
    group_id = models.BigIntegerField(null=True)
    present_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "community_plan_group"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "plan", "present_id"],
                condition=~models.Q(present_id=None),
                name="community_plan_group_present",
            ),
            models.UniqueConstraint(
                fields=["enterprise_id", "plan", "number"], name="community_plan_group_number"
            ),
            models.CheckConstraint(
                condition=models.Q(seats__lte=models.F("seats_cap") - models.F("reserved")),
                name="community_plan_group_seats",
            ),
            models.CheckConstraint(
                condition=models.Q(stores__gte=0, seats__gte=0),
                name="community_plan_group_counts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "plan", "territory_id"], name="community_plan_group_patch"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class PlanStore(models.Model):
    """
    Where a plan puts a store: exactly one group per plan.

    In a plan from the groups there are, ``from_group_id`` is the group that the store had; where it gets
    another, ``reason`` says why (rules/moves.py) and ``gain`` what unlikeness that saves.
    """

    pk = models.CompositePrimaryKey("enterprise_id", "plan_id", "store_id")
    enterprise_id = models.BigIntegerField()
    plan = models.ForeignKey(Plan, **REF)
    store_id = models.BigIntegerField()
    plan_group = models.ForeignKey(PlanGroup, **REF)
    seats = models.PositiveSmallIntegerField()
    is_outlier = models.BooleanField(default=False)
    from_group_id = models.BigIntegerField(null=True)
    reason = models.PositiveSmallIntegerField(default=0)
    gain = models.FloatField(default=0)

    class Meta:
        db_table = "community_plan_store"
        indexes = [
            models.Index(
                fields=["enterprise_id", "plan", "reason", "store_id"],
                condition=models.Q(reason__gt=0),
                name="community_plan_store_moves",
            ),
            models.Index(fields=["enterprise_id", "plan_group"], name="community_plan_store_group"),
        ]

    def __str__(self) -> str:
        return f"store {self.store_id} in {self.plan_group_id}"


class PlanDistributor(models.Model):
    """Where a plan puts a distributor: exactly one group per plan."""

    pk = models.CompositePrimaryKey("enterprise_id", "plan_id", "distributor_id")
    enterprise_id = models.BigIntegerField()
    plan = models.ForeignKey(Plan, **REF)
    distributor_id = models.BigIntegerField()
    plan_group = models.ForeignKey(PlanGroup, **REF)
    seats = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "community_plan_distributor"
        indexes = [
            models.Index(fields=["enterprise_id", "plan_group"], name="community_plan_distr_group")
        ]

    def __str__(self) -> str:
        return f"distributor {self.distributor_id} in {self.plan_group_id}"
