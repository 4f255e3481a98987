"""Groups, who and which stores are in them, and what their platform is asked to do."""

from django.db import models

from qunlian.community.models.plans import REF, Plan

LAYERS = ("distributor", "store", "consumer", "vip", "internal", "outside")
LIVES = ("planned", "inviting", "live", "fading", "merged", "retired")
MEMBER_ROLES = ("owner", "steward", "superior", "manager", "member")
REQUEST_STATES = (
    "held",
    "asked",
    "done",
    "with_person",
    "refused",
    "expired",
    "unknown",
    "withdrawn",
)


class Group(models.Model):
    """
    A chat group as an asset of the enterprise.

    ``seats_taken`` counts the people in it now and never passes ``seats_cap`` (a CHECK);
    ``seats_expected`` counts the people its stores are expected to bring, staff seats included.
    ``base_key`` names the branch or place whose one group of its layer it is; empty for store groups.
    ``ladder`` is what follows when its rules are broken (``rules.ladder.Ladder``); empty: its layer's.
    """

    enterprise_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    layer = models.CharField(max_length=12)
    base_key = models.CharField(max_length=60, default="")
    purposes = models.JSONField(default=list)
    theme = models.CharField(max_length=80, default="")
    rules = models.TextField(default="")
    welcome = models.TextField(default="")
    ladder = models.JSONField(default=dict)
    tags = models.JSONField(default=list)
    territory_id = models.BigIntegerField(null=True)
    distributor_id = models.BigIntegerField(null=True)
    platform = models.CharField(max_length=16, default="web")
    platform_key = models.CharField(max_length=80, default="")
    life = models.CharField(max_length=12, default="planned")
    seats_cap = models.IntegerField()
    seats_taken = models.IntegerField(default=0)
    seats_expected = models.IntegerField(default=0)
    owner_person_id = models.BigIntegerField(null=True)
    steward_staff_id = models.BigIntegerField(null=True)
    plan = models.ForeignKey(Plan, null=True, **REF)
    merged_into = models.ForeignKey("self", null=True, **REF)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "community_group"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(layer__in=LAYERS), name="community_group_layer"
            ),
            models.CheckConstraint(condition=models.Q(life__in=LIVES), name="community_group_life"),
            models.CheckConstraint(
                condition=models.Q(seats_taken__gte=0, seats_taken__lte=models.F("seats_cap")),
                name="community_group_seats",
            ),
            models.CheckConstraint(
                condition=models.Q(owner_person_id__isnull=False)
                | models.Q(life__in=["merged", "retired"]),
                name="community_group_owned",
            ),
            models.UniqueConstraint(
                fields=["enterprise_id", "layer", "base_key"],
                condition=~models.Q(base_key="") & ~models.Q(life__in=["merged", "retired"]),
                name="community_group_base_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "territory_id", "id"], name="community_group_terr"
            ),
            models.Index(fields=["enterprise_id", "name", "id"], name="community_group_name"),
            models.Index(fields=["enterprise_id", "steward_staff_id"], name="community_group_stew"),
            models.Index(fields=["enterprise_id", "owner_person_id"], name="community_group_owner"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class GroupStore(models.Model):
    """The one base group that a store belongs to, per layer."""

    pk = models.CompositePrimaryKey("enterprise_id", "layer", "store_id")
    enterprise_id = models.BigIntegerField()
    layer = models.CharField(max_length=12)
    store_id = models.BigIntegerField()
    group = models.ForeignKey(Group, **REF)
    seats = models.PositiveSmallIntegerField(default=1)
    since_at = models.DateTimeField()

    class Meta:
        db_table = "community_group_store"
        indexes = [models.Index(fields=["enterprise_id", "group"], name="community_gs_group")]

    def __str__(self) -> str:
        return f"store {self.store_id} in group {self.group_id}"


class GroupDistributor(models.Model):
    """The one base group that a distributor belongs to."""

    pk = models.CompositePrimaryKey("enterprise_id", "distributor_id")
    enterprise_id = models.BigIntegerField()
    distributor_id = models.BigIntegerField()
    group = models.ForeignKey(Group, **REF)
    since_at = models.DateTimeField()

    class Meta:
        db_table = "community_group_distributor"
        indexes = [models.Index(fields=["enterprise_id", "group"], name="community_gd_group")]

    def __str__(self) -> str:
        return f"distributor {self.distributor_id} in group {self.group_id}"


class Member(models.Model):
    """
    A person's stay in a group; ``left_at`` ends it. At most one open stay per person and group.

    ``source`` says where he came from; ``door_id`` by which of our doors, where it was one.
    """

    enterprise_id = models.BigIntegerField()
    group = models.ForeignKey(Group, **REF)
    person_id = models.BigIntegerField()
    role = models.CharField(max_length=12, default="member")
    store_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=24, default="")
    door_id = models.BigIntegerField(null=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    left_reason = models.CharField(max_length=120, default="")

    class Meta:
        db_table = "community_member"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "group", "person_id"],
                condition=models.Q(left_at=None),
                name="community_member_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=MEMBER_ROLES), name="community_member_role"
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "person_id"],
                condition=models.Q(left_at=None),
                name="community_member_person",
            ),
            models.Index(
                fields=["enterprise_id", "person_id", "group"],
                condition=models.Q(left_at=None) & ~models.Q(role="member"),
                name="community_member_staff",
            ),
            models.Index(fields=["enterprise_id", "store_id"], name="community_member_store"),
            models.Index(
                fields=["enterprise_id", "door_id"],
                condition=models.Q(door_id__isnull=False),
                name="community_member_door",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} in group {self.group_id}"


class Waiting(models.Model):
    """Somebody who came by his store's link before the store had a group; applying lets him in."""

    pk = models.CompositePrimaryKey("enterprise_id", "store_id", "person_id")
    enterprise_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    source = models.CharField(max_length=24, default="")
    since_at = models.DateTimeField()

    class Meta:
        db_table = "community_waiting"

    def __str__(self) -> str:
        return f"person {self.person_id} for store {self.store_id}"


class Request(models.Model):
    """
    What a group's platform is asked to do: (held →) asked → done | refused | unknown | with_person.

    Written in the transaction that wants it, done later by a job holding a lease. What a person must do
    (with_person) is a task of his: → done | refused | expired | unknown. What nobody wants any more is
    withdrawn. ``asked_by`` is the account of whoever wanted it; None: nobody in particular.
    """

    enterprise_id = models.BigIntegerField()
    group = models.ForeignKey(Group, **REF)
    kind = models.CharField(max_length=16)
    payload = models.JSONField(default=dict)
    asked_by = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, default="asked")
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, default="")
    lease_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "community_request"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=REQUEST_STATES), name="community_request_state"
            )
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "group"], name="community_request_group"),
            models.Index(
                fields=["enterprise_id", "id"],
                condition=models.Q(state__in=["asked", "unknown"]),
                name="community_request_open",
            ),
            models.Index(
                fields=["enterprise_id", "asked_by"],
                condition=models.Q(state__in=["refused", "expired", "unknown"]),
                name="community_request_unmet",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} group {self.group_id}: {self.state}"


class GroupView(models.Model):
    """The groups within the actor's reach, and those he sits in."""

    enterprise_id = models.BigIntegerField()
    territory_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "community_group_view"

    def __str__(self) -> str:
        return f"#{self.pk}"


class MemberView(models.Model):
    """The stays in groups that the actor may know of."""

    enterprise_id = models.BigIntegerField()
    group_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    role = models.CharField(max_length=12)
    store_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=24)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "community_member_view"

    def __str__(self) -> str:
        return f"person {self.person_id} in group {self.group_id}"
