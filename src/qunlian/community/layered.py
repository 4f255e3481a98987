"""Proposing groups that aren't the stores': distributors by tier and branch, seed users by place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qunlian.community.models import Plan, PlanDistributor, PlanGroup
from qunlian.community.queries.partners import (
    DistributorToGroup,
    distributor_names,
    distributors_to_group,
    districts,
    ids_of,
)
from qunlian.community.rules.branches import Branch, Path, Twig, branches
from qunlian.community.rules.layers import LayerTemplate, name_of
from qunlian.community.rules.staffing import Posts, Team
from qunlian.kernel.actor import Actor

if TYPE_CHECKING:  # the planner's room loads slowly, and pages staff groups too
    from qunlian.community.rows import Surroundings

_FIRST_TIER = 1
#: The place of a group that is for the whole enterprise.
_WHOLE = "总部"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A group to be, and the distributors in it with the people they send."""

    group: PlanGroup
    distributors: tuple[tuple[int, int], ...] = ()


def template_of(plan: Plan, layer: str) -> tuple[LayerTemplate, Posts]:
    """Return a layer's template as the plan keeps it, and the places that its groups have."""
    kept = plan.templates[layer]
    template = LayerTemplate.of(kept)
    return template, template.posts([(staff_id, place) for staff_id, place in kept["accounts"]])


def messages_per_day(plan: Plan) -> dict[str, float]:
    """Return what a group of each of the plan's layers is expected to be sent in a day."""
    return {layer: float(kept["messages_per_day"]) for layer, kept in plan.templates.items()}


def propose(actor: Actor, plan: Plan, path: str, around: "Surroundings") -> Iterator[Proposed]:
    """
    Yield the proposed groups of the plan's other layers; numbers are given when they are written.

    :param path: of the plan's part; empty for all
    """
    if "distributor" in plan.layers:
        yield from _distributor_groups(actor, plan, path, around)
    if "consumer" in plan.layers:
        yield from _seed_groups(actor, plan, path, around)


def write(plan: Plan, proposed: Sequence[Proposed], first_number: int) -> None:
    """Write a batch of proposed groups, numbered from ``first_number``."""
    for number, each in enumerate(proposed, start=first_number):
        each.group.number = number
    PlanGroup.objects.bulk_create([each.group for each in proposed])
    PlanDistributor.objects.bulk_create(
        PlanDistributor(
            enterprise_id=plan.enterprise_id,
            plan=plan,
            distributor_id=distributor_id,
            plan_group=each.group,
            seats=seats,
        )
        for each in proposed
        for distributor_id, seats in each.distributors
    )


def _distributor_groups(
    actor: Actor, plan: Plan, path: str, around: "Surroundings"
) -> Iterator[Proposed]:
    """Yield groups per tier: tier 1 along the sales tree, deeper tiers below each distributor of tier 1."""
    template, posts = template_of(plan, "distributor")
    room = (template.soft or 0) - template.reserved
    known = {each.distributor_id: each for each in distributors_to_group(actor, path)}
    names = distributor_names(actor, {pk for each in known.values() for pk in each.path})
    for (tier, root), members in _by_tier_and_branch(known.values(), ids_of(path)).items():
        twigs = [
            Twig(
                each.distributor_id,
                each.territory_path if tier == _FIRST_TIER else each.path[:-1],
                max(1, min(each.people, room)),
            )
            for each in members
        ]
        seats = {twig.key: twig.seats for twig in twigs}
        for branch in branches(twigs, room, root=root):
            homes = [known[key].territory_path for key in branch.keys]
            place = _common(homes)
            group = _group(plan, "distributor", template, around.staffing.team_for(place, posts))
            group.territory_id = place[-1] if place else None
            group.distributor_id = branch.path[-1] if tier > _FIRST_TIER else None
            group.base_key = _key(tier, branch)
            group.distributors, group.seats = len(branch.keys), branch.seats
            group.name = name_of(
                template.name_pattern,
                {
                    "brand": around.brand,
                    "branch": names.get(group.distributor_id or 0)
                    or _place_name(branch.path or place, around),
                    "tier": str(tier),
                    "n": str(branch.number),
                },
            )
            yield Proposed(
                group=group, distributors=tuple((key, seats[key]) for key in branch.keys)
            )


def _by_tier_and_branch(
    known: Iterable[DistributorToGroup], part: Path
) -> dict[tuple[int, Path], list[DistributorToGroup]]:
    """Return the distributors by tier, and from tier 2 by the distributor of tier 1 above them."""
    found: defaultdict[tuple[int, Path], list[DistributorToGroup]] = defaultdict(list)
    for each in known:
        root = part if each.tier == _FIRST_TIER else each.path[:1]
        found[each.tier, root].append(each)
    return dict(sorted(found.items()))


def _seed_groups(actor: Actor, plan: Plan, path: str, around: "Surroundings") -> Iterator[Proposed]:
    """Yield one group for the enterprise, where the whole is planned, and one per district."""
    template, posts = template_of(plan, "consumer")
    places: list[tuple[Path, str]] = [] if path else [((), _WHOLE)]
    places += [(ids_of(each.path), each.name) for each in districts(actor, path)]
    for place, name in places:
        group = _group(plan, "consumer", template, around.staffing.team_for(place, posts))
        group.territory_id = place[-1] if place else None
        group.base_key = f"p{group.territory_id or 0}"
        group.name = name_of(template.name_pattern, {"brand": around.brand, "place": name})
        yield Proposed(group=group)


def _group(plan: Plan, layer: str, template: LayerTemplate, team: Team) -> PlanGroup:
    return PlanGroup(
        enterprise_id=plan.enterprise_id,
        plan=plan,
        layer=layer,
        seats=0,
        reserved=template.reserved,
        seats_cap=template.hard or 0,
        **staff_ids(team),
    )


def staff_ids(team: Team) -> dict[str, Any]:
    """Return a team as the columns of a proposed group."""
    return {
        "owner_staff_id": team.owner,
        "steward_staff_id": team.steward,
        "superior_staff_id": team.superior,
        "second_superior_staff_id": team.second_superior,
        "manager_staff_id": team.manager,
    }


def _common(paths: Sequence[Path]) -> Path:
    """Return the deepest node above all of them; () where one has no place at all."""
    first, last = min(paths), max(paths)
    depth = 0
    while depth < min(len(first), len(last)) and first[depth] == last[depth]:
        depth += 1
    return first[:depth]


def _key(tier: int, branch: Branch) -> str:
    tree = "t" if tier == _FIRST_TIER else "d"
    return f"{tier}{tree}{branch.path[-1] if branch.path else 0}.{branch.number}"


def _place_name(path: Path, around: "Surroundings") -> str:
    known = around.territories.get(path[-1]) if path else None
    return known[1] if known else _WHOLE
