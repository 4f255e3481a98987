"""Tell how many sit in a store's own group now, or show its new QR code."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.community import access
from qunlian.community.actions.register_store_group import MOST_PEOPLE, StoreGroupUnfit
from qunlian.community.models import StoreGroup
from qunlian.community.personal import CODE_LASTS
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreGroupTelling:
    """``people`` in it now, or ``code_token``: the picture of its code; what is left out stays."""

    store_group_id: int
    people: int | None = None
    code_token: str = ""


def tell_store_group(*, actor: Actor, telling: StoreGroupTelling, now: datetime) -> None:
    """
    Note what a store tells of its own group.

    :raises NotFound: no such open group of his store
    :raises StoreGroupUnfit: an improbable number of people
    """
    if telling.people is not None and not 0 < telling.people <= MOST_PEOPLE:
        raise StoreGroupUnfit(field="people")
    with scope.writing(actor):
        row = access.store_group_for(actor, telling.store_group_id)
        changes: dict[str, object] = {"told_at": now}
        if telling.people is not None:
            changes["people"] = telling.people
        if telling.code_token:
            changes |= {
                "code_token": telling.code_token[:64],
                "code_until_at": now + CODE_LASTS,
            }
        StoreGroup.objects.filter(pk=row.pk).update(**changes)
        journal.record(
            "community.store_group_told",
            actor=actor,
            at=now,
            about={"store": [row.store_id]},
            people=telling.people,
        )
