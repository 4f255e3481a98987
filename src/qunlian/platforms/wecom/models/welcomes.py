"""Welcomes of groups (入群欢迎语素材) that stand in the company's list, and which rooms shall have which."""

from django.db import models


class WelcomeTemplate(models.Model):
    """
    One template, for all rooms that greet with the same words; there are a hundred at most.

    ``adding`` was written before the call; where its answer got lost nobody can look for it, because WeCom
    lists no templates: it stays ``lost`` and is never asked for again.

    :ivar digest: of the words; of one that is going its own number, so that the words are free again
    :ivar state: adding | kept | editing | lost | going
    """

    enterprise_id = models.BigIntegerField()
    digest = models.CharField(max_length=64, db_collation="C")
    content = models.TextField()
    template_id = models.CharField(max_length=80, db_collation="C", default="")
    state = models.CharField(max_length=12)
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_wecom_welcome_template"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "digest"], name="platforms_wecom_welcome_template_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.template_id}"


class RoomWelcome(models.Model):
    """Which template a room shall greet with; whether its owner chose it, WeCom does not tell."""

    enterprise_id = models.BigIntegerField()
    room_key = models.CharField(max_length=64, db_collation="C")
    template = models.ForeignKey(WelcomeTemplate, on_delete=models.DO_NOTHING, db_constraint=False)

    class Meta:
        db_table = "platforms_wecom_room_welcome"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "room_key"], name="platforms_wecom_room_welcome_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.room_key}: {self.template_id}"
