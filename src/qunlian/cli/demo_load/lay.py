"""The loader's story from beginning to end."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.db import connection

from qunlian.channel.actions.finish_demo import finish_demo
from qunlian.channel.actions.index_stores import index_stores
from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.rules.divisions import Divisions
from qunlian.cli.demo_data import COMPANY, Demo, generate
from qunlian.cli.demo_load.broadcasts import lay_messages, write_messages
from qunlian.cli.demo_load.catalogue import lay_catalogue
from qunlian.cli.demo_load.changes import hand_over, plan_again
from qunlian.cli.demo_load.doubles import lay_doubles
from qunlian.cli.demo_load.laying import Laying
from qunlian.cli.demo_load.log_ins import FOUNDED_BEFORE, LogIn, found, log_ins, open_log_ins
from qunlian.cli.demo_load.matrix import fill_groups, lay_matrix
from qunlian.cli.demo_load.orders import find_buyers, lay_orders
from qunlian.cli.demo_load.rosters import load_rosters, load_sales
from qunlian.cli.demo_load.seeds import lay_seeds
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
    divisions: Divisions,
    wish: Wish,
    *,
    now: datetime,
    tell: Callable[[str], None],
    beside: Executor,
) -> list[LogIn]:
    """
    Lay the whole demo down, or what an interrupted run left of it; return its log-ins.

    Jobs are not enqueued meanwhile: their work is done here, at moments of the past.

    :param beside: lays parts that do not need each other at the same time; a process of its own is faster
    """
    with queue.withheld():
        laying = _begin(divisions, wish, now, tell)
        _timed(laying, "the roster", load_rosters)
        grouping = _beside(laying, beside, _group)
        _timed(laying, "a year of sales", load_sales)
        _timed(laying, "log-ins, products, prices, stock", _open_shop)
        _told(laying, "plans, groups, a roll-out in waves, people", grouping)
        buyers = find_buyers(laying, count=wish.orders)
        write_messages(laying)
        talking = _beside(laying, beside, _talk)
        _timed(
            laying,
            "orders and their money",
            partial(lay_orders, buyers=buyers, count=wish.orders),
        )
        _told(laying, "conversations and broadcasts, a plan again", talking)
        take_tally(actor=laying.machinery, now=laying.now)
        finish_demo(actor=laying.headquarters, seed=wish.seed, now=laying.now)
    return log_ins(laying)


def warm_up() -> None:
    """Load what loads slowly, beside what comes before it is needed: numba and the planner, pinyin."""
    import pypinyin.style  # noqa: F401, PLC0415

    from qunlian.community.planner.__main__ import main  # noqa: PLC0415

    main()


def _open_shop(laying: Laying) -> None:
    open_log_ins(laying)
    lay_catalogue(laying)


def _group(laying: Laying) -> None:
    while index_stores(actor=laying.machinery, now=laying.now):
        pass
    lay_matrix(laying)
    hand_over(laying)
    lay_waves(laying)
    fill_groups(laying)
    lay_doubles(laying)
    lay_seeds(laying)


def _talk(laying: Laying) -> None:
    lay_messages(laying)
    plan_again(laying)


def _timed(laying: Laying, name: str, part: Callable[[Laying], None]) -> None:
    laying.tell(f"  {name}: {_seconds(part, laying):.1f} s")


def _told(laying: Laying, name: str, part: Future[float]) -> None:
    laying.tell(f"  {name}: {part.result():.1f} s")


def _seconds(part: Callable[[Laying], None], laying: Laying) -> float:
    began = time.monotonic()
    part(laying)
    return time.monotonic() - began


def _beside(laying: Laying, beside: Executor, part: Callable[[Laying], None]) -> Future[float]:
    """Lay a part at the same time, in a process that knows no more than it is given."""
    return beside.submit(_lay, part, replace(laying, tell=_nobody))


def _lay(part: Callable[[Laying], None], laying: Laying) -> float:
    """Lay one part where it has a connection of its own; return its seconds."""
    try:
        with queue.withheld():
            return _seconds(part, laying)
    finally:
        connection.close()


def _nobody(_: str) -> None:
    """Tell nobody."""


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
