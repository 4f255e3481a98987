"""
The journal: one append-only row per fact, and one per entity the fact is about.

Audit log, analytics source and webhook feed in one. Both tables are partitioned by month.
"""

from django.db import models


class Fact(models.Model):
    """Something that was done or seen. ``transaction_id`` orders readers below the commit horizon."""

    enterprise_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    account_id = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, default="")

    class Meta:
        managed = False
        db_table = "kernel_fact"

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class FactEntity(models.Model):
    """One thing a fact is about, so that a group's or store's history is one index range."""

    enterprise_id = models.BigIntegerField()
    fact_id = models.BigIntegerField()
    kind = models.CharField(max_length=24)
    entity_id = models.BigIntegerField()
    happened_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "kernel_fact_entity"

    def __str__(self) -> str:
        return f"{self.kind} {self.entity_id} in fact {self.fact_id}"
