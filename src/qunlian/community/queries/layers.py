"""The enterprise's templates: how the groups of each layer are named, ruled, seated and staffed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from qunlian.community import access
from qunlian.community.models import Layer, OwnerAccount, StaffView, TerritoryView
from qunlian.community.rules.layers import DEFAULTS, LAYERS, LayerTemplate
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """An account that may own groups of a layer; no territory means anywhere."""

    staff_id: int
    name: str
    territory_id: int | None
    territory_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCard:
    """One layer's template. ``layer_id`` is None while it follows the defaults."""

    layer: str
    layer_id: int | None
    template: LayerTemplate
    accounts: tuple[AccountCard, ...]
    changed_at: datetime | None

    @property
    def is_default(self) -> bool:
        """Tell whether nobody changed it yet."""
        return self.layer_id is None


def list_layers(actor: Actor) -> tuple[LayerCard, ...]:
    """
    Return the templates of all planned layers.

    :raises Forbidden: the actor does not plan
    """
    with scope.reading(actor):
        if actor.role not in access.PLANNERS:
            raise Forbidden
        rows = {row.layer: row for row in Layer.objects.all()}
        accounts = _accounts()
        return tuple(
            LayerCard(
                layer=layer,
                layer_id=rows[layer].pk if layer in rows else None,
                template=LayerTemplate.of(rows[layer].template)
                if layer in rows
                else DEFAULTS[layer],
                accounts=tuple(accounts[rows[layer].pk]) if layer in rows else (),
                changed_at=rows[layer].changed_at if layer in rows else None,
            )
            for layer in LAYERS
        )


def layer_card(actor: Actor, layer: str) -> LayerCard:
    """
    Return one layer's template.

    :raises NotFound: there is no such layer, or it is not planned
    :raises Forbidden: the actor does not plan
    """
    for card in list_layers(actor):
        if card.layer == layer:
            return card
    raise NotFound(kind="layer", id=layer)


def _accounts() -> defaultdict[int, list[AccountCard]]:
    """Return the accounts by their layer's id: three queries, however many there are."""
    rows = list(OwnerAccount.objects.order_by("pk"))
    staff = dict(
        StaffView.objects.filter(pk__in={row.staff_id for row in rows}).values_list("pk", "name")
    )
    places = dict(
        TerritoryView.objects.filter(pk__in={row.territory_id for row in rows}).values_list(
            "pk", "name"
        )
    )
    found: defaultdict[int, list[AccountCard]] = defaultdict(list)
    for row in rows:
        found[row.layer_id].append(
            AccountCard(
                staff_id=row.staff_id,
                name=staff.get(row.staff_id, ""),
                territory_id=row.territory_id,
                territory_name=places.get(row.territory_id or 0, ""),
            )
        )
    return found
