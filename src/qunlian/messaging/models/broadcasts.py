"""One message to many groups: the broadcast, its row per group, its proof per person, its hops."""

from typing import Any

from django.db import models

REF: dict[str, Any] = {
    "on_delete": models.DO_NOTHING,
    "db_constraint": False,
    "db_index": False,
    "related_name": "+",
}
MODES = ("direct", "cascade")
BROADCAST_STATES = ("draft", "scheduled", "sending", "paused", "sent", "cancelled")
DELIVERY_STATES = (
    "planned",
    "sending",
    "sent",
    "unknown",
    "failed",
    "with_person",
    "cancelled",
)
RELAY_STATES = ("upstream", "waiting", "passed", "stopped")


class Broadcast(models.Model):
    """
    What is said to a slice of the matrix.

    draft → scheduled → sending (⇄ paused) → sent, or cancelled before it ended. ``options`` and
    ``right_option`` (index) belong to the question that shows whether it was understood; ``slice`` says
    which groups (see rules/slices.py).
    """

    enterprise_id = models.BigIntegerField()
    title = models.CharField(max_length=80)
    mode = models.CharField(max_length=8, default="direct")
    state = models.CharField(max_length=12, default="draft")
    kind = models.CharField(max_length=12, default="text")
    body = models.JSONField(default=dict)
    question = models.CharField(max_length=120, default="")
    options = models.JSONField(default=list)
    right_option = models.PositiveSmallIntegerField(null=True)
    slice = models.JSONField(default=dict)
    is_wording_allowed = models.BooleanField(default=True)
    groups_total = models.IntegerField(default=0)
    people_total = models.IntegerField(default=0)
    scheduled_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_by = models.BigIntegerField()
    sender_person_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_broadcast"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mode__in=MODES), name="messaging_broadcast_mode"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=BROADCAST_STATES), name="messaging_broadcast_state"
            ),
            models.CheckConstraint(
                condition=models.Q(question="", right_option=None)
                | models.Q(right_option__isnull=False),
                name="messaging_broadcast_question",
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "-id"], name="messaging_broadcast_recent"),
            models.Index(
                fields=["enterprise_id", "scheduled_at"],
                condition=models.Q(state__in=["scheduled", "sending"]),
                name="messaging_broadcast_due",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title} ({self.state})"


class Relay(models.Model):
    """
    One hop of a cascade: a member of staff who shall pass the message on.

    upstream (it hasn't come to him) → waiting → passed, or stopped when the broadcast closed on him.
    ``hop`` counts from 1 at the top; ``wording`` is what he added in his own words.
    """

    enterprise_id = models.BigIntegerField()
    broadcast = models.ForeignKey(Broadcast, **REF)
    parent = models.ForeignKey("self", null=True, **REF)
    hop = models.PositiveSmallIntegerField()
    staff_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    state = models.CharField(max_length=12, default="upstream")
    wording = models.CharField(max_length=200, default="")
    received_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.PositiveSmallIntegerField(null=True)
    is_understood = models.BooleanField(null=True)
    passed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messaging_relay"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "broadcast", "staff_id"], name="messaging_relay_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=RELAY_STATES), name="messaging_relay_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "staff_id"],
                condition=models.Q(state="waiting"),
                name="messaging_relay_waiting",
            ),
            models.Index(fields=["enterprise_id", "parent"], name="messaging_relay_parent"),
        ]

    def __str__(self) -> str:
        return f"hop {self.hop} of broadcast {self.broadcast_id}: staff {self.staff_id}"


class Delivery(models.Model):
    """
    A broadcast on its way into one group.

    held (a cascade that hasn't come so far) is ``planned`` with ``due_at`` null. planned → sending (the
    intent, with a lease) → sent | failed | unknown (asked about, never blindly repeated) | with_person
    (somebody is asked to send it: ``task_id``) → sent | failed | cancelled.
    """

    enterprise_id = models.BigIntegerField()
    broadcast = models.ForeignKey(Broadcast, **REF)
    group_id = models.BigIntegerField()
    relay = models.ForeignKey(Relay, null=True, **REF)
    platform = models.CharField(max_length=16)
    room_key = models.CharField(max_length=80)
    state = models.CharField(max_length=12, default="planned")
    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=80, default="")
    platform_key = models.CharField(max_length=80, default="")
    seq = models.BigIntegerField(null=True)
    people = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    task_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "messaging_delivery"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "broadcast", "group_id"], name="messaging_delivery_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=DELIVERY_STATES), name="messaging_delivery_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "broadcast", "due_at"],
                condition=models.Q(state__in=["planned", "sending", "unknown"]),
                name="messaging_delivery_open",
            ),
            models.Index(fields=["enterprise_id", "group_id"], name="messaging_delivery_group"),
            models.Index(fields=["enterprise_id", "relay"], name="messaging_delivery_relay"),
            models.Index(
                fields=["enterprise_id", "task_id"],
                condition=models.Q(task_id__isnull=False),
                name="messaging_delivery_task",
            ),
        ]

    def __str__(self) -> str:
        return f"broadcast {self.broadcast_id} to group {self.group_id}: {self.state}"


class Confirmation(models.Model):
    """
    Somebody is asked to send a broadcast into his rooms: the task, and what its platform was asked of it.

    ``looked_at``: when the platform was last asked what became of it; ``nudged_at``: to remind him.
    """

    enterprise_id = models.BigIntegerField()
    broadcast = models.ForeignKey(Broadcast, **REF)
    task_id = models.BigIntegerField()
    platform = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    nudged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messaging_confirmation"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "task_id"], name="messaging_confirmation_once"
            )
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "broadcast"], name="messaging_confirmation_of")
        ]

    def __str__(self) -> str:
        return f"broadcast {self.broadcast_id}: task {self.task_id}"


class Receipt(models.Model):
    """
    Proof that one person got, read, answered and understood a broadcast. Moments never move back.

    ``is_member``: he sat there as a member when it began, so he counts in the tally of his group.
    """

    enterprise_id = models.BigIntegerField()
    broadcast = models.ForeignKey(Broadcast, **REF)
    group_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    clicked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.PositiveSmallIntegerField(null=True)
    is_understood = models.BooleanField(null=True)
    is_member = models.BooleanField(default=True)

    class Meta:
        db_table = "messaging_receipt"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "broadcast", "group_id", "person_id"],
                name="messaging_receipt_once",
            )
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "person_id"], name="messaging_receipt_person")
        ]

    def __str__(self) -> str:
        return f"broadcast {self.broadcast_id} at person {self.person_id}"


class ProofTally(models.Model):
    """How many members of a group proved a broadcast; a trigger counts with every receipt written."""

    enterprise_id = models.BigIntegerField()
    broadcast = models.ForeignKey(Broadcast, **REF)
    group_id = models.BigIntegerField()
    delivered = models.IntegerField(default=0)
    read = models.IntegerField(default=0)
    clicked = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    understood = models.IntegerField(default=0)

    class Meta:
        db_table = "messaging_proof_tally"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "broadcast", "group_id"],
                name="messaging_proof_tally_once",
            )
        ]

    def __str__(self) -> str:
        return f"broadcast {self.broadcast_id} in group {self.group_id}: {self.delivered} people"


class Reminder(models.Model):
    """Somebody asked a member of staff to see to a broadcast: to pass it on, or that his groups read it."""

    enterprise_id = models.BigIntegerField()
    broadcast = models.ForeignKey(Broadcast, **REF)
    staff_id = models.BigIntegerField()
    times = models.PositiveSmallIntegerField(default=1)
    reminded_by = models.BigIntegerField()
    reminded_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_reminder"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "broadcast", "staff_id"], name="messaging_reminder_once"
            )
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "staff_id"], name="messaging_reminder_staff")
        ]

    def __str__(self) -> str:
        return f"broadcast {self.broadcast_id}: staff {self.staff_id} reminded"
