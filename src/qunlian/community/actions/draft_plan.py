"""Ask for a matrix to be planned."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.community import access
from qunlian.community.models import Plan
from qunlian.community.queries.layers import LayerCard, list_layers
from qunlian.community.rules.layers import LAYERS
from qunlian.community.rules.moves import CHOICES
from qunlian.community.rules.terms import PlanTerms
from qunlian.community.wishes import PlanWish, TermsUnsound, part_of, terms_of
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden


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
        part = part_of(actor, wish)
        cards = {card.layer: card for card in list_layers(actor)}
        chosen = terms_of(actor, wish, cards["store"].template)
        if wish.choice not in ("", *CHOICES):
            raise TermsUnsound(field="choice")
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


def _templates(
    actor: Actor, wish: PlanWish, chosen: PlanTerms, cards: Mapping[str, LayerCard]
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
