"""Ask for a matrix to be planned."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.community import access
from qunlian.community.models import Plan
from qunlian.community.rules import names, terms
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

    Seats are people per group; ``price`` is λ (balanced and fewest only).
    """

    mode: str = "balanced"
    territory_id: int | None = None
    name: str = ""
    seats_soft: int | None = None
    reserved: int = 5
    minimum: int | None = None
    price: float | None = None
    template: str = ""


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
        chosen = _terms(actor, wish)
        if field := chosen.problem():
            raise TermsUnsound(field=field)
        plan = Plan.objects.create(
            enterprise_id=actor.enterprise_id,
            name=" ".join(wish.name.split())[:80] or (part.name if part else ""),
            territory_id=wish.territory_id,
            mode=chosen.mode,
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
        )
        queue.enqueue("community.plan_matrix", enterprise_id=actor.enterprise_id, plan_id=plan.pk)
        return PlanDrafted(plan_id=plan.pk)


def _terms(actor: Actor, wish: PlanWish) -> terms.PlanTerms:
    """Fill what was not said with the enterprise's own seats and the mode's own price."""
    home = enterprise_card(actor)
    soft = wish.seats_soft if wish.seats_soft is not None else home.seats_soft
    usual = min(50, max(0, (soft - wish.reserved) // 2))
    return terms.PlanTerms(
        mode=wish.mode,  # type: ignore[arg-type]  # checked by problem()
        soft=soft,
        hard=home.seats_hard,
        reserved=wish.reserved,
        minimum=wish.minimum if wish.minimum is not None else usual,
        price=wish.price if wish.price is not None else terms.price_of(wish.mode),
        template=" ".join(wish.template.split()) or names.DEFAULT_TEMPLATE,
    )
