"""The API of activation: nominations, scores, weights, roll-outs and their waves."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from qunlian.activation.actions.draft_rollout import RolloutWish, draft_rollout
from qunlian.activation.actions.nominate_store import nominate_store
from qunlian.activation.actions.open_wave import Look, open_wave
from qunlian.activation.actions.set_weights import set_weights
from qunlian.activation.actions.withdraw_nomination import withdraw_nomination
from qunlian.activation.queries import nominations, rollouts, scores
from qunlian.activation.rules import BOUNDS, WAIT_DAYS, Weights
from qunlian.api.asking import actor_of, page_size
from qunlian.kernel import clock

router = Router(tags=["activation"])


class ReasonIn(Schema):
    """Why this store, 1 to 200 characters."""

    reason: str


class NominatedOut(Schema):
    """A nomination."""

    nomination_id: int
    store_id: int


class NominationOut(NominatedOut):
    """A standing nomination: who named which store, and why."""

    code: str
    name: str
    by: str
    role: str
    reason: str
    nominated_at: datetime


class NominationList(Schema):
    """A page of nominations, newest first; send ``next_key`` as ``after`` for the next."""

    rows: list[NominationOut]
    next_key: str | None


class SuitabilityOut(Schema):
    """A store's score and its parts, 0 to 100 each, and the facts behind them."""

    score: float
    activity: float
    influence: float
    closeness: float
    nomination: float
    acts: float
    replies: int
    brought: int
    namings: int


class WeightsIO(Schema):
    """What the parts of the score weigh, 0 to 100 each; only their proportions matter."""

    activity: int = 40
    influence: int = 20
    closeness: int = 20
    nomination: int = 20


class RolloutIn(Schema):
    """What to roll out; waves end at ``bounds``, rising percentages up to 100."""

    name: str = ""
    territory_id: int | None = None
    unit: str = "store"
    bounds: list[int] = list(BOUNDS)
    wait_days: int = WAIT_DAYS


class RolloutState(Schema):
    """Which roll-out it is."""

    rollout_id: int


class RolloutOut(RolloutState):
    """A roll-out; ``state`` is ranking until a worker has ranked it."""

    name: str
    territory_id: int | None
    territory: str
    unit: str
    bounds: list[int]
    weights: dict[str, int]
    wait_days: int
    state: str
    stores: int
    waves: int
    opened: int
    created_at: datetime


class RolloutList(Schema):
    """A page of roll-outs, newest first."""

    rows: list[RolloutOut]
    next_key: str | None


class WaveOut(Schema):
    """A wave with the range of its scores; ``decision`` are the words with which it was opened."""

    number: int
    stores: int
    groups: int
    lowest: float
    highest: float
    opened_at: datetime | None
    decision: str


class WaveStoreOut(Schema):
    """A store's place in a roll-out and the parts of its score when it was ranked."""

    place: int
    store_id: int
    code: str
    name: str
    group_id: int | None
    group: str
    score: float
    activity: float
    influence: float
    closeness: float
    nomination: float
    has_joined: bool


class WaveStoreList(Schema):
    """A page of a wave's stores, the best suited first."""

    rows: list[WaveStoreOut]
    next_key: str | None


class WaveResultOut(Schema):
    """Counts of a wave's stores; ``number`` 0 are those not yet invited."""

    number: int
    stores: int
    joined: int
    active: int
    read: int
    understood: int
    ordered: int
    ordered_before: int


class ResultsOut(Schema):
    """Results since the newest wave was opened; send ``taken_at`` as ``seen_at`` when opening the next."""

    taken_at: datetime
    since: datetime | None
    rows: list[WaveResultOut]


class LookIn(Schema):
    """What was seen before the next wave, and why it is opened; the first wave needs none."""

    seen_at: datetime | None = None
    decision: str = ""
    is_early: bool = False


class WaveOpenedOut(RolloutState):
    """The wave that is open now; ``groups`` that began to invite with it."""

    number: int
    stores: int
    groups: int


@router.get("/nominations", operation_id="activation_list_nominations", response=NominationList)
def list_nominations(request: HttpRequest, store_id: int | None = None, after: str = "") -> Any:
    """List standing nominations within reach."""
    return nominations.list_nominations(actor_of(request), store_id=store_id, after=after)


@router.post(
    "/stores/{int:store_id}/nominations",
    operation_id="activation_nominate_store",
    response=NominatedOut,
)
def nominate(request: HttpRequest, store_id: int, why: ReasonIn) -> Any:
    """Name a store as one to begin with."""
    return nominate_store(
        actor=actor_of(request), store_id=store_id, reason=why.reason, now=clock.now()
    )


@router.post(
    "/nominations/{int:nomination_id}/withdraw",
    operation_id="activation_withdraw_nomination",
    response=NominatedOut,
)
def withdraw(request: HttpRequest, nomination_id: int) -> Any:
    """Take a nomination back."""
    return withdraw_nomination(
        actor=actor_of(request), nomination_id=nomination_id, now=clock.now()
    )


@router.get(
    "/stores/{int:store_id}/suitability",
    operation_id="activation_suitability_of",
    response=SuitabilityOut,
)
def suitability_of(request: HttpRequest, store_id: int) -> Any:
    """Read how suited a store is, and why."""
    return scores.suitability_of(actor_of(request), store_id, now=clock.now())


@router.get("/weights", operation_id="activation_weights_of", response=WeightsIO)
def weights_of(request: HttpRequest) -> Any:
    """Read what the parts of the score weigh."""
    return scores.weights_of(actor_of(request))


@router.put("/weights", operation_id="activation_set_weights", response=WeightsIO)
def weigh(request: HttpRequest, weights: WeightsIO) -> Any:
    """Change what the parts of the score weigh."""
    return set_weights(actor=actor_of(request), weights=Weights(**weights.dict()), now=clock.now())


@router.get("/rollouts", operation_id="activation_list_rollouts", response=RolloutList)
def list_rollouts(request: HttpRequest, after: str = "") -> Any:
    """List roll-outs within reach, newest first."""
    return rollouts.list_rollouts(actor_of(request), after=after)


@router.post("/rollouts", operation_id="activation_draft_rollout", response=RolloutState)
def draft(request: HttpRequest, wish: RolloutIn) -> Any:
    """Ask for a part's stores to be ranked and cut into waves; a worker does it."""
    wanted = RolloutWish(**wish.dict() | {"bounds": tuple(wish.bounds)})
    return draft_rollout(actor=actor_of(request), wish=wanted, now=clock.now())


@router.get(
    "/rollouts/{int:rollout_id}", operation_id="activation_rollout_card", response=RolloutOut
)
def rollout_card(request: HttpRequest, rollout_id: int) -> Any:
    """Read a roll-out."""
    return rollouts.rollout_card(actor_of(request), rollout_id)


@router.get(
    "/rollouts/{int:rollout_id}/waves",
    operation_id="activation_waves_of",
    response=list[WaveOut],
)
def waves_of(request: HttpRequest, rollout_id: int) -> list[Any]:
    """List the waves of a roll-out in order."""
    return list(rollouts.waves_of(actor_of(request), rollout_id))


@router.get(
    "/rollouts/{int:rollout_id}/results",
    operation_id="activation_results_of",
    response=ResultsOut,
)
def results_of(request: HttpRequest, rollout_id: int) -> Any:
    """Read what the open waves brought, beside those not yet invited."""
    return rollouts.results_of(actor_of(request), rollout_id, now=clock.now())


@router.get(
    "/rollouts/{int:rollout_id}/waves/{int:number}/stores",
    operation_id="activation_stores_in_wave",
    response=WaveStoreList,
)
def stores_in_wave(
    request: HttpRequest, rollout_id: int, number: int, after: str = "", take: int = 100
) -> Any:
    """List the stores of a wave within reach."""
    limit = page_size(take)
    return rollouts.stores_in_wave(actor_of(request), rollout_id, number, after=after, take=limit)


@router.post(
    "/rollouts/{int:rollout_id}/waves/{int:number}/open",
    operation_id="activation_open_wave",
    response=WaveOpenedOut,
)
def open_next(request: HttpRequest, rollout_id: int, number: int, look: LookIn) -> Any:
    """Open the next wave, with the decision taken on what was seen."""
    return open_wave(
        actor=actor_of(request),
        rollout_id=rollout_id,
        number=number,
        look=Look(**look.dict()),
        now=clock.now(),
    )
