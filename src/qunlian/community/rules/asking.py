"""What groups' platforms are asked: the states of a request, and whose task comes of it."""

from typing import Final

#: What has been asked and not been done.
OPEN: Final = ("asked", "unknown", "with_person", "refused", "expired")
#: What a task comes from, when a group's platform was asked.
SOURCE: Final = "request"
#: What a platform may do itself; the others are asked where only a person can.
BY_API: Final = ("create", "rename", "owner")
