"""Search in what was said in one group, the newest first."""

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.messaging import access
from qunlian.messaging.models import Message
from qunlian.messaging.queries.messages import MessageLine, lines_of

MOST_TYPED = 40
#: One page looks through so many messages at most; a search that found little goes on from there.
LOOKED_THROUGH = 20_000
_FOUND = """
WITH looked AS (
    SELECT m.seq, m.recalled_at, m.body FROM messaging_message m
    WHERE m.enterprise_id = %(enterprise)s AND m.group_id = %(group)s AND m.seq < %(before)s
    ORDER BY m.seq DESC LIMIT %(looked)s)
SELECT (SELECT min(seq) FROM looked), array(
    SELECT seq FROM looked WHERE recalled_at IS NULL AND position(lower(%(typed)s) IN
        lower(concat_ws(' ', body->>'text', body->>'title', body->>'question'))) > 0
    ORDER BY seq DESC LIMIT %(take)s)
"""
_NEWEST = 2**62


def search_messages(
    actor: Actor, group_id: int, typed: str, *, before_seq: int | None = None, take: int = 20
) -> Page[MessageLine]:
    """
    Return messages of a group that hold what was typed, the newest first; nothing typed finds nothing.

    :param before_seq: ``next_key`` of the page before
    :raises NotFound: there is no such group within the actor's reach
    """
    wanted = " ".join(typed.split())[:MOST_TYPED]
    with scope.reading(actor), connection.cursor() as cursor:
        access.group_for(actor, group_id)
        if not wanted:
            return Page(rows=(), next_key=None)
        values: dict[str, str | int] = {"enterprise": actor.enterprise_id, "group": group_id}
        values |= {"typed": wanted, "before": before_seq or _NEWEST}
        values |= {"looked": LOOKED_THROUGH, "take": take + 1}
        cursor.execute(_FOUND, values)
        first, found = cursor.fetchone()
        rows = Message.objects.filter(group_id=group_id, seq__in=found[:take])
        lines = lines_of(list(rows.order_by("-seq")))
    if len(found) > take:
        return Page(rows=lines, next_key=str(found[take - 1]))
    return Page(rows=lines, next_key=str(first) if first and first > 1 else None)
