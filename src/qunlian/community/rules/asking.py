"""What groups' platforms are asked: the states of a request, and whose task comes of it."""

from typing import Final

#: What has been asked and not been done.
OPEN: Final = ("asked", "unknown", "with_person", "refused", "expired")
#: What a task comes from, when a group's platform was asked.
SOURCE: Final = "request"
#: What a platform may do itself; the others are asked where only a person can.
BY_API: Final = (
    "create",
    "rename",
    "owner",
    "remove",
    "remind",
    "recall",
    "mute",
    "unmute",
)
#: Why the task of a red packet ends without one: the member put none, and somebody looked.
NOT_GIVEN: Final = "not_given"
#: What is asked because a rule was broken; ``payload["breach_id"]`` says which breach it was.
OF_BREACHES: Final = ("remind", "recall", "packet", "mute", "unmute", "remove")
