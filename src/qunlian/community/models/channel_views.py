"""What the channel publishes, for joins: each view already holds the actor's reach."""

from django.db import models


class TerritoryView(models.Model):
    """A node of the sales tree within the actor's reach."""

    enterprise_id = models.BigIntegerField()
    parent_id = models.BigIntegerField(null=True)
    path = models.TextField(db_collation="C")
    depth = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    is_patch = models.BooleanField()

    class Meta:
        managed = False
        db_table = "channel_territory_view"

    def __str__(self) -> str:
        return self.name


class PlaceView(models.Model):
    """What a territory is called: also those a partner's own stores lie in."""

    enterprise_id = models.BigIntegerField()
    path = models.TextField(db_collation="C")
    name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "channel_place_view"

    def __str__(self) -> str:
        return self.name


class StoreView(models.Model):
    """A store within the actor's reach."""

    enterprise_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    type = models.CharField(max_length=40)
    management = models.CharField(max_length=40)
    size_fen = models.BigIntegerField()
    closeness = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12)
    expected_people = models.PositiveSmallIntegerField()
    territory_id = models.BigIntegerField()
    distributor_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "channel_store_view"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DistributorView(models.Model):
    """A distributor within the actor's reach."""

    enterprise_id = models.BigIntegerField()
    path = models.TextField(db_collation="C")
    tier = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    territory_id = models.BigIntegerField(null=True)
    is_active = models.BooleanField()

    class Meta:
        managed = False
        db_table = "channel_distributor_view"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DistributorPersonView(models.Model):
    """Whom a distributor within the actor's reach sends: its contacts, and who logs in for it."""

    pk = models.CompositePrimaryKey("enterprise_id", "distributor_id", "person_id")
    enterprise_id = models.BigIntegerField()
    distributor_id = models.BigIntegerField()
    person_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "channel_distributor_person_view"

    def __str__(self) -> str:
        return f"person {self.person_id} of distributor {self.distributor_id}"


class StorePersonView(models.Model):
    """Who belongs to a store within the actor's reach."""

    pk = models.CompositePrimaryKey("enterprise_id", "store_id", "person_id")
    enterprise_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    territory_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "channel_store_person_view"

    def __str__(self) -> str:
        return f"person {self.person_id} of store {self.store_id}"


class PersonView(models.Model):
    """A human's name (contact data stays in the channel)."""

    enterprise_id = models.BigIntegerField()
    name = models.CharField(max_length=60)

    class Meta:
        managed = False
        db_table = "channel_person_view"

    def __str__(self) -> str:
        return f"#{self.pk}"


class StaffView(models.Model):
    """A member of staff, all of the enterprise's."""

    enterprise_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    superior_id = models.BigIntegerField(null=True)
    left_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "channel_staff_view"

    def __str__(self) -> str:
        return f"{self.code} ({self.role})"


class AssignmentView(models.Model):
    """Who covers a territory, from when to when."""

    enterprise_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    territory_id = models.BigIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "channel_assignment_view"

    def __str__(self) -> str:
        return f"staff {self.staff_id} in territory {self.territory_id}"


class HandleView(models.Model):
    """An account on an outside platform, and whose it is."""

    enterprise_id = models.BigIntegerField()
    platform = models.CharField(max_length=16)
    key = models.CharField(max_length=64, db_collation="C")
    is_staff = models.BooleanField()
    person_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=60)
    read_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "channel_handle_view"

    def __str__(self) -> str:
        return f"{self.platform} {self.key}"
