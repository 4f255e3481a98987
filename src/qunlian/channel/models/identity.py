"""Who is who: people who are likely one, and the trail of those made one and taken apart again."""

from django.db import models

from qunlian.channel.models.roster import REF, Person


class LikelyDuplicate(models.Model):
    """
    Two people who look like one: open → merged | different. What somebody decided is never asked again.

    ``reasons`` are codes of ``rules.likeness`` with the points each gave; ``first`` has the smaller id.
    """

    enterprise_id = models.BigIntegerField()
    first = models.ForeignKey(Person, **REF)
    second = models.ForeignKey(Person, **REF)
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=12, default="open")
    found_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "channel_likely_duplicate"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "first", "second"], name="channel_likely_duplicate_once"
            ),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")),
                name="channel_likely_duplicate_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "merged", "different"]),
                name="channel_likely_duplicate_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "-score", "id"],
                condition=models.Q(state="open"),
                name="channel_likely_open",
            ),
            models.Index(fields=["enterprise_id", "second"], name="channel_likely_second"),
        ]

    def __str__(self) -> str:
        return f"people {self.first_id} and {self.second_id}: {self.state}"


class PersonMerge(models.Model):
    """
    That two people were made one, and every row that moved for it, by slice. Never changed (no right to).

    It stands until a ``PersonUnmerge`` names it.
    """

    enterprise_id = models.BigIntegerField()
    kept = models.ForeignKey(Person, **REF)
    merged = models.ForeignKey(Person, **REF)
    moved = models.JSONField(default=dict)
    note = models.CharField(max_length=200, default="")
    merged_by = models.BigIntegerField(null=True)
    merged_at = models.DateTimeField()

    class Meta:
        db_table = "channel_person_merge"
        indexes = [
            models.Index(fields=["enterprise_id", "kept"], name="channel_merge_kept"),
            models.Index(fields=["enterprise_id", "merged"], name="channel_merge_merged"),
        ]

    def __str__(self) -> str:
        return f"person {self.merged_id} into {self.kept_id}"


class PersonUnmerge(models.Model):
    """That a merge was taken back, and what could not go back because it had changed since."""

    enterprise_id = models.BigIntegerField()
    merge = models.ForeignKey(PersonMerge, **REF)
    stayed = models.JSONField(default=dict)
    note = models.CharField(max_length=200, default="")
    unmerged_by = models.BigIntegerField(null=True)
    unmerged_at = models.DateTimeField()

    class Meta:
        db_table = "channel_person_unmerge"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "merge"], name="channel_person_unmerge_once"
            )
        ]

    def __str__(self) -> str:
        return f"merge {self.merge_id} taken back"
