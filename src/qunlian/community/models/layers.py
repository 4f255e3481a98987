"""How an enterprise wants the groups of each layer: its templates, and the accounts that own groups."""

from django.db import models

from qunlian.community.models.plans import REF


class Layer(models.Model):
    """
    An enterprise's own template of a layer, as ``rules.layers.LayerTemplate`` reads it.

    A layer without a row follows the defaults. Who changed what is in the journal.
    """

    enterprise_id = models.BigIntegerField()
    layer = models.CharField(max_length=12)
    template = models.JSONField(default=dict)
    changed_by = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "community_layer"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(layer__in=["distributor", "store", "consumer"]),
                name="community_layer_known",
            ),
            models.UniqueConstraint(fields=["enterprise_id", "layer"], name="community_layer_once"),
        ]

    def __str__(self) -> str:
        return self.layer


class OwnerAccount(models.Model):
    """An enterprise-controlled account (a member of staff's) that may own a layer's groups of a part."""

    enterprise_id = models.BigIntegerField()
    layer = models.ForeignKey(Layer, **REF)
    staff_id = models.BigIntegerField()
    territory_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "community_owner_account"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "layer", "staff_id", "territory_id"],
                nulls_distinct=False,
                name="community_owner_account_once",
            )
        ]

    def __str__(self) -> str:
        return f"staff {self.staff_id} in territory {self.territory_id}"
