"""What the floors below publish, with the actor's reach inside."""

from django.db import models


class StoreView(models.Model):
    enterprise_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    type = models.CharField(max_length=40)
    territory_id = models.BigIntegerField()
    distributor_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=12)

    class Meta:
        managed = False
        db_table = "channel_store_view"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class StorePlaceView(models.Model):
    """Where a store hangs in both trees; what its prices and its warehouse depend on."""

    enterprise_id = models.BigIntegerField()
    type = models.CharField(max_length=40)
    territory_path = models.TextField()
    distributor_path = models.TextField(null=True)
    distributor_tier = models.PositiveSmallIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "channel_store_place_view"

    def __str__(self) -> str:
        return f"store {self.pk} in {self.territory_path}"


class DistributorView(models.Model):
    enterprise_id = models.BigIntegerField()
    path = models.TextField()
    tier = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "channel_distributor_view"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TerritoryView(models.Model):
    enterprise_id = models.BigIntegerField()
    path = models.TextField()
    depth = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "channel_territory_view"

    def __str__(self) -> str:
        return self.name


class PersonView(models.Model):
    enterprise_id = models.BigIntegerField()
    name = models.CharField(max_length=60)

    class Meta:
        managed = False
        db_table = "channel_person_view"

    def __str__(self) -> str:
        return f"#{self.pk}"


class StaffView(models.Model):
    enterprise_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=20)
    left_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "channel_staff_view"

    def __str__(self) -> str:
        return self.name


class AssignmentView(models.Model):
    enterprise_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    territory_id = models.BigIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "channel_assignment_view"

    def __str__(self) -> str:
        return f"staff {self.staff_id} in {self.territory_id}"


class GroupView(models.Model):
    enterprise_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    steward_staff_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "community_group_view"

    def __str__(self) -> str:
        return self.name


class StoreGroupView(models.Model):
    """A group that a store runs itself; nothing of it but what is added up."""

    enterprise_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    people = models.IntegerField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "community_store_group_view"

    def __str__(self) -> str:
        return f"group of store {self.store_id}"


class BroadcastView(models.Model):
    enterprise_id = models.BigIntegerField()
    title = models.CharField(max_length=120)

    class Meta:
        managed = False
        db_table = "messaging_broadcast_view"

    def __str__(self) -> str:
        return self.title
