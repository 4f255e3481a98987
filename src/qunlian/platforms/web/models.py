"""Rooms, seats and the spool of the built-in platform."""

from django.db import models


class Room(models.Model):
    """One room. ``key`` is what features know it by."""

    enterprise_id = models.BigIntegerField()
    key = models.CharField(max_length=40, db_collation="C")
    client_key = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    theme = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_web_room"
        constraints = [
            models.UniqueConstraint(fields=["enterprise_id", "key"], name="platforms_web_room_key"),
            models.UniqueConstraint(
                fields=["enterprise_id", "client_key"], name="platforms_web_room_once"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class WebSeat(models.Model):
    """Who sits in a room."""

    enterprise_id = models.BigIntegerField()
    room_key = models.CharField(max_length=40, db_collation="C")
    person_key = models.CharField(max_length=40, db_collation="C")
    role = models.CharField(max_length=12)
    since_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_web_seat"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "room_key", "person_key"], name="platforms_web_seat_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_key} in {self.room_key}"


class WebMute(models.Model):
    """Somebody of whom a room takes nothing until then."""

    enterprise_id = models.BigIntegerField()
    room_key = models.CharField(max_length=40, db_collation="C")
    person_key = models.CharField(max_length=40, db_collation="C")
    until_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_web_mute"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "room_key", "person_key"], name="platforms_web_mute_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_key} in {self.room_key}"


class WebEvent(models.Model):
    """One post, in the order it was accepted: ``ordinal`` has no gaps per enterprise."""

    enterprise_id = models.BigIntegerField()
    ordinal = models.BigIntegerField()
    room_key = models.CharField(max_length=40, db_collation="C")
    client_msg_id = models.CharField(max_length=64, db_collation="C")
    kind = models.CharField(max_length=12)
    body = models.JSONField()
    sender_key = models.CharField(max_length=40, default="")
    accepted_at = models.DateTimeField()

    class Meta:
        db_table = "platforms_web_event"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "ordinal"], name="platforms_web_event_order"
            ),
            models.UniqueConstraint(
                fields=["enterprise_id", "client_msg_id"], name="platforms_web_event_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal} in {self.room_key}"


class WebCounter(models.Model):
    """The last ordinal given; its lock makes the spool's order the order of commits."""

    enterprise_id = models.BigIntegerField(unique=True)
    last_ordinal = models.BigIntegerField(default=0)

    class Meta:
        db_table = "platforms_web_counter"

    def __str__(self) -> str:
        return f"{self.last_ordinal}"
