"""
Enterprises, territories, staff, distributors, stores, people, and the registry of log-ins.

Paths look like ``/12/340/`` (ids from the root, in C collation): a subtree is one index range.
"""

from typing import Any

from django.db import models

#: Composite keys are made in the migration's SQL, so that a reference stays inside its enterprise.
REF: dict[str, Any] = {
    "on_delete": models.DO_NOTHING,
    "db_constraint": False,
    "db_index": False,
    "related_name": "+",
}


class Enterprise(models.Model):
    """
    A tenant: a brand, or a distributor that runs its own installation.

    :ivar is_being_laid: a demo whose past is still being written; no job visits it meanwhile
    """

    name = models.CharField(max_length=80)
    is_demo = models.BooleanField(default=False)
    is_being_laid = models.BooleanField(default=False)
    seats_soft = models.PositiveSmallIntegerField(default=200)
    seats_hard = models.PositiveSmallIntegerField(default=500)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "channel_enterprise"

    def __str__(self) -> str:
        return self.name


class Territory(models.Model):
    """A node of the sales tree: region → province → city → district → rep's patch."""

    enterprise_id = models.BigIntegerField()
    parent = models.ForeignKey("self", null=True, **REF)
    path = models.TextField(db_collation="C")
    depth = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    is_patch = models.BooleanField(default=False)

    class Meta:
        db_table = "channel_territory"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "code"], name="channel_territory_code"
            ),
            models.UniqueConstraint(
                fields=["enterprise_id", "path"], name="channel_territory_path"
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "parent"], name="channel_territory_parent")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Person(models.Model):
    """
    A human: staff, store owner, distributor's contact, consumer. One record across platforms.

    ``merged_into`` is set on one who was found to be somebody else, and always names a living record, however
    many merges lie between; nothing living points at the merged one any more, only history.
    """

    enterprise_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=24, default="")
    merged_into = models.ForeignKey("self", null=True, **REF)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "channel_person"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="channel_person_not_own_merge"
            )
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "phone"], name="channel_person_phone"),
            models.Index(
                fields=["enterprise_id", "merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="channel_person_merged",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Staff(models.Model):
    """Headquarters, manager, rep or group manager; has a superior; covers territories over time."""

    enterprise_id = models.BigIntegerField()
    person = models.ForeignKey(Person, **REF)
    code = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    superior = models.ForeignKey("self", null=True, **REF)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        db_table = "channel_staff"
        constraints = [
            models.UniqueConstraint(fields=["enterprise_id", "code"], name="channel_staff_code"),
            models.CheckConstraint(
                condition=models.Q(role__in=["headquarters", "manager", "rep", "group_manager"]),
                name="channel_staff_role",
            ),
            models.CheckConstraint(
                condition=~models.Q(superior=models.F("id")), name="channel_staff_not_own_superior"
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "superior"], name="channel_staff_superior")
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.role})"


class TerritoryAssignment(models.Model):
    """Who covers a territory, from when to when; ``until_on`` is the first day no more, open = null."""

    enterprise_id = models.BigIntegerField()
    staff = models.ForeignKey(Staff, **REF)
    territory = models.ForeignKey(Territory, **REF)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        db_table = "channel_territory_assignment"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "territory", "staff"],
                condition=models.Q(until_on=None),
                name="channel_assignment_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gt=models.F("from_on")),
                name="channel_assignment_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "staff"], name="channel_assignment_staff"),
        ]

    def __str__(self) -> str:
        return f"staff {self.staff_id} in territory {self.territory_id}"


class Distributor(models.Model):
    """A 经销商 of any tier: tier 1 buys from the brand, tier n from its parent of tier n-1."""

    enterprise_id = models.BigIntegerField()
    parent = models.ForeignKey("self", null=True, **REF)
    path = models.TextField(db_collation="C")
    tier = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    territory = models.ForeignKey(Territory, null=True, **REF)
    contact = models.ForeignKey(Person, null=True, **REF)
    address = models.CharField(max_length=200, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "channel_distributor"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "code"], name="channel_distributor_code"
            ),
            models.UniqueConstraint(
                fields=["enterprise_id", "path"], name="channel_distributor_path"
            ),
            models.CheckConstraint(
                condition=models.Q(tier__gte=1), name="channel_distributor_tier"
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "territory"], name="channel_distributor_terr"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Store(models.Model):
    """A terminal store. ``size_fen`` is what it sells of us in a year; ``closeness`` runs 0 to 100."""

    enterprise_id = models.BigIntegerField()
    code = models.CharField(max_length=40, db_collation="C")
    name = models.CharField(max_length=80)
    type = models.CharField(max_length=40, default="")
    management = models.CharField(max_length=40, default="")
    size_fen = models.BigIntegerField(default=0)
    closeness = models.PositiveSmallIntegerField(default=50)
    status = models.CharField(max_length=12, default="open")
    expected_people = models.PositiveSmallIntegerField(default=1)
    territory = models.ForeignKey(Territory, **REF)
    distributor = models.ForeignKey(Distributor, null=True, **REF)
    owner = models.ForeignKey(Person, null=True, **REF)
    address = models.CharField(max_length=200, default="")
    division_code = models.CharField(max_length=9, default="", db_collation="C")
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    tags = models.JSONField(default=list)
    search_text = models.TextField(default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "channel_store"
        constraints = [
            models.UniqueConstraint(fields=["enterprise_id", "code"], name="channel_store_code"),
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "closed", "paused"]),
                name="channel_store_status",
            ),
            models.CheckConstraint(
                condition=models.Q(closeness__gte=0, closeness__lte=100),
                name="channel_store_closeness",
            ),
            models.CheckConstraint(
                condition=models.Q(expected_people__gte=1, expected_people__lte=500),
                name="channel_store_people",
            ),
            models.CheckConstraint(
                condition=models.Q(lng=None, lat=None)
                | models.Q(lng__gte=-180, lng__lte=180, lat__gte=-90, lat__lte=90),
                name="channel_store_coordinates",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "territory", "code"], name="channel_store_territory"
            ),
            models.Index(
                fields=["enterprise_id", "distributor", "code"], name="channel_store_distributor"
            ),
            models.Index(
                fields=["enterprise_id", "owner"],
                condition=models.Q(owner__isnull=False),
                name="channel_store_owner",
            ),
            models.Index(
                fields=["enterprise_id", "division_code"],
                condition=models.Q(division_code__gt=""),  # the form that ranges of codes imply
                name="channel_store_division",
            ),
            models.Index(
                fields=["enterprise_id", "code"],
                condition=models.Q(lng=None),
                name="channel_store_unplaced",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Contact(models.Model):
    """What a person is to a partner: owner, clerk, contact. One of store and distributor is set."""

    enterprise_id = models.BigIntegerField()
    person = models.ForeignKey(Person, **REF)
    store = models.ForeignKey(Store, null=True, **REF)
    distributor = models.ForeignKey(Distributor, null=True, **REF)
    role = models.CharField(max_length=12, default="owner")
    since_at = models.DateTimeField()

    class Meta:
        db_table = "channel_contact"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "person", "store", "distributor"],
                nulls_distinct=False,
                name="channel_contact_once",
            ),
            models.CheckConstraint(
                condition=models.Q(store=None, distributor__isnull=False)
                | models.Q(store__isnull=False, distributor=None),
                name="channel_contact_of_one_partner",
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "store"], name="channel_contact_store"),
            models.Index(fields=["enterprise_id", "distributor"], name="channel_contact_distr"),
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} is {self.role}"


class Sale(models.Model):
    """What a store bought of us on a day; gives size now and the baseline for "did it help"."""

    enterprise_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    sold_on = models.DateField()
    amount_fen = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "channel_sale"

    def __str__(self) -> str:
        return f"store {self.store_id} on {self.sold_on}"


class ImportRun(models.Model):
    """
    One file on its way in: uploaded → checking → checked → loading → loaded | refused | cancelled | failed.

    While it is checked or loaded, ``phase`` and ``rows_done`` say how far it is and ``changed_at`` is its
    heartbeat. ``refused``: nothing was loaded because a row was bad and all were to be good.
    """

    enterprise_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=12)
    file_name = models.CharField(max_length=200)
    file_path = models.CharField(max_length=200)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    rows_total = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    phase = models.CharField(max_length=12, default="")
    is_cancel_asked = models.BooleanField(default=False)
    problem = models.JSONField(default=dict)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "channel_import_run"
        indexes = [
            models.Index(fields=["enterprise_id", "-created_at"], name="channel_import_recent")
        ]

    def __str__(self) -> str:
        return f"import {self.pk} {self.kind} {self.state}"
