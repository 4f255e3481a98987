"""
The only way to the database (house law 6).

``with scope.writing(actor):`` opens one durable transaction and tells PostgreSQL, for that
transaction only, whose rows may be touched; row-level security does the rest. Outside a scope a query
on a tenant table is refused by the database itself: its policy reads a setting that isn't there.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from qunlian.kernel.actor import Actor

_SET = """
SELECT set_config('qunlian.enterprise', %s, true), set_config('qunlian.actor', %s, true),
       set_config('qunlian.reach', %s, true), set_config('qunlian.territory_paths', %s, true),
       set_config('qunlian.distributor_paths', %s, true), set_config('qunlian.store_ids', %s, true)
"""
#: In the same round trip: nothing can be written from here to the end of the transaction.
_SET_READ_ONLY = f"{_SET.rstrip()}, set_config('transaction_read_only', 'on', true)"


@contextmanager
def writing(actor: Actor) -> Iterator[None]:
    """Open the one transaction of a use case; committed when the block ends without an exception."""
    with transaction.atomic(durable=True):
        _enter(actor, _SET)
        yield


@contextmanager
def reading(actor: Actor) -> Iterator[None]:
    """
    Open a read-only transaction that sees one moment, as one enterprise.

    Inside another scope of the same enterprise it joins that one.
    """
    if connection.in_atomic_block:
        with transaction.atomic(savepoint=False):
            yield
        return
    with transaction.atomic(durable=True):
        _enter(actor, _SET_READ_ONLY)
        yield


def _enter(actor: Actor, settings: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            settings,
            [
                str(actor.enterprise_id),
                str(actor.account_id or ""),
                "all" if actor.reach.is_everything else "",
                ",".join(actor.reach.territory_paths),
                ",".join(actor.reach.distributor_paths),
                ",".join(map(str, actor.reach.store_ids)),
            ],
        )
