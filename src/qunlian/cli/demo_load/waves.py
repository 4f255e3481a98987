"""One city of the second province is rolled out in waves: named, ranked, the best tenth invited, watched."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qunlian.activation.actions.draft_rollout import RolloutWish, draft_rollout
from qunlian.activation.actions.nominate_store import nominate_store
from qunlian.activation.actions.open_wave import Look, open_wave
from qunlian.activation.actions.rank_rollout import rank_rollout
from qunlian.activation.queries.rollouts import list_rollouts, stores_in_wave, waves_of
from qunlian.cli.demo_load.laying import Laying, place_of
from qunlian.community.queries.groups import GroupFilter, list_groups
from qunlian.community.queries.placements import stores_of_each
from qunlian.kernel.actor import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A store and its group."""

    group_id: int
    store_id: int
    code: str


NAME = "安庆首批邀请"
DAYS_AGO = 20
_PROVINCE, _CITY = "34", "3408"
_MOST = 1000
_BUYERS = 4
_REASONS = (
    "半条街都认识，别人爱问他",
    "新品总是第一个试，卖得也快",
    "常在朋友圈发我们的货",
    "老板娘爱张罗，带得动邻居",
)


def lay_waves(laying: Laying) -> None:
    """Let reps name stores, rank the city's stores and invite the first wave, from wherever it stands."""
    city = place_of(laying, _PROVINCE, _CITY)
    if city is None:
        return
    known = {card.name: card.rollout_id for card in list_rollouts(laying.headquarters).rows}
    rollout_id = known.get(NAME)
    if rollout_id is None:
        _name_stores(laying, city)
        wish = RolloutWish(name=NAME, territory_id=city)
        at = laying.moment(DAYS_AGO, 9)
        drafted = draft_rollout(actor=laying.headquarters, wish=wish, now=at)
        rollout_id = drafted.rollout_id
    rank_rollout(actor=laying.machinery, rollout_id=rollout_id, now=laying.moment(DAYS_AGO, 9, 1))
    if any(wave.opened_at is None for wave in waves_of(laying.headquarters, rollout_id)[:1]):
        at = laying.moment(DAYS_AGO, 10)
        who = laying.headquarters
        open_wave(actor=who, rollout_id=rollout_id, number=1, look=Look(), now=at)


def _name_stores(laying: Laying, city: int) -> None:
    staff = {row.id: row for row in laying.staff().values()}
    dice = laying.dice("nominations")
    groups = list_groups(
        laying.headquarters, narrow=GroupFilter(territory_id=city, layer="store")
    ).rows
    stores_of = stores_of_each(laying.headquarters, [group.group_id for group in groups])
    for group in groups:
        rep = staff.get(group.steward_staff_id or 0)
        if rep is None:
            continue
        actor = replace(laying.stand_in(rep), reach=Reach(is_everything=True))
        stores = stores_of[group.group_id]
        for at in dice.choice(len(stores), size=min(2, len(stores)), replace=False):
            nominate_store(
                actor=actor,
                store_id=stores[int(at)].store_id,
                reason=_REASONS[int(dice.integers(len(_REASONS)))],
                now=laying.moment(DAYS_AGO + 1, 15),
            )


def joining(laying: Laying) -> tuple[dict[int, list[int]], frozenset[int]]:
    """
    Return on which day which stores of the roll-out come in, and all its stores.

    Most of those invited come; of the others the few who saw a poster.
    """
    days: defaultdict[int, list[int]] = defaultdict(list)
    every: set[int] = set()
    dice = laying.dice("joining")
    for card in list_rollouts(laying.headquarters).rows:
        for wave in waves_of(laying.headquarters, card.rollout_id):
            page = stores_in_wave(laying.headquarters, card.rollout_id, wave.number, take=_MOST)
            for store in page.rows:
                every.add(store.store_id)
                if dice.random() < (0.05 if wave.opened_at is None else 0.8):
                    days[int(dice.integers(6, DAYS_AGO))].append(store.store_id)
    return dict(days), frozenset(every)


def of_the_rollout(laying: Laying) -> Iterator[Home]:
    """Choose who buys, so that the results say something: some who were invited, one who was not."""
    for card in list_rollouts(laying.headquarters).rows:
        for wave in waves_of(laying.headquarters, card.rollout_id)[:2]:
            page = stores_in_wave(laying.headquarters, card.rollout_id, wave.number, take=_MOST)
            came = [row for row in page.rows if row.has_joined]
            for row in came[: _BUYERS if wave.opened_at else 1]:
                if row.group_id is not None:
                    yield Home(group_id=row.group_id, store_id=row.store_id, code=row.code)
