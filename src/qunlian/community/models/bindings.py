"""Which store somebody in a room seems to belong to, and what was decided."""

from django.db import models


class Binding(models.Model):
    """
    Somebody's account and a store: proposed → bound | refused. What was refused is never proposed again.

    :ivar score: 0 to 100, with the ``signs`` of ``channel.rules.bindings`` it comes from
    :ivar decided_by: the account that decided; null: the signs were sure enough
    """

    enterprise_id = models.BigIntegerField()
    handle_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    score = models.PositiveSmallIntegerField(default=0)
    signs = models.JSONField(default=list)
    state = models.CharField(max_length=8, default="proposed")
    found_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "community_binding"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "handle_id", "store_id"], name="community_binding_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "bound", "refused"]),
                name="community_binding_state",
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "store_id"], name="community_binding_store")
        ]

    def __str__(self) -> str:
        return f"handle {self.handle_id} of store {self.store_id}: {self.state}"


class ClaimTry(models.Model):
    """How often it was tried on the claim page within a window, by address, group and store."""

    pk = models.CompositePrimaryKey("enterprise_id", "key", "window_at")
    enterprise_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    window_at = models.DateTimeField()
    tries = models.IntegerField(default=0)

    class Meta:
        db_table = "community_claim_try"

    def __str__(self) -> str:
        return f"{self.tries} tries"
