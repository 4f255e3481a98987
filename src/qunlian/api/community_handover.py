"""The API of handing over: the review and the one step."""

from datetime import date, datetime
from typing import Self

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import model_validator

from qunlian.api.asking import actor_of
from qunlian.community.actions.hand_over_staff import hand_over_staff
from qunlian.community.queries.handover import HandoverReview, HandoverWish, review_handover
from qunlian.kernel import clock

router = Router(tags=["community"])


class WishQuery(Schema):
    """Who follows; of a leaver everything passes, of one who stays nothing but ``territory_id``."""

    on: date
    successor_id: int | None = None
    owner_id: int | None = None
    territory_id: list[int] = []
    territory_successor_id: list[int] = []
    is_leaving: bool = True

    @model_validator(mode="after")
    def each_has_one(self) -> Self:
        """Refuse territories without a successor and the other way round."""
        if len(self.territory_id) != len(self.territory_successor_id):
            raise ValueError("name one territory_successor_id for each territory_id")
        return self


class TerritoryTo(Schema):
    """A territory and who takes it over."""

    territory_id: int
    successor_id: int


class HandoverIn(Schema):
    """A hand-over as it was reviewed; ``version`` comes from the review and must still hold."""

    on: date
    version: str
    successor_id: int | None = None
    owner_id: int | None = None
    territories: list[TerritoryTo] = []
    is_leaving: bool = True


class HeldGroup(Schema):
    """A group in these hands; ``part`` is steward, superior, manager or member."""

    group_id: int
    name: str
    part: str
    is_owner: bool
    stores: int
    seats_taken: int
    seats_cap: int
    successor: str
    new_owner: str


class SuccessorOut(Schema):
    """What a successor carries before and after; ``warnings`` name what is too much for one person."""

    staff_id: int
    name: str
    stores_before: int
    stores_after: int
    stewarded_before: int
    stewarded_after: int
    warnings: list[str]


class RequestOut(Schema):
    """What a platform was asked and has not done; ``task_id`` where somebody (``who``) does it by hand."""

    request_id: int
    group_id: int
    kind: str
    state: str
    problem: str
    asked_at: datetime
    task_id: int | None
    who: str
    room_is_unseen: bool


class ReviewOut(Schema):
    """What a hand-over would do; the first 200 groups, all of them counted in ``counts``."""

    staff_id: int
    name: str
    left_on: date | None
    version: str
    is_within: bool
    stores: int
    people_below: int
    counts: dict[str, int]
    groups: list[HeldGroup]
    successors: list[SuccessorOut]
    requests: list[RequestOut]
    tasks: int


class HandedOverOut(Schema):
    """What passed."""

    staff_id: int
    groups: int
    territories: int
    people: int
    tasks: int
    rooms_asked: int


@router.get(
    "/staff/{staff_id}/handover", response=ReviewOut, operation_id="community_review_handover"
)
def review(request: HttpRequest, staff_id: int, wanted: Query[WishQuery]) -> object:
    """Show what a hand-over would do; nothing is written."""
    pairs = zip(wanted.territory_id, wanted.territory_successor_id, strict=True)
    wish = HandoverWish(
        staff_id=staff_id,
        on=wanted.on,
        successor_id=wanted.successor_id,
        owner_id=wanted.owner_id,
        territories=tuple(pairs),
        is_leaving=wanted.is_leaving,
    )
    return _review(review_handover(actor_of(request), wish))


@router.post(
    "/staff/{staff_id}/handover", response=HandedOverOut, operation_id="community_hand_over_staff"
)
def hand_over(request: HttpRequest, staff_id: int, entry: HandoverIn) -> object:
    """Pass groups, territories and people to successors, all or nothing."""
    wish = HandoverWish(
        staff_id=staff_id,
        on=entry.on,
        successor_id=entry.successor_id,
        owner_id=entry.owner_id,
        territories=tuple((t.territory_id, t.successor_id) for t in entry.territories),
        is_leaving=entry.is_leaving,
    )
    return hand_over_staff(
        actor=actor_of(request), wish=wish, version=entry.version, now=clock.now()
    )


def _review(found: HandoverReview) -> dict[str, object]:
    return {
        "staff_id": found.sheet.staff_id,
        "name": found.sheet.name,
        "left_on": found.sheet.left_on,
        "version": found.version,
        "is_within": found.is_within,
        "stores": found.stores,
        "people_below": len(found.sheet.below),
        "counts": dict(found.counts),
        "groups": found.groups,
        "successors": [
            {
                "staff_id": line.staff_id,
                "name": line.name,
                "stores_before": line.before.stores,
                "stores_after": line.after.stores,
                "stewarded_before": line.before.stewarded,
                "stewarded_after": line.after.stewarded,
                "warnings": list(line.after.warnings),
            }
            for line in found.successors
        ],
        "requests": found.requests,
        "tasks": found.tasks,
    }
