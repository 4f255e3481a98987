"""What a test knows of the two groups of conftest.py."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class East:
    """Group ids: ``east`` in patch A, ``west`` in patch B (nobody in it)."""

    east: int
    west: int
