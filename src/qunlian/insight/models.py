"""Counts per territory; everything else that insight shows belongs to the slices below."""

from django.db import models


class Tally(models.Model):
    """
    What a territory itself (not its subtree) held on a day; the last count of a day stays.

    :ivar stores_bound: stores with a group, of which somebody we know sits in one
    :ivar members: people in its groups of stores, staff left out; ``members_bound`` those whose store we know
    """

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
    stores_bound = models.IntegerField(default=0)
    members = models.IntegerField(default=0)
    members_bound = models.IntegerField(default=0)

    class Meta:
        db_table = "insight_tally"
        indexes = [models.Index(fields=["enterprise_id", "taken_on"], name="insight_tally_day")]

    def __str__(self) -> str:
        return f"territory {self.territory_id} on {self.taken_on}"


class KindTally(models.Model):
    """A territory's own open stores of one value of a kind (type, management, division), as last counted."""

    pk = models.CompositePrimaryKey("enterprise_id", "kind", "territory_id", "value")
    enterprise_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    territory_id = models.BigIntegerField()
    value = models.CharField(max_length=40)
    stores = models.IntegerField()
    grouped = models.IntegerField()
    live = models.IntegerField()
    joined = models.IntegerField()
    unplaced = models.IntegerField()

    class Meta:
        db_table = "insight_kind_tally"

    def __str__(self) -> str:
        return f"{self.kind} {self.value} in territory {self.territory_id}"


class MapCell(models.Model):
    """A territory's own open stores in one cell of the map of a division ("": of the country)."""

    pk = models.CompositePrimaryKey("enterprise_id", "division", "territory_id", "x", "y")
    enterprise_id = models.BigIntegerField()
    division = models.CharField(max_length=6)
    territory_id = models.BigIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    lng_sum = models.FloatField()
    lat_sum = models.FloatField()
    stores = models.IntegerField()
    grouped = models.IntegerField()
    live = models.IntegerField()
    joined = models.IntegerField()

    class Meta:
        db_table = "insight_map_cell"

    def __str__(self) -> str:
        return f"cell {self.x}, {self.y} on the map of {self.division or 'the country'}"


class UncoveredStore(models.Model):
    """An open store that had no group when it was last counted; not all of them, where they are many."""

    pk = models.CompositePrimaryKey("enterprise_id", "store_id")
    enterprise_id = models.BigIntegerField()
    store_id = models.BigIntegerField()

    class Meta:
        db_table = "insight_uncovered_store"

    def __str__(self) -> str:
        return f"store {self.store_id} without a group"
