"""What WeCom counts in customers' groups: sums per owner and day, a hundred owners at a time."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from qunlian.platforms.extensions import Activity
from qunlian.platforms.wecom.api import groups
from qunlian.platforms.wecom.client import Client


async def count(client: Client, owner_keys: Sequence[str], day: datetime) -> tuple[Activity, ...]:
    """Count one day that is over; owners without groups are missing."""
    begin = timezone.localtime(day).replace(hour=0, minute=0, second=0, microsecond=0)
    owners = list(dict.fromkeys(owner_keys))
    found: list[groups.Counts] = []
    for start in range(0, len(owners), groups.OWNERS_AT_ONCE):
        some = owners[start : start + groups.OWNERS_AT_ONCE]
        found += await groups.count_by_owner(client, some, begin=begin, end=begin)
    return tuple(
        Activity(
            owner_key=one.subject,
            rooms=one.groups,
            rooms_with_messages=one.groups_with_messages,
            members=one.members,
            new_members=one.new_members,
            members_with_messages=one.members_with_messages,
            messages=one.messages,
        )
        for one in found
    )
