"""The loader's story from beginning to end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from qunlian.channel.actions.finish_demo import finish_demo
from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.rules.divisions import Divisions
from qunlian.cli.demo_data import COMPANY, Demo, generate
from qunlian.cli.demo_load.broadcasts import lay_messages
from qunlian.cli.demo_load.catalogue import lay_catalogue
from qunlian.cli.demo_load.laying import Laying
from qunlian.cli.demo_load.log_ins import FOUNDED_BEFORE, LogIn, found, log_ins, open_log_ins
from qunlian.cli.demo_load.matrix import fill_groups, lay_matrix
from qunlian.cli.demo_load.orders import lay_orders
from qunlian.cli.demo_load.rosters import load_rosters
from qunlian.insight.actions.take_tally import take_tally
from qunlian.kernel import queue
from qunlian.kernel.actor import system_actor

_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What kind of demo is wanted."""

    seed: int = 1
    stores: int = 6_000
    orders: int = 100


def lay_demo(
    divisions: Divisions, wish: Wish, *, now: datetime, tell: Callable[[str], None]
) -> list[LogIn]:
    """
    Lay the whole demo down, or what an interrupted run left of it; return its log-ins.

    Jobs are not enqueued meanwhile: their work is done here, at moments of the past.
    """
    with queue.withheld():
        laying = _begin(divisions, wish, now, tell)
        parts: tuple[tuple[str, Callable[[Laying], None]], ...] = (
            ("the roster and a year of sales", load_rosters),
            ("log-ins", open_log_ins),
            ("products, prices, stock", lay_catalogue),
            ("plans and groups", lay_matrix),
            ("people in the groups", fill_groups),
            ("conversations and broadcasts", lay_messages),
            ("orders and their money", partial(lay_orders, count=wish.orders)),
        )
        for name, part in parts:
            began = time.monotonic()
            part(laying)
            tell(f"  {name}: {time.monotonic() - began:.1f} s")
        take_tally(actor=laying.machinery, now=laying.now)
        finish_demo(actor=laying.headquarters, seed=wish.seed, now=laying.now)
    return log_ins(laying)


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
