"""Who orders: owners who joined on their phones, and the reps who write down what they are told."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from numpy.random import Generator

from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.steps import AlreadyEnlisted
from qunlian.cli.demo_load.laying import Laying
from qunlian.cli.demo_load.matrix import store_groups
from qunlian.cli.demo_load.waves import Home, of_the_rollout
from qunlian.commerce.actions.set_credit_limit import LimitBelowDebt, set_credit_limit
from qunlian.community.actions.join_group import Joining, join_group
from qunlian.community.queries.members import members_of
from qunlian.community.queries.placements import stores_of_each
from qunlian.kernel.actor import Actor, Reach, Role

CREDIT_FEN = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """An owner who orders on his phone, or through the rep of his group."""

    member: Actor
    rep: Actor
    store_id: int
    group_id: int
    has_credit: bool


def let_join(laying: Laying, dice: Generator, count: int, at: datetime) -> list[Buyer]:
    """Let some owners join on their phones; half of them may buy on account."""
    phones = dict(laying.demo.stores.select("code", "owner_phone").iter_rows())
    names = dict(laying.demo.stores.select("code", "owner_name").iter_rows())
    stewards = {group.group_id: group.steward_staff_id for group in store_groups(laying)}
    reps = _reps(laying)
    buyers: list[Buyer] = []
    homes = [*_of_live_groups(laying, dice, count), *of_the_rollout(laying)]
    for place, home in enumerate(homes):
        joining = Joining(target_id=home.store_id, name=names[home.code], phone=phones[home.code])
        member = _member(laying, home.group_id, joining, at)
        if member is None:
            continue
        has_credit = place % 2 == 0
        if has_credit:
            with suppress(LimitBelowDebt):
                set_credit_limit(
                    actor=laying.headquarters, store_id=home.store_id, limit_fen=CREDIT_FEN, now=at
                )
        buyers.append(
            Buyer(
                member=member,
                rep=reps.get(stewards.get(home.group_id) or 0, laying.headquarters),
                store_id=home.store_id,
                group_id=home.group_id,
                has_credit=has_credit,
            )
        )
    return buyers


def _of_live_groups(laying: Laying, dice: Generator, count: int) -> Iterator[Home]:
    """Choose stores with somebody in their group, group after group."""
    groups = [group.group_id for group in store_groups(laying, "live")]
    stores = stores_of_each(laying.headquarters, groups)
    for place in range(count if groups else 0):
        group_id = groups[place % len(groups)]
        rows = [row for row in stores[group_id] if row.people]
        row = rows[int(dice.integers(len(rows)))]
        yield Home(group_id=group_id, store_id=row.store_id, code=row.code)


def _reps(laying: Laying) -> dict[int, Actor]:
    whole = Reach(is_everything=True)  # an order names its store, and that is one of his
    return {
        row.id: replace(laying.stand_in(row), reach=whole)
        for row in laying.staff().values()
        if row.role == "rep"
    }


def _member(laying: Laying, group_id: int, joining: Joining, at: datetime) -> Actor | None:
    """Return the owner with his own account; one who joined before an interruption, by his seat."""
    try:
        joined = join_group(actor=laying.machinery, joining=joining, now=at)
        return actor_of_account(joined.account_id, now=at)
    except AlreadyEnlisted:
        seats = members_of(laying.headquarters, group_id)
        person = next((row.person_id for row in seats if row.store_id == joining.target_id), None)
        if person is None:
            return None
        return Actor(
            enterprise_id=laying.machinery.enterprise_id,
            role=Role.MEMBER,
            person_id=person,
            reach=Reach(store_ids=(joining.target_id,)),
        )
