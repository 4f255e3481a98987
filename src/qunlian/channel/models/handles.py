"""What people are called on outside chat platforms."""

from django.db import models

from qunlian.channel.models.roster import REF, Person


class Handle(models.Model):
    """
    A person's account on an outside platform, by the platform's own name for it.

    :ivar is_staff: an account of the enterprise's own organisation there; its person is one of our staff, or
        not known yet (null). Others' always has a person, made when it was first met.
    :ivar name: the nickname the platform shows; for staff what the organisation calls them, often nothing
    :ivar union_key: the same human across apps of the platform's family, where it tells one
    :ivar remarks: what our staff noted about him there: ``{"by": …, "remark": …, "phones": […]}``; kept only
        until he is tied to a store or a member of staff
    """

    enterprise_id = models.BigIntegerField()
    platform = models.CharField(max_length=16)
    key = models.CharField(max_length=64, db_collation="C")
    is_staff = models.BooleanField(default=False)
    person = models.ForeignKey(Person, null=True, **REF)
    name = models.CharField(max_length=60, default="")
    union_key = models.CharField(max_length=64, default="", db_collation="C")
    remarks = models.JSONField(default=list)
    met_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "channel_handle"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "platform", "key"], name="channel_handle_once"
            ),
            models.UniqueConstraint(
                fields=["enterprise_id", "platform", "person"],
                condition=models.Q(is_staff=True),
                name="channel_handle_of_staff_once",
            ),
            models.CheckConstraint(
                condition=models.Q(is_staff=True) | models.Q(person__isnull=False),
                name="channel_handle_of_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "person"], name="channel_handle_person"),
            models.Index(
                fields=["enterprise_id", "union_key"],
                condition=models.Q(union_key__gt=""),
                name="channel_handle_union",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.key}"
