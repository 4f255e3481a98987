"""Bring the search index up to date after a load."""

from datetime import datetime

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.queue import enqueue


def index_stores(*, actor: Actor, take: int = 5_000, now: datetime) -> int:
    """
    Index some of the stores that a load only noted, and ask for the next batch while there are more.

    Until then the search looks through the noted ones as well. Nobody did anything here, so it leaves
    no fact in the journal.

    :param take: how many at most
    :returns: how many were indexed
    """
    with scope.writing(actor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT channel_index_stores(%s)", [take])
            (count,) = cursor.fetchone()
            cursor.execute("SELECT EXISTS (SELECT FROM channel_store_unindexed)")
            (is_more,) = cursor.fetchone()
        if is_more:
            enqueue("channel.index_stores", enterprise_id=actor.enterprise_id)
    return int(count)
