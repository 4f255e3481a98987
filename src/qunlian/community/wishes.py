"""What somebody asks of a plan, and the terms it comes to."""

from dataclasses import dataclass
from typing import ClassVar

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.community import access
from qunlian.community.models import TerritoryView
from qunlian.community.rules import terms
from qunlian.community.rules.layers import LayerTemplate
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class TermsUnsound(Invalid):
    """These terms cannot be planned with; look at the field that is marked."""

    code: ClassVar[str] = "community.terms_unsound"


class PartMissing(Invalid):
    """Choose the part of the tree that you plan for."""

    code: ClassVar[str] = "community.part_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWish:
    """
    What somebody asked for. ``None`` takes the enterprise's or the mode's own value.

    Seats are people per group; ``price`` is λ (balanced and fewest only). ``layers`` are those to plan:
    seats, reserved, minimum, price and template speak of the store groups, the others follow their layer's
    template. ``messages_per_day`` is expected of each group, instead of what its layer's template says.
    ``choice`` (rules/moves.py) asks for a plan of the stores from the groups there are, empty for one from
    scratch.
    """

    layers: tuple[str, ...] = ("store",)
    messages_per_day: float | None = None

    mode: str = "balanced"
    territory_id: int | None = None
    name: str = ""
    seats_soft: int | None = None
    reserved: int | None = None
    minimum: int | None = None
    price: float | None = None
    template: str = ""
    choice: str = ""


def terms_of(actor: Actor, wish: PlanWish, template: LayerTemplate) -> terms.PlanTerms:
    """
    Fill what was not said with the layer's template, the enterprise's seats and the mode's price.

    :raises TermsUnsound: a field cannot be (``field`` names it)
    """
    home = enterprise_card(actor)
    seated = template.seated(soft=home.seats_soft, hard=home.seats_hard)
    soft = wish.seats_soft if wish.seats_soft is not None else seated.soft or home.seats_soft
    reserved = wish.reserved if wish.reserved is not None else template.reserved
    usual = min(50, max(0, (soft - reserved) // 2))
    chosen = terms.PlanTerms(
        mode=wish.mode,  # type: ignore[arg-type]  # checked by problem()
        soft=soft,
        hard=seated.hard or home.seats_hard,
        reserved=reserved,
        minimum=wish.minimum if wish.minimum is not None else usual,
        price=wish.price if wish.price is not None else terms.price_of(wish.mode),
        template=" ".join(wish.template.split()) or template.name_pattern,
    )
    if field := chosen.problem():
        raise TermsUnsound(field=field)
    return chosen


def part_of(actor: Actor, wish: PlanWish) -> TerritoryView | None:
    """
    Open the part that is to be planned; None for the whole.

    :raises PartMissing: no part chosen by one who may not plan the whole
    :raises NotFound: no such part within the actor's reach
    """
    if wish.territory_id is None and not actor.reach.is_everything:
        raise PartMissing(field="territory_id")
    return access.territory_for(actor, wish.territory_id) if wish.territory_id else None
