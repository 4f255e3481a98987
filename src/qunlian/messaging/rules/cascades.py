"""How a message goes down the line: who passes it to whom, from the stewards of groups up to the top."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """One member of staff in the line, and the one he hears it from (None: from the sender)."""

    staff_id: int
    from_staff_id: int | None
    hop: int


def line_of(
    stewards: Iterable[int], superior_of: Mapping[int, int | None], sender: int | None
) -> tuple[Link, ...]:
    """
    Return the line that reaches these stewards, the top first; the sender himself is no hop.

    :param superior_of: staff → superior; staff who are missing have left and pass nothing on
    """
    hops: dict[int, Link] = {}
    for steward in sorted(set(stewards)):
        chain = _chain(steward, superior_of, sender)
        for position, staff_id in enumerate(chain, start=1):
            above = chain[position - 2] if position > 1 else None
            hops.setdefault(staff_id, Link(staff_id, above, position))
    return tuple(sorted(hops.values(), key=lambda link: (link.hop, link.staff_id)))


def _chain(
    steward: int, superior_of: Mapping[int, int | None], sender: int | None
) -> tuple[int, ...]:
    """Return the way from the top down to the steward; empty when he is the sender or has left."""
    chain: list[int] = []
    at: int | None = steward
    while at is not None and at in superior_of and at != sender and at not in chain:
        chain.append(at)
        at = superior_of[at]
    return tuple(reversed(chain))
