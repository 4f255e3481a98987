"""Counts per territory and day; everything else that insight shows belongs to the slices below."""

from django.db import models


class Tally(models.Model):
    """What a territory itself (not its subtree) held on a day; the last count of a day stays."""

    pk = models.CompositePrimaryKey("enterprise_id", "territory_id", "taken_on")
    enterprise_id = models.BigIntegerField()
    territory_id = models.BigIntegerField()
    taken_on = models.DateField()
    taken_at = models.DateTimeField()
    stores = models.IntegerField(default=0)
    stores_grouped = models.IntegerField(default=0)
    stores_live = models.IntegerField(default=0)
    stores_joined = models.IntegerField(default=0)
    groups = models.IntegerField(default=0)
    groups_live = models.IntegerField(default=0)
    people = models.IntegerField(default=0)

    class Meta:
        db_table = "insight_tally"
        indexes = [models.Index(fields=["enterprise_id", "taken_on"], name="insight_tally_day")]

    def __str__(self) -> str:
        return f"territory {self.territory_id} on {self.taken_on}"
