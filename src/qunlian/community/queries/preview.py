"""What terms would come to, tried on a sample of patches while somebody still chooses them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from qunlian.channel.queries.territories import stores_of_each
from qunlian.community import access, matrix, planner
from qunlian.community.models import TerritoryView
from qunlian.community.queries.layers import list_layers
from qunlian.community.queries.roster import RosterRead, read_roster_of
from qunlian.community.rules.look import Look
from qunlian.community.rules.terms import PlanTerms
from qunlian.community.wishes import PlanWish, part_of, terms_of
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden

#: Stores of a sample: planned in a fraction of a second.
MOST_STORES = 5_000
#: Territories that every path begins with.
_ROOT = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedGroup:
    """One group of the patch shown as an example."""

    stores: int
    people: int
    type: str
    type_share: float
    management: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """What another price λ of a group would come to: groups in all, and their likeness, 0…1."""

    price: float
    groups: int
    likeness: float
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """
    A sample planned on these terms. Shares are of the sample; ``groups`` is the whole part, estimated.

    :ivar stores: of the part, not closed; ``patches`` with any
    :ivar sampled: stores that were tried, of ``sampled_patches``
    :ivar people: median people in a group, staff included
    :ivar too_small: share of the groups with fewer people from stores than the smallest sensible group
    :ivar example: the groups of the patch named ``example_patch``
    """

    stores: int
    patches: int
    sampled: int
    sampled_patches: int
    groups: int
    people: int
    purity_type: float
    likeness: float
    too_small: float
    curve: tuple[CurvePoint, ...]
    example_patch: str
    example: tuple[PreviewedGroup, ...]


def preview_plan(actor: Actor, wish: PlanWish, *, most: int = MOST_STORES) -> Preview | None:
    """
    Try terms on some patches, small and large ones alike; None where no open store lies.

    The same wish is tried on the same patches, so that what changes comes of the terms.

    :param most: stores to try, about
    :raises Forbidden: the actor does not plan
    :raises PartMissing: no part chosen by one who may not plan the whole
    :raises NotFound: no such part within the actor's reach
    :raises TermsUnsound: a field cannot be (``field`` names it)
    :raises StoreTooLarge: a sampled store expects more people than a group has seats for
    """
    if actor.role not in access.PLANNERS:
        raise Forbidden
    with scope.reading(actor):
        part = part_of(actor, wish)
        template = next(card.template for card in list_layers(actor) if card.layer == "store")
        terms = terms_of(actor, wish, template)
        counts = stores_of_each(actor, part.path if part else _ROOT)
        chosen = sample_of(counts, most)
        read = read_roster_of(actor, chosen)
        if not read.roster.count:
            return None
        made = planner.plan(read.roster, matrix.planner_terms(terms))
        patch, example = _example(read, made, terms)
        name = TerritoryView.objects.values_list("name", flat=True).get(pk=patch)
    scale = max(1.0, sum(counts.values()) / max(sum(counts[each] for each in chosen), 1))
    groups = made.groups
    return Preview(
        stores=sum(counts.values()),
        patches=len(counts),
        sampled=read.roster.count,
        sampled_patches=len(chosen),
        groups=round(groups.count * scale),
        people=int(np.median(groups.seats)) + terms.reserved,
        purity_type=made.totals.purity_type,
        likeness=float(np.average(groups.likeness, weights=groups.stores)),
        too_small=float(np.mean((groups.look & int(Look.TOO_SMALL)) > 0)),
        curve=_curve(made, terms, scale),
        example_patch=name,
        example=example,
    )


def sample_of(counts: Mapping[int, int], most: int) -> list[int]:
    """
    Choose territories of about ``most`` stores in all, evenly over their sizes; always at least one.

    :param counts: territory → its stores
    """
    ordered = sorted(counts, key=lambda each: (counts[each], each))
    total = sum(counts.values())
    if total <= most:
        return sorted(ordered)
    take = max(1, round(len(ordered) * most / total))
    places = np.linspace(0, len(ordered) - 1, take + 2)[1:-1].round().astype(int)
    return sorted({ordered[place] for place in places})


def _curve(made: planner.Plan, terms: PlanTerms, scale: float) -> tuple[CurvePoint, ...]:
    """Return the trade-off; an unlikeness of all the spread there is would be a likeness of none."""
    curve, whole = made.curve, made.totals.spread_whole
    nearest = int(np.abs(curve.groups_price - terms.price).argmin()) if len(curve.groups) else -1
    return tuple(
        CurvePoint(
            price=float(price),
            groups=round(float(groups) * scale),
            likeness=1 - float(spread) / whole if whole else 1.0,
            is_chosen=place == nearest and terms.mode != "strict",
        )
        for place, (price, groups, spread) in enumerate(
            zip(curve.groups_price, curve.groups, curve.spread, strict=True)
        )
    )


def _example(
    read: RosterRead, made: planner.Plan, terms: PlanTerms
) -> tuple[int, tuple[PreviewedGroup, ...]]:
    """Return the sampled patch of median size, and its groups."""
    sizes = np.bincount(read.roster.patch)
    patch = int(np.argsort(sizes, kind="stable")[len(sizes) // 2])
    groups = made.groups
    return int(read.territory_ids[patch]), tuple(
        PreviewedGroup(
            stores=int(groups.stores[at]),
            people=int(groups.seats[at]) + terms.reserved,
            type=read.types[int(groups.type_code[at])],
            type_share=float(groups.type_share[at]),
            management=read.managements[int(groups.attribute_code[at])],
            likeness=float(groups.likeness[at]),
        )
        for at in np.flatnonzero(groups.patch == patch)
    )
