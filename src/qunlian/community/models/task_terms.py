"""An enterprise's own times for what people do by hand."""

from django.db import models


class TaskTerms(models.Model):
    """
    How long one kind of task may take there, and when it is reminded of; without a row: the usual times.

    Who changed what is in the journal.
    """

    pk = models.CompositePrimaryKey("enterprise_id", "kind")
    enterprise_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    due_hours = models.PositiveSmallIntegerField()
    expires_hours = models.PositiveSmallIntegerField()
    remind_hours = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "community_task_terms"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_hours__gte=1)
                & models.Q(expires_hours__gt=models.F("due_hours")),
                name="community_task_terms_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.due_hours} h"
