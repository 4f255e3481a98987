"""The loader's story from beginning to end."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.db import connection

from qunlian.channel.actions.finish_demo import finish_demo
from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.rules.divisions import Divisions
from qunlian.cli.demo_data import COMPANY, Demo, generate
from qunlian.cli.demo_load.broadcasts import lay_messages, write_messages
from qunlian.cli.demo_load.catalogue import lay_catalogue
from qunlian.cli.demo_load.laying import Laying
from qunlian.cli.demo_load.log_ins import FOUNDED_BEFORE, LogIn, found, log_ins, open_log_ins
from qunlian.cli.demo_load.matrix import fill_groups, lay_matrix
from qunlian.cli.demo_load.orders import find_buyers, lay_orders
from qunlian.cli.demo_load.rosters import load_rosters
from qunlian.cli.demo_load.waves import lay_waves
from qunlian.insight.actions.take_tally import take_tally
from qunlian.kernel import queue
from qunlian.kernel.actor import system_actor

_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What kind of demo is wanted."""

    seed: int = 1
    stores: int = 6_000
    orders: int = 60


def lay_demo(
    divisions: Divisions, wish: Wish, *, now: datetime, tell: Callable[[str], None]
) -> list[LogIn]:
    """
    Lay the whole demo down, or what an interrupted run left of it; return its log-ins.

    Jobs are not enqueued meanwhile: their work is done here, at moments of the past. Parts that do not need
    each other are laid side by side.
    """
    with queue.withheld():
        laying = _begin(divisions, wish, now, tell)
        _timed(laying, "the roster and a year of sales", load_rosters)
        beside = _beside(laying, "log-ins, products, prices, stock", _open_shop)
        _timed(laying, "plans and groups", lay_matrix)
        _timed(laying, "a roll-out in waves", lay_waves)
        _timed(laying, "people in the groups", fill_groups)
        beside.result()
        buyers = find_buyers(laying, count=wish.orders)
        write_messages(laying)
        ordering = partial(lay_orders, buyers=buyers, count=wish.orders)
        beside = _beside(laying, "orders and their money", ordering)
        _timed(laying, "conversations and broadcasts", lay_messages)
        beside.result()
        take_tally(actor=laying.machinery, now=laying.now)
        finish_demo(actor=laying.headquarters, seed=wish.seed, now=laying.now)
    return log_ins(laying)


def _open_shop(laying: Laying) -> None:
    open_log_ins(laying)
    lay_catalogue(laying)


def _timed(laying: Laying, name: str, part: Callable[[Laying], None]) -> None:
    began = time.monotonic()
    part(laying)
    laying.tell(f"  {name}: {time.monotonic() - began:.1f} s")


def _beside(laying: Laying, name: str, part: Callable[[Laying], None]) -> Future[None]:
    """Lay a part on another thread, with a connection of its own."""

    def lay() -> None:
        try:
            _timed(laying, name, part)
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    laid = pool.submit(copy_context().run, lay)
    pool.shutdown(wait=False)
    return laid


def _begin(divisions: Divisions, wish: Wish, now: datetime, tell: Callable[[str], None]) -> Laying:
    demo = _demo(divisions, wish, now)
    founder = str(demo.staff.row(0, named=True)["name"])
    home = found(COMPANY, founder, now)
    begun = home.founded_at + FOUNDED_BEFORE
    if begun != now:  # an earlier run was interrupted: its today is ours
        demo = _demo(divisions, wish, begun)
    headquarters = actor_of_account(home.founder_account_id, now=now)
    assert headquarters is not None  # noqa: S101  (founded right above, and active)
    return Laying(
        demo=demo,
        machinery=system_actor(home.enterprise_id),
        headquarters=headquarters,
        now=begun,
        seed=wish.seed,
        tell=tell,
    )


def _demo(divisions: Divisions, wish: Wish, now: datetime) -> Demo:
    until = now.astimezone(_CHINA).date()
    return generate(divisions, seed=wish.seed, until=until, stores=wish.stores)
