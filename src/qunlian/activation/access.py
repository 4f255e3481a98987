"""The doors to what activation keeps; reach is checked here."""

from django.db.models import QuerySet

from qunlian.activation.models import Nomination, Rollout, StoreView, TerritoryView
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Forbidden, NotFound

#: Who knows stores well enough to name one.
NOMINATORS = frozenset(
    {Role.HEADQUARTERS, Role.MANAGER, Role.REP, Role.GROUP_MANAGER, Role.DISTRIBUTOR, Role.SYSTEM}
)
#: Who plans and opens waves, over his own part.
OPENERS = frozenset({Role.HEADQUARTERS, Role.MANAGER, Role.SYSTEM})
READERS = OPENERS | {Role.GROUP_MANAGER, Role.REP}


def may(actor: Actor, roles: frozenset[Role]) -> None:
    """
    Let only these roles go on.

    :raises Forbidden: the role may see this but not change it
    """
    if actor.role not in roles:
        raise Forbidden(role=actor.role)


def store_for(actor: Actor, store_id: int) -> StoreView:
    """
    Open one store.

    :raises NotFound: there is none within the actor's reach
    """
    store = StoreView.objects.filter(pk=store_id).first()
    if store is None:
        raise NotFound(kind="store", id=store_id)
    return store


def territory_for(actor: Actor, territory_id: int) -> TerritoryView:
    """
    Open one territory.

    :raises NotFound: there is none within the actor's reach
    """
    territory = TerritoryView.objects.filter(pk=territory_id).first()
    if territory is None:
        raise NotFound(kind="territory", id=territory_id)
    return territory


def rollouts_within(actor: Actor) -> QuerySet[Rollout]:
    """Return the roll-outs of parts within reach; of the whole for those who reach everything."""
    if actor.role not in READERS:
        return Rollout.objects.none()
    if actor.reach.is_everything:
        return Rollout.objects.all()
    return Rollout.objects.filter(territory_id__in=TerritoryView.objects.values("pk"))


def rollout_for(actor: Actor, rollout_id: int, *, is_for_change: bool = False) -> Rollout:
    """
    Open one roll-out; for a change its row is held.

    :raises NotFound: there is none within the actor's reach
    """
    rows = rollouts_within(actor).filter(pk=rollout_id)
    found = (rows.select_for_update(of=("self",)) if is_for_change else rows).first()
    if found is None:
        raise NotFound(kind="roll-out", id=rollout_id)
    return found


def nomination_for(actor: Actor, nomination_id: int) -> Nomination:
    """
    Open one standing nomination of a store within reach, and hold it.

    :raises NotFound: there is none within the actor's reach
    """
    rows = Nomination.objects.filter(pk=nomination_id, withdrawn_at=None)
    if not actor.reach.is_everything:
        rows = rows.filter(store_id__in=StoreView.objects.values("pk"))
    found = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound(kind="nomination", id=nomination_id)
    return found
