"""
Whether what was read of a room is older than what was heard of it. Pure.

WeCom's reads follow its events by some seconds, and events come late, twice, out of order or not at all. Each
change of members names the version before it and after it, so they form a chain; versions have no order of
their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One change of members: from a version to a version."""

    before: str
    after: str
    at: datetime


def is_older(read: str, heard: Sequence[Change]) -> bool:
    """
    Tell whether a room read at version ``read`` lacks a change that was heard of.

    A version nobody mentioned is taken as newer than all: something happened since that we were not told yet.
    """
    chain = [change for change in heard if change.after]
    if not chain or not read:
        return False
    newest_at = max(change.at for change in chain)
    newest = [change for change in chain if change.at == newest_at]
    # of changes within one second, the last is the one that no other goes on from
    befores = {change.before for change in newest}
    ends = {change.after for change in newest} - befores or {change.after for change in newest}
    if read in ends:
        return False
    return any(read in (change.before, change.after) for change in chain)
