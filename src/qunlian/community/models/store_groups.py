"""Groups that stores run for their own consumers; of these the enterprise sees sums only."""

from django.db import models

from qunlian.community.models.plans import REF

STORE_GROUP_PLATFORMS = ("wechat", "wecom", "qq", "dingtalk", "other")


class StoreGroup(models.Model):
    """
    A store's own group: its name, its people and its code are the store's; sums of them the enterprise's.

    :ivar people: how many sit in it by the store's word
    :ivar code_token: the picture of its QR code (a token of messaging's media), good until ``code_until_at``
    """

    enterprise_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    platform = models.CharField(max_length=12, default="wechat")
    people = models.PositiveIntegerField()
    code_token = models.CharField(max_length=64, default="")
    code_until_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "community_store_group"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "store_id", "name"],
                condition=models.Q(closed_at=None),
                name="community_store_group_once",
            ),
            models.CheckConstraint(
                condition=models.Q(platform__in=STORE_GROUP_PLATFORMS),
                name="community_store_group_platform",
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "store_id"], name="community_store_group_store")
        ]

    def __str__(self) -> str:
        return f"group of store {self.store_id}"


class StoreGroupJoin(models.Model):
    """A consumer who came into one of our groups by a store group's link."""

    pk = models.CompositePrimaryKey("enterprise_id", "store_group_id", "person_id")
    enterprise_id = models.BigIntegerField()
    store_group = models.ForeignKey(StoreGroup, **REF)
    person_id = models.BigIntegerField()
    joined_at = models.DateTimeField()

    class Meta:
        db_table = "community_store_group_join"

    def __str__(self) -> str:
        return f"person {self.person_id} by store group {self.store_group_id}"
