"""Which stores have which group as their base group, of many groups at once."""

from collections import Counter
from collections.abc import Collection

from qunlian.community import access
from qunlian.community.models import GroupStore, Member, StoreView
from qunlian.community.queries.groups import StoreInGroup
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor


def stores_of_each(actor: Actor, group_ids: Collection[int]) -> dict[int, tuple[StoreInGroup, ...]]:
    """Return all stores within reach of each of many groups, by code; in as many queries as for one."""
    with scope.reading(actor):
        within = access.groups_within(actor).filter(pk__in=group_ids)
        placed = list(GroupStore.objects.filter(group__in=within))
        stores = StoreView.objects.in_bulk([row.store_id for row in placed])
        stays = Member.objects.filter(group__in=within, left_at=None).exclude(store_id=None)
        people = Counter(stays.values_list("group_id", "store_id"))
    found: dict[int, list[StoreInGroup]] = {group_id: [] for group_id in group_ids}
    for row in placed:
        store = stores.get(row.store_id)
        if store is not None:
            found[row.group_id].append(
                StoreInGroup(
                    store_id=store.pk,
                    code=store.code,
                    name=store.name,
                    type=store.type,
                    seats=row.seats,
                    people=people[row.group_id, store.pk],
                )
            )
    return {pk: tuple(sorted(rows, key=lambda row: row.code)) for pk, rows in found.items()}
