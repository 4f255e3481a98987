"""Put a tag on stores, or take it off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import connection

from qunlian.channel import access
from qunlian.channel.rules import entries
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid

MOST_AT_ONCE = 5000
_PUT = """
UPDATE channel_store SET tags = tags || to_jsonb(%s::text), changed_at = %s
WHERE enterprise_id = %s AND id = ANY (%s) AND NOT tags ? %s
"""
_TAKE = """
UPDATE channel_store SET tags = tags - %s::text, changed_at = %s
WHERE enterprise_id = %s AND id = ANY (%s) AND tags ? %s
"""


class NothingChosen(Invalid):
    """Tick 1 to %(most)s stores first."""

    code: ClassVar[str] = "channel.nothing_chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedStores:
    """How many stores changed; the others had it so already."""

    changed: int


def tag_stores(
    *, actor: Actor, store_ids: Collection[int], tag: str, now: datetime, is_removed: bool = False
) -> TaggedStores:
    """
    Put a tag on many stores at once; stores beyond the actor's reach are left alone.

    :raises Forbidden: partners and members do not keep the roster
    :raises NothingChosen: no store, or too many
    :raises Invalid: the tag is empty or longer than 20 characters
    """
    with scope.writing(actor):
        access.own_people_only(actor)
        if not 1 <= len(store_ids) <= MOST_AT_ONCE:
            raise NothingChosen(most=MOST_AT_ONCE)
        word = entries.text(tag, 20, field="tag")
        mine = list(
            access.stores_within(actor).filter(pk__in=store_ids).values_list("pk", flat=True)
        )
        with connection.cursor() as cursor:
            cursor.execute(
                _TAKE if is_removed else _PUT, [word, now, actor.enterprise_id, mine, word]
            )
            changed = cursor.rowcount
        fact = "channel.stores_untagged" if is_removed else "channel.stores_tagged"
        journal.record(fact, actor=actor, at=now, about={"store": mine}, tag=word, changed=changed)
        return TaggedStores(changed=changed)
