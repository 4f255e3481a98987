"""Things that take days, each told as a generator, and played together in the order of their moments."""

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime

#: Does what is due, then says when it goes on; ends when there is nothing more to do.
Story = Iterator[datetime]


def play(stories: Iterable[tuple[datetime, Story]], *, until: datetime) -> None:
    """
    Let stories happen, whatever is due first; what would come after ``until`` does not happen.

    So rows get their numbers in the order of time, as they would have, and what is still under way at the
    demo's present is left standing there.
    """
    due = [(at, place, story) for place, (at, story) in enumerate(stories)]
    heapq.heapify(due)
    while due and due[0][0] <= until:
        _, place, story = heapq.heappop(due)
        following = next(story, None)
        if following is not None:
            heapq.heappush(due, (following, place, story))
