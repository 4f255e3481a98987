"""What the community and the channel publish, for joins: each view already holds the actor's reach."""

from django.db import models


class GroupView(models.Model):
    """A group within the actor's reach, or that he sits in."""

    enterprise_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    layer = models.CharField(max_length=12)
    theme = models.CharField(max_length=80)
    tags = models.JSONField()
    territory_id = models.BigIntegerField(null=True)
    distributor_id = models.BigIntegerField(null=True)
    platform = models.CharField(max_length=16)
    platform_key = models.CharField(max_length=80)
    life = models.CharField(max_length=12)
    seats_taken = models.IntegerField()
    owner_person_id = models.BigIntegerField(null=True)
    steward_staff_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "community_group_view"

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class MemberView(models.Model):
    """A stay in a group that the actor may know of; open while ``left_at`` is null."""

    enterprise_id = models.BigIntegerField()
    group_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    role = models.CharField(max_length=12)
    store_id = models.BigIntegerField(null=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "community_member_view"

    def __str__(self) -> str:
        return f"person {self.person_id} in group {self.group_id}"


class PersonView(models.Model):
    """A human's name; of one who was merged, the name and the id that he is known as now."""

    enterprise_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    known_as_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "channel_person_view"

    def __str__(self) -> str:
        return f"#{self.pk}"


class StaffView(models.Model):
    """A member of staff."""

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


class StoreView(models.Model):
    """A store within the actor's reach."""

    enterprise_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    territory_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "channel_store_view"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TerritoryView(models.Model):
    """A node of the sales tree within the actor's reach."""

    enterprise_id = models.BigIntegerField()
    parent_id = models.BigIntegerField(null=True)
    path = models.TextField(db_collation="C")
    depth = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "channel_territory_view"

    def __str__(self) -> str:
        return self.name


class DistributorView(models.Model):
    """A distributor within the actor's reach."""

    enterprise_id = models.BigIntegerField()
    path = models.TextField(db_collation="C")
    tier = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "channel_distributor_view"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TaskView(models.Model):
    """What somebody is asked to do by hand: one's own tasks, and those about groups within reach."""

    enterprise_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    source = models.CharField(max_length=24)
    source_key = models.CharField(max_length=80)
    assignee_staff_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=24)
    words = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField()
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "community_task_view"

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}: {self.state}"
