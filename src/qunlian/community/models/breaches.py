"""What members did against their groups' rules, and what followed."""

from django.db import models

from qunlian.community.models.groups import Group, Request
from qunlian.community.models.plans import REF
from qunlian.community.rules import ladder


class Breach(models.Model):
    """
    A rule broken by a member of a group, and the one step that followed.

    ``state`` says how the step is carried out: asked → with_person → done | not_given | refused | expired |
    withdrawn; it follows ``request``. ``standing`` says how the breach itself stands: stands → lifted, or
    → appealed → upheld | granted. ``words`` are what the member is told, ``said`` what stood in the message.
    ``follows`` is the breach whose red packet was not given.
    """

    enterprise_id = models.BigIntegerField()
    group = models.ForeignKey(Group, **REF)
    person_id = models.BigIntegerField()
    rule = models.CharField(max_length=ladder.LONGEST_RULE)
    words = models.CharField(max_length=ladder.LONGEST_WORDS)
    message_seq = models.BigIntegerField(null=True)
    said = models.CharField(max_length=120, default="")
    step = models.CharField(max_length=8)
    state = models.CharField(max_length=12, default="asked")
    standing = models.CharField(max_length=8, default="stands")
    request = models.ForeignKey(Request, null=True, **REF)
    follows = models.ForeignKey("self", null=True, **REF)
    noted_by = models.BigIntegerField(null=True)
    noted_at = models.DateTimeField()
    counts_until_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    told_given_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    lifted_by = models.BigIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.CharField(max_length=200, default="")
    appealed_at = models.DateTimeField(null=True)
    appeal = models.CharField(max_length=ladder.LONGEST_APPEAL, default="")
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=ladder.LONGEST_WORDS, default="")

    class Meta:
        db_table = "community_breach"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(step__in=ladder.STEPS), name="community_breach_step"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ladder.STATES), name="community_breach_state"
            ),
            models.CheckConstraint(
                condition=models.Q(standing__in=ladder.STANDINGS), name="community_breach_standing"
            ),
            models.UniqueConstraint(
                fields=["enterprise_id", "group", "message_seq"],
                condition=models.Q(message_seq__isnull=False, standing__in=ladder.COUNTING),
                name="community_breach_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "group", "noted_at", "id"], name="community_breach_group"
            ),
            models.Index(
                fields=["enterprise_id", "person_id", "noted_at", "id"],
                name="community_breach_person",
            ),
            models.Index(fields=["enterprise_id", "request"], name="community_breach_request"),
            models.Index(
                fields=["enterprise_id", "appealed_at", "id"],
                condition=models.Q(standing="appealed"),
                name="community_breach_appeals",
            ),
            models.Index(
                fields=["enterprise_id", "until_at"],
                condition=models.Q(step="mute", state="done", undone_at=None),
                name="community_breach_muted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} for person {self.person_id} in group {self.group_id}: {self.state}"
