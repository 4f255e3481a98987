"""
How a delivery is named towards its platform, ``b<broadcast>-g<group>``, the same on every try; and how long
people who send it by hand are waited for.
"""

from datetime import timedelta
from typing import Final

#: Why a delivery that was left to a person did not get there: he said so, was late, could not tell, or the
#: platform never showed what he said he did. The platform may still tell that it did.
BY_PEOPLE: Final = ("person_refused", "person_expired", "person_unknown", "person_unseen")
#: A platform is asked so long what became of a message that people were to send.
LATE_NEWS: Final = timedelta(days=10)
#: Whoever says that he has sent it is believed so long to have just said it: the platform is asked at once.
JUST_NOW: Final = timedelta(minutes=1)
#: A platform is asked to remind the same person of the same message no oftener (WeCom takes three a day).
NUDGE_PEACE: Final = timedelta(hours=8)
_SOONEST, _LATEST = timedelta(minutes=3), timedelta(minutes=30)


def client_msg_id(broadcast_id: int, group_id: int) -> str:
    """Return the name of one broadcast's delivery to one group."""
    return f"b{broadcast_id}-g{group_id}"


def broadcast_of(client_msg_id: str) -> int | None:
    """Read the broadcast out of our own name of a delivery; anything else is not a broadcast."""
    head, dash, tail = client_msg_id.partition("-g")
    if dash and head[:1] == "b" and head[1:].isdigit() and tail.isdigit():
        return int(head[1:])
    return None


def group_of(client_msg_id: str) -> int:
    """Read the group out of our own name of a delivery."""
    return int(client_msg_id.rpartition("g")[2])


def look_again_after(waited: timedelta) -> timedelta:
    """Return how long to wait before a platform is asked again, the longer people have been waited for."""
    return min(_LATEST, max(_SOONEST, waited / 10))
