"""Ask for a matrix to be planned."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.community import access
from qunlian.community.models import Plan
from qunlian.community.queries.layers import LayerCard, list_layers
from qunlian.community.rules import terms
from qunlian.community.rules.layers import LAYERS, LayerTemplate
from qunlian.community.rules.moves import CHOICES
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, Invalid


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDrafted:
    """A plan that waits for a worker."""

    plan_id: int


def draft_plan(*, actor: Actor, wish: PlanWish, now: datetime) -> PlanDrafted:
    """
    Ask for groups to be proposed for all open stores of a part of the tree; work goes on in the background.

    :raises Forbidden: the actor does not plan
    :raises PartMissing: no part chosen by one who may not plan the whole
    :raises NotFound: no such part within the actor's reach
    :raises TermsUnsound: a field cannot be (``field`` names it)
    """
    with scope.writing(actor):
        if actor.role not in access.PLANNERS:
            raise Forbidden
        if wish.territory_id is None and not actor.reach.is_everything:
            raise PartMissing(field="territory_id")
        part = access.territory_for(actor, wish.territory_id) if wish.territory_id else None
        cards = {card.layer: card for card in list_layers(actor)}
        chosen = _terms(actor, wish, cards["store"].template)
        field = chosen.problem() or ("choice" if wish.choice not in ("", *CHOICES) else "")
        if field:
            raise TermsUnsound(field=field)
        plan = Plan.objects.create(
            enterprise_id=actor.enterprise_id,
            name=" ".join(wish.name.split())[:80] or (part.name if part else ""),
            layers=[layer for layer in LAYERS if layer in wish.layers],
            templates=_templates(actor, wish, chosen, cards),
            territory_id=wish.territory_id,
            mode=chosen.mode,
            choice=wish.choice,
            terms=chosen.as_json(),
            created_by=actor.account_id,
            created_at=now,
            changed_at=now,
        )
        journal.record(
            "community.plan_drafted",
            actor=actor,
            at=now,
            about={"plan": [plan.pk]},
            terms=plan.terms,
            layers=plan.layers,
            choice=plan.choice,
        )
        queue.enqueue("community.plan_matrix", enterprise_id=actor.enterprise_id, plan_id=plan.pk)
        return PlanDrafted(plan_id=plan.pk)


def _terms(actor: Actor, wish: PlanWish, template: LayerTemplate) -> terms.PlanTerms:
    """Fill what was not said with the layer's template, the enterprise's seats and the mode's price."""
    home = enterprise_card(actor)
    seated = template.seated(soft=home.seats_soft, hard=home.seats_hard)
    soft = wish.seats_soft if wish.seats_soft is not None else seated.soft or home.seats_soft
    reserved = wish.reserved if wish.reserved is not None else template.reserved
    usual = min(50, max(0, (soft - reserved) // 2))
    return terms.PlanTerms(
        mode=wish.mode,  # type: ignore[arg-type]  # checked by problem()
        soft=soft,
        hard=seated.hard or home.seats_hard,
        reserved=reserved,
        minimum=wish.minimum if wish.minimum is not None else usual,
        price=wish.price if wish.price is not None else terms.price_of(wish.mode),
        template=" ".join(wish.template.split()) or template.name_pattern,
    )


def _templates(
    actor: Actor, wish: PlanWish, chosen: terms.PlanTerms, cards: Mapping[str, LayerCard]
) -> dict[str, Any]:
    """
    Return the templates of the chosen layers as the plan keeps them: seats filled in, with owner accounts.

    :raises TermsUnsound: no layer chosen, an unknown one, or one whose template has no room for anybody
    """
    if not wish.layers or not set(wish.layers) <= set(LAYERS):
        raise TermsUnsound(field="layers")
    home = enterprise_card(actor)
    kept: dict[str, Any] = {}
    for layer in wish.layers:
        card = cards[layer]
        template = card.template.seated(soft=home.seats_soft, hard=home.seats_hard)
        if layer == "store":
            template = replace(
                template,
                name_pattern=chosen.template,
                soft=chosen.soft,
                hard=chosen.hard,
                reserved=chosen.reserved,
            )
        if wish.messages_per_day is not None:
            template = replace(template, messages_per_day=wish.messages_per_day)
        if template.problem(layer):
            raise TermsUnsound(
                field="messages_per_day" if wish.messages_per_day is not None else "layers"
            )
        accounts = [[account.staff_id, account.territory_id] for account in card.accounts]
        kept[layer] = template.as_json() | {"accounts": accounts}
    return kept
