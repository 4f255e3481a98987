"""The API of insight: coverage by what stores are."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from qunlian.insight.queries import kinds
from qunlian.kernel.actor import Actor

router = Router(tags=["insight"])


class KindOut(Schema):
    """Open stores of one type or management attribute; ``unplaced`` have no coordinates."""

    kind: str
    value: str
    stores: int
    grouped: int
    live: int
    joined: int
    unplaced: int


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@router.get("/coverage/kinds", operation_id="insight_coverage_by_kind", response=list[KindOut])
def coverage_by_kind(request: HttpRequest, territory_id: int | None = None) -> Any:
    """Read coverage by store type and by management attribute, as last counted."""
    return kinds.coverage_by_kind(_actor(request), territory_id)
