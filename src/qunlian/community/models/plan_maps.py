"""A plan's groups on the map, counted once per version: by division, and by cell."""

from django.db import models

from qunlian.community.models.plans import REF, Plan, PlanGroup


class PlanPlace(models.Model):
    """
    A proposed group's stores in one district; ``city`` is the division that is a part of its province's map.

    ``unplaced`` of them have no coordinates.
    """

    pk = models.CompositePrimaryKey("enterprise_id", "plan_group_id", "city", "district")
    enterprise_id = models.BigIntegerField()
    plan = models.ForeignKey(Plan, **REF)
    plan_group = models.ForeignKey(PlanGroup, **REF)
    city = models.CharField(max_length=6, db_collation="C")
    district = models.CharField(max_length=6, db_collation="C")
    stores = models.IntegerField()
    unplaced = models.IntegerField()

    class Meta:
        db_table = "community_plan_place"
        indexes = [
            models.Index(fields=["enterprise_id", "plan", "city"], name="community_plan_place_city")
        ]

    def __str__(self) -> str:
        return f"group {self.plan_group_id} in {self.district}"


class PlanCell(models.Model):
    """
    The stores of a plan in one cell of a division's map ("": the country's), added up.

    ``likeness_sum`` adds each store's group's likeness, ``groups`` counts those that have a store there.
    """

    pk = models.CompositePrimaryKey("enterprise_id", "plan_id", "division", "x", "y")
    enterprise_id = models.BigIntegerField()
    plan = models.ForeignKey(Plan, **REF)
    division = models.CharField(max_length=6, db_collation="C")
    x = models.IntegerField()
    y = models.IntegerField()
    lng_sum = models.FloatField()
    lat_sum = models.FloatField()
    stores = models.IntegerField()
    groups = models.IntegerField()
    likeness_sum = models.FloatField()

    class Meta:
        db_table = "community_plan_cell"

    def __str__(self) -> str:
        return f"{self.division} {self.x} {self.y}"
