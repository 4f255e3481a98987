"""Who listens to which group, and how far each group has been told."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.db import DatabaseError

from qunlian.live import reads
from qunlian.messaging.queries.tickets import Ticket

logger = logging.getLogger(__name__)

#: A lost NOTIFY costs at most this long.
CATCH_UP_SECONDS = 3.0
#: How often it is asked again what a connection may hear.
RECHECK_SECONDS = 60.0
#: A page that is further behind than this reads the chat anew instead.
BEHIND_LIMIT = 1000
Place = tuple[int, int]


class Page(Protocol):
    """One open page, as the hub sees it."""

    def send(self, frame: str) -> None:
        """Give the page a frame without waiting; a page that does not keep up is dropped."""
        ...

    def end(self, reason: str) -> None:
        """Close the page's connection."""
        ...


@dataclass(eq=False)
class Listener:
    """A page, its ticket, what it may hear."""

    page: Page
    ticket: Ticket
    enterprise_id: int = 0
    group_ids: frozenset[int] = frozenset()


@dataclass
class Channel:
    """A group that somebody listens to: told up to ``change_no``."""

    change_no: int
    listeners: set[Listener] = field(default_factory=set)


class Hub:
    """Keeps the listeners and tells them what is new; all in one event loop."""

    def __init__(self) -> None:
        self.channels: dict[Place, Channel] = {}
        self.listeners: set[Listener] = set()
        self._waking: set[Place] = set()
        self._wake_all = True
        self._woken = asyncio.Event()

    def wake(self, enterprise_id: int, group_id: int | None) -> None:
        """Note that something may be new in a group, or (None) anywhere."""
        if group_id is None:
            self._wake_all = True
        elif (enterprise_id, group_id) in self.channels:
            self._waking.add((enterprise_id, group_id))
        else:
            return
        self._woken.set()

    async def join(self, page: Page, ticket: Ticket, since: Mapping[int, int]) -> Listener | None:
        """
        Let a page listen, and tell it what it missed of each group it knew.

        It is entered before its past is read, so nothing falls between; a page drops what it gets twice.
        """
        ears = await reads.ask(reads.ears_of, ticket)
        if ears is None:
            return None
        listener = Listener(page, ticket, ears.enterprise_id)
        heads = await reads.ask(reads.heads, ears.enterprise_id, ears.group_ids)
        self._enter(listener, ears.group_ids, heads)
        for group_id, change_no in since.items():
            if group_id in ears.group_ids and heads.get(group_id, 0) > change_no:
                await self._catch_up(listener, group_id, change_no, heads[group_id])
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a page."""
        self.listeners.discard(listener)
        for group_id in listener.group_ids:
            self._forget(listener, group_id)

    async def run(self) -> None:
        """Tell what is new, whenever woken and every few seconds besides; never ends."""
        while True:
            try:
                async with asyncio.timeout(CATCH_UP_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                self._wake_all = True
            try:
                await self._tell()
            except DatabaseError:
                logger.warning("live_lost_database")
                self._wake_all = True
                await asyncio.sleep(1)

    async def recheck(self) -> None:
        """Ask again what everybody may hear, a slice at a time; never ends."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            for listener in list(self.listeners):
                try:
                    await self._recheck_one(listener)
                except DatabaseError:
                    logger.warning("live_lost_database")
                    break

    async def _recheck_one(self, listener: Listener) -> None:
        ears = await reads.ask(reads.ears_of, listener.ticket)
        if ears is None:
            listener.page.end("account closed")
            return
        if ears.group_ids == listener.group_ids or listener not in self.listeners:
            return
        for group_id in listener.group_ids - ears.group_ids:
            self._forget(listener, group_id)
        fresh = ears.group_ids - listener.group_ids
        heads = await reads.ask(reads.heads, ears.enterprise_id, fresh)
        if listener in self.listeners:
            self._enter(listener, ears.group_ids, heads)

    def _enter(
        self, listener: Listener, group_ids: frozenset[int], heads: Mapping[int, int]
    ) -> None:
        listener.group_ids = group_ids
        self.listeners.add(listener)
        for group_id in group_ids:
            place = (listener.enterprise_id, group_id)
            channel = self.channels.get(place)
            if channel is None:
                channel = self.channels[place] = Channel(heads.get(group_id, 0))
            channel.listeners.add(listener)

    def _forget(self, listener: Listener, group_id: int) -> None:
        place = (listener.enterprise_id, group_id)
        channel = self.channels.get(place)
        if channel is not None:
            channel.listeners.discard(listener)
            if not channel.listeners:
                del self.channels[place]

    async def _catch_up(self, listener: Listener, group_id: int, change_no: int, head: int) -> None:
        if head - change_no > BEHIND_LIMIT:
            listener.page.send(f'{{"type":"gap","group":{group_id}}}')
            return
        has_more = True
        while has_more:
            told = await reads.ask(reads.news, listener.enterprise_id, group_id, change_no)
            for _, frame in told.frames:
                listener.page.send(frame)
            change_no = told.frames[-1][0] if told.frames else head
            has_more = told.has_more

    async def _tell(self) -> None:
        """Read each group that may have news from where it was told to, and tell it."""
        self._woken.clear()
        is_all, woken = self._wake_all, self._waking & set(self.channels)
        self._wake_all, self._waking = False, set()
        for place in woken:  # surely something new: read at once
            await self._tell_group(place)
        if is_all:
            await self._tell_all()

    async def _tell_all(self) -> None:
        """Ask once per enterprise which of its groups moved on, and tell those."""
        by_enterprise: dict[int, list[int]] = defaultdict(list)
        for enterprise_id, group_id in set(self.channels):
            by_enterprise[enterprise_id].append(group_id)
        for enterprise_id, group_ids in by_enterprise.items():
            heads = await reads.ask(reads.heads, enterprise_id, group_ids)
            for group_id in group_ids:
                place = (enterprise_id, group_id)
                channel = self.channels.get(place)
                if channel is not None and channel.change_no < heads.get(group_id, 0):
                    await self._tell_group(place)

    async def _tell_group(self, place: Place) -> None:
        channel = self.channels.get(place)
        has_more = channel is not None
        while channel is not None and has_more:
            told = await reads.ask(reads.news, *place, channel.change_no)
            has_more = told.has_more
            for change_no, frame in told.frames:
                channel.change_no = change_no
                for listener in channel.listeners:
                    listener.page.send(frame)
