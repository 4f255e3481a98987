"""How the reading of the message archive stands, and which messages could not be opened."""

from django.db import models


class ArchiveReading(models.Model):
    """
    How far the archive was read, for the doctor; where to go on is the reader's own cursor.

    :ivar trouble: why it could not be read when it was tried last; "" = it could
    """

    enterprise_id = models.BigIntegerField(unique=True)
    seq = models.BigIntegerField(default=0)
    trouble = models.CharField(max_length=40, default="")
    read_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_wecom_archive_reading"

    def __str__(self) -> str:
        return f"up to {self.seq}"


class ArchiveGap(models.Model):
    """
    A message that could not be opened: read again as soon as another key of its version is there.

    :ivar key_digest: of the key that did not open it; "" = there was none
    :ivar handed_as: with which cursor it was handed out; gone once that cursor comes back
    """

    enterprise_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    version = models.IntegerField()
    key_digest = models.CharField(max_length=64, default="", db_collation="C")
    handed_as = models.BigIntegerField(null=True)
    noticed_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_wecom_archive_gap"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "seq"], name="platforms_wecom_archive_gap_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.seq} needs key {self.version}"
