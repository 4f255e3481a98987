"""What a person is asked to do on his phone, because a platform's API cannot."""

from django.db import models

from qunlian.community.models.groups import Group
from qunlian.community.models.plans import REF

TASK_STATES = ("with_person", "done", "refused", "expired", "unknown", "withdrawn")


class Task(models.Model):
    """
    One thing to do: with_person → done | refused | expired | unknown | withdrawn.

    ``source`` and ``source_key`` say what asked for it; there is one task for each, for ever: what is asked
    again is the same task again. ``payload`` holds what to copy: text, pictures (media tokens), link,
    facts. ``asked_by`` is the account of whoever wants it. ``room_key`` is the room a person made, once the
    platform's list shows it.
    """

    enterprise_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    source = models.CharField(max_length=24)
    source_key = models.CharField(max_length=80)
    platform = models.CharField(max_length=16)
    assignee_staff_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    asked_by = models.BigIntegerField(null=True)
    room_key = models.CharField(max_length=80, default="")
    state = models.CharField(max_length=12, default="with_person")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=24, default="")
    words = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "community_task"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "source", "source_key"], name="community_task_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=TASK_STATES), name="community_task_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="with_person", ended_at=None)
                | ~models.Q(state="with_person") & models.Q(ended_at__isnull=False),
                name="community_task_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "assignee_staff_id", "due_at", "id"],
                condition=models.Q(state="with_person"),
                name="community_task_mine",
            ),
            models.Index(
                fields=["enterprise_id", "due_at", "id"],
                condition=models.Q(state="with_person"),
                name="community_task_due",
            ),
            models.Index(
                fields=["enterprise_id", "ended_at", "id"],
                condition=~models.Q(state="with_person"),
                name="community_task_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for staff {self.assignee_staff_id}: {self.state}"


class TaskGroup(models.Model):
    """A group whose room a task is about; a mass message is confirmed once for many."""

    pk = models.CompositePrimaryKey("enterprise_id", "task_id", "group_id")
    enterprise_id = models.BigIntegerField()
    task = models.ForeignKey(Task, **REF)
    group = models.ForeignKey(Group, **REF)

    class Meta:
        db_table = "community_task_group"
        indexes = [models.Index(fields=["enterprise_id", "group"], name="community_tg_group")]

    def __str__(self) -> str:
        return f"task {self.task_id} for group {self.group_id}"
