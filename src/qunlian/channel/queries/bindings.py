"""Which stores the people met in a chat seem to belong to; numbers and names of the roster stay in here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qunlian.channel import access
from qunlian.channel.models import Contact, Handle
from qunlian.channel.rules.bindings import Match, Shop, Shops, Stranger
from qunlian.channel.rules.phones import found_in
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

#: In a larger part every nickname would fit some shop.
MOST_STORES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What somebody is called in a room, and the store whose own door he came by."""

    handle_id: int
    name: str
    store_id: int | None = None


class Part:
    """A territory's open stores, ready to hold people against; of too many of them none is told."""

    def __init__(self, territory_id: int, shops: Shops) -> None:
        """Keep them; ``part_of`` reads them."""
        self.territory_id = territory_id
        self._shops = shops

    def matches(self, called: Sequence[Called]) -> dict[int, tuple[Match, ...]]:
        """Return what people seem to belong to, by handle; inside a scope."""
        return {
            stranger.key: matches
            for stranger in _strangers(called)
            if (matches := self._shops.matches(stranger))
        }


def part_of(actor: Actor, territory_id: int) -> Part:
    """
    Read the open stores of a territory.

    A territory of more than 20,000 stores is too large for nicknames to tell: it is taken as if it had none.

    :raises NotFound: no such territory within the actor's reach
    """
    with scope.reading(actor):
        territory = access.territory_for(actor, territory_id)
        stores = access.stores_within(actor).filter(
            access.under([territory.path], "territory__path"), status="open"
        )
        rows = list(stores.values_list("pk", "code", "name")[: MOST_STORES + 1])
        return Part(territory_id, _shops(rows if len(rows) <= MOST_STORES else []))


def _shops(rows: Sequence[tuple[int, str, str]]) -> Shops:
    people: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    contacts = Contact.objects.filter(store__in=[pk for pk, *_ in rows])
    for store_id, name, phone in contacts.values_list("store_id", "person__name", "person__phone"):
        people[store_id or 0].append((name, phone))
    return Shops(
        [
            Shop(
                store_id=pk,
                code=code,
                name=name,
                contacts=tuple(name for name, _ in people[pk]),
                phones=tuple(phone for _, phone in people[pk] if phone),
            )
            for pk, code, name in rows
        ]
    )


def _strangers(called: Sequence[Called]) -> list[Stranger]:
    noted: Mapping[int, list[dict[str, object]]] = dict(
        Handle.objects.filter(pk__in=[one.handle_id for one in called]).values_list("pk", "remarks")
    )
    found = []
    for one in called:
        remarks = noted.get(one.handle_id, [])
        texts = (one.name, *(str(remark.get("remark", "")) for remark in remarks))
        numbers = [number for remark in remarks for number in _numbers(remark)]
        found.append(
            Stranger(
                key=one.handle_id,
                texts=tuple(text for text in texts if text),
                phones=tuple({*numbers, *(number for text in texts for number in found_in(text))}),
                store_id=one.store_id,
            )
        )
    return found


def _numbers(remark: Mapping[str, object]) -> list[str]:
    phones = remark.get("phones")
    return (
        [number for text in phones for number in found_in(str(text))]
        if isinstance(phones, list)
        else []
    )
