"""The API of plans from the groups there are: who moves and why."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from qunlian.api.asking import actor_of, page_size
from qunlian.api.community import Version
from qunlian.community.actions.choose_moves import MovesChoice, choose_moves
from qunlian.community.actions.decline_moves import MovesDeclined, decline_moves
from qunlian.community.queries import moves
from qunlian.kernel import clock

router = Router(tags=["community"])


class MoveOut(Schema):
    """A store that gets a group or another one; ``reason`` says why, ``may_decline`` that it need not."""

    store_id: int
    code: str
    name: str
    from_group_id: int | None
    from_name: str
    to_number: int
    to_name: str
    to_is_new: bool
    reason: str
    gain: float
    may_decline: bool


class MoveList(Schema):
    """A page of moves, those that must be first."""

    rows: list[MoveOut]
    next_key: str | None


class DeclineIn(Version):
    """Stores that shall stay in the groups they have."""

    store_ids: list[int]


class ChoiceIn(Version):
    """A way between few moves and best groups: must, few, usual, more, best."""

    choice: str


@router.get("/plans/{int:plan_id}/moves", operation_id="community_list_moves", response=MoveList)
def list_moves(
    request: HttpRequest, plan_id: int, reason: str = "", after: str = "", take: int = 100
) -> Any:
    """List who moves in a plan from the groups there are, and why."""
    limit = page_size(take)
    return moves.list_moves(actor_of(request), plan_id, reason=reason, after=after, limit=limit)


@router.post(
    "/plans/{int:plan_id}/moves/decline",
    operation_id="community_decline_moves",
    response=Version,
)
def decline(request: HttpRequest, plan_id: int, declined: DeclineIn) -> Any:
    """Leave stores in the groups they have."""
    wanted = MovesDeclined(
        plan_id=plan_id, version=declined.version, store_ids=tuple(declined.store_ids)
    )
    return decline_moves(actor=actor_of(request), declined=wanted, now=clock.now())


@router.post(
    "/plans/{int:plan_id}/moves/choose", operation_id="community_choose_moves", response=Version
)
def choose(request: HttpRequest, plan_id: int, chosen: ChoiceIn) -> Any:
    """Plan again the chosen way; a worker does it."""
    wanted = MovesChoice(plan_id=plan_id, version=chosen.version, choice=chosen.choice)
    return choose_moves(actor=actor_of(request), chosen=wanted, now=clock.now())
