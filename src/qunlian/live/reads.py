"""What the live process reads of the database: plain functions, run in a few threads of their own."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection

from qunlian.channel.queries.actors import actor_of_account
from qunlian.kernel import clock
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging.queries.messages import change_heads, changes_after, line_as_json
from qunlian.messaging.queries.tickets import Ticket, audible_groups

Given = ParamSpec("Given")
Told = TypeVar("Told")
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live-read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """What one connection may hear."""

    enterprise_id: int
    group_ids: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Encoded changes of one group in order, each with its number; ``has_more`` asks to read on."""

    frames: tuple[tuple[int, str], ...]
    has_more: bool


async def ask(read: Callable[Given, Told], *args: Given.args, **kwargs: Given.kwargs) -> Told:
    """Run a read in a thread; a broken connection is dropped, so that the next read opens a new one."""

    def run() -> Told:
        try:
            return read(*args, **kwargs)
        except DatabaseError:
            connection.close()
            raise

    return await asyncio.get_running_loop().run_in_executor(_threads, run)


def ears_of(ticket: Ticket) -> Ears | None:
    """Return what the ticket's holder may hear now; None when his account is closed."""
    actor = actor_of_account(ticket.account_id, now=clock.now())
    if actor is None:
        return None
    return Ears(enterprise_id=actor.enterprise_id, group_ids=audible_groups(actor, ticket.watched))


def heads(enterprise_id: int, group_ids: Iterable[int]) -> Mapping[int, int]:
    """Return the last change number of each group."""
    return change_heads(system_actor(enterprise_id), list(group_ids))


def news(enterprise_id: int, group_id: int, change_no: int) -> News:
    """Return what changed in a group since, ready to send."""
    try:
        found = changes_after(system_actor(enterprise_id), group_id, change_no)
    except NotFound:
        return News(frames=(), has_more=False)
    return News(
        frames=tuple((line.change_no, _frame(line_as_json(line))) for line in found.lines),
        has_more=found.has_more,
    )


def _frame(line: dict[str, object]) -> str:
    return json.dumps({"type": "message", **line}, ensure_ascii=False, separators=(",", ":"))
