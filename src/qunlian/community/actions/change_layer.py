"""Change how the groups of a layer are named, ruled, seated and staffed, and who may own them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from qunlian.community.models import Layer, OwnerAccount, StaffView, TerritoryView
from qunlian.community.queries.layers import LayerCard, layer_card
from qunlian.community.rules.layers import LayerTemplate
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Forbidden, Invalid
from qunlian.platforms import registry


class LayerUnsound(Invalid):
    """Groups cannot be like that; look at the field that is marked."""

    code: ClassVar[str] = "community.layer_unsound"


class NoSuchAccount(Invalid):
    """Choose accounts of colleagues who still work here, and parts of the tree that exist."""

    code: ClassVar[str] = "community.no_such_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerChange:
    """
    A layer's template from now on; plans that are drafted already keep theirs.

    :ivar accounts: who may own its groups: (staff id, territory id or None for anywhere)
    """

    layer: str
    template: LayerTemplate
    accounts: Collection[tuple[int, int | None]] = ()


def change_layer(*, actor: Actor, change: LayerChange, now: datetime) -> LayerCard:
    """
    Keep a layer's template and its owners' accounts; the journal tells each field that changed.

    :raises Forbidden: the actor is not of headquarters
    :raises NotFound: there is no such layer
    :raises LayerUnsound: a field cannot be (``field`` names it)
    :raises NoSuchAccount: an account or a part that there is not
    """
    with scope.writing(actor):
        if actor.role is not Role.HEADQUARTERS:
            raise Forbidden
        old = layer_card(actor, change.layer)
        if field := change.template.problem(change.layer):
            raise LayerUnsound(field=field)
        if change.template.platform not in registry.names():
            raise LayerUnsound(field="platform")
        wanted = sorted(set(change.accounts), key=lambda each: (each[0], each[1] or 0))
        _check(wanted)
        row, _is_new = Layer.objects.update_or_create(
            enterprise_id=actor.enterprise_id,
            layer=change.layer,
            defaults={
                "template": change.template.as_json(),
                "changed_by": actor.account_id,
                "changed_at": now,
            },
        )
        OwnerAccount.objects.filter(layer=row).delete()
        OwnerAccount.objects.bulk_create(
            OwnerAccount(
                enterprise_id=actor.enterprise_id,
                layer=row,
                staff_id=staff_id,
                territory_id=territory_id,
            )
            for staff_id, territory_id in wanted
        )
        journal.record(
            "community.layer_changed",
            actor=actor,
            at=now,
            about={"layer": [row.pk]},
            layer=change.layer,
            changes=_changes(old, change.template, wanted),
        )
        return layer_card(actor, change.layer)


def _check(accounts: Collection[tuple[int, int | None]]) -> None:
    staff_ids = {staff_id for staff_id, _ in accounts}
    places = {place for _, place in accounts if place is not None}
    known = StaffView.objects.filter(pk__in=staff_ids, left_on=None).count()
    there = TerritoryView.objects.filter(pk__in=places).count()
    if (known, there) != (len(staff_ids), len(places)):
        raise NoSuchAccount(field="accounts")


def _changes(
    old: LayerCard, template: LayerTemplate, accounts: Collection[tuple[int, int | None]]
) -> dict[str, list[Any]]:
    """Return each field that changed with its old and its new value."""
    before, after = old.template.as_json(), template.as_json()
    before["accounts"] = sorted(
        ([each.staff_id, each.territory_id] for each in old.accounts),
        key=lambda each: (each[0] or 0, each[1] or 0),
    )
    after["accounts"] = [list(each) for each in accounts]
    return {
        field: [before[field], after[field]] for field in after if before[field] != after[field]
    }
