"""Register a group that a store runs for its own consumers."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel.steps import public_code
from qunlian.community import access
from qunlian.community.models import StoreGroup
from qunlian.community.models.store_groups import STORE_GROUP_PLATFORMS
from qunlian.community.rules import names
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

MOST_PEOPLE = 2_000
MOST_PER_STORE = 30


class StoreGroupUnfit(Invalid):
    """A name of 1 to 40 characters, where the group is, and how many sit in it (1 to 2,000)."""

    code: ClassVar[str] = "community.store_group_unfit"


class StoreGroupTwice(Conflict):
    """This store has an open group of that name already, or thirty groups."""

    code: ClassVar[str] = "community.store_group_twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStoreGroup:
    """A store's own group; ``platform`` is wechat, wecom, qq, dingtalk or other."""

    store_id: int
    name: str
    people: int
    platform: str = "wechat"


def register_store_group(*, actor: Actor, told: NewStoreGroup, now: datetime) -> int:
    """
    Note a store's own group, with a code of its own for its kit; return the group.

    :raises NotFound: no such store of his
    :raises StoreGroupUnfit: something of it cannot be
    :raises StoreGroupTwice: it is registered already
    """
    with scope.writing(actor):
        store = access.own_store_for(actor, told.store_id)
        try:
            name = names.tidy(told.name)
        except ValueError:
            raise StoreGroupUnfit(field="name") from None
        if told.platform not in STORE_GROUP_PLATFORMS:
            raise StoreGroupUnfit(field="platform")
        if not 0 < told.people <= MOST_PEOPLE:
            raise StoreGroupUnfit(field="people")
        open_ones = StoreGroup.objects.filter(store_id=store.pk, closed_at=None)
        if open_ones.count() >= MOST_PER_STORE:
            raise StoreGroupTwice(field="name")
        row, is_new = StoreGroup.objects.get_or_create(
            enterprise_id=actor.enterprise_id,
            store_id=store.pk,
            name=name,
            closed_at=None,
            defaults={
                "platform": told.platform,
                "people": told.people,
                "told_at": now,
                "opened_at": now,
            },
        )
        if not is_new:
            raise StoreGroupTwice(field="name")
        public_code(actor=actor, kind="store_group", target_id=row.pk)
        journal.record(
            "community.store_group_registered",
            actor=actor,
            at=now,
            about={"store": [store.pk]},
            people=told.people,
        )
        return row.pk
