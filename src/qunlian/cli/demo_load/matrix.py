"""Plans, the groups made of them, and who sits in the groups."""

from collections import defaultdict
from dataclasses import dataclass

from qunlian.cli.demo_data import BRAND
from qunlian.cli.demo_load.laying import Laying, place_of
from qunlian.cli.demo_load.waves import joining
from qunlian.community import requests
from qunlian.community.actions.apply_plan import apply_plan
from qunlian.community.actions.approve_plan import approve_plan
from qunlian.community.actions.carry_out_plan import carry_out_plan
from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.actions.enroll_owners import enroll_owners
from qunlian.community.actions.fade_group import NotLive, fade_group
from qunlian.community.actions.plan_matrix import plan_matrix
from qunlian.community.queries.groups import GroupInSlice, Slice, groups_in_slice
from qunlian.community.queries.placements import stores_of_each
from qunlian.community.queries.plans import list_plans, plan_card
from qunlian.community.wishes import PlanWish
from qunlian.insight.actions.take_tally import take_tally
from qunlian.insight.queries.coverage import coverage

TALLY_DAYS = 14
#: The last owners of the first groups came in 30 days ago; who then says nothing for 21 days fades.
FADED_DAYS_AGO = 8
_NAMES = f"{BRAND}{{patch}}{{n}}群"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """
    How one province got its groups; the last one's plan still waits for approval.

    ``province`` empty is the whole channel, ``city`` narrows it further.
    """

    province: str
    name: str
    days_ago: int
    is_applied: bool = True
    layers: tuple[str, ...] = ("store",)
    city: str = ""


ROLLOUT = (
    Rollout(province="33", name="浙江首批建群", days_ago=45),
    Rollout(province="34", name="安徽第二批建群", days_ago=21),
    Rollout(province="36", name="江西第三批（待审批）", days_ago=2, is_applied=False),
    Rollout(province="", name="经销商群", days_ago=50, layers=("distributor",)),
    Rollout(province="33", city="3301", name="杭州种子用户群", days_ago=30, layers=("consumer",)),
)


def lay_matrix(laying: Laying) -> None:
    """Plan province by province, apply all but the last."""
    known = {card.name: card.plan_id for card in list_plans(laying.headquarters).rows}
    for part in ROLLOUT:
        codes = [code for code in (part.province, part.city) if code]
        place = place_of(laying, *codes) if codes else None
        if codes and place is None:
            continue
        plan_id = known.get(part.name) or _draft(laying, part, place)
        _carry_on(laying, part, plan_id)
    while requests.settle_some(laying.machinery, laying.moment(ROLLOUT[1].days_ago, 16)):
        pass


def _draft(laying: Laying, part: Rollout, territory_id: int | None) -> int:
    wish = PlanWish(
        mode="balanced",
        territory_id=territory_id,
        name=part.name,
        template=_NAMES,
        layers=part.layers,
    )
    at = laying.moment(part.days_ago, 10)
    return draft_plan(actor=laying.headquarters, wish=wish, now=at).plan_id


def _carry_on(laying: Laying, part: Rollout, plan_id: int) -> None:
    """Bring a plan as far as the story wants it, from wherever it stands."""
    who = laying.headquarters
    planned, approved = laying.moment(part.days_ago, 10, 1), laying.moment(part.days_ago, 15)
    plan_matrix(actor=laying.machinery, plan_id=plan_id, now=planned)
    if not part.is_applied:
        return
    card = plan_card(who, plan_id)
    if card.state == "planned":
        approve_plan(actor=who, plan_id=plan_id, version=card.version, now=approved)
    if plan_card(who, plan_id).state == "approved":
        apply_plan(actor=who, plan_id=plan_id, now=approved)
    carry_out_plan(actor=laying.machinery, plan_id=plan_id, now=approved)


def store_groups(laying: Laying, *lives: str) -> tuple[GroupInSlice, ...]:
    """Return the store groups in these lives, by id."""
    wanted = Slice(lives=lives or ("inviting", "live", "fading"))
    return groups_in_slice(laying.headquarters, wanted)


def fill_groups(laying: Laying) -> None:
    """Let owners come in, wave after wave, and count the coverage on each of the last days."""
    waves = _waves(laying)
    days = sorted(set(waves) | set(range(1, TALLY_DAYS + 1)), reverse=True)
    for days_ago in days:
        if store_ids := waves.get(days_ago):
            at = laying.moment(days_ago, 11)
            enroll_owners(actor=laying.headquarters, store_ids=store_ids, now=at)
        if days_ago == FADED_DAYS_AGO:
            _fade_some(laying)
        on = laying.moment(days_ago, 23, 30)
        counted = coverage(laying.machinery, on.date()).taken_at
        if days_ago <= TALLY_DAYS and (counted is None or counted < laying.moment(days_ago, 0)):
            take_tally(actor=laying.machinery, now=on, is_newest=False)


def _waves(laying: Laying) -> dict[int, list[int]]:
    """
    Return on which day the owners of which stores come in.

    Most groups of the first province fill up in two waves; the second one's follow day by day, and a
    third of them still wait for their first owners. The city that is rolled out in waves goes its own way.
    """
    invited, rolled_out = joining(laying)
    dice = laying.dice("waves")
    waves: defaultdict[int, list[int]] = defaultdict(list)
    first = _first_groups(laying)
    groups = store_groups(laying)
    stores = stores_of_each(laying.headquarters, [group.group_id for group in groups])
    for group in groups:
        store_ids = [store.store_id for store in stores[group.group_id]]
        if rolled_out.intersection(store_ids):
            continue
        dice.shuffle(store_ids)
        is_first = group.group_id in first
        share = float(dice.beta(5, 2)) if dice.random() < (0.9 if is_first else 0.66) else 0.08
        coming = store_ids[: round(share * len(store_ids))]
        half = len(coming) * 2 // 3
        begin = 42 if is_first else int(dice.integers(1, 18))
        waves[begin] += coming[:half]
        waves[max(begin - 12, 1) if is_first else max(begin - 4, 1)] += coming[half:]
    for days_ago, store_ids in invited.items():
        waves[days_ago] += store_ids
    return dict(waves)


def _first_groups(laying: Laying) -> frozenset[int]:
    place = place_of(laying, ROLLOUT[0].province)
    if place is None:
        return frozenset()
    wanted = Slice(territory_ids=(place,))
    found = groups_in_slice(laying.headquarters, wanted)
    return frozenset(group.group_id for group in found)


def _fade_some(laying: Laying) -> None:
    """Let a few of the first groups go quiet: the same ones when an interrupted run goes on."""
    for group_id in sorted(_first_groups(laying))[4::9]:
        try:
            fade_group(
                actor=laying.headquarters,
                group_id=group_id,
                now=laying.moment(FADED_DAYS_AGO, 18),
            )
        except NotLive:
            continue
